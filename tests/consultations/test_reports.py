import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from config.models import DataVersion
from consultations.models import Hearing, Meeting, PartnershipAgreement
from consultations.reports import (
    Heard,
    OrganisationFigures,
    agreement_amounts,
    agreements_by_region,
    category_reports,
    commitments_by_region,
    heard_by_region_and_category,
    key_figures,
    map_figures,
    meeting_densities,
    meetings_by_month,
    meetings_by_region,
    organisation_figures,
    region_figures,
    region_reports,
    series_outcomes,
)
from regions.map import Coverage
from regions.models import Region
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
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
)

pytestmark = pytest.mark.django_db


def test_region_figures_tell_held_announced_and_unknown_apart():
    regions = [RegionFactory(code=f"{number:02d}") for number in range(1, 6)]
    held, announced, postponed, cancelled, nothing = regions
    MeetingFactory(region=held)
    MeetingFactory(region=held, coverage=Meeting.Coverage.PARTIAL)
    MeetingFactory(region=held, coverage=Meeting.Coverage.NO_REPORT)
    MeetingFactory(region=held, announced_only=True)
    MeetingFactory(region=announced, announced_only=True)
    MeetingFactory(region=postponed, state=Meeting.State.POSTPONED)
    MeetingFactory(region=cancelled, state=Meeting.State.CANCELLED)
    MeetingFactory(region=nothing, draft=True)
    MeetingFactory()

    found = [
        (
            row.region,
            row.held,
            row.held_without_report,
            row.held_partly_reported,
            row.announced,
            row.coverage,
        )
        for row in region_figures()
    ]

    assert found == [
        (held, 3, 1, 1, 1, Coverage.HELD),
        (announced, 0, 0, 0, 1, Coverage.ANNOUNCED),
        (postponed, 0, 0, 0, 1, Coverage.ANNOUNCED),
        (cancelled, 0, 0, 0, 0, Coverage.UNKNOWN),
        (nothing, 0, 0, 0, 0, Coverage.UNKNOWN),
    ]


def test_agreement_counts_in_each_of_its_regions_and_drafts_in_none():
    first, second = RegionFactory(), RegionFactory()
    PartnershipAgreementFactory().regions.set([first, second])
    PartnershipAgreementFactory().regions.set([first])
    PartnershipAgreementFactory(draft=True).regions.set([first])
    PartnershipAgreementFactory()

    assert {row.region: row.agreements for row in region_figures()} == {
        first: 2,
        second: 1,
    }


def test_map_has_no_number_for_a_region_without_a_meeting():
    held, unknown = RegionFactory(code="01"), RegionFactory(code="02")
    MeetingFactory(region=held)

    assert map_figures(region_figures()) == {
        held.iso_code: (1, Coverage.HELD),
        unknown.iso_code: (None, Coverage.UNKNOWN),
    }


def test_amount_of_a_whole_programme_is_not_added():
    for amount, note in ((10, "exact"), (5, "about"), (40_000_000, "programme_total")):
        PartnershipAgreementFactory(amount=Decimal(amount), amount_note=note)
    PartnershipAgreementFactory()

    amounts = agreement_amounts(PartnershipAgreement.objects.all())

    assert (amounts.total, amounts.with_amount, amounts.without) == (Decimal(15), 2, 2)


def test_amounts_of_nothing_known_are_unknown():
    PartnershipAgreementFactory()

    assert agreement_amounts(PartnershipAgreement.objects.all()).total is None


def test_key_figures_count_published_meetings_held_and_say_what_is_uncounted():
    counted = MeetingFactory()
    AttendanceFactory(meeting=counted, present=100)
    AttendanceFactory(meeting=counted, present=20)
    AttendanceFactory(meeting=MeetingFactory(), present=None)
    AttendanceFactory(meeting=MeetingFactory(draft=True), present=7)
    AttendanceFactory(meeting=MeetingFactory(state="cancelled"), present=9)
    MeetingFactory(announced_only=True)

    key = key_figures()

    assert (key.held, key.announced, key.present) == (2, 1, 120)
    assert (key.meetings_with_attendance, key.held_without_attendance) == (1, 1)
    assert key.has_records is True


def test_key_figures_of_nothing_are_unknown():
    key = key_figures()

    assert (key.present, key.amounts.total, key.has_records) == (None, None, False)


