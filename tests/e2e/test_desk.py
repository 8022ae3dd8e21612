"""What the scripts of the day's work do in a browser."""

import pytest
from playwright.sync_api import expect

from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
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


def offered_first(page, name):
    page.locator(f"#id_{name} + .select2").click()
    options = page.locator(".select2-results__option[aria-selected]")
    expect(options.first).to_be_visible()
    first = options.first.inner_text()
    page.keyboard.press("Escape")
    return first


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

    none = offered_first(page, "participations-0-organisation")
    chosen = []
    for region in (here, there):
        page.locator("#id_region + .select2").click()
        page.locator(
            ".select2-results__option[aria-selected]", has_text=region.name_ar
        ).click()
        chosen.append(offered_first(page, "participations-0-organisation"))

    assert (none, chosen) == ("أول الحروف", ["ب الأولى", "ج الثانية"])


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
