"""Counts that are withheld can be found out from nothing that the portal says.

Two records are read that differ in every withheld count and in nothing else. Whatever is
the same of both (each row, each sum, under each selection) tells nothing of the counts,
and no more does what somebody computes from all of it together: by adding, by taking one
selection from another, by comparing page and file.
"""

import datetime
import itertools
import os
import random
from collections import defaultdict
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from consultations.dossiers.attendance import public_attendance
from consultations.exports import DATASETS, FORMS
from consultations.exports.columns import Scope
from consultations.models import Attendance, Meeting
from regions.models import Province, Region
from stakeholders.models import ParticipantCategory
from tests.factories.consultations import (
    AgreementStepFactory,
    AttendanceFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    ParticipationFactory,
    ThemeFactory,
)

# Set: all pairs of filters. Else some, as Django takes long to write their queries.
EVERY_NTH_PAIR = 1 if os.environ.get("ALL_PAIRS_OF_FILTERS") else 11

PARTS = Attendance.PARTS
# Those that sum people or list who came, and take the filters of the meetings.
OF_PEOPLE = ("meetings", "attendance", "attendance_by_category", "coverage")


def is_withheld(parts):
    return any(part is not None and 1 <= part <= 4 for part in parts)


def rows_with(present, values):
    """Yield the counts of parts that a row may hold."""
    for parts in itertools.product(values, repeat=len(PARTS)):
        if present is None or all(part is None or part <= present for part in parts):
            yield parts


def shown_of(present, parts):
    row = SimpleNamespace(
        category=SimpleNamespace(pk=1),
        present=present,
        **dict(zip(PARTS, parts, strict=True)),
    )
    return repr(public_attendance([row]))


def test_a_row_fits_several_counts_of_each_part_that_is_withheld():
    fitting = defaultdict(set)
    for present in (None, *range(8)):
        for parts in rows_with(present, (None, *range(8))):
            fitting[shown_of(present, parts), is_withheld(parts)].add(parts)

    withheld = [rows for (_shown, small), rows in fitting.items() if small]

    assert len(withheld) == 8  # one a number present, which is all that they differ in
    for rows in withheld:
        assert all(len({parts[part] for parts in rows}) > 1 for part in range(3))


# A record, and another that differs in what is withheld


@pytest.fixture
def record(reference_data):
    """Generated meetings of two regions, with rows of every kind of counts."""
    pick = random.Random(2022)
    regions = list(Region.objects.order_by("code")[:2])
    provinces = [Province.objects.filter(region=region).first() for region in regions]
    series = MeetingSeriesFactory.create_batch(2)
    types = MeetingTypeFactory.create_batch(2)
    themes = ThemeFactory.create_batch(2)
    categories = list(ParticipantCategory.objects.order_by("order")[:3])
    for number in range(16):
        place = pick.randrange(3)
        meeting = MeetingFactory(
            title_ar=pick.choice(["لقاء حول التشغيل", "لقاء حول التمدرس"]),
            region=regions[place] if place < 2 else None,
            series=pick.choice([*series, None]),
            type=pick.choice(types),
            state=pick.choice(["held", "held", "held", "announced"]),
            starts_on=datetime.date(2021 + number % 2, 1 + number % 12, 12),
        )
        if place < 2 and pick.random() < 0.7:
            meeting.provinces.set([provinces[place]])
        meeting.themes.set(pick.sample(themes, 1))
        if pick.random() < 0.4:
            AgreementStepFactory(meeting=meeting)
        for category in categories:
            present = pick.choice([None, 3, 12, 40])
            values = (None, 0, 1, 4, *((5, 11) if present != 3 else ()))
            parts = pick.choice(list(rows_with(present, values)))
            AttendanceFactory(
                meeting=meeting,
                category=category,
                present=present,
                **dict(zip(PARTS, parts, strict=True)),
            )
            if pick.random() < 0.3:
                ParticipationFactory(meeting=meeting, category=category)
    return SimpleNamespace(
        categories=categories, types=types, themes=themes, series=series
    )


def counts():
    return {
        row.pk: (row.present, tuple(getattr(row, part) for part in PARTS))
        for row in Attendance.objects.all()
    }


def put_other_counts():
    """Change each count of each row that is withheld, within what the row allows."""
    pick = random.Random(1)
    for pk, (present, parts) in counts().items():
        if not is_withheld(parts):
            continue
        others = [
            other
            for other in rows_with(present, (None, 0, 1, 2, 3, 4, 6))
            if is_withheld(other)
            and all(one != two for one, two in zip(parts, other, strict=True))
        ]
        # Past save(): neither a moment nor a version tells the two records apart.
        Attendance.objects.filter(pk=pk).update(
            **dict(zip(PARTS, pick.choice(others), strict=True))
        )


