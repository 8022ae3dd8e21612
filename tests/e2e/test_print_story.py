"""A record is printed as a document, and handed on without a script or with one."""

import re

import pytest

OUJDA = "/meetings/2022-01-12-oriental/"
RECORDS = [OUJDA, "/agreements/AG-2022-0002/"]
REGION = "/regions/oriental/"


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("prefix", ["", "/fr", "/en"])
@pytest.mark.parametrize("path", [*RECORDS, REGION])
def test_record_is_printed_as_a_document(page, record, prefix, path):
    page.goto(prefix + path)
    page.emulate_media(media="print")

    shown = {
        name: page.locator(name).first.is_visible()
        for name in (".letterhead", ".letterhead .qr", "h1")
    }
    hidden = {
        name: page.locator(name).first.is_visible()
        for name in (".top", ".crumbs", ".actions", ".contents", "#files", ".cite pre")
    }
    assert shown == dict.fromkeys(shown, True)
    assert hidden == dict.fromkeys(hidden, False)
    if path in RECORDS:
        assert page.locator("#sources").is_visible()
        assert page.locator("#cite").is_visible()
    assert page.locator(".letterhead__address").inner_text() == page.url
    # The code stands square, dark on white, and beside the letterhead, not on it.
    code = page.locator(".letterhead .qr").bounding_box()
    words = page.locator(".letterhead__facts").bounding_box()
    assert code["width"] == code["height"] > 90
    assert (
        code["x"] >= words["x"] + words["width"]
        or code["x"] + code["width"] <= words["x"]
    )


@pytest.mark.parametrize("prefix", ["", "/fr", "/en"])
def test_printed_pages_are_numbered_in_the_language_of_the_page(page, record, prefix):
    page.goto(prefix + OUJDA)
    page.emulate_media(media="print")

    named = page.evaluate("getComputedStyle(document.body).page")
    sheet = page.evaluate(
        "[...document.styleSheets[0].cssRules].flatMap(function rules(one) {"
        "  return one.cssRules ? [one, ...[...one.cssRules].flatMap(rules)] : [one];"
        "}).map((one) => one.cssText).join(' ')"
    )

    assert named == page.locator("html").get_attribute("lang")
    assert "counter(pages)" in sheet.split(f"@page {named}")[1].split("@page")[0]
    assert pages_of(page.pdf(prefer_css_page_size=True)) >= 3


def test_region_is_printed_on_numbered_pages(page, record):
    page.goto(REGION)

    assert pages_of(page.pdf(prefer_css_page_size=True)) >= 2


def test_nothing_printed_is_wider_than_the_paper(page, record):
    # A4 less its margins, at the 96 dots of an inch that CSS counts with.
    page.set_viewport_size({"width": round((210 - 32) / 25.4 * 96), "height": 1000})
    page.emulate_media(media="print")
    wider = {}
    for prefix in ("", "/fr", "/en"):
        for path in (*RECORDS, REGION):
            page.goto(prefix + path)
            wider[prefix + path] = page.evaluate(
                "document.documentElement.scrollWidth"
                " - document.documentElement.clientWidth"
            )

    assert {path: more for path, more in wider.items() if more > 0} == {}


def test_address_and_citation_are_copied_by_a_button(browser, live_server, record):
    context = browser.new_context(
        base_url=live_server.url, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto("/fr" + OUJDA)

    page.locator("[data-action=copy]").first.click()
    page.get_by_role("status").filter(has_text="Copié").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    page.locator("[data-source=citation-fr]").click()
    citation = page.evaluate("navigator.clipboard.readText()")
    page.locator(".cite summary", has_text="BibTeX").click()
    page.locator("[data-source=bibtex]").click()
    entry = page.evaluate("navigator.clipboard.readText()")

    assert address == page.url
    assert citation.startswith("Ministère de la Solidarité")
    assert citation.endswith(page.url)
    assert "  " not in citation
    assert entry.splitlines()[0] == "@misc{2022-01-12-oriental,"
    assert entry.splitlines()[-1] == "}"
    context.close()


def test_without_a_script_there_are_links_to_share_and_no_dead_button(
    browser, live_server, record
):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/fr" + OUJDA)

    visible = [one for one in page.locator("button").all() if one.is_visible()]

    assert visible == []
    assert page.get_by_role("link", name="WhatsApp").is_visible()
    assert page.get_by_role("link", name="Envoyer par courriel").is_visible()
    page.locator(".cite summary").first.click()
    assert page.locator("#citation-ar").is_visible()
    context.close()


def test_data_blocks_are_no_fault_for_the_content_security_policy(page, record):
    told = []
    page.on("console", lambda message: told.append(message.text))

    for path in ("/", OUJDA, "/fr/agreements/AG-2022-0001/", "/en/regions/"):
        page.goto(path)
        assert page.locator("script[type='application/ld+json']").count() >= 1

    assert told == []


def test_folded_numbers_of_the_statistics_stand_on_paper(page, record):
    page.goto("/statistics/")
    numbers = page.locator("details.card table")
    folded = numbers.is_visible()
    page.emulate_media(media="print")

    assert (folded, numbers.is_visible()) == (False, True)
