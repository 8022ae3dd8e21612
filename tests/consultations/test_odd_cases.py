"""Every odd case of docs/odd-cases.md has a place in the record, one test and more each.

The cases are named as they were met; where two sources disagree, both are kept.
"""

import datetime
import inspect
import re
import sys
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils import translation

from consultations.models import (
    AgreementParty,
    Instrument,
    Meeting,
    MeetingSeries,
    Participation,
    PartnershipAgreement,
)
from consultations.search import refresh_search_text
from consultations.validators import (
    validate_contributions,
    validate_one_meeting_a_region,
    validate_provinces_lie_in,
)
from regions.models import Province
from stakeholders.models import Office, Organisation, Person
from tests.factories.consultations import (
    AgendaItemFactory,
    AgreementComponentFactory,
    AgreementPartyFactory,
    AgreementStepFactory,
    AidDistributionFactory,
    DatedMeetingFactory,
    DiscrepancyFactory,
    DocumentFactory,
    MeetingFactory,
    MeetingSeriesFactory,
    MeetingTypeFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ProgrammeFactory,
    SourceFactory,
)
from tests.factories.regions import ProvinceFactory, RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

OUR_APPS = ["regions", "stakeholders", "consultations"]


def on(text):
    return datetime.date.fromisoformat(text)


def statuses_on(text):
    """Return the status of every agreement on a day, by its title."""
    rows = PartnershipAgreement.objects.with_status(on(text))
    return {row.title_ar: row.current_status for row in rows}


# Agreements


def test_odd_case_01_initialled_is_not_signed():
    meeting = MeetingFactory(starts_on=on("2022-01-31"))
    region = PartnershipAgreementFactory(title_ar="اتفاقية الجهة")
    benslimane = PartnershipAgreementFactory(title_ar="اتفاقية بنسليمان")
    for agreement, kind in [(region, "initialled"), (benslimane, "signed")]:
        AgreementStepFactory(
            agreement=agreement, kind=kind, date=meeting.starts_on, meeting=meeting
        )

    assert statuses_on("2022-02-28") == {
        "اتفاقية الجهة": "initialled",
        "اتفاقية بنسليمان": "signed",
    }
    assert Meeting.objects.with_agreement_count().get().agreement_count == 2


def test_odd_case_01_sources_that_disagree_on_the_status_are_both_kept():
    agreement = PartnershipAgreementFactory()
    AgreementStepFactory(agreement=agreement, kind="initialled")
    DiscrepancyFactory(
        agreement=agreement,
        matter="status",
        statements_ar="social.gov.ma: بالأحرف الأولى\nLe360: توقيع",
    )

    assert agreement.status == "initialled"
    assert agreement.discrepancies.get().statements.splitlines() == [
        "social.gov.ma: بالأحرف الأولى",
        "Le360: توقيع",
    ]


def test_odd_case_02_proposed_with_an_amount_and_approved_five_weeks_later():
    meeting = MeetingFactory(starts_on=on("2022-01-28"))
    agreement = PartnershipAgreementFactory(
        title_ar="شراكة", amount=26_000_000, amount_note="exact"
    )
    AgreementStepFactory(
        agreement=agreement, kind="proposed", date=on("2022-01-28"), meeting=meeting
    )
    AgreementStepFactory(
        agreement=agreement, kind="approved", date=on("2022-03-07"), note="مجلس الجهة"
    )

    assert statuses_on("2022-03-06") == {"شراكة": "proposed"}
    assert statuses_on("2022-03-07") == {"شراكة": "approved"}
    assert PartnershipAgreement.objects.with_signature().get().signed_on is None
    assert [step.kind for step in meeting.agreement_steps.all()] == ["proposed"]


def test_odd_case_02_paraphee_for_signed_is_a_matter_of_the_source_not_of_the_step():
    agreement = PartnershipAgreementFactory(title_ar="اتفاقية درعة-تافيلالت")
    step = AgreementStepFactory(
        agreement=agreement,
        kind="signed",
        note="Le journal dit « paraphée » au sens de « signée ».",
        language="fr",
        source=SourceFactory(agreement=agreement, publisher="maroc24", language="fr"),
    )

    assert statuses_on("2022-12-31") == {"اتفاقية درعة-تافيلالت": "signed"}
    assert step.note_text.language == "fr"
    assert step.source.publisher == "maroc24"


