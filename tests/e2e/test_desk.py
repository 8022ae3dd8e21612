"""What the scripts of the day's work do in a browser."""

import pytest
from playwright.sync_api import expect

from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AttendanceFactory,
    DatedMeetingFactory,
    MeetingSeriesFactory,
    ParticipationFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory


@pytest.fixture
def signed_in(page, live_server):
    UserFactory(username="desk", password="correct horse battery")
    page.goto("/admin/")
    page.locator("[name=username]").fill("desk")
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("[type=submit]").click()
    expect(page.locator("#worklist")).to_be_visible()
    return page


def expect_first(page, name, text):
    """Open an autocomplete, which shows what it found before until it has found anew."""
    page.locator(f"#id_{name} + .select2").click()
    options = page.locator(".select2-results__option[aria-selected]")
    expect(options.first).to_have_text(text)
    page.keyboard.press("Escape")


def test_bodies_of_the_region_that_is_chosen_are_offered_first(signed_in):
    page = signed_in
    here, there = RegionFactory(name_ar="الأولى"), RegionFactory(name_ar="الثانية")
    OrganisationFactory(name_ar="أول الحروف")
    for region, name in ((here, "ب الأولى"), (there, "ج الثانية")):
        ParticipationFactory(
            meeting=DatedMeetingFactory(region=region),
            organisation=OrganisationFactory(name_ar=name),
        )
    meeting = ParticipationFactory(meeting=DatedMeetingFactory()).meeting
    page.goto(f"/admin/consultations/meeting/{meeting.pk}/change/")

    expect_first(page, "participations-0-organisation", "أول الحروف")
    for region, first in ((here, "ب الأولى"), (there, "ج الثانية")):
        page.locator("#id_region + .select2").click()
        page.locator(
            ".select2-results__option[aria-selected]", has_text=region.name_ar
        ).click()
        expect_first(page, "participations-0-organisation", first)


def test_what_is_missing_leads_into_what_is_folded(signed_in):
    page = signed_in
    meeting = DatedMeetingFactory()
    SourceFactory(meeting=meeting)
    page.goto(f"/admin/consultations/meeting/{meeting.pk}/change/")
    title = page.locator("#id_title_fr")

    before = title.is_visible()
    page.locator(".missing a[href='#id_title_fr']").click()

    assert before is False
    expect(title).to_be_in_viewport()


def test_next_meeting_is_one_click_from_its_series_on_a_phone(signed_in):
    page = signed_in
    page.set_viewport_size({"width": 390, "height": 844})
    series = MeetingSeriesFactory()
    DatedMeetingFactory(series=series, title_ar="اللقاء السابق")
    page.goto(f"/admin/consultations/meetingseries/{series.pk}/change/")

    page.locator(".next-meeting button").click()

    expect(page.locator("[name=title_ar]")).to_have_value("اللقاء السابق")
    expect(page.locator("[name=series]")).to_have_value(str(series.pk))
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_autocomplete_is_called_by_its_label_with_what_was_chosen(signed_in):
    page = signed_in
    body = OrganisationFactory(name_ar="المجلس الجهوي")
    row = ParticipationFactory(meeting=DatedMeetingFactory(), organisation=body)
    page.goto(f"/fr/admin/consultations/meeting/{row.meeting_id}/change/")
    page.locator("#participations-group .add-row a").click()

    chosen = page.locator(
        "#id_participations-0-organisation + .select2 [role=combobox]"
    )
    empty = page.locator("#id_participations-1-organisation + .select2 [role=combobox]")

    expect(chosen).to_have_accessible_name("Organisme : المجلس الجهوي")
    expect(empty).to_have_accessible_name("Organisme :")


def test_table_of_attendance_is_read_as_cards_on_a_telephone(signed_in):
    page = signed_in
    attendance = AttendanceFactory(meeting=DatedMeetingFactory(), present=40)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/admin/consultations/meeting/{attendance.meeting_id}/change/")

    row = page.locator("#attendances-0")
    headings = row.locator("td:visible").evaluate_all(
        "cells => cells.map((one) => one.dataset.heading)"
    )
    widths = page.locator("#attendances-group .wrapper").evaluate(
        "one => [one.scrollWidth, one.clientWidth]"
    )

    assert headings == [
        "فئة المشاركين",
        "المدعوون",
        "الحاضرون",
        "منهم نساء",
        "منهم شباب",
        "منهم أشخاص في وضعية إعاقة",
        "المصدر",
        "الحذف؟",
    ]
    assert widths[0] == widths[1]
    expect(row.locator("[name=attendances-0-with_disabilities]")).to_be_visible()


def test_note_on_the_time_names_the_city(signed_in):
    page = signed_in
    page.goto(f"/admin/consultations/meeting/{DatedMeetingFactory().pk}/change/")

    expect(page.locator("body")).to_have_attribute(
        "data-admin-server-timezone", "الدار البيضاء"
    )
