"""Records with every part there is, for the tests of the pages that show them."""

import datetime

from tests.factories.consultations import (
    AgendaItemFactory,
    AgreementComponentFactory,
    AgreementPartyFactory,
    AgreementStepFactory,
    AidDistributionFactory,
    AttendanceFactory,
    CommitmentFactory,
    CorrectionFactory,
    DiscrepancyFactory,
    DocumentFactory,
    ExpectationFactory,
    InstrumentFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ProgrammeFactory,
    ProgressFactory,
    SourceFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    PersonFactory,
)


def add_evidence(count, **record):
    """Give a meeting or an agreement ``count`` of each kind of evidence."""
    sources = [SourceFactory(title="تقرير", **record) for _ in range(count)]
    for _ in range(count):
        DiscrepancyFactory(settled_ar="اعتمد التقرير", **record)
        DocumentFactory(**record)
        CorrectionFactory(**record)
    return sources


def full_agreement(count, meeting=None):
    """Return a published agreement with ``count`` of each of its parts."""
    agreement = PartnershipAgreementFactory(
        instrument=InstrumentFactory(),
        programme=ProgrammeFactory(),
        amends=PartnershipAgreementFactory(),
    )
    for source in add_evidence(count, agreement=agreement):
        agreement.regions.add(RegionFactory())
        agreement.provinces.add(ProvinceFactory())
        agreement.themes.add(ThemeFactory())
        agreement.target_groups.add(TargetGroupFactory())
        PartnershipAgreementFactory(based_on=agreement)
        AgreementPartyFactory(
            agreement=agreement,
            signed_by=PersonFactory(),
            signatory_office=OfficeFactory(),
            source=source,
        )
        AgreementComponentFactory(agreement=agreement, source=source)
        AgreementStepFactory(
            agreement=agreement,
            date=datetime.date(2022, 1, 12),
            meeting=meeting or MeetingFactory(),
            source=source,
        )
        ProgressFactory(agreement=agreement, source=source)
        AidDistributionFactory(legal_basis=agreement)
        if meeting is None:
            made = CommitmentFactory(
                agreement=agreement,
                owner=OrganisationFactory(),
                theme=ThemeFactory(),
            )
            made.answers.add(ExpectationFactory(meeting=made.meeting))
            ProgressFactory(commitment=made)
    return agreement


def full_meeting(count):
    """Return a published meeting with ``count`` of each of its parts, all tied."""
    series = MeetingSeriesFactory()
    before, meeting, _after = (
        MeetingFactory(
            series=series,
            order_in_series=order,
            order_basis="stated",
            region=RegionFactory(),
            starts_on=datetime.date(2022, 1, 11 + order),
        )
        for order in (1, 2, 3)
    )
    meeting.follows = before
    meeting.part_of = MeetingFactory()
    meeting.save()
    for source in add_evidence(count, meeting=meeting):
        meeting.provinces.add(ProvinceFactory(region=meeting.region))
        meeting.themes.add(ThemeFactory())
        MeetingFactory(part_of=meeting)
        AttendanceFactory(meeting=meeting, present=12, women=6, source=source)
        person = PersonFactory()
        for capacity in ("chair", "participant"):
            ParticipationFactory(
                meeting=meeting,
                capacity=capacity,
                organisation=OrganisationFactory(),
                person=person,
                office=OfficeFactory(),
                on_behalf_of=PersonFactory(),
                source=source,
            )
        for kind in ("presentation", "field_visit"):
            AgendaItemFactory(
                meeting=meeting, kind=kind, presenter=person, source=source
            )
        asked = ExpectationFactory(
            meeting=meeting,
            category=person.participations.first().category,
            organisation=OrganisationFactory(),
            theme=ThemeFactory(),
            source=source,
        )
        agreement = full_agreement(1, meeting)
        made = CommitmentFactory(
            meeting=meeting,
            owner=OrganisationFactory(),
            theme=ThemeFactory(),
            agreement=agreement,
            source=source,
        )
        made.answers.add(asked)
        ProgressFactory(commitment=made, source=source)
        ProgressFactory(meeting=meeting, source=source)
        AidDistributionFactory(
            meeting=meeting,
            programme=ProgrammeFactory(),
            legal_basis=agreement,
            source=source,
        )
    return meeting
