"""The filters of a list, with a pointer, by keyboard, on a telephone, without script."""

import pytest

from tests.factories.consultations import MeetingFactory
from tests.factories.regions import RegionFactory

LIST = "/en/meetings/"


@pytest.fixture
def meetings(live_server):
    oriental = RegionFactory(oriental=True)
    MeetingFactory.create_batch(2, region=oriental)
    MeetingFactory(region=RegionFactory(slug="fes-meknes"), state="announced")


def choose(page, select: str, value: str) -> None:
    """Choose from a list as a pointer does: press on it, then take an option."""
    page.locator(select).dispatch_event("pointerdown")
    page.locator(select).select_option(value)


def test_choice_by_pointer_is_applied_at_once(page, meetings):
    page.goto(LIST)

    choose(page, "#filter-region", "oriental")

    page.wait_for_url(f"**{LIST}?region=oriental")
    assert page.locator(".count").inner_text() == "2 meetings of 3"
    assert page.locator("#filter-region").input_value() == "oriental"


def test_choice_by_keyboard_waits_for_apply(page, meetings):
    page.goto(LIST)

    page.locator("#filter-region").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#filter-region").input_value()
    page.wait_for_timeout(300)

    assert chosen != ""
    assert page.url.endswith(LIST)
    page.locator(".filters button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LIST}?region={chosen}")


def test_order_chosen_by_pointer_keeps_the_filters(page, meetings):
    page.goto(f"{LIST}?region=oriental")

    choose(page, "#filter-sort", "oldest")

    page.wait_for_url(f"**{LIST}?region=oriental&sort=oldest")


def test_filters_are_folded_on_a_phone_and_several_chosen_at_once(
    browser, live_server, meetings
):
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}
    )
    phone = context.new_page()
    phone.goto(LIST)

    assert not phone.locator("#filter-region").is_visible()
    phone.locator(".filters summary").click()
    choose(phone, "#filter-region", "oriental")
    choose(phone, "#filter-state", "held")
    assert phone.url.endswith(LIST)
    phone.locator(".filters button").click()
    phone.wait_for_url(f"**{LIST}?region=oriental&state=held")

    assert phone.locator(".filters summary").inner_text() == "Filters (2)"
    context.close()


def test_filters_work_without_script(browser, live_server, meetings):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1280, "height": 900},
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(LIST)

    page.locator("#filter-region").select_option("oriental")
    page.locator(".filters button").click()

    assert "region=oriental" in page.url
    assert page.locator(".count").inner_text() == "2 meetings of 3"
    page.locator("a.chip").click()
    assert page.locator(".count").inner_text() == "3 meetings"
    context.close()
