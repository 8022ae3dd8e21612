"""A real browser in front of a real server; each test starts from an empty database."""

import os
import shutil
import sqlite3

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser():
    program = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, PROGRAMS)), None
    )
    if program is None:
        pytest.skip("no Chromium was found: name it in CHROMIUM")
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright's own event loop runs in this thread; the ORM calls here are not
        # part of it.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, live_server):
    """A desktop window whose addresses begin at the portal; no script may fail in it."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))

    yield page

    context.close()
    assert failures == []


@pytest.fixture(scope="session")
def copies():
    """Where a database is kept that the tests begin with: made once, copied for each."""
    copies = {}
    yield copies
    for copy in copies.values():
        copy.close()


@pytest.fixture
def record(live_server, copies):
    """All that the portal ships with."""
    if connection.vendor != "sqlite":
        return load_shipped()
    connection.ensure_connection()
    if kept := copies.get("record"):
        kept.backup(connection.connection)
        return None
    load_shipped()
    copies["record"] = sqlite3.connect(":memory:", check_same_thread=False)
    return connection.connection.backup(copies["record"])


def load_shipped():
    call_command("load_reference_data", verbosity=0)
    call_command("load_records", verbosity=0)
