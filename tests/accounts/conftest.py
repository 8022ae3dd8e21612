import io
import json
import logging

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.second_factor import make_recovery_codes
from accounts.security_log import JsonLine
from tests.factories.accounts import UserFactory


@pytest.fixture
def fatima(db):
    return UserFactory(username="fatima")


@pytest.fixture
def app(fatima):
    """The app on the telephone of fatima, set up."""
    return TOTPDevice.objects.create(user=fatima, name="app")


@pytest.fixture
def recovery_codes(fatima):
    return make_recovery_codes(fatima)


@pytest.fixture
def events():
    """The lines that the log of signing in has had so far, read as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    logger = logging.getLogger("portal.security")
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