def test_odd_case_03_instruments_are_terms_that_staff_extend(reference_data):
    annex = PartnershipAgreementFactory(
        instrument=Instrument.objects.get(code="annex"),
        amends=PartnershipAgreementFactory(
            instrument=Instrument.objects.get(code="framework_agreement")
        ),
        beneficiaries_planned=3200,
    )

    Instrument.objects.create(code="charter", name_ar="ميثاق")

    assert list(annex.amends.amendments.all()) == [annex]
    assert {
        "partnership_agreement",
        "framework_agreement",
        "protocol",
        "annex",
        "charter",
    } <= set(Instrument.objects.active().values_list("code", flat=True))


def test_odd_case_03_specifications_are_a_document_and_count_as_no_agreement():
    meeting = MeetingFactory()
    DocumentFactory(meeting=meeting, kind="other", title="دفتر التحملات")

    assert Meeting.objects.with_agreement_count().get().agreement_count == 0
    assert meeting.documents.get().title == "دفتر التحملات"


def test_odd_case_04_aid_rests_on_an_agreement_signed_elsewhere_on_an_unknown_day():
    agreement = PartnershipAgreementFactory(
        title_ar="الشرق مبادرة", programme=ProgrammeFactory(name_ar="الشرق مبادرة")
    )
    AgreementStepFactory(agreement=agreement, kind="signed", date=None)
    aid = AidDistributionFactory(
        legal_basis=agreement, programme=agreement.programme, beneficiaries=None
    )

    assert aid.legal_basis.status == "signed"
    assert list(agreement.aid_distributions.all()) == [aid]
    assert Meeting.objects.with_agreement_count().get().agreement_count == 0


def test_odd_case_05_one_agreement_has_six_components():
    agreement = PartnershipAgreementFactory()
    kinds = ["equipment", "purchase", "purchase", "purchase", "operation", "operation"]
    for order, kind in enumerate(kinds, 1):
        AgreementComponentFactory(agreement=agreement, order=order, kind=kind)

    assert PartnershipAgreement.objects.count() == 1
    assert [part.kind for part in agreement.components.all()] == kinds


def test_odd_case_05_short_label_of_the_press_stands_beside_the_formal_title():
    agreement = PartnershipAgreementFactory(
        title_ar="دعم الأنشطة المدرة للدخل لفائدة النساء في وضعية صعبة",
        is_formal_title=True,
        short_label_ar="التمكين الاقتصادي للنساء",
    )

    found = PartnershipAgreement.objects.search("التمكين الاقتصادي")

    assert list(found) == [agreement]
    assert agreement.label == "دعم الأنشطة المدرة للدخل لفائدة النساء في وضعية صعبة"
    assert str(agreement).endswith("التمكين الاقتصادي للنساء")


@pytest.mark.parametrize(("reported", "known"), [(6, 1), (9, 1), (115, 0), (2, 2)])
def test_odd_case_06_agreements_are_counted_without_their_rows(reported, known):
    meeting = MeetingFactory(agreements_reported=reported)
    AgreementStepFactory.create_batch(known, meeting=meeting)

    found = Meeting.objects.with_agreement_count().get()

    assert (found.agreements_reported, found.agreement_count) == (reported, known)


def test_odd_case_06_not_reported_is_not_none_at_all():
    assert MeetingFactory().agreements_reported is None
    assert MeetingFactory(agreements_reported=0).agreements_reported == 0


def test_odd_case_07_agreement_of_one_province_in_a_regional_meeting():
    region = RegionFactory()
    benslimane, settat = ProvinceFactory.create_batch(2, region=region)
    meeting = MeetingFactory(region=region)
    agreement = PartnershipAgreementFactory()
    agreement.regions.add(region)
    agreement.provinces.add(benslimane)
    AgreementStepFactory(agreement=agreement, meeting=meeting)

    validate_provinces_lie_in(agreement.regions.all(), agreement.provinces.all())

    assert list(benslimane.agreements.all()) == [agreement]
    assert not settat.agreements.exists()
    assert not meeting.provinces.exists()


