import json
import logging
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from accounts.security_log import digest_of_the_day, log_event
from tests.accounts.signing_in import code_of, sign_in

pytestmark = pytest.mark.django_db


def test_sign_in_is_one_line_each_step(client, fatima, app, events):
    sign_in(client, password="wrong", REMOTE_ADDR="203.0.113.8")
    sign_in(client)
    client.post("/admin/login/code/", {"code": "000000"})
    client.post("/admin/login/code/", {"code": code_of(app)})
    client.post("/admin/logout/")

    assert [(line["event"], line["user"]) for line in events()] == [
        (event, fatima.pk)
        for event in ("sign_in_refused", "code_refused", "signed_in", "signed_out")
    ]
    assert [line.get("second_factor") for line in events()] == [None, None, True, None]


def test_pause_is_told_each_time(fatima, events):
    for _number in range(11):
        sign_in(Client(), password="wrong")

    assert [line["event"] for line in events()] == (
        ["sign_in_refused"] * 10 + ["sign_in_paused"] * 2
    )


def test_lines_hold_no_personal_data(fatima, events):
    for name in ("fatima", "my own password"):
        sign_in(Client(), name, "s3cret", REMOTE_ADDR="203.0.113.8")

    text = json.dumps(events())
    for secret in ("fatima", "my own password", "s3cret", "203.0.113.8"):
        assert secret not in text
    assert [line["user"] for line in events()] == [fatima.pk, None]
    assert all(re.fullmatch("[0-9a-f]{12}", line["source"]) for line in events())


def test_events_of_one_place_can_be_brought_together_for_a_day(monkeypatch):
    same = digest_of_the_day("203.0.113.8")

    assert digest_of_the_day("203.0.113.8") == same
    assert digest_of_the_day("203.0.113.9") != same
    monkeypatch.setattr(
        "accounts.security_log.timezone.localdate",
        lambda: __import__("datetime").date(2001, 1, 1),
    )
    assert digest_of_the_day("203.0.113.8") != same


def test_line_begins_with_its_time_and_stays_one_line(events):
    log_event("account_changed", user=7, by=1, fields=["last\nname"])

    [line] = events()
    assert list(line) == ["time", "event", "user", "by", "fields"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])


def test_lines_are_written_whatever_the_level_of_the_log():
    result = subprocess.run(
        [sys.executable, "-c",
         "import django; django.setup();"
         "from accounts.security_log import log_event; log_event('any', user=1)"],
        cwd=settings.BASE_DIR,
        env={
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "any",
            "LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip

    [line] = result.stderr.splitlines()
    assert json.loads(line)["event"] == "any"
    assert logging.getLogger("portal.security").propagate is False
