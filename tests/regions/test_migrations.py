"""Rows of history from before there were change sets are given theirs."""

import datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from regions.models import Province
from tests.factories.accounts import UserFactory

BEFORE, AFTER = "0003_change_sets", "0005_change_sets_always"
MOMENT = datetime.datetime(2026, 11, 22, 10, 0, tzinfo=datetime.UTC)


@pytest.mark.django_db(transaction=True)
def test_what_one_author_saved_without_a_pause_is_one_change():
    author = UserFactory()
    executor = MigrationExecutor(connection)
    executor.migrate([("regions", BEFORE)])
    try:
        history = executor.loader.project_state([("regions", BEFORE)]).apps.get_model(
            "regions", "HistoricalProvince"
        )
        for number, (seconds, user) in enumerate(
            [(0, None), (0.9, None), (1.8, None), (1.8, author.pk), (9, None)], start=1
        ):
            history.objects.create(
                id=number,
                kind="province",
                history_type="+",
                history_date=MOMENT + datetime.timedelta(seconds=seconds),
                history_user_id=user,
            )
    finally:
        MigrationExecutor(connection).migrate([("regions", AFTER)])

    one, two, three, other, late = (
        row.change_set for row in Province.history.order_by("id")
    )
    assert one == two == three
    assert len({one, other, late}) == 3
