"""The second factor: an app on a telephone that shows a code (TOTP), and recovery codes.

django-otp holds the secret of the app, refuses a code that was used before, and takes a
recovery code once. A recovery code is stored as a keyed digest only.
"""

from base64 import b32encode
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.crypto import get_random_string, salted_hmac
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.qr import QrCode, draw_qr_code

RECOVERY_CODES = 10
# Without letters and digits that are taken for one another.
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_LENGTH = 10
DIGITS = 6


class Invitation(NamedTuple):
    """What an app takes the secret from: the drawing, or the letters to type."""

    code: QrCode
    key: str


def app_of(user) -> TOTPDevice | None:
    """Return the app that ``user`` signs in with, if any."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).first()


def recovery_codes_left(user) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def invite(user) -> Invitation:
    """Return the secret of an app that ``user`` is about to set up, the same each time."""
    # Nothing else keeps two windows from making two.
    list(
        get_user_model()
        .objects.select_for_update()
        .filter(pk=user.pk)
        .values_list("pk")
    )
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    if device is None:
        device = TOTPDevice.objects.create(user=user, confirmed=False, name="app")
    letters = b32encode(device.bin_key).decode("ascii").rstrip("=")
    groups = [letters[start : start + 4] for start in range(0, len(letters), 4)]
    return Invitation(draw_qr_code(device.config_url), " ".join(groups))


@transaction.atomic
def set_up(user, code: str) -> TOTPDevice | None:
    """Make the app that shows ``code`` the one of ``user``, in place of any other.

    The sessions of ``user`` end, as they were opened without it.
    """
    waiting = TOTPDevice.objects.select_for_update()
    device = waiting.filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_plain(code)):
        return None
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    user.end_sessions()
    return device


def verify(user, code: str) -> Device | None:
    """Return the device of ``user`` that ``code`` is of. No code is taken twice."""
    plain = _plain(code)
    if plain.isdecimal() and len(plain) == DIGITS:
        device = app_of(user)
    else:
        device = StaticDevice.objects.devices_for_user(user, confirmed=True).first()
        plain = _digest(plain)
    return verify_token(user, device.persistent_id, plain) if device else None


@transaction.atomic
def make_recovery_codes(user) -> list[str]:
    """Return new codes, which nobody can read again; those from before are void."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [
        get_random_string(RECOVERY_LENGTH, RECOVERY_ALPHABET)
        for _number in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_digest(code)) for code in codes
    )
    half = RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


@transaction.atomic
def remove(user) -> None:
    """Let ``user`` sign in by password alone, until an app is set up again."""
    for device in (TOTPDevice, StaticDevice):
        device.objects.filter(user=user).delete()


def is_recovery(device: Device) -> bool:
    return isinstance(device, StaticDevice)


def _plain(code: str) -> str:
    return "".join(one for one in code.casefold() if one.isalnum())


def _digest(code: str) -> str:
    """Return what of a recovery code is stored: all that its column holds."""
    salt = "accounts.second_factor.recovery"
    return salted_hmac(salt, code, algorithm="sha256").hexdigest()[:16]
