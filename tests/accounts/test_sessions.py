from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.sessions import SIGNED_IN_AT, USED_AT
from tests.accounts.signing_in import PASSWORD, is_signed_in, sign_in
from tests.factories.accounts import UserFactory
from tests.forms import form_data

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")
OWN_PASSWORD = reverse("admin:password_change")
OWN = "kitab-bahr-9-zaytun"


def make_older(client, **times):
    """Put the times of the session so many minutes back."""
    session = client.session
    for name, minutes in times.items():
        session[name] -= minutes * 60
    session.save()


@pytest.fixture
def open_session(client, fatima):
    sign_in(client)
    return client


@pytest.mark.parametrize(("minutes", "goes_on"), [(59, True), (60, False)])
def test_session_ends_when_it_is_not_used(open_session, minutes, goes_on):
    make_older(open_session, **{USED_AT: minutes, SIGNED_IN_AT: minutes})

    assert is_signed_in(open_session) is goes_on


@pytest.mark.parametrize(("hours", "goes_on"), [(11, True), (12, False)])
def test_session_ends_after_a_day_of_work(open_session, hours, goes_on):
    make_older(open_session, **{SIGNED_IN_AT: hours * 60})

    assert is_signed_in(open_session) is goes_on


def test_session_that_is_over_is_gone(open_session, events):
    key = open_session.session.session_key
    make_older(open_session, **{USED_AT: 60})

    open_session.get(INDEX)

    assert not Session.objects.filter(session_key=key).exists()
    assert events()[-1]["event"] == "session_ended"
    assert events()[-1]["reason"] == "idle"


def test_use_is_written_once_a_minute(open_session, django_assert_num_queries):
    open_session.get(INDEX)
    before = open_session.session[USED_AT]
    open_session.get(INDEX)
    within = open_session.session[USED_AT]
    make_older(open_session, **{USED_AT: 2})
    open_session.get(INDEX)

    assert within == before
    assert open_session.session[USED_AT] >= before


def test_signing_in_again_begins_the_day_anew(open_session):
    make_older(open_session, **{SIGNED_IN_AT: 600})

    sign_in(open_session)

    begun = open_session.session[SIGNED_IN_AT]
    assert timezone.now().timestamp() - begun < 60


def test_session_from_before_this_rule_has_its_day_from_now(client, fatima):
    client.force_login(fatima)
    session = client.session
    del session[SIGNED_IN_AT], session[USED_AT]
    session.save()

    assert is_signed_in(client)
    assert SIGNED_IN_AT in client.session


def test_public_pages_have_no_session_and_no_cookie(client, reference_data):
    for address in ("/", "/fr/meetings/", "/en/agreements/"):
        response = client.get(address)
        assert dict(response.cookies) == {}
        assert "Cookie" not in response.get("Vary", "")
    assert Session.objects.count() == 0


def test_page_of_the_administration_asks_nothing_more(
    client, fatima, django_assert_num_queries
):
    client.force_login(fatima)
    client.get(reverse("accounts:account"))

    with django_assert_num_queries(4):  # session, person; app, recovery codes
        client.get(reverse("accounts:account"))


def test_own_new_password_ends_every_other_session(open_session, fatima, events):
    elsewhere = Client()
    elsewhere.force_login(fatima)

    response = open_session.post(
        OWN_PASSWORD,
        {"old_password": PASSWORD, "new_password1": OWN, "new_password2": OWN},
    )

    assert response.url == reverse("accounts:account")
    assert is_signed_in(open_session)
    assert not is_signed_in(elsewhere)
    assert "password_changed" in [line["event"] for line in events()]


def test_present_password_cannot_be_guessed_in_an_open_session(open_session, fatima):
    answers = [
        open_session.post(
            OWN_PASSWORD,
            {"old_password": f"{n}", "new_password1": OWN, "new_password2": OWN},
        ).status_code
        for n in range(11)
    ]

    assert answers == [200] * 9 + [429] * 2
    fatima.refresh_from_db()
    assert fatima.check_password(PASSWORD)


def test_sessions_of_a_deactivated_account_end_for_good(open_session, fatima):
    admin = Client()
    admin.force_login(UserFactory())
    address = reverse("admin:accounts_user_change", args=[fatima.pk])
    data = form_data(admin.get(address), "user_form")
    del data["is_active"]

    admin.post(address, data)
    assert not is_signed_in(open_session)
    data["is_active"] = ["on"]
    admin.post(address, data)

    fatima.refresh_from_db()
    assert fatima.is_active
    assert not is_signed_in(open_session)
    assert sign_in(open_session).status_code == 302


def test_administrator_signs_somebody_out_everywhere(open_session, fatima):
    admin = Client()
    admin.force_login(UserFactory())

    admin.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "end_sessions", "_selected_action": [fatima.pk]},
    )

    assert not is_signed_in(open_session)
    assert is_signed_in(admin)


def test_session_cookie_is_for_this_browser_session_and_not_for_scripts(client, fatima):
    cookie = sign_in(client).cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""  # goes when the browser is closed
    assert Session.objects.get(
        session_key=client.session.session_key
    ).expire_date <= timezone.now() + timedelta(hours=12)
