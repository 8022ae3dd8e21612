import datetime

import pytest

from consultations.models import Meeting, PartnershipAgreement
from consultations.search import refresh_search_text
from tests.factories.consultations import (
    AgreementStepFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("1er février 2022", True),
        ("1ᵉʳ février 2022", True),
        ("1 février 2022", True),
        ("premier février 2022", True),
        ("1er fevrier", True),
        ("فاتح فبراير 2022", True),
        ("1er mars 2022", False),
        ("11 février 2022", False),
    ],
)
def test_first_of_a_month_is_found_as_french_writes_it(query, is_found):
    MeetingFactory(starts_on=datetime.date(2022, 2, 1))

    assert Meeting.objects.search(query).exists() is is_found


def test_first_of_a_month_in_a_text_is_found_by_its_date():
    MeetingFactory(title_fr="Rencontre du 1er février 2022")

    assert Meeting.objects.search("01/02/2022").exists()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("28 يناير 2022", True),
        ("28/01/2022", True),
        ("28/1/2022", True),
        ("2022-01-28", True),
        ("janvier 2022", True),
        ("28 January 2022", True),
        ("٢٨ يناير ٢٠٢٢", True),
        ("فبراير 2022", False),
        ("2021", False),
    ],
)
def test_meeting_is_found_by_its_date(query, is_found):
    MeetingFactory(starts_on=datetime.date(2022, 1, 28))

    assert Meeting.objects.search(query).exists() is is_found


@pytest.mark.parametrize("month", ["دجنبر", "ديسمبر", "décembre"])
def test_month_is_found_by_either_of_its_names(month):
    MeetingFactory(starts_on=datetime.date(2021, 12, 20))

    assert Meeting.objects.search(f"{month} 2021").exists()


def test_meeting_of_a_month_is_not_found_by_a_day():
    MeetingFactory(starts_on=datetime.date(2022, 3, 1), date_precision="month")

    assert Meeting.objects.search("مارس 2022").exists()
    assert not Meeting.objects.search("1 مارس 2022").exists()


def test_agreement_is_found_by_place_and_date_of_a_step():
    agreement = PartnershipAgreementFactory()
    AgreementStepFactory(
        agreement=agreement,
        date=datetime.date(2022, 1, 12),
        place_ar="وجدة",
        place_fr="Oujda",
    )
    refresh_search_text(agreement)

    for query in ("وجده", "oujda janvier 2022", "12 يناير"):
        assert list(PartnershipAgreement.objects.search(query)) == [agreement]
    assert not PartnershipAgreement.objects.search("فاس").exists()
