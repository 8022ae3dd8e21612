import datetime
from decimal import Decimal

import pytest

from consultations.exports import DATASETS
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    InstrumentFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
    TargetGroupFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import OrganisationFactory

pytestmark = pytest.mark.django_db

PROMISED = [
    "reference",
    "url",
    "instrument",
    "title_ar",
    "title_fr",
    "status",
    "signed_on",
    "meeting_slug",
    "region_codes",
    "parties",
    "amount_mad",
    "amount_note",
    "period_starts_on",
    "period_ends_on",
]


def test_agreements_begin_with_the_promised_columns_in_their_order():
    assert list(DATASETS["agreements"].keys[: len(PROMISED)]) == PROMISED


def test_agreements_are_the_published_ones_newest_reference_first(read_rows):
    first = PartnershipAgreementFactory()
    second = PartnershipAgreementFactory()
    PartnershipAgreementFactory(draft=True)
    PartnershipAgreementFactory(withdrawn=True)

    references = [row["reference"] for row in read_rows("agreements")]

    assert references == [second.reference, first.reference]


def test_agreements_tell_what_is_known(read_rows):
    meeting = MeetingFactory()
    agreement = PartnershipAgreementFactory(
        instrument=InstrumentFactory(code="partnership_agreement"),
        amount=Decimal("2868844.83"),
        amount_note="exact",
        period_ends_on=datetime.date(2022, 5, 31),
    )
    AgreementStepFactory(
        agreement=agreement, date=datetime.date(2022, 1, 12), meeting=meeting
    )
    regions = [RegionFactory(code="12"), RegionFactory(code="02")]
    agreement.regions.set(regions)
    agreement.provinces.set([ProvinceFactory(iso_code="MA-BES", region=regions[0])])
    agreement.target_groups.set([TargetGroupFactory(code="older_persons")])
    AgreementPartyFactory(
        agreement=agreement, order=2, organisation=OrganisationFactory(name_ar="جمعية")
    )
    AgreementPartyFactory(
        agreement=agreement, order=1, organisation=None, description_fr="Le programme"
    )
    SourceFactory(agreement=agreement)

    (row,) = read_rows("agreements")

    told = {key: cell for key, cell in row.items() if cell not in (None, "")}
    assert told == {
        "reference": agreement.reference,
        "url": f"https://portal.example/agreements/{agreement.reference}/",
        "instrument": "partnership_agreement",
        "title_ar": "اتفاقية",
        "status": "expired",  # on the day that the file is made
        "signed_on": datetime.date(2022, 1, 12),
        "meeting_slug": meeting.slug,
        "region_codes": "MA-02 | MA-12",
        "parties": "Le programme | جمعية",
        "amount_mad": Decimal("2868844.83"),
        "amount_note": "exact",
        "period_ends_on": datetime.date(2022, 5, 31),
        "is_formal_title": False,
        "meeting_slugs": meeting.slug,
        "province_codes": "MA-BES",
        "target_groups": "older_persons",
        "sources_count": 1,
        "published_at": agreement.published_at,
        "updated_at": agreement.updated_at,
    }


def test_agreements_leave_an_unknown_amount_empty(read_rows):
    PartnershipAgreementFactory()

    (row,) = read_rows("agreements")

    assert (row["amount_mad"], row["amount_note"]) == (None, "unknown")
    assert (row["status"], row["signed_on"]) == ("unknown", None)


def test_agreements_name_the_meeting_of_the_signature_and_all_others(read_rows):
    agreement = PartnershipAgreementFactory()
    proposed = MeetingFactory(starts_on=datetime.date(2022, 1, 5))
    signed = MeetingFactory(starts_on=datetime.date(2022, 1, 12))
    resumed = MeetingFactory(starts_on=datetime.date(2022, 2, 12))
    for kind, meeting in (
        ("proposed", proposed),
        ("signed", signed),
        ("approved", signed),
        ("resumed", resumed),
    ):
        AgreementStepFactory(
            agreement=agreement, kind=kind, date=meeting.starts_on, meeting=meeting
        )

    (row,) = read_rows("agreements")

    assert row["meeting_slug"] == signed.slug
    assert row["meeting_slugs"] == f"{proposed.slug} | {signed.slug} | {resumed.slug}"


def test_agreements_name_the_meeting_of_the_first_signature(read_rows):
    agreement = PartnershipAgreementFactory()
    for day in (datetime.date(2022, 1, 12), datetime.date(2023, 5, 1)):
        AgreementStepFactory(
            agreement=agreement,
            meeting=MeetingFactory(starts_on=day),
            kind="signed",
            date=day,
        )

    (row,) = read_rows("agreements")

    assert row["signed_on"] == datetime.date(2022, 1, 12)
    assert row["meeting_slug"].startswith("2022-01-12")


def test_agreements_refer_to_published_records_only(read_rows):
    base = PartnershipAgreementFactory(draft=True)
    agreement = PartnershipAgreementFactory(based_on=base, amends=base)
    draft = MeetingFactory(draft=True)
    AgreementStepFactory(agreement=agreement, meeting=draft)

    (row,) = read_rows("agreements")
    (row_for_staff,) = read_rows(
        "agreements", DATASETS["agreements"].published(), with_drafts=True
    )

    columns = ("meeting_slug", "meeting_slugs", "amends", "based_on")
    assert [row[column] for column in columns] == [None, None, None, None]
    assert [row_for_staff[column] for column in columns] == [
        draft.slug,
        draft.slug,
        base.reference,
        base.reference,
    ]
