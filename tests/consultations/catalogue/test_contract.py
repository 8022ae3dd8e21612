import datetime

from consultations.catalogue import contract
from consultations.catalogue.contract import Promise, changes, promises
from consultations.exports import DATASETS
from tests.contract import broken, lines


def test_every_column_is_promised_in_its_place():
    assert [(one.dataset, one.column) for one in promises()] == [
        (name, key) for name, dataset in DATASETS.items() for key in dataset.keys
    ]


def test_what_is_gone_or_moved_is_named(places):
    day = datetime.date(2026, 1, 1)
    kept = [Promise("parts", "code", day), Promise("parts", "area", day)]

    assert broken(places, kept) == []
    assert broken(places, kept[::-1]) == ["parts: area, code"]
    assert broken(places, [*kept, Promise("areas", "name", day)]) == ["areas: name"]
    assert broken(places, [Promise("rivers", "code", day)]) == ["rivers: code"]


def test_a_new_column_is_dated_and_the_others_keep_their_day(places):
    day, today = datetime.date(2026, 1, 1), datetime.date(2026, 3, 1)

    written = list(lines(places, [Promise("areas", "code", day)], today))

    assert written[0] == ("areas", "code", "2026-01-01")
    assert {since for _name, _key, since in written[1:]} == {"2026-03-01"}


def test_changes_tell_new_tables_from_new_columns(monkeypatch):
    first, second = list(DATASETS)[:2]
    early, late = datetime.date(2026, 1, 1), datetime.date(2026, 3, 1)
    listed = (
        Promise(first, "a", early),
        Promise(first, "b", late),
        Promise(second, "c", late),
    )
    monkeypatch.setattr(contract, "promises", lambda: listed)

    latest, earliest = changes()

    assert (latest.day, latest.tables, latest.columns) == (
        late,
        [DATASETS[second]],
        [(DATASETS[first], ["b"])],
    )
    assert (earliest.day, earliest.tables, earliest.columns) == (
        early,
        [DATASETS[first]],
        [],
    )
