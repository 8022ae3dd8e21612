"""The whole portal goes into a database, by what the package says of itself alone."""

import io
import re
import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.utils import timezone

from consultations.catalogue.package import descriptor_of, write_package
from consultations.exports import DATASETS
from consultations.exports.columns import Datatype, Scope
from tests.consultations.exports.whole_record import make_all

pytestmark = pytest.mark.django_db

BASE_URL = "http://testserver"
PAGE = (settings.BASE_DIR / "docs/analysts.md").read_text()


def lines_on_the_page():
    """Return what the page for analysts tells them to run, without running the last line."""
    page: dict = {}
    for code in re.findall(r"```python\n(import (?:re|csv)\n.*?)```", PAGE, flags=re.S):
        exec(re.sub(r"^print\(.*", "", code, flags=re.M), page)  # noqa: S102
    return page


@pytest.fixture
def package():
    make_all()
    file = io.BytesIO()
    write_package(file, BASE_URL)
    return file


@pytest.fixture
def database(package):
    with closing(sqlite3.connect(":memory:")) as database:
        assert lines_on_the_page()["load"](package, database) == []
        yield database


def rows_of(database, name):
    return database.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608


def as_stored(column, cell):
    if cell is None or cell == "":
        return None
    if column.datatype == Datatype.BOOLEAN:
        return int(cell)
    if column.datatype == Datatype.DECIMAL:
        return float(cell)
    if column.datatype == Datatype.DATE:
        return cell if isinstance(cell, str) else cell.isoformat()
    return cell


def test_every_table_is_there_with_its_rows_and_types(database):
    scope = Scope(BASE_URL, timezone.localdate())
    for name, dataset in DATASETS.items():
        moments = {
            number
            for number, column in enumerate(dataset.columns)
            if column.datatype == Datatype.DATETIME
        }
        expected = [
            tuple(
                as_stored(column, cell)
                for column, cell in zip(dataset.columns, row, strict=True)
            )
            for row in dataset.rows(dataset.published(), scope)
        ]

        def without_moments(rows, left_out=moments):
            return [
                tuple(cell for number, cell in enumerate(row) if number not in left_out)
                for row in rows
            ]

        assert expected, f"no row of {name} to load"
        assert without_moments(rows_of(database, name)) == without_moments(expected)


def test_every_key_that_is_declared_is_kept_by_the_database(database, package):
    resources = descriptor_of(package)["resources"]

    declared = {
        (one["name"], *key["fields"], key["reference"]["resource"] or one["name"])
        for one in resources
        for key in one["schema"].get("foreignKeys", [])
    }
    kept = {
        (one["name"], key[3], key[2])
        for one in resources
        for key in database.execute(f'PRAGMA foreign_key_list("{one["name"]}")')
    }
    assert kept == declared
    assert {name for name, _column, _other in kept} >= {"participations", "provinces"}


def test_a_row_that_is_missed_is_noticed(database):
    database.execute("DELETE FROM meetings")

    missed = {row[0] for row in database.execute("PRAGMA foreign_key_check")}

    assert {"attendance", "agenda", "expectations"} <= missed