def test_odd_case_07_agreement_of_five_communes_says_so():
    agreement = PartnershipAgreementFactory(territory_note="خمس جماعات ترابية")

    assert list(PartnershipAgreement.objects.search("خمس جماعات")) == [agreement]


def test_odd_case_08_signing_has_its_own_day_and_place():
    visit = MeetingFactory(starts_on=on("2024-03-01"), ends_on=on("2024-03-04"))
    for title, day, place in [
        ("الأولى", "2024-03-01", "الصويرة"),
        ("الثانية", "2024-03-04", "اليوسفية"),
    ]:
        AgreementStepFactory(
            agreement=PartnershipAgreementFactory(title_ar=title),
            date=on(day),
            place_ar=place,
            meeting=visit,
        )

    rows = PartnershipAgreement.objects.with_signature().order_by("pk")

    assert [row.signed_on for row in rows] == [on("2024-03-01"), on("2024-03-04")]
    assert [step.place for step in visit.agreement_steps.all()] == [
        "الصويرة",
        "اليوسفية",
    ]


def test_odd_case_09_parties_are_not_signatories():
    agreement = PartnershipAgreementFactory()
    wali = PersonFactory(name_ar="معاذ الجامعي")
    AgreementPartyFactory(
        agreement=agreement,
        organisation=None,
        description_ar="جهة الشرق، كما ورد في عنوان «الصحيفة»",
        role="authority",
        signed_by=wali,
        signatory_office_stated="والي الجهة",
        signed_on_behalf_of="مجلس الجهة",
    )
    AgreementPartyFactory(
        agreement=agreement, organisation__name_ar="مجلس جهة الشرق", role="council"
    )

    found = {party.name: party.public_signatory for party in agreement.parties.all()}

    assert found == {
        "جهة الشرق، كما ورد في عنوان «الصحيفة»": "معاذ الجامعي",
        "مجلس جهة الشرق": "",
    }


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("المبادرة الوطنية للتنمية البشرية", "programme"),
        ("جمعية الأمل", "implementer"),
    ],
)
def test_odd_case_09_a_programme_or_an_association_may_be_a_party(name, role):
    party = AgreementPartyFactory(organisation__name_ar=name, role=role)

    party.full_clean()

    assert AgreementParty.objects.get(role=role).name == name


@pytest.mark.parametrize(
    ("amount", "note"),
    [
        (None, "unknown"),
        (40_000_000, "programme_total"),
        (16_000_000, "about"),
        (Decimal("2868844.83"), "exact"),
    ],
)
def test_odd_case_10_amounts_say_how_they_are_meant(amount, note):
    agreement = PartnershipAgreementFactory(amount=amount, amount_note=note)

    agreement.refresh_from_db()
    agreement.full_clean()

    assert (agreement.amount, agreement.amount_note) == (amount, note)


@pytest.mark.parametrize(
    ("amount", "parts"),
    [(12_000_000, [6, 6]), (35_000_000, [23, 12]), (10_000_000, [6, 4])],
)
def test_odd_case_10_amounts_are_split_by_contributor(amount, parts):
    agreement = PartnershipAgreementFactory(amount=amount, amount_note="exact")
    for part in parts:
        AgreementPartyFactory(agreement=agreement, contribution=part * 1_000_000)
    AgreementPartyFactory(agreement=agreement, contribution=None)
    contributions = [party.contribution for party in agreement.parties.all()]

    validate_contributions(agreement.amount, agreement.amount_note, contributions)

    with pytest.raises(ValidationError):
        validate_contributions(agreement.amount, "exact", [*contributions, Decimal(1)])


def test_odd_case_10_dollars_in_brackets_stay_in_the_note():
    agreement = PartnershipAgreementFactory(
        amount=16_000_000, amount_note="about", note="1,7 million USD (Challenge)"
    )

    assert agreement.note_text == "1,7 million USD (Challenge)"


def test_odd_case_11_one_framework_has_its_own_target_in_every_region():
    framework = PartnershipAgreementFactory(beneficiaries_planned=3000)
    targets = {"draa-tafilalet": 1450, "dakhla-oued-ed-dahab": 4000}
    for slug, planned in targets.items():
        regional = PartnershipAgreementFactory(
            based_on=framework, beneficiaries_planned=planned
        )
        regional.regions.add(RegionFactory(slug=slug))

    found = framework.applications.order_by("pk").values_list(
        "regions__slug", "beneficiaries_planned"
    )

    assert dict(found) == targets


