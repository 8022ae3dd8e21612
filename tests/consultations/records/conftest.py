import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The shipped record in the database, loaded once for the tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference_data", verbosity=0)
        call_command("load_records", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def record(loaded, db):
    """The shipped record, given back as it was when the test is over."""
