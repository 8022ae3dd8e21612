"""A partner on a telephone finds the Oujda meeting and reads it in French."""

import pytest

from consultations.models import Meeting
from stakeholders.models import Organisation, ParticipantCategory
from tests.factories.consultations import AttendanceFactory

PHONE = {"width": 390, "height": 844}
OUJDA = "/meetings/2022-01-12-oriental/"
PATHS = [
    "/",
    "/meetings/",
    "/meetings/?region=atlantis&year=2022&q=" + "x" * 120,
    OUJDA,
    "/meetings/undated-dakhla-oued-ed-dahab/",
    "/agreements/",
    "/follow-up/",
    "/search/?q=%D9%88%D8%AC%D8%AF%D8%A9",
    "/agreements/AG-2022-0001/",
    "/regions/",
    "/regions/oriental/",
    "/participants/",
    "/participants/associations/",
    "/regions/dakhla-oued-ed-dahab/",
    "/statistics/",
    "/statistics/attendance/",
    "/statistics/coverage/",
    "/statistics/agreements/",
    "/statistics/commitments/",
    "/data/",
    "/data/meetings/",
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/no-such-page/",
]


@pytest.fixture
def phone(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, locale="en-GB", has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def test_partner_finds_the_meeting_in_two_clicks_and_reads_it_in_french(phone, record):
    phone.goto("/")
    assert phone.locator("html").get_attribute("dir") == "rtl"

    phone.locator("table a", has_text="الشرق").click()
    phone.wait_for_url("**/regions/oriental/")
    phone.locator(f"h3 a[href='{OUJDA}']").click()
    phone.wait_for_url(f"**{OUJDA}")

    title = phone.locator("h1").inner_text()
    assert title == "اللقاء التشاوري الجهوي لجهة الشرق حول استراتيجية 2021-2026"
    signed = "#chain + .chain [id^=agreement-] a[href^='/agreements/']"
    assert phone.locator(signed).count() == 2

    phone.locator(".langs a[hreflang=fr]").click()
    phone.wait_for_url(f"**/fr{OUJDA}")

    page = phone.locator("html")
    assert (page.get_attribute("lang"), page.get_attribute("dir")) == ("fr", "ltr")
    assert phone.locator("h1").inner_text() == (
        "Rencontre régionale de concertation de l’Oriental sur la stratégie 2021-2026"
    )
    assert "mercredi 12 janvier 2022" in phone.locator("dl.meta").inner_text()


def test_partner_finds_the_meeting_by_a_search_in_two_clicks(phone, record):
    phone.goto("/")
    phone.locator("#search-q").fill("وجدة الاسعاف")
    phone.locator("form.search button").click()
    phone.wait_for_url("**/search/?q=*")

    phone.locator(f"h3 a[href='{OUJDA}']").click()
    phone.wait_for_url(f"**{OUJDA}")


def count_who_came(path):
    """Give the meeting of ``path`` figures for every category and every part."""
    meeting = Meeting.objects.get(slug=path.strip("/").rpartition("/")[2])
    for number, category in enumerate(ParticipantCategory.objects.all()):
        AttendanceFactory(
            meeting=meeting,
            category=category,
            present=1500 + number,
            women=700,
            youth=200,
            with_disabilities=3 if number == 1 else 12,
        )


def test_no_page_is_wider_than_the_screen(phone, record):
    count_who_came(OUJDA)
    organisation = Organisation.objects.get(name_fr__startswith="Ministère de la Solid")
    wider = {}
    for prefix in ("", "/fr", "/en"):
        for path in [*PATHS, organisation.get_absolute_url()]:
            phone.goto(prefix + path)
            for width in (1280, 800, 390, 320):
                phone.set_viewport_size({"width": width, "height": 844})
                wider[width, prefix + path] = phone.evaluate(
                    "document.documentElement.scrollWidth"
                    " - document.documentElement.clientWidth"
                )

    assert {place: more for place, more in wider.items() if more > 0} == {}


def test_pages_work_without_script(browser, live_server, record):
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/meetings/")

    page.locator("details.filters summary").click()
    page.locator("select[name=region]").select_option("oriental")
    page.locator("form.filters__in button[type=submit]").click()
    page.wait_for_url("**/meetings/?*region=oriental*")

    assert page.locator("#results h3").count() == 2
    context.close()


def test_menu_of_a_phone_is_one_line_that_opens_without_script(
    browser, live_server, record
):
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/meetings/")
    bar = page.locator(".nav").bounding_box()
    entry = page.locator(".nav__list a[href='/regions/']")

    assert bar["height"] < 50
    assert entry.is_visible() is False
    page.locator(".nav summary").click()
    entry.click()
    page.wait_for_url("**/regions/")

    assert page.locator(".nav [aria-current=page]").text_content() == "الجهات"
    context.close()


def test_menu_of_a_desk_is_always_open(page, record):
    page.goto("/meetings/")

    assert page.locator(".nav__list a").first.is_visible() is True
    assert page.locator(".nav summary").is_visible() is False