def test_odd_case_11_targets_on_which_sources_disagree_are_kept():
    agreement = PartnershipAgreementFactory(beneficiaries_planned=None)
    DiscrepancyFactory(
        agreement=agreement,
        matter="beneficiaries",
        statements_ar="الأول: أكثر من 1450\nالثاني: أكثر من 3000",
    )

    assert agreement.beneficiaries_planned is None
    assert agreement.discrepancies.get().settled == ""


# People and offices


def test_odd_case_12_governor_chairs_for_the_wali():
    wali = PersonFactory(name_ar="محمد مهيدية")
    row = ParticipationFactory(
        capacity="chair",
        person=PersonFactory(name_ar="عامل"),
        office_stated_ar="عامل إقليم الفحص-أنجرة",
        on_behalf_of=wali,
        on_behalf_of_office="والي الجهة",
    )

    assert row.chairs
    assert row.public_on_behalf_of == "محمد مهيدية"
    assert list(wali.represented_in.all()) == [row]
    assert not wali.participations.exists()


def test_odd_case_12_secretary_general_speaks_instead_of_an_unnamed_minister():
    row = ParticipationFactory(
        capacity="speaker",
        office_stated_ar="الكاتب العام للوزارة",
        on_behalf_of_office="وزيرة التضامن والإدماج الاجتماعي والأسرة",
    )

    row.full_clean()

    assert (row.person, row.on_behalf_of) == (None, None)
    assert row.on_behalf_of_office.startswith("وزيرة")


def test_odd_case_13_three_chair_one_meeting():
    meeting = MeetingFactory()
    offices = ["وزيرة التضامن", "والي الجهة", "رئيس مجلس الجهة"]
    for order, office in enumerate(offices):
        ParticipationFactory(
            meeting=meeting, order=order, capacity="chair", office_stated_ar=office
        )
    ParticipationFactory(meeting=meeting, order=9, office_stated_ar="عامل الإقليم")

    chairs = meeting.participations.filter(capacity__in=Participation.CHAIRING)

    assert [row.public_office for row in chairs] == offices


def test_odd_case_13_sources_disagree_on_who_chaired():
    meeting = MeetingFactory()
    DiscrepancyFactory(
        meeting=meeting,
        matter="chair",
        statements_ar="الأول: ترأسه الوالي\nالثاني: ترأسته الوزيرة",
        settled_ar="سُجلا معا رئيسين للقاء",
    )

    assert meeting.discrepancies.get().settled == "سُجلا معا رئيسين للقاء"


def test_odd_case_14_one_person_holds_two_offices_at_once(reference_data):
    row = ParticipationFactory(
        person=PersonFactory(gender="m"),
        office=Office.objects.get(code="wali_governor"),
    )

    assert row.public_office == "والي الجهة وعامل العمالة أو الإقليم"
    row.office_stated_ar = "والي جهة الشرق عامل عمالة وجدة-أنجاد"
    assert row.public_office == "والي جهة الشرق عامل عمالة وجدة-أنجاد"


def test_odd_case_14_office_is_that_of_the_day_of_the_meeting():
    wali = PersonFactory(name_ar="السعيد زنيبر")
    for day, office in [
        ("2022-01-28", "والي جهة فاس-مكناس"),
        ("2025-03-01", "والي جهة درعة-تافيلالت"),
    ]:
        ParticipationFactory(
            meeting=MeetingFactory(starts_on=on(day)),
            person=wali,
            office_stated_ar=office,
        )

    rows = wali.participations.order_by("meeting__starts_on")

    assert [row.public_office for row in rows] == [
        "والي جهة فاس-مكناس",
        "والي جهة درعة-تافيلالت",
    ]
    assert {field.name for field in Person._meta.fields if "office" in field.name} == (
        set()
    )


