"""A record with every part, and beside it the same of what nobody may read."""

import datetime
from decimal import Decimal

from consultations.models import Attendance
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
    ExpectationFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

DAY = datetime.date(2022, 1, 12)


def make_record(text: str, *, region, **publication):
    """Make a meeting and its agreement; ``text`` stands in each of their texts."""
    category = ParticipantCategoryFactory()
    organisation = OrganisationFactory(name_ar=text, category=category, region=region)
    series = MeetingSeriesFactory(
        code=f"series-{region.slug}",
        title_ar=text,
        announced_from=DAY,
        planned_number=12,
    )
    meeting = MeetingFactory(
        title_ar=text, region=region, series=series, starts_on=DAY, **publication
    )
    agreement = PartnershipAgreementFactory(title_ar=text, **publication)
    agreement.regions.set([region])
    source = SourceFactory(meeting=meeting, publisher=text, published_on=DAY)
    theirs = SourceFactory(agreement=agreement, publisher=text)
    theme = ThemeFactory()
    ParticipationFactory(
        meeting=meeting,
        category=category,
        organisation=organisation,
        description_ar=text,
        source=source,
    )
    AttendanceFactory(
        meeting=meeting,
        category=category,
        source=source,
        **dict.fromkeys(Attendance.COUNTS, 9),
    )
    AgendaItemFactory(
        meeting=meeting,
        title_ar=text,
        presenter=PersonFactory(name_ar=text, consents_to_be_named=True),
        source=source,
    )
    expectation = ExpectationFactory(
        meeting=meeting,
        text_ar=text,
        category=category,
        organisation=organisation,
        theme=theme,
        answer_ar=text,
        answered_on=DAY,
        source=source,
    )
    commitment = CommitmentFactory(
        meeting=meeting,
        text_ar=text,
        owner=organisation,
        theme=theme,
        amount=Decimal("1000000.50"),
        amount_note="exact",
        due_on=DAY,
        agreement=agreement,
        source=source,
    )
    commitment.answers.set([expectation])
    AidDistributionFactory(
        meeting=meeting,
        description_ar=text,
        amount=Decimal(5000),
        legal_basis=agreement,
        source=source,
    )
    AgreementStepFactory(
        agreement=agreement, meeting=meeting, date=DAY, note=text, source=theirs
    )
    AgreementPartyFactory(
        agreement=agreement,
        organisation=organisation,
        description_ar=text,
        contribution=Decimal("250.25"),
        signed_by=PersonFactory(name_ar=text),
        signatory_office_stated=text,
        source=theirs,
    )
    AgreementComponentFactory(
        agreement=agreement, description_ar=text, quantity=2, source=theirs
    )
    for place in (
        {"meeting": meeting, "source": source},
        {"agreement": agreement, "source": theirs},
        {"commitment": commitment, "source": source},
    ):
        ProgressFactory(note=text, reported_on=DAY, percent=40, **place)
    for place in ({"meeting": meeting}, {"agreement": agreement}):
        DiscrepancyFactory(statements_ar=text, **place)
        CorrectionFactory(what=text, why=text, **place)
    return meeting, agreement


def make_all():
    """Return the public meeting and agreement; a draft and a withdrawn one lead to them."""
    ProvinceFactory(region=RegionFactory(oriental=True))
    region = ProvinceFactory(region=RegionFactory()).region
    meeting, agreement = make_record("ظاهر", region=region)
    hidden = [
        make_record("سري", region=RegionFactory(), draft=True),
        make_record("سري", region=RegionFactory(), withdrawn=True),
        make_record("سري", region=RegionFactory(), scheduled=True),
    ]
    for secret, secret_agreement in hidden:
        meeting.follows = meeting.part_of = secret
        agreement.amends = agreement.based_on = secret_agreement
        AgreementStepFactory(agreement=agreement, meeting=secret)
        AgreementStepFactory(agreement=secret_agreement, meeting=meeting)
        meeting.commitments.update(agreement=secret_agreement)
        AidDistributionFactory(meeting=meeting, legal_basis=secret_agreement)
    CommitmentFactory(meeting=meeting, text_ar="ظاهر", agreement=agreement)
    meeting.save()
    agreement.save()
    return meeting, agreement
