import datetime
import os
import sqlite3
from contextlib import closing
from functools import partial

import pytest
from django.core.management import call_command
from django.db.backends.signals import connection_created
from django.template import RequestContext, Template
from django.test.signals import template_rendered
from django.utils import timezone, translation

from tests.factories.accounts import UserFactory


def _render_and_tell_of_pages(self, context):
    if isinstance(context, RequestContext) and context.template is self:
        template_rendered.send(sender=self, template=self, context=context)
    return self.nodelist.render(context)


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_pages_only(django_test_environment):
    """Keep the context of pages for ``response.context``, not of each of their inputs.

    Django's tests copy the context of every template rendered; a form of the
    administration renders hundreds, and the copies take a third of its time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _render_and_tell_of_pages)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Begin with a copy of the database that was migrated before, where there is one.

    ``migrate`` then finds nothing to do; it takes a third of a minute otherwise.
    """
    if migrated := os.environ.get("MIGRATED_DATABASE"):
        connection_created.connect(
            partial(_copy_into_memory, migrated), weak=False, dispatch_uid="copy"
        )


def _copy_into_memory(migrated, connection, **_signal):
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        return
    database = connection.connection
    if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
        with closing(sqlite3.connect(f"file:{migrated}?mode=ro", uri=True)) as source:
            source.backup(database)


@pytest.fixture(autouse=True)
def _arabic_by_default():
    """Each test starts in Arabic, whatever language the one before left active."""
    with translation.override("ar"):
        yield


class Clock:
    """What ``timezone.now()`` answers, and with it today."""

    def __init__(self, now):
        self.now = now

    def move(self, by: datetime.timedelta):
        self.now += by

    def move_to(self, moment: datetime.datetime):
        self.now = moment


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until the test moves it."""
    clock = Clock(timezone.now())
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


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