def test_odd_case_15_minister_changed():
    minister = OfficeFactory(name_ar="وزير", feminine_ar="وزيرة")
    for day, name in [("2022-01-12", "عواطف حيار"), ("2025-05-30", "نعيمة ابن يحيى")]:
        ParticipationFactory(
            meeting=MeetingFactory(starts_on=on(day)),
            person=PersonFactory(name_ar=name, gender="f"),
            office=minister,
        )

    rows = Participation.objects.filter(office=minister).order_by("meeting__starts_on")

    assert [(row.public_person, row.public_office) for row in rows] == [
        ("عواطف حيار", "وزيرة"),
        ("نعيمة ابن يحيى", "وزيرة"),
    ]


def test_odd_case_16_near_homonyms_are_two_persons():
    meeting = MeetingFactory()
    for name, office in [
        ("سيدي حمدي ولد الرشيد", "رئيس مجلس الجهة"),
        ("مولاي حمدي ولد الرشيد", "رئيس المجلس الجماعي"),
    ]:
        person = PersonFactory(name_ar=name)
        ParticipationFactory(meeting=meeting, person=person, office_stated_ar=office)
    DiscrepancyFactory(meeting=meeting, matter="person", statements_ar="تبادل المنصبين")

    both = Person.objects.search("حمدي ولد الرشيد")

    assert both.count() == 2
    assert Person.objects.search("مولاي").get().participations.get() == (
        meeting.participations.get(office_stated_ar="رئيس المجلس الجماعي")
    )


@pytest.mark.parametrize(
    ("name", "others", "spelling"),
    [
        ("معاذ الجامعي", "معاد الجامعي", "معاد"),
        ("عبد السلام بيكرات", "عبد السلام بكرات", "بكرات"),
        ("اهرو ابرو", "هرو برو\nهرو أبرو", "أبرو"),
        ("عواطف حيار", "", "حيّار"),
        ("السعيد زنيبر", "الزنيبر", "الزنيبر"),
        ("نعيمة ابن يحيى", "نعيمة بن يحيى", "بن يحيي"),
    ],
)
def test_odd_case_17_person_is_found_however_the_name_is_spelt(name, others, spelling):
    person = PersonFactory(name_ar=name, other_names=others)
    meeting = MeetingFactory()
    ParticipationFactory(meeting=meeting, person=person, office_stated_ar="والي الجهة")
    refresh_search_text(meeting)

    assert list(Meeting.objects.search(spelling)) == [meeting]
    assert person.name == name


def test_odd_case_17_latin_spellings_of_one_name():
    person = PersonFactory(
        name_ar="عواطف حيار",
        name_fr="Aawatif Hayar",
        other_names="Aouatif Hayar\nAwatif Hayar\nAwatef Hayar",
    )

    for spelling in ("aawatif", "aouatif", "awatif", "awatef"):
        assert list(Person.objects.search(spelling)) == [person]


def test_odd_case_17_prefecture_and_province_keep_their_own_names(reference_data):
    marrakech = Province.objects.get(code="07.351")
    laayoune = Province.objects.get(code="11.321")

    assert marrakech.kind == Province.Kind.PREFECTURE
    assert laayoune.kind == Province.Kind.PROVINCE
    assert marrakech.other_names.splitlines()[0] == "عمالة مراكش"
    assert laayoune.other_names.splitlines()[0] == "إقليم العيون"


def test_odd_case_18_office_without_name_name_without_office_category_alone():
    office = ParticipationFactory(office=OfficeFactory(name_ar="والي الجهة"))
    name = ParticipationFactory(
        person=PersonFactory(name_ar="سعاد", consents_to_be_named=True)
    )
    category = ParticipationFactory(category__name_ar="الجمعيات والمجتمع المدني")

    for row in (office, name, category):
        row.full_clean()

    assert [str(row) for row in (office, name, category)] == [
        "والي الجهة",
        "سعاد",
        "الجمعيات والمجتمع المدني",
    ]


@pytest.mark.parametrize(
    ("code", "feminine_ar", "feminine_fr"),
    [
        ("minister", "وزيرة", "Ministre"),
        (
            "regional_council_president",
            "رئيسة مجلس الجهة",
            "Présidente du conseil régional",
        ),
        ("regional_coordinator", "المنسقة الجهوية", "Coordinatrice régionale"),
        ("director", "مديرة", "Directrice"),
        ("deputy", "نائبة برلمانية", "Députée"),
    ],
)
def test_odd_case_18_offices_have_their_feminine(
    reference_data, code, feminine_ar, feminine_fr
):
    row = ParticipationFactory(
        person=PersonFactory(gender="f"), office=Office.objects.get(code=code)
    )

    assert row.public_office == feminine_ar
    with translation.override("fr"):
        assert row.public_office == feminine_fr


