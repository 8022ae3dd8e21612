import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from consultations.models import Meeting
from tests.factories.consultations import (
    AgreementStepFactory,
    AttendanceFactory,
    DatedMeetingFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import ParticipantCategoryFactory

pytestmark = pytest.mark.django_db

JANUARY_12 = datetime.date(2022, 1, 12)


@pytest.mark.parametrize(
    ("values", "stem"),
    [
        ({"starts_on": JANUARY_12}, "2022-01-12"),
        ({"starts_on": JANUARY_12, "date_precision": "month"}, "2022-01"),
        ({"starts_on": JANUARY_12, "date_precision": "year"}, "2022"),
        ({"starts_on": None, "date_precision": "unknown"}, "undated"),
        ({"starts_on": None, "ends_on": JANUARY_12}, "2022-01-12"),
        (
            {"starts_on": JANUARY_12, "ends_on": datetime.date(2022, 1, 14)},
            "2022-01-12",
        ),
    ],
)
def test_slug_is_the_date_to_its_precision_and_the_region(values, stem):
    regional = MeetingFactory(region=RegionFactory(oriental=True), **values)
    national = MeetingFactory(**values)

    assert regional.slug == f"{stem}-oriental"
    assert national.slug == f"{stem}-national"


def test_slug_of_the_next_meeting_of_that_day_is_numbered():
    slugs = [DatedMeetingFactory().slug for _number in range(3)]

    assert slugs == [
        "2022-01-12-national",
        "2022-01-12-national-2",
        "2022-01-12-national-3",
    ]


def test_slug_of_a_draft_follows_its_facts():
    draft = MeetingFactory(draft=True, undated=True)

    draft.starts_on, draft.date_precision = JANUARY_12, "day"
    draft.region = RegionFactory(oriental=True)
    draft.save()

    assert draft.slug == "2022-01-12-oriental"


def test_slug_of_a_draft_is_kept_where_nothing_changed():
    DatedMeetingFactory()
    draft = DatedMeetingFactory(draft=True)

    draft.save()

    assert draft.slug == "2022-01-12-national-2"


@pytest.mark.parametrize("traits", [{}, {"withdrawn": True}])
def test_slug_is_fixed_once_published(traits):
    meeting = DatedMeetingFactory(**traits)

    meeting.starts_on = datetime.date(2022, 2, 4)
    meeting.save()

    meeting.refresh_from_db()
    assert meeting.slug == "2022-01-12-national"
    assert meeting.sorts_on == datetime.date(2022, 2, 4)


def test_slug_and_order_follow_when_only_some_fields_are_saved():
    draft = DatedMeetingFactory(draft=True)
    draft.starts_on = datetime.date(2022, 2, 4)

    draft.save(update_fields=["starts_on"])

    draft.refresh_from_db()
    assert draft.slug == "2022-02-04-national"
    assert draft.sorts_on == datetime.date(2022, 2, 4)


class Overtaken:
    """Somebody else saves a row just after the address was found to be free."""

    def __init__(self, question, save):
        self.question, self.save, self.times = question, save, 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and self.question in sql and not self.times:
            self.times += 1
            self.save()
        return result


def test_slug_taken_by_another_at_the_last_moment_is_numbered():
    meeting_type = MeetingTypeFactory()
    other = Overtaken(
        '"consultations_meeting"."slug" ',
        lambda: DatedMeetingFactory(type=meeting_type),
    )

    with connection.execute_wrapper(other):
        meeting = DatedMeetingFactory(type=meeting_type)

    assert other.times == 1
    assert meeting.slug == "2022-01-12-national-2"
    assert Meeting.objects.count() == 2


def test_reference_taken_by_another_at_the_last_moment_is_counted_on():
    other = Overtaken("historicalpartnershipagreement", PartnershipAgreementFactory)

    with connection.execute_wrapper(other):
        agreement = PartnershipAgreementFactory()

    assert other.times == 1
    assert agreement.reference.endswith("-0002")


def test_other_faults_of_a_row_are_not_taken_for_a_taken_slug():
    with (
        pytest.raises(IntegrityError, match="meeting_inferred_date_says_how"),
        transaction.atomic(),
    ):
        MeetingFactory(date_basis="inferred")

    assert not Meeting.objects.exists()


def test_meetings_stand_newest_first_and_undated_last():
    undated = DatedMeetingFactory(undated=True)
    old = DatedMeetingFactory(starts_on=datetime.date(2021, 12, 20))
    by_its_end = DatedMeetingFactory(
        starts_on=None, ends_on=datetime.date(2021, 12, 29)
    )
    new = DatedMeetingFactory()
    same_day = DatedMeetingFactory()

    assert list(Meeting.objects.all()) == [same_day, new, by_its_end, old, undated]


def test_people_present_is_the_sum_over_categories():
    meeting = MeetingFactory()
    AttendanceFactory(meeting=meeting, present=10, women=4)
    AttendanceFactory(meeting=meeting, present=5)
    AttendanceFactory(meeting=meeting, invited=30)
    PartnershipAgreementFactory()
    AgreementStepFactory.create_batch(2, meeting=meeting)

    found = Meeting.objects.with_people_present().with_agreement_count().get()

    assert (found.people_present, found.agreement_count) == (15, 2)


def test_people_present_is_unknown_where_nobody_was_counted():
    MeetingFactory()
    AttendanceFactory(meeting=MeetingFactory(), present=None, invited=30)

    found = Meeting.objects.with_people_present()

    assert [meeting.people_present for meeting in found] == [None, None]


def test_people_present_is_zero_where_nobody_came():
    AttendanceFactory(present=0)

    assert Meeting.objects.with_people_present().get().people_present == 0


def test_agreement_count_counts_published_agreements_once():
    meeting, other = MeetingFactory.create_batch(2)
    agreement = PartnershipAgreementFactory()
    AgreementStepFactory(agreement=agreement, meeting=meeting, kind="approved")
    AgreementStepFactory(agreement=agreement, meeting=meeting, kind="signed")
    AgreementStepFactory(
        agreement=PartnershipAgreementFactory(draft=True), meeting=meeting
    )
    AgreementStepFactory(
        agreement=PartnershipAgreementFactory(withdrawn=True), meeting=meeting
    )
    AgreementStepFactory()

    counts = {
        found.pk: found.agreement_count
        for found in Meeting.objects.with_agreement_count()
    }

    assert counts == {meeting.pk: 1, other.pk: 0}


def test_published_leaves_drafts_and_withdrawn_meetings_out():
    published = MeetingFactory()
    MeetingFactory(draft=True)
    MeetingFactory(withdrawn=True)

    assert list(Meeting.objects.published()) == [published]


def test_held_leaves_the_other_states_out():
    held = MeetingFactory()
    for state in ("announced", "postponed", "cancelled"):
        MeetingFactory(state=state)

    assert list(Meeting.objects.held()) == [held]


def test_search_finds_every_word_however_it_is_spelt():
    meeting = MeetingFactory(title_ar="اللقاء التشاوري بجهة الشرق", city_fr="Oujda")
    MeetingFactory(title_ar="اللقاء التشاوري بجهة سوس")

    assert list(Meeting.objects.search("لقاء الشرق oujda")) == [meeting]
    assert not Meeting.objects.search("الشرق أكادير").exists()


def test_search_for_no_word_leaves_nothing_out():
    meeting = MeetingFactory()

    assert list(Meeting.objects.search(" ")) == [meeting]


def test_list_asks_no_query_a_row(django_assert_num_queries):
    meetings = [
        MeetingFactory(series=MeetingSeriesFactory(), region=RegionFactory())
        for _number in range(3)
    ]

    with django_assert_num_queries(1):
        rows = [
            (meeting.region.slug, meeting.type.code, meeting.series.code)
            for meeting in Meeting.objects.for_list()
        ]

    assert rows == [
        (meeting.region.slug, meeting.type.code, meeting.series.code)
        for meeting in reversed(meetings)
    ]


@pytest.mark.parametrize(
    ("state", "coverage", "is_announced_only"),
    [
        ("announced", "no_report", True),
        ("held", "no_report", False),
        ("announced", "report", False),
        ("held", "report", False),
    ],
)
def test_announced_only_is_neither_held_nor_nothing(state, coverage, is_announced_only):
    meeting = MeetingFactory(state=state, coverage=coverage)

    assert meeting.is_announced_only is is_announced_only


def test_date_is_known_unless_its_precision_says_otherwise():
    assert DatedMeetingFactory(date_precision="year").date_is_known
    assert not DatedMeetingFactory(undated=True).date_is_known


def test_meeting_is_called_by_its_title_or_its_address():
    assert str(DatedMeetingFactory(title_ar="لقاء وجدة")) == "لقاء وجدة"
    # Isolated: an address reads from the left in any sentence.
    assert (
        str(DatedMeetingFactory(draft=True, title_ar=""))
        == "\u20662022-01-12-national-2\u2069"
    )


def test_attendance_stands_in_the_order_of_the_categories():
    second = ParticipantCategoryFactory(order=2)
    first = ParticipantCategoryFactory(order=1)
    meeting = MeetingFactory()
    for category in (second, first):
        AttendanceFactory(meeting=meeting, category=category)

    assert [row.category for row in meeting.attendances.all()] == [first, second]


@pytest.mark.parametrize("state", ["announced", "postponed"])
def test_upcoming_meetings_are_announced_for_today_or_later_the_next_first(state):
    later, today = (
        MeetingFactory(state=state, starts_on=JANUARY_12 + datetime.timedelta(days))
        for days in (5, 0)
    )
    others = [
        MeetingFactory(state=state, starts_on=JANUARY_12 - datetime.timedelta(1)),
        MeetingFactory(state=state, undated=True),
        MeetingFactory(state="held", starts_on=JANUARY_12),
        MeetingFactory(state="cancelled", starts_on=JANUARY_12),
    ]

    assert list(Meeting.objects.upcoming(JANUARY_12)) == [today, later]
    assert set(Meeting.objects.not_upcoming(JANUARY_12)) == set(others)
