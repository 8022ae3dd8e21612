from decimal import Decimal

import pytest

from config.models import DataVersion
from consultations.models import Meeting, PartnershipAgreement
from consultations.reports import (
    agreement_amounts,
    key_figures,
    map_figures,
    region_figures,
)
from regions.map import Coverage
from regions.models import Region
from tests.factories.consultations import (
    AttendanceFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def test_region_figures_tell_held_announced_and_unknown_apart():
    regions = [RegionFactory(code=f"{number:02d}") for number in range(1, 6)]
    held, announced, postponed, cancelled, nothing = regions
    MeetingFactory.create_batch(2, region=held)
    MeetingFactory(region=held, coverage=Meeting.Coverage.NO_REPORT)
    MeetingFactory(region=held, announced_only=True)
    MeetingFactory(region=announced, announced_only=True)
    MeetingFactory(region=postponed, state=Meeting.State.POSTPONED)
    MeetingFactory(region=cancelled, state=Meeting.State.CANCELLED)
    MeetingFactory(region=nothing, draft=True)
    MeetingFactory()

    found = [
        (row.region, row.held, row.held_without_report, row.announced, row.coverage)
        for row in region_figures()
    ]

    assert found == [
        (held, 3, 1, 1, Coverage.HELD),
        (announced, 0, 0, 1, Coverage.ANNOUNCED),
        (postponed, 0, 0, 1, Coverage.ANNOUNCED),
        (cancelled, 0, 0, 0, Coverage.UNKNOWN),
        (nothing, 0, 0, 0, Coverage.UNKNOWN),
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