def test_odd_case_18_acting_holder_is_stated_as_such():
    row = ParticipationFactory(
        office=OfficeFactory(name_ar="مدير"), office_stated_ar="المدير بالنيابة"
    )

    assert row.public_office == "المدير بالنيابة"


def test_odd_case_19_one_body_is_one_row_under_all_its_names():
    body = OrganisationFactory(
        name_ar="المندوبية الإقليمية للتعاون الوطني",
        other_names="المديرية الإقليمية للتعاون الوطني",
    )
    meeting = MeetingFactory()
    ParticipationFactory(meeting=meeting, organisation=body)
    refresh_search_text(meeting)

    for name in ("المندوبية الإقليمية", "المديرية الإقليمية"):
        assert list(Meeting.objects.search(name)) == [meeting]
    assert Organisation.objects.count() == 1


# Time and place


def test_odd_case_20_several_days_and_provinces_in_one_event():
    region = RegionFactory()
    provinces = ProvinceFactory.create_batch(3, region=region)
    event = MeetingFactory(
        region=region, starts_on=on("2023-01-17"), ends_on=on("2023-01-19")
    )
    event.provinces.set(provinces)

    validate_provinces_lie_in([region], event.provinces.all())

    assert event.slug == f"2023-01-17-{region.slug}"
    assert event.provinces.count() == 3


def test_odd_case_20_each_stop_of_a_tour_is_a_meeting_of_it():
    tour = MeetingFactory(
        title_ar="الجولة", starts_on=on("2023-01-17"), ends_on=on("2023-01-19")
    )
    stops = [
        MeetingFactory(part_of=tour, starts_on=on(day), city_ar=city)
        for day, city in [("2023-01-17", "مكناس"), ("2023-01-18", "تازة")]
    ]

    assert list(tour.parts.order_by("starts_on")) == stops
    assert tour.part_of is None


def test_odd_case_21_host_of_the_venue_is_not_the_wilaya():
    meeting = MeetingFactory(venue_ar="قاعة الاجتماعات بمقر المندوبية السامية")
    host = OrganisationFactory(name_ar="المندوبية السامية لقدماء المقاومين")
    ParticipationFactory(meeting=meeting, organisation=host, capacity="host")
    ParticipationFactory(
        meeting=meeting,
        organisation=OrganisationFactory(name_ar="ولاية الجهة"),
        capacity="in_coordination",
    )

    assert meeting.participations.get(capacity="host").organisation == host
    assert meeting.venue == "قاعة الاجتماعات بمقر المندوبية السامية"


def test_odd_case_22_meeting_of_one_province():
    region = RegionFactory(slug="marrakech-safi")
    rehamna = ProvinceFactory(region=region, name_ar="الرحامنة")
    meeting = MeetingFactory(region=region, scope_note="لقاء يهم إقليما واحدا.")
    meeting.provinces.add(rehamna)
    refresh_search_text(meeting)

    validate_provinces_lie_in([region], meeting.provinces.all())

    assert meeting.scope_note_text == "لقاء يهم إقليما واحدا."
    assert list(rehamna.meetings.all()) == [meeting]
    assert list(Meeting.objects.search("الرحامنة")) == [meeting]


def test_odd_case_22_six_of_seven_provinces_is_a_note_not_a_guess():
    region = RegionFactory()
    ProvinceFactory.create_batch(8, region=region)
    meeting = MeetingFactory(region=region, scope_note="عمالة وستة أقاليم")

    assert not meeting.provinces.exists()
    assert list(Meeting.objects.search("وستة أقاليم")) == [meeting]


def test_odd_case_22_national_meeting_has_no_region():
    meeting = DatedMeetingFactory(region=None)

    meeting.full_clean()

    assert meeting.slug == "2022-01-12-national"