def test_category_is_heard_once_a_meeting_however_often_it_is_named():
    meeting, category = MeetingFactory(), ParticipantCategoryFactory()
    ParticipationFactory.create_batch(3, meeting=meeting, category=category)
    AttendanceFactory(meeting=meeting, category=category, present=20)
    AttendanceFactory(meeting=MeetingFactory(), category=category, present=5)
    ParticipationFactory(category=category)

    assert heard_by_region_and_category() == {
        (None, category.pk): Heard(meetings=3, counted=2, present=25, absent=0)
    }


@pytest.mark.parametrize(
    ("present", "is_named", "heard"),
    [
        (None, False, None),
        (0, False, Heard(absent=1, present=0)),
        (7, False, Heard(meetings=1, counted=1, present=7)),
        (None, True, Heard(meetings=1)),
        # The sources differ: one names a participant, one counts nobody.
        (0, True, Heard(meetings=1, counted=1, present=0)),
        (7, True, Heard(meetings=1, counted=1, present=7)),
    ],
)
def test_hearing_follows_from_names_and_counts(present, is_named, heard):
    region, category = RegionFactory(), ParticipantCategoryFactory()
    meeting = MeetingFactory(region=region)
    AttendanceFactory(meeting=meeting, category=category, present=present)
    if is_named:
        ParticipationFactory(meeting=meeting, category=category)

    found = heard_by_region_and_category()

    assert found.get((region.pk, category.pk)) == heard


@pytest.mark.parametrize(
    "options",
    [
        {"draft": True},
        {"withdrawn": True},
        {"state": "announced"},
        {"state": "cancelled"},
    ],
)
def test_nobody_is_heard_at_what_is_not_public_or_was_not_held(options):
    meeting = MeetingFactory(**options)
    ParticipationFactory(meeting=meeting)
    AttendanceFactory(meeting=meeting, present=7)

    assert heard_by_region_and_category() == {}


def test_heard_adds_up_and_keeps_unknown_apart_from_none():
    assert Heard(2, 1, 0, 1) + Heard(1) == Heard(3, 1, 0, 1)
    assert (Heard(1) + Heard(1)).present is None
    assert (Heard(2, 1, 5) + Heard(1, 1, 6)).uncounted == 1


def test_tally_of_meetings_says_what_is_lacking():
    region = RegionFactory()
    full = DatedMeetingFactory(region=region, agreements_reported=1)
    AgreementStepFactory(meeting=full)
    ParticipationFactory.create_batch(2, meeting=full)
    AttendanceFactory.create_batch(2, meeting=full, present=3)
    ExpectationFactory.create_batch(2, meeting=full)
    bare = MeetingFactory(
        region=region, undated=True, coverage="no_report", agreements_reported=2
    )
    AttendanceFactory(meeting=bare, present=None)
    AgreementStepFactory(meeting=bare, agreement__draft=True)
    MeetingFactory(region=region, announced_only=True, undated=True)
    MeetingFactory(
        region=region, state="postponed", starts_on=datetime.date(2099, 1, 1)
    )
    MeetingFactory(region=region, state="cancelled")
    MeetingFactory(region=region, draft=True)
    MeetingFactory()

    tally = meetings_by_region()[region.pk]

    assert (tally.held, tally.announced, tally.cancelled, tally.known) == (2, 2, 1, 5)
    assert (tally.reported, tally.uncounted, tally.without_expectations) == (1, 1, 1)
    assert tally.gaps == {
        "report": (2, 3),
        "attendance": (1, 2),
        "participants": (1, 2),
        "expectations": (1, 2),
        "date": (1, 2),
        "agreements": (1, 5),
    }


def test_what_meetings_held_rest_on_is_counted():
    region = RegionFactory()
    weak = {
        "region": region,
        "coverage": "partial",
        "date_basis": "inferred",
        "date_note": "من تاريخ المقال",
    }
    once = MeetingFactory(
        starts_on=datetime.date(2022, 1, 1), date_precision="month", **weak
    )
    SourceFactory(meeting=once)
    twice = MeetingFactory(
        region=region, starts_on=datetime.date(2022, 1, 1), date_precision="year"
    )
    SourceFactory.create_batch(2, meeting=twice)
    DatedMeetingFactory(region=region)
    announced = MeetingFactory(state="announced", **weak)
    SourceFactory(meeting=announced)

    tally = meetings_by_region()[region.pk]

    assert (
        tally.held,
        tally.held_partly_reported,
        tally.single_source,
        tally.date_inferred,
        tally.roughly_dated,
    ) == (3, 1, 1, 1, 2)


