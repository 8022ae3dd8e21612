import re
from base64 import b32encode

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from tests.accounts.signing_in import (
    PASSWORD,
    code_of,
    errors_on,
    is_signed_in,
    sign_in,
)
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

CODE = reverse("accounts:code")
ACCOUNT = reverse("accounts:account")
SET_UP = reverse("accounts:set_up_second_factor")
NEW_CODES = reverse("accounts:new_recovery_codes")
OFF = reverse("accounts:turn_off_second_factor")


def codes_on(response):
    return re.findall(
        r'<code dir="ltr">(\w{5}-\w{5})</code>', response.content.decode()
    )


def with_code(client, code):
    """Sign fatima in with ``code`` as the second step; return the answer to it."""
    sign_in(client)
    return client.post(CODE, {"code": code})


def test_code_of_the_app_signs_in(client, app):
    response = with_code(client, code_of(app))

    assert response.url == reverse("admin:index")
    assert is_signed_in(client)


def test_code_is_taken_with_spaces_and_arabic_digits(client, app):
    code = code_of(app).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    with_code(client, f" {code[:3]} {code[3:]} ")

    assert is_signed_in(client)


@pytest.mark.parametrize("code", ["000000", "", "12345", "abc", "٠" * 40])
def test_wrong_code_signs_nobody_in(client, app, code):
    response = with_code(client, code)

    assert response.status_code == 200
    assert len(errors_on(response)) == 1
    assert not is_signed_in(client)


def test_code_is_taken_once(client, app):
    code = code_of(app)
    with_code(client, code)
    other = Client()

    replayed = with_code(other, code)

    assert len(errors_on(replayed)) == 1
    assert not is_signed_in(other)


def test_code_of_somebody_else_is_wrong(client, app):
    theirs = TOTPDevice.objects.create(user=UserFactory(), name="app")

    with_code(client, code_of(theirs))

    assert not is_signed_in(client)


def test_codes_are_counted_with_passwords(client, fatima, app):
    sign_in(client)

    answers = [client.post(CODE, {"code": "000000"}).status_code for _ in range(10)]

    assert answers == [200] * 9 + [429]
    right = client.post(CODE, {"code": code_of(app)})
    assert right.status_code == 429
    assert 0 < int(right["Retry-After"]) <= 900
    # The right password in between does not begin the count anew.
    assert sign_in(client).status_code == 429
    assert not is_signed_in(client)


def test_right_password_does_not_reset_the_count_of_codes(client, app):
    answers = []
    for _number in range(10):
        sign_in(client)
        answers.append(client.post(CODE, {"code": "000000"}).status_code)

    assert answers == [200] * 9 + [429]


def test_recovery_code_signs_in_once_and_tells_how_many_are_left(
    client, app, recovery_codes, events
):
    response = with_code(client, recovery_codes[0].upper())
    told = client.get(response.url).content.decode()
    again = Client()

    assert is_signed_in(client)
    assert 'class="warning"' in told
    assert with_code(again, recovery_codes[0]).status_code == 200
    assert not is_signed_in(again)
    assert [line["left"] for line in events() if "left" in line] == [9]


def test_recovery_codes_cannot_be_read_from_the_database(recovery_codes):
    stored = set(StaticToken.objects.values_list("token", flat=True))

    assert len(stored) == len(set(recovery_codes)) == 10
    assert all(re.fullmatch("[0-9a-f]{16}", token) for token in stored)
    plain = {code.replace("-", "") for code in recovery_codes}
    assert stored.isdisjoint(plain)


def test_app_is_set_up_with_the_password_and_a_code(client, fatima, events):
    client.force_login(fatima)
    elsewhere = Client()
    elsewhere.force_login(fatima)
    page = client.get(SET_UP).content.decode()
    device = TOTPDevice.objects.get(user=fatima)

    response = client.post(SET_UP, {"password": PASSWORD, "code": code_of(device)})

    assert 'class="account-qr"' in page
    assert b32encode(device.bin_key).decode()[:4] in page
    assert len(codes_on(response)) == 10
    assert "no-store" in response["Cache-Control"].split(", ")
    device.refresh_from_db()
    assert device.confirmed
    # This session goes on, opened with the app; those from before are over.
    assert is_signed_in(client)
    assert client.get(ACCOUNT).wsgi_request.user.is_verified()
    assert not is_signed_in(elsewhere)
    assert [line["event"] for line in events()][-1] == "second_factor_set_up"


