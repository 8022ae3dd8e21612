import datetime

import pytest

from consultations.exports import DATASETS
from consultations.models import Meeting
from tests.factories.consultations import CommitmentFactory, MeetingFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2022, 6, 1)


@pytest.fixture
def record():
    oriental = MeetingFactory(region=RegionFactory(oriental=True))
    for state, due_on in (
        ("done", TODAY - datetime.timedelta(days=1)),
        ("announced", TODAY - datetime.timedelta(days=1)),
        ("announced", TODAY),
        ("announced", None),
    ):
        CommitmentFactory(meeting=oriental, state=state, due_on=due_on)
    CommitmentFactory(meeting=MeetingFactory(), state="announced", due_on=None)
    CommitmentFactory(meeting=MeetingFactory(draft=True), state="unknown")


def figures(rows):
    return [
        (
            row["state"],
            row["commitments"],
            row["meetings"],
            row["past_due"],
            row["without_due_date"],
        )
        for row in rows
    ]


def test_commitments_are_counted_in_the_order_of_their_states(record, read_rows):
    assert figures(read_rows("commitments_by_state", today=TODAY)) == [
        ("announced", 4, 2, 1, 2),
        ("done", 1, 1, 0, 0),
    ]


def test_due_date_passes_with_the_day_of_the_file(record, read_rows):
    tomorrow = TODAY + datetime.timedelta(days=1)

    rows = read_rows("commitments_by_state", today=tomorrow)

    assert [row["past_due"] for row in rows] == [2, 0]


def test_only_commitments_of_the_selected_meetings_count(record, read_rows):
    filters = DATASETS["commitments_by_state"].filters({"region": "oriental"})

    rows = read_rows(
        "commitments_by_state",
        filters.apply(Meeting.objects.published()),
        today=TODAY,
    )

    assert figures(rows) == [("announced", 3, 1, 1, 1), ("done", 1, 1, 0, 0)]
