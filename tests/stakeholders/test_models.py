import pytest
from django.utils import translation

from stakeholders.models import Gender, Organisation, Person
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("gender", "language", "form"),
    [
        ("f", "ar", "رئيسة مجلس الجهة"),
        ("m", "ar", "رئيس مجلس الجهة"),
        ("", "ar", "رئيس مجلس الجهة"),
        ("f", "fr", "Présidente du conseil régional"),
        ("m", "fr", "Président du conseil régional"),
        ("f", "en", "President of the regional council"),
        ("m", "en", "President of the regional council"),
    ],
)
def test_office_agrees_with_its_holder(gender, language, form):
    office = OfficeFactory(president=True, name_en="President of the regional council")

    with translation.override(language):
        assert office.name_for(gender) == form


def test_office_without_a_feminine_form_keeps_its_own():
    office = OfficeFactory(name_ar="عضو", name_fr="Membre")

    assert office.name_for(Gender.FEMININE) == "عضو"


def test_office_falls_back_to_the_arabic_feminine_where_there_is_no_french_at_all():
    office = OfficeFactory(name_ar="مدير", name_fr="", name_en="", feminine_ar="مديرة")

    with translation.override("fr"):
        form = office.name_for(Gender.FEMININE)

    assert (form, form.language, form.is_fallback) == ("مديرة", "ar", True)


def test_organisation_is_found_by_every_name():
    organisation = OrganisationFactory(
        name_ar="التعاون الوطني",
        name_fr="Entraide nationale",
        other_names="المندوبية الإقليمية\nالمديرية الإقليمية",
    )

    for name in ("التعاون الوطنى", "entraide", "المندوبية", "المديريه الاقليمية"):
        found = Organisation.objects.search(name)
        assert list(found) == [organisation]


def test_person_is_found_by_a_variant_spelling():
    person = PersonFactory(name_ar="معاذ الجامعي", other_names="معاد الجامعي")

    found = Person.objects.search("معاد")

    assert list(found) == [person]


def test_index_follows_a_changed_name_whatever_is_saved():
    person = PersonFactory(name_ar="معاذ")
    person.name_ar = "خطيب"

    person.save(update_fields=["name_ar"])

    assert list(Person.objects.search("خطيب")) == [person]
    assert not Person.objects.search("معاذ").exists()


@pytest.mark.parametrize(
    ("language", "name"),
    [("ar", "عواطف حيار"), ("fr", "Aawatif Hayar"), ("en", "Aawatif Hayar")],
)
def test_person_reads_in_latin_letters_for_latin_readers(language, name):
    person = PersonFactory(name_ar="عواطف حيار", name_fr="Aawatif Hayar")

    with translation.override(language):
        assert str(person) == name


def test_organisation_known_by_its_french_name_alone_is_marked_as_such():
    organisation = OrganisationFactory(name_ar="", name_fr="CGEM")

    assert str(organisation) == "CGEM"
    assert organisation.name.language == "fr"
    assert organisation.name.is_fallback