@pytest.mark.parametrize(
    ("password", "has_code"), [("wrong", True), (PASSWORD, False), ("", True)]
)
def test_app_is_not_set_up_without_both(client, fatima, password, has_code):
    client.force_login(fatima)
    client.get(SET_UP)
    device = TOTPDevice.objects.get(user=fatima)
    code = code_of(device) if has_code else "000000"

    response = client.post(SET_UP, {"password": password, "code": code})

    assert response.status_code == 200
    assert len(errors_on(response)) == 1
    assert second_factor.app_of(fatima) is None


def test_code_that_set_the_app_up_does_not_sign_in_as_well(client, fatima):
    client.force_login(fatima)
    client.get(SET_UP)
    code = code_of(TOTPDevice.objects.get(user=fatima))
    client.post(SET_UP, {"password": PASSWORD, "code": code})
    other = Client()

    with_code(other, code)

    assert not is_signed_in(other)


def test_another_telephone_takes_the_place_of_the_first(client, fatima, app):
    with_code(client, code_of(app))
    client.get(SET_UP)
    new = TOTPDevice.objects.get(user=fatima, confirmed=False)

    client.post(SET_UP, {"password": PASSWORD, "code": code_of(new)})

    assert list(TOTPDevice.objects.filter(user=fatima)) == [new]
    assert is_signed_in(client)


def test_new_recovery_codes_make_the_old_ones_void(client, app, recovery_codes):
    with_code(client, code_of(app))

    wrong = client.post(NEW_CODES, {"code": "000000"})
    response = client.post(NEW_CODES, {"code": recovery_codes[0]})

    assert codes_on(wrong) == []
    new = codes_on(response)
    assert len(new) == 10
    assert with_code(Client(), recovery_codes[1]).status_code == 200
    assert with_code(Client(), new[0]).status_code == 302


def test_second_step_is_turned_off_with_a_code(client, fatima, app, events):
    with_code(client, code_of(app))

    wrong = client.post(OFF, {"code": "000000"})
    assert second_factor.app_of(fatima) == app
    right = client.post(OFF, {"code": code_of(app, steps=1)})

    assert wrong.status_code == 200
    assert right.url == ACCOUNT
    assert second_factor.app_of(fatima) is None
    assert is_signed_in(client)
    assert sign_in(Client()).url == reverse("admin:index")
    assert events()[-2]["event"] == "second_factor_removed"


def test_second_step_that_is_demanded_cannot_be_turned_off(
    client, fatima, app, settings
):
    settings.SECOND_FACTOR_REQUIRED = True
    with_code(client, code_of(app))

    response = client.post(OFF, {"code": code_of(app, steps=1)})

    assert response.url == ACCOUNT
    assert second_factor.app_of(fatima) == app
    assert OFF not in client.get(ACCOUNT).content.decode()


def test_demand_ends_sessions_that_were_opened_without_it(client, fatima, settings):
    client.force_login(fatima)
    assert is_signed_in(client)

    settings.SECOND_FACTOR_REQUIRED = True

    assert not is_signed_in(client)


@pytest.mark.parametrize("url", [NEW_CODES, OFF])
def test_pages_of_a_second_step_without_one_lead_to_the_account(client, fatima, url):
    client.force_login(fatima)

    assert client.get(url).url == ACCOUNT
    assert client.post(url, {"code": "000000"}).url == ACCOUNT


@pytest.mark.parametrize("url", [ACCOUNT, SET_UP, NEW_CODES, OFF])
def test_account_is_of_whoever_is_signed_in(client, url):
    assert client.get(url).url.startswith(reverse("admin:login"))


def test_app_that_was_removed_ends_the_sessions_opened_with_it(
    client, fatima, app, settings
):
    settings.SECOND_FACTOR_REQUIRED = True
    with_code(client, code_of(app))
    assert is_signed_in(client)

    second_factor.remove(fatima)

    assert not is_signed_in(client)


@pytest.mark.parametrize("prefix", ["", "/fr", "/en"])
@pytest.mark.parametrize("url", [ACCOUNT, SET_UP, NEW_CODES, OFF])
def test_account_pages_speak_three_languages(client, fatima, app, prefix, url):
    with_code(client, code_of(app))

    page = client.get(f"{prefix}{url}").content.decode()

    language = prefix.strip("/") or "ar"
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert page.count("<h1") == 1
    assert "style=" not in page


def test_two_invitations_do_not_keep_anybody_out(client, fatima):
    sign_in(client)
    TOTPDevice.objects.create(user=fatima, confirmed=False, name="app")
    TOTPDevice.objects.create(user=fatima, confirmed=False, name="app")

    assert client.get(SET_UP).status_code == 200
