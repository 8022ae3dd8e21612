import pytest

from consultations.exports import DATASETS
from consultations.reports import region_reports
from tests.factories.consultations import (
    AttendanceFactory,
    MeetingFactory,
    ParticipationFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import ParticipantCategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    """Two regions and three categories, in all four states; in the second no report."""
    heard, absent, silent = (
        ParticipantCategoryFactory(code=code, order=order)
        for order, code in enumerate(("heard", "absent", "silent"))
    )
    oriental = RegionFactory(oriental=True)
    RegionFactory(code="12")
    meeting = MeetingFactory(region=oriental, slug="2022-01-12-oriental")
    ParticipationFactory(meeting=meeting, category=heard)
    AttendanceFactory(meeting=meeting, category=heard, present=30)
    AttendanceFactory(meeting=meeting, category=absent, present=0)
    AttendanceFactory(meeting=meeting, category=silent, present=None)
    MeetingFactory(region=oriental, coverage="no_report")
    ParticipationFactory(meeting=MeetingFactory(), category=silent)
    return oriental


def cells(rows):
    return [
        (
            row["region_code"],
            row["category"],
            str(row["hearing"]),
            row["people_present"],
        )
        for row in rows
    ]


def selected(**query):
    dataset = DATASETS["coverage"]
    filters = dataset.filters(query, is_export=True)
    assert filters.problems == []
    return filters.apply(dataset.published())


def test_every_region_has_every_category_in_one_of_four_states(record, read_rows):
    assert cells(read_rows("coverage")) == [
        ("MA-02", "heard", "heard", 30),
        ("MA-02", "absent", "absent", 0),
        ("MA-02", "silent", "not_mentioned", None),
        ("MA-12", "heard", "no_report", None),
        ("MA-12", "absent", "no_report", None),
        ("MA-12", "silent", "no_report", None),
    ]


def test_states_are_those_of_the_pages_of_the_regions(record, read_rows):
    assert [
        (row["region_code"], row["category"], row["hearing"], row["meetings_heard"])
        for row in read_rows("coverage")
    ] == [
        (
            one.region.iso_code,
            one.category.code,
            one.hearing,
            one.heard.meetings,
        )
        for report in region_reports()
        for one in report.categories
    ]


def test_region_and_category_select_rows_and_hide_no_state(record, read_rows):
    assert cells(
        read_rows("coverage", selected(region="oriental", category="silent"))
    ) == [("MA-02", "silent", "not_mentioned", None)]


def test_other_filters_select_the_meetings_that_count(record, read_rows):
    rows = read_rows("coverage", selected(region="oriental", year="1999"))

    assert [str(row["hearing"]) for row in rows] == ["no_report"] * 3


def test_national_meetings_are_in_no_pair_and_cannot_be_asked_for(client, record):
    form = DATASETS["coverage"].filters({"region": "national"})
    file = client.get("/data/coverage.csv?region=national")

    assert [(one.name, one.code) for one in form.problems] == [("region", "bad_value")]
    assert [option.value for option in form.options("region")] == [
        "",
        "oriental",
        "region-12",
    ]
    assert file.status_code == 400
    assert file.content.decode().count("region=national") == 3


def test_form_offers_categories_that_were_never_heard(record):
    form = DATASETS["coverage"].filters({"category": "absent"})

    assert [
        (option.value, option.count, option.is_chosen)
        for option in form.options("category")
    ] == [
        ("", None, False),
        ("heard", None, False),
        ("absent", None, True),
        ("silent", None, False),
    ]


def test_number_of_queries_does_not_grow(record, read_rows, django_assert_num_queries):
    ParticipantCategoryFactory.create_batch(3)
    RegionFactory.create_batch(3)

    with django_assert_num_queries(1):
        rows = read_rows("coverage")

    assert len(rows) == 6 * 5