def test_meeting_of_today_is_not_overdue():
    MeetingFactory(announced_only=True, starts_on=timezone.localdate())

    assert meetings_by_region()[None].gaps["report"] == (0, 0)


def test_months_hold_what_is_known_to_the_month():
    region = RegionFactory()
    january = {"starts_on": datetime.date(2022, 1, 12)}
    MeetingFactory(region=region, **january)
    MeetingFactory(
        region=region, date_precision="month", starts_on=datetime.date(2022, 1, 1)
    )
    MeetingFactory(starts_on=None, ends_on=datetime.date(2025, 5, 30))
    MeetingFactory(date_precision="year", starts_on=datetime.date(2022, 1, 1))
    MeetingFactory(undated=True)
    MeetingFactory(draft=True, **january)
    MeetingFactory(state="cancelled", **january)

    assert meetings_by_month() == {
        region.pk: {(2022, 1): 2},
        None: {(2025, 5): 1},
    }


def test_tally_of_commitments_counts_states_late_and_undated_ones():
    past = datetime.date(2022, 1, 1)
    CommitmentFactory(due_on=past)
    CommitmentFactory(due_on=past, state="done")
    CommitmentFactory(due_on=datetime.date(2099, 1, 1), state="in_progress")
    CommitmentFactory(state="in_progress")
    CommitmentFactory(due_on=past, meeting=MeetingFactory(draft=True))

    tally = commitments_by_region()[None]

    assert [(one.state, one.count) for one in tally.states] == [
        ("announced", 1),
        ("in_progress", 2),
        ("done", 1),
    ]
    assert (tally.total, tally.late, tally.undated) == (4, 1, 1)


def test_tally_of_agreements_adds_no_total_of_a_programme():
    first, second = RegionFactory.create_batch(2)
    for amount, note in ((10, "exact"), (40_000_000, "programme_total")):
        PartnershipAgreementFactory(amount=amount, amount_note=note).regions.set(
            [first, second]
        )
    PartnershipAgreementFactory().regions.add(first)
    PartnershipAgreementFactory(draft=True).regions.add(first)

    tallies = agreements_by_region()

    assert tallies[first.pk].amounts.total == tallies[second.pk].amounts.total == 10
    assert [
        (
            tallies[region.pk].amounts.agreements,
            tallies[region.pk].programme_totals,
            tallies[region.pk].without_amount,
        )
        for region in (first, second)
    ] == [(3, 1, 1), (2, 1, 0)]


def test_report_of_a_region_tells_four_hearings_apart():
    held, unreported, announced, nothing = RegionFactory.create_batch(4)
    heard, absent, silent = ParticipantCategoryFactory.create_batch(3)
    meeting = MeetingFactory(region=held)
    ParticipationFactory(meeting=meeting, category=heard)
    AttendanceFactory(meeting=meeting, category=absent, present=0)
    MeetingFactory(region=unreported, coverage="no_report")
    MeetingFactory(region=announced, announced_only=True)

    found = {
        report.region: {one.category: one.hearing for one in report.categories}
        for report in region_reports()
    }

    no_report = dict.fromkeys((heard, absent, silent), Hearing.NO_REPORT)
    assert found == {
        held: {
            heard: Hearing.HEARD,
            absent: Hearing.ABSENT,
            silent: Hearing.NOT_MENTIONED,
        },
        unreported: no_report,
        announced: no_report,
        nothing: no_report,
    }


def test_report_of_a_category_adds_regions_and_national_meetings():
    region, category = RegionFactory(), ParticipantCategoryFactory()
    for meeting in (MeetingFactory(region=region), MeetingFactory()):
        ParticipationFactory(meeting=meeting, category=category)
        AttendanceFactory(meeting=meeting, category=category, present=10)
        ExpectationFactory(meeting=meeting, category=category)
    ExpectationFactory(state="done", category=category, meeting=meeting)
    ExpectationFactory(meeting=MeetingFactory(draft=True), category=category)

    (report,) = category_reports()

    assert report.heard == Heard(2, 2, 20)
    assert report.national == Heard(1, 1, 10)
    assert (report.regions, report.expectations, report.national_expectations) == (
        1,
        3,
        2,
    )
    assert [(one.state, one.count) for one in report.expectations_in_states] == [
        ("noted", 2),
        ("done", 1),
    ]


