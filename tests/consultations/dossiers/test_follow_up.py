import datetime

import pytest

from consultations.dossiers.follow_up import follow_up
from consultations.models import Commitment, Expectation
from tests.factories.consultations import (
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
)

pytestmark = pytest.mark.django_db


def read(shown=10):
    return follow_up(Expectation.objects.all(), Commitment.objects.all(), shown)


def test_newest_meeting_comes_first_and_the_undated_last():
    undated = ExpectationFactory(meeting=MeetingFactory(undated=True))
    old, new = (
        MeetingFactory(starts_on=datetime.date(year, 1, 1)) for year in (2020, 2022)
    )
    older = ExpectationFactory(meeting=old)
    second, first = (ExpectationFactory(meeting=new, order=order) for order in (2, 1))

    assert read().expectations == [first, second, older, undated]
    assert read(2).expectations == [first, second]


def test_the_longest_overdue_commitment_comes_before_the_newest():
    old, new = (
        MeetingFactory(starts_on=datetime.date(year, 1, 1)) for year in (2020, 2022)
    )
    newest = CommitmentFactory(meeting=new)
    late, later = (
        CommitmentFactory(meeting=new, due_on=datetime.date(2022, month, 1))
        for month in (6, 3)
    )
    CommitmentFactory(meeting=old, due_on=datetime.date(2020, 1, 1), state="done")

    assert read(3).commitments == [later, late, newest]
    assert read(1).commitments == [later]


@pytest.mark.parametrize("hidden", ["draft", "withdrawn"])
def test_follow_up_of_meetings_that_are_not_public_is_left_out(hidden):
    meeting = MeetingFactory(**{hidden: True})
    ExpectationFactory(meeting=meeting)
    CommitmentFactory(meeting=meeting, due_on=datetime.date(2020, 1, 1))

    assert (read().expectations, read().commitments) == ([], [])
