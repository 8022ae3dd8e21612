"""Several people save the page of one record at the same moment, over HTTP.

    SAVING_ROUNDS=200 python -m pytest tests/consultations/admin/test_concurrent_savers.py

Each round has two to eight of them, all of whom have opened the same page. Each types into
some of its places, saves, and decides by lot on every page of a conflict; who has seen three
of them gives up. Run with ``-s`` it prints what happened.
"""

import http.client
import os
import random
import re
import sqlite3
import sys
import threading
from collections import Counter
from itertools import pairwise
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from tests.factories.accounts import UserFactory
from tests.factories.consultations import AgendaItemFactory, MeetingFactory
from tests.forms import form_of_page

ROUNDS = int(os.environ.get("SAVING_ROUNDS") or "4")
AT_MOST = 8
CONFLICTS_AT_MOST = 3
TOKEN = "a" * 32
THEIRS = re.compile(
    r'name="_choice-(?P<name>[^"]+)" value="theirs".*?'
    r'<div class="difference-text"[^>]*>(?P<text>[^<]*)</div>',
    re.DOTALL,
)


@pytest.fixture
def server(transactional_db, tmp_path):
    """The portal behind a real socket, on a database that its threads can share."""
    if connection.vendor != "sqlite":
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        return
    # A database in memory has one connection for all threads: take it to a file.
    file = str(tmp_path / "portal.sqlite3")
    connection.ensure_connection()
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    copy.close()
    in_memory, name = connections["default"], connections.settings["default"]["NAME"]
    on_file = in_memory.copy()
    on_file.settings_dict["NAME"] = file
    connections.settings["default"]["NAME"] = file
    connections["default"] = on_file
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()
    on_file.close()
    connections["default"] = in_memory
    connections.settings["default"]["NAME"] = name


class Saver:
    """One person at one browser: what they typed, were shown and decided."""

    def __init__(self, number, server):
        self.user = UserFactory(first_name=f"Saver {number}")
        client = Client()
        client.force_login(self.user)
        self.cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.server = urlsplit(server).netloc
        self.statuses = Counter()

    def ask(self, method, address, data=None):
        portal = http.client.HTTPConnection(self.server, timeout=120)
        cookies = {
            settings.SESSION_COOKIE_NAME: self.cookie,
            settings.CSRF_COOKIE_NAME: TOKEN,
        }
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = None
        if data is not None:
            body = urlencode({**data, "csrfmiddlewaretoken": TOKEN}, doseq=True)
        portal.request(method, address, body, headers)
        answer = portal.getresponse()
        text = answer.read().decode()
        portal.close()
        self.statuses[answer.status] += 1
        return answer.status, text

    def begin(self, form, places, typed):
        """Sit before the page ``form``; ``places`` maps each place to its input."""
        self.places = places
        self.data = form | {places[name]: [value] for name, value in typed.items()}
        self.typed = typed
        self.decided = dict(typed)
        self.shown = {name: {form[one][0]} for name, one in places.items()}
        self.is_acknowledged = False

    def save(self, address, dice):
        data = self.data
        for _conflict in range(CONFLICTS_AT_MOST):
            status, text = self.ask("POST", address, data)
            self.is_acknowledged = status == 302
            if status != 409:
                return
            data = form_of_page(text, "conflict_form")
            for name, theirs in THEIRS.findall(text):
                self.shown[name].add(theirs)
                key = f"_choice-{name}"
                if key not in data:
                    data[key] = [dice.choice(["mine", "theirs"])]
                if name in self.typed:
                    is_mine = data[key] == ["mine"]
                    self.decided[name] = self.typed[name] if is_mine else theirs


def told(row, column):
    """Return who saved which value of ``column``, one after the other."""
    states = row.history.order_by("history_id")
    return list(states.values_list("history_user", column))


def overwritten_unseen(savers, history, place):
    """Return each value that somebody replaced without having been shown it."""
    by_user = {saver.user.pk: saver for saver in savers}
    return [
        (before, after)
        for (_user, before), (user, after) in pairwise(history)
        if before != after and before not in by_user[user].shown[place]
    ]


@pytest.mark.walk
@pytest.mark.django_db(transaction=True)
def test_nobody_overwrites_what_they_were_not_shown(server):
    everybody = [Saver(number, server) for number in range(AT_MOST)]
    dice = random.Random(2022)
    acknowledged, unseen, lost = 0, [], []
    statuses = Counter()
    for number in range(ROUNDS):
        meeting = MeetingFactory(draft=True, title_ar="قبل", city_ar="قبل")
        items = [
            AgendaItemFactory(meeting=meeting, title_ar="قبل", order=order)
            for order in range(2)
        ]
        address = reverse("admin:consultations_meeting_change", args=[meeting.pk])
        columns = {"title_ar": (meeting, "title_ar"), "city_ar": (meeting, "city_ar")}
        places = {"title_ar": "title_ar", "city_ar": "city_ar"}
        for index, item in enumerate(items):
            columns[f"agenda_items-{item.pk}-title_ar"] = (item, "title_ar")
            places[f"agenda_items-{item.pk}-title_ar"] = (
                f"agenda_items-{index}-title_ar"
            )
        savers = everybody[: dice.randint(2, AT_MOST)]
        status, text = savers[0].ask("GET", address)
        assert status == 200
        form = form_of_page(text, "meeting_form")
        threads = []
        for saver in savers:
            typed = {
                place: f"r{number}u{saver.user.pk}p{index}"
                for index, place in enumerate(places)
                if dice.random() < 0.6
            }
            saver.begin(form, places, typed)
            lot = random.Random(dice.random())
            threads.append(threading.Thread(target=saver.save, args=[address, lot]))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        acknowledged += sum(saver.is_acknowledged for saver in savers)
        for place, (row, column) in columns.items():
            history = told(row, column)
            unseen += overwritten_unseen(savers, [(None, "قبل"), *history], place)
            kept = set(history)
            for saver in savers:
                if saver.is_acknowledged and place in saver.decided:
                    value = saver.decided[place]
                    if value not in {one for _user, one in kept}:
                        lost.append((saver.user.pk, place, value))
                if not saver.is_acknowledged:
                    typed = (saver.user.pk, saver.typed.get(place))
                    assert typed not in kept
    for saver in everybody:
        statuses += saver.statuses
    sys.stdout.write(
        f"{connection.vendor}: {ROUNDS} rounds, {statuses.total()} requests, "
        f"{acknowledged} saves acknowledged, {statuses[409]} pages of conflicts, "
        f"{len(unseen)} silent overwrites, {len(lost)} saves lost, "
        f"{sum(n for status, n in statuses.items() if status >= 500)} server errors\n"
    )
    assert set(statuses) == {200, 302, 409}
    assert statuses[200] == ROUNDS
    assert (unseen, lost) == ([], [])
    assert acknowledged >= ROUNDS
