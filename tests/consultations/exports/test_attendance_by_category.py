import pytest

from consultations.exports import DATASETS
from consultations.models import Meeting
from consultations.reports import category_reports
from tests.factories.consultations import (
    AttendanceFactory,
    MeetingFactory,
    ParticipationFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import ParticipantCategoryFactory

pytestmark = pytest.mark.django_db

FIGURES = (
    "meetings_heard",
    "regions_heard",
    "meetings_counted",
    "people_present",
    "meetings_recorded_absent",
)


def figures(rows):
    return {row["category"]: tuple(row[key] for key in FIGURES) for row in rows}


@pytest.mark.parametrize(
    ("present", "is_named", "expected"),
    [
        (None, False, (0, 0, 0, None, 0)),
        # Zero known is zero.
        (0, False, (0, 0, 0, 0, 1)),
        (7, False, (1, 1, 1, 7, 0)),
        (None, True, (1, 1, 0, None, 0)),
        # The sources differ: one names a participant, one counts nobody.
        (0, True, (1, 1, 1, 0, 0)),
        (7, True, (1, 1, 1, 7, 0)),
    ],
)
def test_hearing_follows_from_names_and_counts(read_rows, present, is_named, expected):
    category = ParticipantCategoryFactory()
    meeting = MeetingFactory(region=RegionFactory())
    AttendanceFactory(meeting=meeting, category=category, present=present)
    if is_named:
        ParticipationFactory.create_batch(2, meeting=meeting, category=category)

    rows = figures(read_rows("attendance_by_category"))

    assert rows == {category.code: expected}


@pytest.mark.parametrize(
    "options", [{"draft": True}, {"withdrawn": True}, {"state": "cancelled"}]
)
def test_what_is_not_public_or_was_not_held_counts_nothing(read_rows, options):
    category = ParticipantCategoryFactory()
    meeting = MeetingFactory(region=RegionFactory(), **options)
    AttendanceFactory(meeting=meeting, category=category, present=7)
    ParticipationFactory(meeting=meeting, category=category)

    rows = figures(read_rows("attendance_by_category"))

    assert rows == {category.code: (0, 0, 0, None, 0)}


def test_figures_of_all_meetings_are_those_of_the_pages(read_rows):
    categories = ParticipantCategoryFactory.create_batch(3)
    places = [*RegionFactory.create_batch(2), None]
    for number, region in enumerate(places * 2):
        meeting = MeetingFactory(region=region)
        for category in categories[number % 3 :]:
            AttendanceFactory(meeting=meeting, category=category, present=number)
        ParticipationFactory(meeting=meeting, category=categories[number % 2])

    rows = figures(read_rows("attendance_by_category"))

    assert rows == {
        one.category.code: (
            one.heard.meetings,
            one.regions,
            one.heard.counted,
            one.heard.present,
            one.heard.absent,
        )
        for one in category_reports()
    }


def test_only_the_selected_meetings_count(read_rows):
    category = ParticipantCategoryFactory()
    oriental = RegionFactory(oriental=True)
    for region, present in ((oriental, 5), (RegionFactory(), 40)):
        meeting = MeetingFactory(region=region)
        AttendanceFactory(meeting=meeting, category=category, present=present)
    filters = DATASETS["attendance_by_category"].filters({"region": "oriental"})

    rows = read_rows(
        "attendance_by_category", filters.apply(Meeting.objects.published())
    )

    assert figures(rows) == {category.code: (1, 1, 1, 5, 0)}


def test_retired_category_stays_where_it_is_named(read_rows):
    named, unnamed = ParticipantCategoryFactory.create_batch(2, is_active=False)
    ParticipationFactory(meeting=MeetingFactory(), category=named)
    ParticipationFactory(meeting=MeetingFactory(draft=True), category=unnamed)

    assert [row["category"] for row in read_rows("attendance_by_category")] == [
        named.code
    ]