@pytest.mark.parametrize(
    ("starts_on", "precision", "slug"),
    [
        ("2022-02-13", "day", "2022-02-13-national"),
        ("2022-02-01", "month", "2022-02-national"),
        ("2022-01-01", "year", "2022-national"),
        (None, "unknown", "undated-national"),
    ],
)
def test_odd_case_23_dates_are_as_precise_as_the_source(starts_on, precision, slug):
    meeting = MeetingFactory(
        starts_on=starts_on and on(starts_on), date_precision=precision
    )

    meeting.full_clean()

    assert meeting.slug == slug
    assert meeting.date_is_known is (starts_on is not None)


def test_odd_case_23_weekday_alone_makes_an_inferred_date_that_says_how():
    meeting = MeetingFactory(
        starts_on=on("2022-01-15"),
        date_basis="inferred",
        date_note="المصدر: «السبت»؛ والمقال منشور يوم الأحد 16 يناير 2022.",
    )

    meeting.full_clean()
    meeting.date_note = ""

    with pytest.raises(ValidationError):
        meeting.full_clean()


def test_odd_case_23_day_of_the_event_is_not_that_of_the_article():
    meeting = MeetingFactory(starts_on=on("2023-02-13"))
    source = SourceFactory(meeting=meeting, published_on=on("2023-02-15"))
    eve = SourceFactory(
        meeting=meeting, kind="announcement", published_on=on("2023-02-12")
    )

    assert eve.published_on < meeting.starts_on < source.published_on
    assert meeting.slug == "2023-02-13-national"


def test_odd_case_24_hijri_date_is_kept_verbatim_and_is_no_key():
    meeting = MeetingFactory(
        starts_on=on("2022-01-11"), date_note="8 جمادى الثانية 1443 = 11 يناير 2022"
    )

    columns = {field.name for field in Meeting._meta.get_fields()}

    assert meeting.slug == "2022-01-11-national"
    assert "1443" in meeting.date_note_text
    assert {name for name in columns if "hijri" in name} == set()


@pytest.mark.parametrize(
    ("state", "coverage", "announced_only", "is_held"),
    [
        ("announced", "no_report", True, False),
        ("held", "no_report", False, True),
        ("held", "report", False, True),
        ("postponed", "report", False, False),
        ("cancelled", "report", False, False),
    ],
)
def test_odd_case_25_announced_is_not_held(state, coverage, announced_only, is_held):
    meeting = MeetingFactory(state=state, coverage=coverage)

    assert meeting.is_announced_only is announced_only
    assert Meeting.objects.held().exists() is is_held


def test_odd_case_25_window_announced_and_window_held_differ():
    series = MeetingSeriesFactory(
        announced_from=on("2021-12-18"), announced_to=on("2022-01-15")
    )
    last = MeetingFactory(series=series, starts_on=on("2022-02-04"))

    series.full_clean()
    last.full_clean()

    assert last.starts_on > series.announced_to


def test_odd_case_25_first_date_stays_when_a_meeting_is_postponed():
    meeting = MeetingFactory(
        state="postponed",
        starts_on=on("2022-02-04"),
        first_announced_for=on("2022-01-15"),
    )
    for kind in ("announcement", "press_report"):
        SourceFactory(meeting=meeting, kind=kind)

    assert meeting.first_announced_for == on("2022-01-15")
    assert meeting.sources.filter(kind="announcement").count() == 1


def test_odd_case_26_twelfth_consultation_is_called_a_coordination_meeting():
    series = MeetingSeriesFactory(one_per_region=True)
    meeting = MeetingFactory(
        series=series,
        order_in_series=12,
        order_basis="stated",
        region=RegionFactory(),
        type=MeetingTypeFactory(name_ar="لقاء تشاوري جهوي"),
        type_note="اجتماع تنسيقي",
    )

    validate_one_meeting_a_region(meeting)

    assert list(series.meetings.filter(order_in_series=12)) == [meeting]
    assert list(Meeting.objects.search("اجتماع تنسيقي")) == [meeting]


