import datetime

import pytest

from consultations.models import Commitment, Expectation
from tests.factories.consultations import (
    AidDistributionFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ProgrammeFactory,
)

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 6, 15)
YESTERDAY = TODAY - datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("due_on", "state", "is_late"),
    [
        (YESTERDAY, "announced", True),
        (YESTERDAY, "in_progress", True),
        (YESTERDAY, "unknown", True),
        (YESTERDAY, "done", False),
        (YESTERDAY, "abandoned", False),
        (TODAY, "announced", False),
        (None, "announced", False),
    ],
)
def test_late_follows_from_the_due_date_and_the_state(due_on, state, is_late):
    commitment = CommitmentFactory(due_on=due_on, state=state)

    assert commitment.is_late(TODAY) is is_late
    assert Commitment.objects.late(TODAY).exists() is is_late


def test_late_without_a_day_is_that_of_today():
    late = CommitmentFactory(due_on=datetime.date(2022, 1, 1))
    CommitmentFactory(due_on=datetime.date(9999, 1, 1))

    assert list(Commitment.objects.late()) == [late]
    assert late.is_late()


@pytest.mark.parametrize(
    ("model", "factory"),
    [(Expectation, ExpectationFactory), (Commitment, CommitmentFactory)],
)
def test_published_are_those_of_published_meetings(model, factory):
    published = factory()
    factory(meeting=MeetingFactory(draft=True))
    factory(meeting=MeetingFactory(withdrawn=True))

    assert list(model.objects.published()) == [published]


def test_chain_leads_from_the_expectation_to_the_commitment():
    commitment = CommitmentFactory()
    answered = ExpectationFactory(meeting=commitment.meeting, text_ar="مركز للأشخاص")
    ExpectationFactory(meeting=commitment.meeting)

    commitment.answers.add(answered)

    assert list(answered.commitments.all()) == [commitment]
    assert (str(answered), str(commitment)) == ("مركز للأشخاص", "التزام")


def test_aid_is_called_by_its_description_or_its_programme():
    programme = ProgrammeFactory(name_ar="الشرق مبادرة")

    assert str(AidDistributionFactory()) == "دعم"
    assert (
        str(AidDistributionFactory(description_ar="", programme=programme))
        == "الشرق مبادرة"
    )