def test_organisation_counts_each_record_once_and_published_ones_only():
    organisation, hidden = OrganisationFactory.create_batch(2)
    meeting, agreement = MeetingFactory(), PartnershipAgreementFactory()
    ParticipationFactory.create_batch(2, meeting=meeting, organisation=organisation)
    ParticipationFactory(organisation=organisation)
    AgreementPartyFactory.create_batch(
        2, agreement=agreement, organisation=organisation
    )
    CommitmentFactory.create_batch(2, owner=organisation)
    ExpectationFactory(organisation=organisation)
    draft = MeetingFactory(draft=True)
    for one in (organisation, hidden):
        ParticipationFactory(meeting=draft, organisation=one)
        CommitmentFactory(meeting=draft, owner=one)
        ExpectationFactory(meeting=draft, organisation=one)
        AgreementPartyFactory(agreement__draft=True, organisation=one)

    assert organisation_figures() == {organisation.pk: OrganisationFigures(2, 1, 2, 1)}


def test_figures_are_computed_once_until_the_record_changes(
    settings, django_assert_num_queries
):
    settings.KEEP_PUBLIC_FIGURES = True
    RegionFactory()
    for figures in (key_figures, region_figures):
        figures.forget()
        before = figures()

        with django_assert_num_queries(1):  # the state of the record
            again = figures()
        MeetingFactory(region=Region.objects.get())
        DataVersion.raise_by_one()
        after = figures()

        assert again is before
        assert after != before
        figures.forget()


def test_density_is_unknown_without_people_or_meetings():
    for population, held in ((2_294_665, 2), (None, 1), (219_965, 0)):
        region = RegionFactory(population_2024=population)
        MeetingFactory.create_batch(held, region=region)

    assert [(one.held, one.per_million, one.tenths) for one in meeting_densities()] == [
        (2, Decimal("0.9"), 9),
        (1, None, 0),
        (0, None, 0),
    ]


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"starts_on": datetime.date(2021, 12, 17)}, "before"),
        (
            {
                "starts_on": datetime.date(2021, 12, 17),
                "ends_on": datetime.date(2021, 12, 18),
            },
            "partly",
        ),
        ({"starts_on": datetime.date(2022, 1, 15)}, "within"),
        ({"starts_on": datetime.date(2022, 1, 16)}, "after"),
        # Some days of the month, and of the year, are within the time and some are not.
        (
            {"starts_on": datetime.date(2021, 12, 1), "date_precision": "month"},
            "inexact",
        ),
        (
            {"starts_on": datetime.date(2022, 1, 1), "date_precision": "year"},
            "inexact",
        ),
        (
            {"starts_on": datetime.date(2021, 11, 1), "date_precision": "month"},
            "before",
        ),
        (
            {"starts_on": datetime.date(2022, 2, 1), "date_precision": "month"},
            "after",
        ),
        ({"undated": True}, "undated"),
    ],
)
def test_meeting_lies_where_its_days_may_lie(options, place):
    series = MeetingSeriesFactory(
        announced_from=datetime.date(2021, 12, 18),
        announced_to=datetime.date(2022, 1, 15),
    )
    MeetingFactory(series=series, **options)
    MeetingFactory(series=series, draft=True)

    (found,) = series_outcomes()

    assert found.counts == {(place, "held"): 1}


def test_outcomes_tell_held_announced_and_cancelled_apart():
    series = MeetingSeriesFactory(
        announced_from=datetime.date(2021, 12, 18),
        announced_to=datetime.date(2022, 1, 15),
    )
    day = datetime.date(2022, 1, 1)
    for state in ("held", "announced", "postponed", "cancelled"):
        MeetingFactory(series=series, state=state, starts_on=day)
    MeetingFactory(
        series=series, starts_on=datetime.date(2022, 1, 1), date_precision="month"
    )
    MeetingSeriesFactory(announced_from=None, announced_to=None)

    (found,) = series_outcomes()

    assert found.counts == {
        ("within", "held"): 1,
        ("inexact", "held"): 1,
        ("within", "announced"): 2,
        ("within", "cancelled"): 1,
    }
    assert (found.known, found.held, found.held_in_time) == (5, 2, 1)
    assert found.days == {
        "held": {day},
        "announced": {day},
        "cancelled": {day},
    }