def test_odd_case_27_period_of_the_strategy_differs_between_sources():
    series = MeetingSeriesFactory(programme_starts_year=2021, programme_ends_year=2026)
    meeting = MeetingFactory(series=series)
    DiscrepancyFactory(
        meeting=meeting,
        matter="programme",
        statements_ar="alhadat.ma: 2021-2026\nرسالة الأمة: 2016-2021",
    )

    assert len(meeting.discrepancies.get().statements.splitlines()) == 2
    assert MeetingSeries.objects.get().programme_ends_year == 2026


def test_odd_case_27_range_printed_backwards_is_refused():
    series = MeetingSeriesFactory.build(
        programme_starts_year=2026, programme_ends_year=2021
    )

    with pytest.raises(ValidationError):
        series.full_clean()


def test_odd_case_28_order_in_the_tour_is_settled_and_the_conflict_kept():
    meeting = MeetingFactory(
        series=MeetingSeriesFactory(),
        order_in_series=7,
        order_basis="inferred",
        order_note="مستنتج بالاستبعاد",
    )
    DiscrepancyFactory(
        meeting=meeting,
        matter="order",
        statements_ar="La Vie éco: الثالثة\nالرتب المذكورة في مصادر أخرى: السابعة",
        settled_ar="السابعة",
    )

    meeting.full_clean()

    assert (meeting.order_in_series, meeting.order_basis) == (7, "inferred")
    assert meeting.discrepancies.get().settled == "السابعة"


# Events at the edge


def test_odd_case_29_budget_hearing_has_no_region_chair_date_or_agreement():
    hearing = MeetingFactory(
        undated=True, type=MeetingTypeFactory(code="parliamentary_hearing")
    )
    consultation = MeetingFactory(region=RegionFactory())

    hearing.full_clean()

    found = Meeting.objects.for_list()
    assert list(found) == [consultation, hearing]
    assert hearing.slug == "undated-national"
    assert not hearing.participations.exists()


def test_odd_case_29_visitors_of_a_fair_are_no_attendance():
    fair = MeetingFactory(
        type=MeetingTypeFactory(code="fair"),
        title_ar="المعرض الجهوي للاقتصاد الاجتماعي والتضامني، الدورة السادسة",
        patronage="تحت الرعاية السامية لصاحب الجلالة الملك محمد السادس",
        stated_total=186_000,
        stated_total_unit="visitors",
    )
    ParticipationFactory(
        meeting=fair,
        category__code="foreign_delegation",
        organisation=OrganisationFactory(name_ar="وفد بوركينا فاسو", country="BF"),
    )
    AgendaItemFactory(meeting=fair, kind="field_visit", title_ar="", place_ar="المعرض")

    found = Meeting.objects.with_people_present().get()

    assert (found.people_present, found.stated_total) == (None, 186_000)
    assert found.patronage_text.startswith("تحت الرعاية السامية")
    assert found.patronage_text.language == "ar"
    assert not found.participations.filter(capacity="chair").exists()


# The document


def document_lines(settings):
    text = (settings.BASE_DIR / "docs/odd-cases.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", text, re.MULTILINE)


def test_document_has_one_line_for_each_case(settings):
    numbers = [int(line[0]) for line in document_lines(settings)]

    assert numbers == list(range(1, 30))


def test_document_names_the_tests_that_are_here(settings):
    here = {
        name
        for name, thing in vars(sys.modules[__name__]).items()
        if name.startswith("test_odd_case_") and inspect.isfunction(thing)
    }

    named = []
    for number, _case, _place, tests in document_lines(settings):
        names = re.findall(r"`(test_\w+)`", tests)
        assert all(name.startswith(f"test_odd_case_{number:0>2}_") for name in names)
        named += names

    assert sorted(named) == sorted(here)


def test_document_names_fields_that_exist(settings):
    models = {
        model.__name__: model
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
    }

    for _number, _case, place, _tests in document_lines(settings):
        fields = re.findall(r"`([A-Z]\w+)\.(\w+)`", place)
        assert fields
        for model, field in fields:
            try:
                models[model]._meta.get_field(field)
            except FieldDoesNotExist:
                models[model]._meta.get_field(f"{field}_ar")


def test_every_record_of_the_chain_has_its_place_in_the_document(settings):
    places = " ".join(line[2] for line in document_lines(settings))

    for model in (Meeting, Participation, PartnershipAgreement, AgreementParty):
        assert f"`{model.__name__}." in places
