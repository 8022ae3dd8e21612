from decimal import Decimal

import pytest

from consultations.exports import DATASETS
from consultations.models import PartnershipAgreement
from tests.factories.consultations import PartnershipAgreementFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    oriental, dakhla = RegionFactory(oriental=True), RegionFactory(code="12")
    RegionFactory(code="01")
    for regions, amount, note in (
        ([oriental, dakhla], 10, "exact"),
        ([oriental], Decimal("0.5"), "about"),
        ([oriental], 40_000_000, "programme_total"),
        ([dakhla], None, "unknown"),
        ([], None, "unknown"),
    ):
        PartnershipAgreementFactory(amount=amount, amount_note=note).regions.set(
            regions
        )
    PartnershipAgreementFactory(draft=True).regions.set([oriental])


def test_sums_have_the_two_decimals_of_dirhams(record, read_rows):
    sums = [row["amount_mad"] for row in read_rows("agreements_by_region")]

    assert [one and str(one) for one in sums] == ["10.50", "10.00", None]


def figures(rows):
    return [
        (
            row["region"],
            row["region_code"],
            row["agreements"],
            row["agreements_with_amount"],
            row["amount_mad"],
            row["programme_totals"],
        )
        for row in rows
    ]


def test_agreement_counts_in_each_of_its_regions_and_national_ones_last(
    record, read_rows
):
    assert figures(read_rows("agreements_by_region")) == [
        ("oriental", "MA-02", 3, 2, Decimal("10.5"), 1),
        ("region-12", "MA-12", 2, 1, Decimal(10), 0),
        ("national", None, 1, 0, None, 0),
    ]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        # One of its agreements is of the other region as well.
        ("oriental", [("oriental", 3), ("region-12", 1)]),
        ("national", [("national", 1)]),
        ("region-01", []),
    ],
)
def test_only_the_selected_agreements_count(record, read_rows, region, expected):
    filters = DATASETS["agreements_by_region"].filters({"region": region})

    rows = read_rows(
        "agreements_by_region", filters.apply(PartnershipAgreement.objects.published())
    )

    assert [(row["region"], row["agreements"]) for row in rows] == expected


def test_words_and_status_select_as_in_the_register(record, read_rows):
    PartnershipAgreementFactory(title_ar="اتفاقية النقل المدرسي")
    filters = DATASETS["agreements_by_region"].filters(
        {"q": "النقل المدرسي", "status": "unknown"}
    )

    rows = read_rows(
        "agreements_by_region", filters.apply(PartnershipAgreement.objects.published())
    )

    assert [(row["region"], row["agreements"]) for row in rows] == [("national", 1)]