def put_other_counts_in_sight():
    Attendance.objects.filter(women=11).update(women=12)


def selections(record):
    """Return no filter, each alone, and each pair of two, with values that select some."""
    values = {
        "q": ["التشغيل"],
        "region": [
            *Region.objects.order_by("code").values_list("slug", flat=True)[:2],
            "national",
        ],
        "province": [Province.objects.filter(meetings__isnull=False).first().iso_code],
        "series": [record.series[0].code],
        "type": [record.types[0].code],
        "state": ["held", "announced"],
        "category": [record.categories[0].code, record.categories[1].code],
        "theme": [record.themes[0].code],
        "year": ["2021"],
        "from": ["2021-06-01"],
        "to": ["2022-03-12"],
        "has_agreements": ["true", "false"],
    }
    assert values.keys() == DATASETS["meetings"].filters(is_export=True).fields.keys()
    single = [(name, value) for name, given in values.items() for value in given]
    pairs = [
        dict(pair)
        for pair in itertools.combinations(single, 2)
        if pair[0][0] != pair[1][0]
    ]
    return [{}, *({name: value} for name, value in single), *pairs[::EVERY_NTH_PAIR]]


def questions(record, names=OF_PEOPLE):
    """Return what asks the database for each table under each selection, made once."""
    scope = Scope("http://testserver", timezone.localdate())
    asked = {}
    for selection in selections(record):
        for name in names:
            dataset = DATASETS[name]
            filters = dataset.filters(selection, is_export=True)
            if name == "coverage" and selection.get("region") == "national":
                assert not filters.is_wholly_valid  # its rows are of regions alone
                continue
            assert filters.is_wholly_valid
            query = dataset.query(filters.apply(dataset.published()), scope).query
            asked[name, tuple(selection.items())] = query.sql_with_params()
    return asked


def answers(asked):
    read = {}
    with connection.cursor() as cursor:
        for key, (sql, parameters) in asked.items():
            cursor.execute(sql, parameters)
            read[key] = cursor.fetchall()
    return read


def in_sight():
    """Return the pages of meetings of which the count that is changed in sight is told."""
    return {
        row.meeting.get_absolute_url()
        for row in Attendance.objects.filter(women=11).select_related("meeting")
        if not is_withheld([getattr(row, part) for part in PARTS])
    }


def everything_of_people(client, meetings):
    """Return the pages that tell how many came, and the files."""
    pages = [
        "/",
        "/meetings/?sort=present",
        "/participants/",
        "/regions/",
        *meetings,
        *(one.get_absolute_url() for one in Region.objects.order_by("code")[:2]),
        *(one.get_absolute_url() for one in ParticipantCategory.objects.all()[:2]),
        "/statistics/",
        "/statistics/attendance/",
        "/statistics/coverage/",
        *(f"/data/{name}.{form}" for name in OF_PEOPLE for form in FORMS),
        *(f"/data/{name}.json" for name in DATASETS.keys() - {*OF_PEOPLE}),
    ]
    return {address: client.get(address).getvalue() for address in pages}


def different(before, after):
    assert before.keys() == after.keys()
    return {key for key in before if before[key] != after[key]}


def test_no_table_under_any_two_filters_tells_of_a_withheld_count(record):
    true = counts()
    assert sum(is_withheld(parts) for _present, parts in true.values()) >= 20
    asked = questions(record)
    before = answers(asked)

    put_other_counts()

    for pk, (present, parts) in counts().items():
        assert present == true[pk][0]
        if is_withheld(true[pk][1]):
            assert all(one != two for one, two in zip(parts, true[pk][1], strict=True))
        else:
            assert parts == true[pk][1]
    assert different(before, answers(asked)) == set()
    # What is not withheld is told, by the rows and by no sum.
    put_other_counts_in_sight()
    told = {name for name, _selection in different(before, answers(asked))}
    assert told == {"attendance"}


def test_no_page_and_no_file_tells_of_a_withheld_count(record, client):
    told_of = in_sight()
    others = [one.get_absolute_url() for one in Meeting.objects.order_by("pk")[:5]]
    meetings = list(told_of | {*others})
    before = everything_of_people(client, meetings)

    put_other_counts()

    assert different(before, everything_of_people(client, meetings)) == set()
    put_other_counts_in_sight()
    told = {
        address
        for address, content in before.items()
        if address.startswith(("/meetings/", "/data/attendance", "/statistics/"))
        and client.get(address).getvalue() != content
    }
    assert told_of
    assert told == told_of | {f"/data/attendance.{form}" for form in FORMS}
