"""The suite of pairs, the same on both databases: what is found, and in which order."""

import pytest

from config.search_index import query_of
from consultations.search import site
from regions.models import Region
from tests.consultations.search.pairs import PAIRS
from tests.consultations.search.records import AGREEMENTS, MEETINGS, make_records

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def key_of(row, keys):
    if isinstance(row, Region):
        return f"region-{row.slug}"
    return keys.get((type(row), row.pk), f"unknown {row!r}")


def found_by(query, keys):
    """Return the keys of all that is found in public, kind by kind, each in its order."""
    found = []
    for kind in site._kinds():
        pks = kind.find(query_of(query), 1000)
        rows = kind.rows.in_bulk(pks)
        found += [key_of(rows[pk], keys).replace(" ", "-") for pk in pks]
    return found


def test_pairs_find_what_they_should_in_the_stated_order(reference_data):
    made = make_records()
    keys = {(type(row), row.pk): key for key, row in made.items()}

    wrong = {
        query: (found, expected.split())
        for query, expected, _tempting in PAIRS
        if (found := found_by(query, keys)) != expected.split()
    }

    assert wrong == {}


def test_suite_is_as_large_as_it_should_be():
    queries = [query for query, _expected, _tempting in PAIRS]
    of_precision = [query for query, _expected, tempting in PAIRS if tempting]

    assert len(queries) == len(set(queries))
    assert len(PAIRS) >= 200
    assert len(of_precision) >= 80


def test_what_tempts_is_there_to_be_found():
    known = {*MEETINGS, *AGREEMENTS, "need", "promise", "entraide", "agency", "unheard"}
    for _query, expected, tempting in PAIRS:
        named = {*tempting.replace("secret need", "").split()}
        assert named <= known
        assert not named & set(expected.split())
