from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.sign_in import LONGEST, UNDER_WAY
from tests.accounts.signing_in import (
    PASSWORD,
    SIGN_IN,
    code_of,
    errors_on,
    is_signed_in,
    sign_in,
)
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

CODE = reverse("accounts:code")
NEW_PASSWORD = reverse("accounts:new_password")
SET_UP = reverse("accounts:first_second_factor")
WANTED = "/fr/admin/consultations/meeting/add/?region=4&kept=7"
NEXT = "next=%2Ffr%2Fadmin%2Fconsultations%2Fmeeting%2Fadd%2F%3Fregion%3D4%26kept%3D7"
OWN = "kitab-bahr-9-zaytun"


def is_in_session(client):
    return SESSION_KEY in client.session


def test_password_alone_leads_to_the_page_that_was_wanted(client, fatima):
    response = sign_in(client, target=f"{SIGN_IN}?{NEXT}")

    assert response.url == WANTED
    assert is_in_session(client)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
def test_sign_in_leads_to_the_portal_only(client, fatima, elsewhere):
    response = client.post(
        SIGN_IN, {"username": "fatima", "password": PASSWORD, "next": elsewhere}
    )

    assert response.url == reverse("admin:index")


def test_whoever_is_signed_in_is_led_on(client, fatima):
    client.force_login(fatima)

    assert client.get(f"{SIGN_IN}?{NEXT}").url == WANTED


def test_all_steps_in_their_order_keep_the_page_that_was_wanted(
    client, fatima, settings
):
    settings.SECOND_FACTOR_REQUIRED = True
    fatima.must_change_password = True
    fatima.save()

    first = sign_in(client, target=f"{SIGN_IN}?{NEXT}")
    shown = client.get(first.url)
    second = client.post(
        first.url, {"new_password1": OWN, "new_password2": OWN, "next": WANTED}
    )
    assert not is_in_session(client)
    client.get(second.url)
    device = TOTPDevice.objects.get(user=fatima)
    last = client.post(second.url, {"code": code_of(device), "next": WANTED})

    assert first.url == f"{NEW_PASSWORD}?{NEXT}"
    assert f'value="{WANTED.replace("&", "&amp;")}"' in shown.content.decode()
    assert second.url == f"{SET_UP}?{NEXT}"
    assert f'href="{WANTED.replace("&", "&amp;")}"' in last.content.decode()
    assert is_in_session(client)
    assert is_signed_in(client)


def test_code_comes_before_the_new_password(client, fatima, app):
    fatima.must_change_password = True
    fatima.save()

    first = sign_in(client, target=f"{SIGN_IN}?{NEXT}")
    too_early = client.get(f"{NEW_PASSWORD}?{NEXT}")
    second = client.post(first.url, {"code": code_of(app), "next": WANTED})
    last = client.post(
        second.url, {"new_password1": OWN, "new_password2": OWN, "next": WANTED}
    )

    assert [first.url, too_early.url] == [f"{CODE}?{NEXT}"] * 2
    assert second.url == f"{NEW_PASSWORD}?{NEXT}"
    assert last.url == WANTED
    assert is_signed_in(client)


def test_nobody_is_signed_in_between_the_steps(client, fatima, app):
    response = sign_in(client)

    assert response.url.startswith(CODE)
    assert not is_in_session(client)
    assert client.get(reverse("admin:index")).url.startswith(SIGN_IN)


def test_session_of_the_steps_is_not_one_that_was_there_before(client, fatima, app):
    client.session.save()
    sign_in(client)
    between = client.session.session_key

    client.post(CODE, {"code": code_of(app)})

    assert client.session.session_key != between
    assert UNDER_WAY not in client.session


@pytest.mark.parametrize("step", [CODE, NEW_PASSWORD, SET_UP])
def test_step_without_a_password_leads_to_the_first(client, step):
    assert client.get(f"{step}?{NEXT}").url == f"{SIGN_IN}?{NEXT}"
    assert client.post(step, {"code": "123456"}).url.startswith(SIGN_IN)


def test_steps_must_be_done_in_some_minutes(client, fatima, app):
    sign_in(client)
    session = client.session
    session[UNDER_WAY]["at"] -= LONGEST
    session.save()

    response = client.post(CODE, {"code": code_of(app)})

    assert response.url.startswith(SIGN_IN)
    assert not is_in_session(client)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"sessions_ended": 1}, {"password": "!changed"}]
)
def test_account_that_changed_meanwhile_begins_again(client, fatima, app, change):
    sign_in(client)
    type(fatima).objects.filter(pk=fatima.pk).update(**change)

    response = client.post(CODE, {"code": code_of(app)})

    assert response.url.startswith(SIGN_IN)
    assert not is_in_session(client)


def test_new_password_must_be_another_and_keep_the_rules(client, fatima):
    fatima.must_change_password = True
    fatima.save()
    step = sign_in(client).url

    answers = [
        client.post(step, {"new_password1": given, "new_password2": given})
        for given in (PASSWORD, "short", "portail-tadamon-2026")
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert all(errors_on(answer) for answer in answers)
    fatima.refresh_from_db()
    assert fatima.check_password(PASSWORD)
    assert not is_in_session(client)


def test_new_password_is_asked_for_once(client, fatima):
    fatima.must_change_password = True
    fatima.save()
    step = sign_in(client).url
    client.post(step, {"new_password1": OWN, "new_password2": OWN})

    again = sign_in(Client(), password=OWN)

    assert again.url == reverse("admin:index")


def test_answer_does_not_tell_which_accounts_exist(client, fatima):
    UserFactory(username="gone", is_active=False)
    UserFactory(username="reader", is_staff=False, ordinary=True)

    answers = [
        errors_on(sign_in(Client(), name, password))
        for name, password in (
            ("fatima", "wrong"),
            ("nobody", "wrong"),
            ("gone", "wrong"),
            ("gone", PASSWORD),
            ("reader", PASSWORD),
        )
    ]

    assert len(answers[0]) == 1
    assert answers == [answers[0]] * 5


def test_same_work_is_done_for_accounts_that_do_not_exist(
    fatima, django_assert_num_queries, monkeypatch
):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: (
            hashed.append(password) or encode(self, password, salt)
        ),
    )
    UserFactory(username="gone", is_active=False)
    hashed.clear()

    work = []
    for name in ("fatima", "nobody", "gone"):
        hashed.clear()
        with django_assert_num_queries(15):
            sign_in(Client(), name, "wrong", REMOTE_ADDR=f"203.0.113.{len(work)}")
        work.append(list(hashed))

    assert work == [["wrong"]] * 3


def test_sessions_that_are_long_over_are_dropped(client, fatima):
    Session.objects.create(
        session_key="old", session_data="", expire_date=timezone.now() - timedelta(1)
    )

    sign_in(client)

    assert not Session.objects.filter(session_key="old").exists()


@pytest.mark.parametrize("prefix", ["", "/fr", "/en"])
@pytest.mark.parametrize("step", ["code", "new-password", "second-factor"])
def test_steps_are_pages_in_three_languages(client, fatima, settings, prefix, step):
    if step == "code":
        TOTPDevice.objects.create(user=fatima, name="app")
    settings.SECOND_FACTOR_REQUIRED = step == "second-factor"
    fatima.must_change_password = step == "new-password"
    fatima.save()
    first = sign_in(client, target=f"{prefix}/admin/login/")

    page = client.get(first.url).content.decode()

    assert first.url.startswith(f"{prefix}/admin/login/{step}/")
    language = prefix.strip("/") or "ar"
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert page.count("<h1") == 1
    assert "style=" not in page
