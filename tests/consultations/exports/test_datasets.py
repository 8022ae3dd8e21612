"""What holds for every dataset, whatever it is about."""

import datetime

import pytest

from consultations.exports import DATASETS
from consultations.exports.columns import Datatype
from tests.consultations.exports.whole_record import make_all

pytestmark = pytest.mark.django_db

ALL = list(DATASETS)


@pytest.fixture
def tables(read_rows):
    make_all()
    return {name: read_rows(name) for name in DATASETS}


def test_every_file_has_rows_of_what_is_public(tables):
    assert [name for name in ALL if not tables[name]] == []


def test_no_file_tells_of_what_is_not_public(tables):
    told = {
        name: [
            key
            for row in rows
            for key, cell in row.items()
            if isinstance(cell, str) and "سري" in cell
        ]
        for name, rows in tables.items()
    }

    assert {name: keys for name, keys in told.items() if keys} == {}


def test_every_row_has_a_primary_key_of_its_own(tables):
    for name, rows in tables.items():
        dataset = DATASETS[name]
        assert dataset.primary_key, name
        assert set(dataset.primary_key) <= set(dataset.keys)
        keys = [tuple(row[key] for key in dataset.primary_key) for row in rows]
        assert all(cell not in (None, "") for key in keys for cell in key), name
        assert len(set(keys)) == len(keys), name


def test_every_reference_leads_to_a_row(tables):
    """A whole portal can be loaded into a database with its foreign keys."""
    lost, followed = {}, set()
    for name, dataset in DATASETS.items():
        for column in dataset.columns:
            if not column.references:
                continue
            other, key = column.references.split(".")
            known = {row[key] for row in tables[other]}
            cells = {row[column.key] for row in tables[name]} - {None, ""}
            followed |= {f"{name}.{column.key}"} if cells else set()
            if unknown := cells - known:
                lost[f"{name}.{column.key}"] = unknown
    assert lost == {}
    # Those that lead to hidden records alone are told nowhere.
    assert {
        f"{name}.{column.key}"
        for name, dataset in DATASETS.items()
        for column in dataset.columns
        if column.references
    } - followed == {
        "meetings.part_of",
        "meetings.follows",
        "agreements.amends",
        "agreements.based_on",
    }


def test_references_name_the_primary_key_of_a_dataset():
    wrong = []
    for dataset in DATASETS.values():
        for column in filter(lambda column: column.references, dataset.columns):
            other, key = column.references.split(".")
            if DATASETS[other].primary_key != (key,):
                wrong.append((dataset.name, column.key, column.references))

    assert wrong == []


def test_what_identifies_is_text_that_begins_with_no_number(tables):
    """A spreadsheet that guesses types makes no number and no date of it."""
    for name, rows in tables.items():
        columns = [
            column
            for column in DATASETS[name].columns
            if column.references or column.key in DATASETS[name].primary_key
        ]
        assert {column.datatype for column in columns} == {Datatype.STRING}
        cells = [row[column.key] for row in rows for column in columns]
        assert [
            cell for cell in cells if cell and not any(map(str.isalpha, cell))
        ] == []


def test_files_are_in_an_order_that_stays(tables, read_rows):
    again = {
        name: read_rows(name, today=datetime.date(2022, 6, 1)) for name in DATASETS
    }

    assert again == tables


def test_files_for_staff_tell_how_far_each_row_is(read_rows):
    make_all()
    told = {
        name: {
            row["publication"]
            for row in read_rows(
                name, dataset.published().model.objects.all(), with_drafts=True
            )
        }
        for name, dataset in DATASETS.items()
        if dataset.publication
    }

    states = {"draft", "published", "scheduled", "withdrawn"}
    assert told == dict.fromkeys(told, states)
    assert len(told) == 15
