import datetime

import pytest

from consultations.completeness import (
    RULES,
    incomplete,
    is_incomplete,
    missing_in,
    number_missing,
)
from consultations.models import (
    Commitment,
    Expectation,
    Meeting,
    PartnershipAgreement,
)
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    AttendanceFactory,
    CommitmentFactory,
    DatedMeetingFactory,
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def missing(record):
    """Return the keys of what ``record`` lacks, asked in three ways that must agree."""
    model = type(record)
    keys = [rule.key for rule in missing_in(model, [record.pk])[record.pk]]
    rows = model.objects.filter(pk=record.pk)
    assert keys == [
        rule.key for rule in RULES[model] if incomplete(rows, rule.key).exists()
    ]
    assert incomplete(rows).exists() == bool(keys)
    counted = rows.annotate(number=number_missing(model)).get()
    assert counted.number == len(keys)
    return keys


def complete_meeting():
    meeting = DatedMeetingFactory(
        series=MeetingSeriesFactory(one_per_region=True),
        region=RegionFactory(),
        city_ar="وجدة",
        title_fr="Rencontre",
        summary_ar="ملخص",
        agreements_reported=1,
    )
    ParticipationFactory(meeting=meeting)
    AttendanceFactory(meeting=meeting, present=0)
    ExpectationFactory(meeting=meeting)
    SourceFactory(meeting=meeting)
    AgreementStepFactory(meeting=meeting)
    return meeting


def changed(**values):
    def change(record):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()

    return change


def without(part):
    def change(record):
        getattr(record, part).all().delete()

    return change


def test_meeting_with_everything_lacks_nothing():
    assert missing(complete_meeting()) == []


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        (
            changed(title_ar="", publication="draft", published_at=None),
            ["title_ar"],
        ),
        (changed(coverage="no_report"), ["report"]),
        (without("attendances"), ["attendance"]),
        (without("participations"), ["participants"]),
        (without("expectations"), ["expectations"]),
        (changed(date_precision="unknown", starts_on=None), ["date"]),
        (without("agreement_steps"), ["agreements"]),
        (changed(agreements_reported=2), ["agreements"]),
        (changed(agreements_reported=0), []),
        (changed(agreements_reported=None), []),
        (changed(region=None), ["region"]),
        (changed(region=None, series=None), []),
        (changed(city_ar=""), ["city"]),
        (changed(city_ar="", mode="remote"), []),
        (changed(summary_ar=""), ["summary"]),
        (without("sources"), ["sources"]),
        (changed(title_fr=""), ["title_fr"]),
    ],
)
def test_meeting_lacks_what_was_taken_from_it(change, lacks):
    meeting = complete_meeting()

    change(meeting)

    assert missing(meeting) == lacks


def test_attendance_without_a_number_of_people_present_is_missing():
    meeting = complete_meeting()
    meeting.attendances.update(present=None, invited=5)

    assert missing(meeting) == ["attendance"]


@pytest.mark.parametrize(
    ("person", "office", "lacks"),
    [
        ({}, {}, ["offices"]),
        ({}, {"office_stated_fr": "Présidente"}, []),
        ({"consents_to_be_named": True}, {}, []),
    ],
    ids=["neither", "office", "consent"],
)
def test_person_needs_an_office_or_consent_to_be_named(person, office, lacks):
    meeting = complete_meeting()
    ParticipationFactory(meeting=meeting, person=PersonFactory(**person), **office)

    assert missing(meeting) == lacks


@pytest.mark.parametrize(
    ("stated", "lacks"), [("", ["offices"]), ("والي", [])], ids=["neither", "office"]
)
def test_signatory_needs_an_office_or_consent_to_be_named(stated, lacks):
    agreement = complete_agreement()
    AgreementPartyFactory(
        agreement=agreement, signed_by=PersonFactory(), signatory_office_stated=stated
    )

    assert missing(agreement) == lacks


def test_official_summary_needs_no_source():
    meeting = complete_meeting()
    meeting.sources.all().delete()

    changed(is_official_summary=True)(meeting)

    assert missing(meeting) == []


def test_draft_agreement_counts_until_its_meeting_is_published():
    meeting = complete_meeting()
    agreement = PartnershipAgreement.objects.get()
    changed(publication="draft", published_at=None)(agreement)

    published = missing(meeting)
    changed(publication="draft", published_at=None)(meeting)

    assert published == ["agreements"]
    assert missing(meeting) == []


@pytest.mark.parametrize(
    ("state", "day", "lacks"),
    [
        ("announced", datetime.date(2022, 1, 1), ["report", "title_fr"]),
        ("announced", None, ["report", "title_fr"]),
        ("postponed", datetime.date(2022, 1, 1), ["report", "title_fr"]),
        ("announced", datetime.date(2099, 1, 1), ["title_fr"]),
        ("cancelled", datetime.date(2022, 1, 1), ["title_fr"]),
    ],
)
def test_meeting_not_held_owes_a_report_once_its_day_has_passed(state, day, lacks):
    meeting = MeetingFactory(state=state, starts_on=day)
    SourceFactory(meeting=meeting)

    assert missing(meeting) == lacks


def complete_agreement():
    agreement = PartnershipAgreementFactory(
        title_fr="Convention",
        amount=5,
        amount_note="exact",
        period_ends_on=datetime.date(2024, 1, 1),
    )
    AgreementPartyFactory(agreement=agreement)
    AgreementStepFactory(agreement=agreement, date=datetime.date(2022, 1, 12))
    SourceFactory(agreement=agreement)
    return agreement


def test_agreement_with_everything_lacks_nothing():
    assert missing(complete_agreement()) == []


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        (
            changed(title_ar="", publication="draft", published_at=None),
            ["title_ar"],
        ),
        (without("parties"), ["parties"]),
        (without("steps"), ["steps"]),
        (lambda agreement: agreement.steps.update(date=None), ["step_date"]),
        (changed(amount=None, amount_note="unknown"), ["amount"]),
        (changed(period_ends_on=None), ["period"]),
        (without("sources"), ["sources"]),
        (changed(title_fr=""), ["title_fr"]),
    ],
)
def test_agreement_lacks_what_was_taken_from_it(change, lacks):
    agreement = complete_agreement()

    change(agreement)

    assert missing(agreement) == lacks


def test_expectation_lacks_who_raised_it_its_theme_and_what_became_of_it():
    bare = ExpectationFactory()
    full = ExpectationFactory(
        organisation=OrganisationFactory(), theme=ThemeFactory(), state="done"
    )

    assert missing(bare) == ["raised_by", "theme", "follow_up"]
    assert missing(full) == []


def test_commitment_lacks_its_owner_its_date_and_what_became_of_it():
    bare = CommitmentFactory(state="unknown")
    full = CommitmentFactory(
        owner=OrganisationFactory(), due_on=datetime.date(2022, 1, 1)
    )

    assert missing(bare) == ["owner", "due_on", "follow_up"]
    assert missing(full) == []


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_missing_of_many_records_is_one_query(count, django_assert_num_queries):
    meetings = MeetingFactory.create_batch(count)

    with django_assert_num_queries(1):
        found = missing_in(Meeting, [meeting.pk for meeting in meetings])

    assert found.keys() == {meeting.pk for meeting in meetings}


def test_keys_stand_in_addresses_and_are_given_once():
    for model in (Meeting, PartnershipAgreement, Expectation, Commitment):
        keys = [rule.key for rule in RULES[model]]

        assert len(set(keys)) == len(keys)
        assert "any" not in keys
        assert model.objects.filter(is_incomplete(model)).count() == 0
