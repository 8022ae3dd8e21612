"""The browsers in which somebody of the staff has signed in before.

A signed cookie names the browser by a random word, and, by keyed digests, the accounts
that were opened in it. Wrong tries from such a browser are counted apart
(``accounts.throttle``), so that no stranger can keep its owner out.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "accounts.known_devices"
MAX_AGE = 180 * 24 * 3600
MOST_ACCOUNTS = 10  # on one shared computer; the longest unused is left out


def cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_of(request, username: str) -> str:
    """Return the word of this browser if ``username`` was opened in it, or nothing."""
    device, accounts = _read(request)
    return device if _digest(username) in accounts else ""


def remember(request, response, username: str) -> None:
    """Let ``response`` tell the browser that ``username`` was opened in it."""
    device, accounts = _read(request)
    digest = _digest(username)
    accounts = [digest, *(one for one in accounts if one != digest)][:MOST_ACCOUNTS]
    response.set_cookie(
        cookie_name(),
        signing.dumps([device or secrets.token_urlsafe(12), accounts], salt=SALT),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request) -> tuple[str, list[str]]:
    try:
        device, accounts = signing.loads(
            request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=MAX_AGE
        )
    except (signing.BadSignature, ValueError):
        return "", []
    return device, accounts


def _digest(username: str) -> str:
    return salted_hmac(SALT, username, algorithm="sha256").hexdigest()[:16]
