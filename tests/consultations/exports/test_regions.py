import datetime

import pytest

from consultations.reports import region_figures, region_reports
from tests.factories.consultations import MeetingFactory, PartnershipAgreementFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def test_regions_tell_announced_from_held_and_count_published_records(read_rows):
    oriental = RegionFactory(oriental=True, population_2024=2294665)
    dakhla = RegionFactory(code="12")
    for day in (1, 2):
        MeetingFactory(region=oriental, starts_on=datetime.date(2022, 1, day))
    MeetingFactory(region=oriental, draft=True)
    MeetingFactory(region=oriental, state="cancelled")
    MeetingFactory(region=dakhla, announced_only=True)
    MeetingFactory()
    PartnershipAgreementFactory().regions.set([oriental, dakhla])
    PartnershipAgreementFactory().regions.set([oriental])
    PartnershipAgreementFactory(draft=True).regions.set([oriental])

    rows = read_rows("regions")

    assert [
        (
            row["region_code"],
            row["url"],
            row["population_2024"],
            row["meetings_held"],
            row["meetings_announced_only"],
            row["agreements"],
        )
        for row in rows
    ] == [
        ("MA-02", "https://portal.example/regions/oriental/", 2294665, 2, 0, 2),
        ("MA-12", "https://portal.example/regions/region-12/", None, 0, 1, 1),
    ]


def test_regions_count_the_announced_meetings_that_their_pages_count(read_rows):
    region = RegionFactory()
    MeetingFactory(region=region, announced_only=True)
    MeetingFactory(region=region, state="announced", coverage="partial")
    MeetingFactory(region=region, state="postponed")
    MeetingFactory(region=region, state="cancelled")

    (row,) = read_rows("regions")

    (figures,), (report,) = region_figures(), region_reports()
    assert row["meetings_announced_only"] == 3
    assert (figures.announced, report.meetings.announced) == (3, 3)
