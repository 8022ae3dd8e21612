import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from consultations.models import PartnershipAgreement
from tests.factories.consultations import (
    AgreementComponentFactory,
    AgreementPartyFactory,
    AgreementStepFactory,
    InstrumentFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OfficeFactory, PersonFactory

pytestmark = pytest.mark.django_db

JANUARY_12 = datetime.date(2022, 1, 12)


def agreement_of(year, **values):
    agreement = PartnershipAgreementFactory.build(**values)
    agreement.reference_year = year
    agreement.save()
    return agreement


def test_references_count_on_within_the_year_of_recording():
    year = timezone.localdate().year

    references = [PartnershipAgreementFactory().reference for _number in range(2)]

    assert references == [f"AG-{year}-0001", f"AG-{year}-0002"]


def test_reference_carries_the_year_that_is_asked_for():
    this_year = PartnershipAgreementFactory()
    agreement = agreement_of(2022)
    following = agreement_of(2022)

    assert agreement.reference == "AG-2022-0001"
    assert following.reference == "AG-2022-0002"
    assert this_year.reference.endswith("-0001")


def test_reference_is_given_once():
    agreement = agreement_of(2022)

    agreement.title_ar = "اتفاقية إطار"
    agreement.reference_year = 2023
    agreement.save()

    agreement.refresh_from_db()
    assert agreement.reference == "AG-2022-0001"


def test_reference_of_a_deleted_draft_is_never_given_again():
    agreement_of(2022, draft=True).delete()

    assert agreement_of(2022).reference == "AG-2022-0002"


def test_references_count_beyond_four_digits():
    PartnershipAgreementFactory(reference="AG-2022-9999")
    tenth = agreement_of(2022)
    next_one = agreement_of(2022)

    assert (tenth.reference, next_one.reference) == ("AG-2022-10000", "AG-2022-10001")
    tenth.full_clean()


@pytest.mark.parametrize("reference", ["AG-22-0001", "AG-2022-1", "2022-0001", "ag"])
def test_reference_of_another_form_is_refused(reference):
    agreement = PartnershipAgreementFactory()
    agreement.reference = reference

    with pytest.raises(ValidationError) as refusal:
        agreement.clean_fields()

    assert list(refusal.value.message_dict) == ["reference"]


def test_other_faults_of_a_row_are_not_taken_for_a_taken_reference():
    with (
        pytest.raises(IntegrityError, match="amount_has_its_note"),
        transaction.atomic(),
    ):
        PartnershipAgreementFactory(amount=5)

    assert not PartnershipAgreement.objects.exists()


def test_signed_on_is_the_first_signature_that_has_a_date():
    agreement = PartnershipAgreementFactory()
    for kind, date in [
        ("approved", datetime.date(2021, 12, 1)),
        ("signed", None),
        ("signed", datetime.date(2022, 1, 14)),
        ("signed", JANUARY_12),
    ]:
        AgreementStepFactory(agreement=agreement, kind=kind, date=date)
    AgreementStepFactory(agreement=PartnershipAgreementFactory(), date=None)
    PartnershipAgreementFactory()

    for found in (
        PartnershipAgreement.objects.with_signature().order_by("pk"),
        PartnershipAgreement.objects.with_steps().order_by("pk"),
    ):
        assert [row.signed_on for row in found] == [JANUARY_12, None, None]


def test_decided_on_is_the_latest_dated_step():
    agreement = PartnershipAgreementFactory()
    AgreementStepFactory(agreement=agreement, kind="approved", date=JANUARY_12)
    AgreementStepFactory(agreement=agreement, date=None)
    PartnershipAgreementFactory()

    found = PartnershipAgreement.objects.with_decided_on().order_by("pk")

    assert [row.decided_on for row in found] == [JANUARY_12, None]


def test_steps_stand_by_date_and_undated_ones_first():
    agreement = PartnershipAgreementFactory()
    late = AgreementStepFactory(agreement=agreement, date=datetime.date(2022, 3, 7))
    early = AgreementStepFactory(agreement=agreement, date=JANUARY_12)
    undated = AgreementStepFactory(agreement=agreement, date=None)

    assert list(agreement.steps.all()) == [undated, early, late]


def test_list_asks_the_same_queries_at_any_size(django_assert_num_queries):
    for _number in range(3):
        agreement = PartnershipAgreementFactory(instrument=InstrumentFactory())
        agreement.regions.add(RegionFactory())
        AgreementStepFactory(agreement=agreement, date=JANUARY_12)

    with django_assert_num_queries(3):  # agreements, steps, regions
        for agreement in PartnershipAgreement.objects.for_list():
            assert (len(agreement.regions.all()), agreement.instrument.order) == (
                1,
                1000,
            )
            assert (agreement.status, agreement.signed_on) == ("signed", JANUARY_12)


def test_search_finds_every_word_however_it_is_spelt():
    agreement = PartnershipAgreementFactory(title_ar="اتفاقية إطار لإدماج الأطفال")
    PartnershipAgreementFactory(title_ar="اتفاقية شراكة")

    assert list(PartnershipAgreement.objects.search("اطار الاطفال")) == [agreement]


def test_agreement_is_called_by_its_reference_and_label():
    formal = PartnershipAgreementFactory.build(
        reference="AG-2022-0001", title_ar="اتفاقية شراكة", short_label_ar="شراكة"
    )
    untitled = PartnershipAgreementFactory.build(reference="AG-2022-0002", title_ar="")

    assert str(formal) == "AG-2022-0001 – شراكة"
    assert formal.label == "اتفاقية شراكة"
    assert str(untitled) == "AG-2022-0002"


def test_label_is_the_short_one_where_the_sources_give_no_title():
    agreement = PartnershipAgreementFactory.build(title_ar="", short_label_ar="شراكة")

    assert agreement.label == "شراكة"


def test_party_is_named_by_its_organisation_or_as_described():
    party = AgreementPartyFactory(organisation__name_ar="مجلس جهة الشرق")
    described = AgreementPartyFactory(organisation=None, description_ar="خمس جماعات")

    assert (party.name, str(party)) == ("مجلس جهة الشرق", "مجلس جهة الشرق")
    assert (described.name, str(described)) == ("خمس جماعات", "خمس جماعات")


@pytest.mark.parametrize(
    ("consents", "office", "stated", "name"),
    [
        (False, False, "", ""),
        (True, False, "", "سعاد"),
        (False, True, "", "سعاد"),
        (False, False, "رئيسة المجلس", "سعاد"),
    ],
)
def test_signatory_is_named_in_an_office_or_with_consent(
    consents, office, stated, name
):
    party = AgreementPartyFactory(
        signed_by=PersonFactory(name_ar="سعاد", consents_to_be_named=consents),
        signatory_office=OfficeFactory() if office else None,
        signatory_office_stated=stated,
    )

    assert party.public_signatory == name


def test_party_without_a_signatory_names_none():
    party = AgreementPartyFactory(signatory_office=OfficeFactory(name_ar="والي الجهة"))

    assert party.public_signatory == ""
    assert party.public_signatory_office == "والي الجهة"
    assert AgreementPartyFactory().public_signatory_office == ""


def test_office_of_the_signatory_agrees_with_its_holder():
    party = AgreementPartyFactory(
        signed_by=PersonFactory(gender="f"),
        signatory_office=OfficeFactory(president=True),
    )

    assert party.public_signatory_office == "رئيسة مجلس الجهة"
    with translation.override("fr"):
        assert party.public_signatory_office == "Présidente du conseil régional"
    party.signatory_office_stated = "رئيسة مجلس جهة سوس ماسة"
    assert party.public_signatory_office == "رئيسة مجلس جهة سوس ماسة"


def test_amounts_keep_their_centimes():
    agreement = PartnershipAgreementFactory(
        amount=Decimal("2868844.83"), amount_note="exact"
    )

    agreement.refresh_from_db()

    assert agreement.amount == Decimal("2868844.83")


def test_components_stand_in_their_order():
    agreement = PartnershipAgreementFactory()
    second = AgreementComponentFactory(agreement=agreement, order=2)
    first = AgreementComponentFactory(agreement=agreement, order=1, quantity=0)

    assert list(agreement.components.all()) == [first, second]
    assert str(first) == "اقتناء وحدة متنقلة"
    assert first.quantity == 0
    assert second.quantity is None
