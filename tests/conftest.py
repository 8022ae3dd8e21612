import pytest
from django.core.management import call_command
from django.utils import translation

from tests.factories.accounts import UserFactory


@pytest.fixture(autouse=True)
def _arabic_by_default():
    """Each test starts in Arabic, whatever language the one before left active."""
    with translation.override("ar"):
        yield


@pytest.fixture
def staff(db):
    return UserFactory()


@pytest.fixture
def staff_client(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def reference_data(db):
    """The regions, the provinces and the vocabularies, as every portal has them."""
    call_command("load_reference_data", verbosity=0)
