import datetime

import pytest
from django.utils import translation

from tests.factories.consultations import (
    AgendaItemFactory,
    AttendanceFactory,
    ParticipationFactory,
)
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("consents", "office", "stated", "name"),
    [
        (False, False, "", ""),
        (True, False, "", "سعاد"),
        (False, True, "", "سعاد"),
        (False, False, "المنسقة الجهوية", "سعاد"),
    ],
)
def test_person_is_named_in_an_office_or_with_consent(consents, office, stated, name):
    row = ParticipationFactory(
        person=PersonFactory(name_ar="سعاد", consents_to_be_named=consents),
        office=OfficeFactory() if office else None,
        office_stated_ar=stated,
    )

    assert row.public_person == name
    assert ("سعاد" in str(row)) is bool(name)


def test_nobody_is_named_where_the_sources_name_nobody():
    row = ParticipationFactory(office=OfficeFactory(name_ar="والي الجهة"))

    assert (row.public_person, row.public_office) == ("", "والي الجهة")


@pytest.mark.parametrize(
    ("consents", "office", "name"),
    [(False, "", ""), (True, "", "سعاد"), (False, "والي الجهة", "سعاد")],
)
def test_the_one_represented_is_named_in_an_office_or_with_consent(
    consents, office, name
):
    represented = PersonFactory(name_ar="سعاد", consents_to_be_named=consents)
    row = ParticipationFactory(on_behalf_of=represented, on_behalf_of_office=office)

    assert row.public_on_behalf_of == name
    assert ParticipationFactory().public_on_behalf_of == ""


def test_office_of_that_day_goes_before_the_general_one():
    row = ParticipationFactory(
        office=OfficeFactory(name_ar="والي الجهة"),
        office_stated_ar="والي جهة الشرق عامل عمالة وجدة-أنجاد",
    )

    assert row.public_office == "والي جهة الشرق عامل عمالة وجدة-أنجاد"


@pytest.mark.parametrize(
    ("gender", "language", "form"),
    [
        ("f", "ar", "رئيسة مجلس الجهة"),
        ("m", "ar", "رئيس مجلس الجهة"),
        ("", "ar", "رئيس مجلس الجهة"),
        ("f", "fr", "Présidente du conseil régional"),
    ],
)
def test_office_agrees_with_its_holder(gender, language, form):
    row = ParticipationFactory(
        office=OfficeFactory(president=True), person=PersonFactory(gender=gender)
    )

    with translation.override(language):
        assert row.public_office == form


def test_participation_is_called_by_what_is_known_of_it():
    category = ParticipantCategoryFactory(name_ar="الجمعيات")
    organisation = OrganisationFactory(name_ar="جمعية الأمل")

    assert str(ParticipationFactory(category=category)) == "الجمعيات"
    assert (
        str(ParticipationFactory(category=category, description_ar="جمعيات محلية"))
        == "جمعيات محلية"
    )
    assert str(ParticipationFactory(organisation=organisation)) == "جمعية الأمل"
    assert (
        str(
            ParticipationFactory(
                organisation=organisation,
                person=PersonFactory(name_ar="سعاد"),
                office_stated_ar="الرئيسة",
            )
        )
        == "سعاد، الرئيسة، جمعية الأمل"
    )


@pytest.mark.parametrize(
    ("capacity", "chairs"),
    [("chair", True), ("co_chair", True), ("host", False), ("participant", False)],
)
def test_chairs_and_co_chairs_chair(capacity, chairs):
    assert ParticipationFactory(capacity=capacity).chairs is chairs


def test_attendance_keeps_none_apart_from_zero():
    category = ParticipantCategoryFactory(name_ar="الجمعيات")
    row = AttendanceFactory(category=category, present=0)

    row.refresh_from_db()

    assert (row.present, row.invited, row.women) == (0, None, None)
    assert str(row) == "الجمعيات"


def test_agenda_item_is_called_by_its_title_or_the_place_visited():
    visit = AgendaItemFactory(
        kind="field_visit",
        title_ar="",
        place_ar="بركان",
        date=datetime.date(2022, 1, 13),
    )

    assert str(AgendaItemFactory(title_ar="عرض الاستراتيجية")) == "عرض الاستراتيجية"
    assert str(visit) == "بركان"
    with translation.override("en"):
        unnamed = AgendaItemFactory(kind="field_visit", title_ar="")
        assert str(unnamed) == "field visit"
