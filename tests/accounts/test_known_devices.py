import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import known_devices
from accounts.known_devices import MAX_AGE, MOST_ACCOUNTS, device_of, remember


def browser(cookies=None):
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies or {})
    return request


def after_signing_in(*usernames):
    """Return the cookies of a browser in which these were opened, one after another."""
    cookies = {}
    for username in usernames:
        response = HttpResponse()
        remember(browser(cookies), response, username)
        cookies = {name: one.value for name, one in response.cookies.items()}
    return cookies


def test_browser_is_the_same_for_all_its_accounts_and_no_others():
    request = browser(after_signing_in("fatima", "amina"))

    words = [device_of(request, name) for name in ("fatima", "amina", "nobody")]

    assert words[0] == words[1] != ""
    assert words[2] == ""


def test_two_browsers_of_one_person_are_two():
    one, other = (browser(after_signing_in("fatima")) for _number in range(2))

    assert device_of(one, "fatima") != device_of(other, "fatima")


def test_account_unused_for_longest_is_forgotten_first():
    names = [f"staff{number}" for number in range(MOST_ACCOUNTS + 1)]

    request = browser(after_signing_in(*names[:-1], names[0], names[-1]))

    assert [name for name in names if not device_of(request, name)] == [names[1]]


def test_cookie_names_no_account():
    [value] = after_signing_in("fatima").values()

    assert "fatima" not in str(signing.loads(value, salt=known_devices.SALT))


@pytest.mark.parametrize("change", ["", "x", "é", "[]"])
def test_cookie_that_was_tampered_with_is_no_cookie(change):
    [(name, value)] = after_signing_in("fatima").items()
    tampered = change + value[:-2] if change else ""

    assert device_of(browser({name: tampered}), "fatima") == ""


def test_cookie_is_not_for_scripts_and_lasts_half_a_year(settings):
    settings.SESSION_COOKIE_SECURE = True
    response = HttpResponse()

    remember(browser(), response, "fatima")

    cookie = response.cookies["__Host-device"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/")
    assert cookie["max-age"] == MAX_AGE
