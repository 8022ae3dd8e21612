"""The version of a thing rises with it and with its parts, and a service asks for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.concurrency import ChangedMeanwhile, version_of, versions_of
from consultations import services
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def test_version_changes_with_the_row_and_with_parts_of_parts():
    meeting, other = MeetingFactory(draft=True), MeetingFactory(draft=True)
    commitment = CommitmentFactory(meeting=meeting)
    still = version_of(other)
    seen = [version_of(meeting)]

    for change in (
        lambda: meeting.save(),
        lambda: meeting.themes.add(ThemeFactory()),
        lambda: ExpectationFactory(meeting=meeting),
        lambda: commitment.save(),
        lambda: ProgressFactory(commitment=commitment),
        lambda: commitment.delete(),
    ):
        change()
        seen.append(version_of(meeting))

    assert len(set(seen)) == len(seen)
    assert version_of(other) == still


def test_part_that_moves_changes_both_records():
    old, new = MeetingFactory(draft=True), MeetingFactory(draft=True)
    expectation = ExpectationFactory(meeting=old)
    before = versions_of([old, new])

    expectation.meeting = new
    expectation.save()

    after = versions_of([old, new])
    assert before[old.pk] != after[old.pk]
    assert before[new.pk] != after[new.pk]


def test_versions_of_many_cost_no_more_than_of_one():
    meetings = [SourceFactory(meeting=MeetingFactory()).meeting for _ in range(3)]

    with CaptureQueriesContext(connection) as one:
        versions_of(meetings[:1])
    with CaptureQueriesContext(connection) as three:
        versions_of(meetings)

    assert len(one) == len(three)


def test_nothing_has_no_versions(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert versions_of([]) == {}


@pytest.mark.parametrize("make", [MeetingFactory, PartnershipAgreementFactory])
@pytest.mark.parametrize(
    ("trait", "step", "said"),
    [
        ({"draft": True}, services.submit, {}),
        ({"in_review": True}, services.publish, {}),
        ({"in_review": True}, services.send_back, {"remark": "سبب"}),
        ({"scheduled": True}, services.call_off, {}),
        ({}, services.withdraw, {"reason": "سبب"}),
        ({"withdrawn": True}, services.return_to_draft, {}),
    ],
)
def test_no_step_is_taken_with_a_record_that_looks_different(make, trait, step, said):
    record = make(**trait)
    kind = "meeting" if make is MeetingFactory else "agreement"
    source = SourceFactory(**{kind: record})
    seen = version_of(record)
    source._history_user = UserFactory(first_name="Amina")
    source.save()
    before = record.publication
    publisher = UserFactory()

    with pytest.raises(ChangedMeanwhile) as refusal:
        step(record, by=publisher, expected_version=seen, **said)
    record.refresh_from_db()
    between = record.publication
    step(record, by=publisher, expected_version=version_of(record), **said)
    record.refresh_from_db()

    assert "Amina" in refusal.value.messages[0]
    assert between == before
    assert (record.publication, record.is_scheduled) != (
        before,
        trait == {"scheduled": True},
    )


def test_refusal_without_a_saver_says_when():
    record = MeetingFactory(in_review=True)

    with pytest.raises(ChangedMeanwhile) as refusal:
        services.withdraw(record, by=None, reason="سبب", expected_version="0")

    assert refusal.value.code == "changed_meanwhile"
    assert len(refusal.value.messages) == 1
