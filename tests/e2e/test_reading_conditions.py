"""Pages under the conditions in which people read: keyboard, zoom, no colours, paper.

Every type of page, in Arabic and in French where the direction can make a difference.
"""

import pytest

OUJDA = "/meetings/2022-01-12-oriental/"
PATHS = [
    "/",
    "/meetings/",
    "/meetings/?region=oriental&year=2022",
    "/meetings/?q=xyzxyz",
    OUJDA,
    "/meetings/undated-dakhla-oued-ed-dahab/",
    "/agreements/",
    "/meetings/?region=dakhla-oued-ed-dahab&year=2022",
    "/agreements/AG-2022-0001/",
    "/regions/",
    "/regions/oriental/",
    "/participants/",
    "/participants/regional_councils/",
    "/organisations/1/",
    "/follow-up/",
    "/search/?q=%D9%88%D8%AC%D8%AF%D8%A9",
    "/statistics/",
    "/statistics/coverage/",
    "/statistics/agreements/?region=oriental",
    "/data/",
    "/data/meetings/",
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/no-such-page/",
]
IN_BOTH_DIRECTIONS = [prefix + path for prefix in ("", "/fr") for path in PATHS]
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"


@pytest.fixture
def window(browser, live_server):
    """Return a function that opens a window with the options given."""
    contexts = []

    def open_window(**options):
        # What is scrolled to is there at once.
        context = browser.new_context(
            base_url=live_server.url, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_window
    for context in contexts:
        context.close()


def focused(page) -> dict:
    return page.evaluate(
        """() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            const box = element.getBoundingClientRect();
            return {
                tag: element.tagName,
                href: element.getAttribute("href"),
                isOutlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                isInView: box.bottom > 0 && box.top < innerHeight,
            };
        }"""
    )


def test_every_control_is_reached_in_order_and_seen_by_keyboard_alone(window, record):
    page = window(viewport={"width": 1280, "height": 900})
    missed, unseen = {}, {}
    for path in PATHS:
        page.goto(path)
        expected = page.locator(f":is({CONTROLS}):visible").count()
        stops = []
        for _press in range(expected + 5):
            page.keyboard.press("Tab")
            stop = focused(page)
            if stop["tag"] == "BODY":
                break
            stops.append(stop)

        assert stops[0]["href"] == "#main", path
        missed[path] = expected - len(stops)
        unseen[path] = [
            stop for stop in stops if not (stop["isOutlined"] and stop["isInView"])
        ]

    assert {path: n for path, n in missed.items() if n > 0} == {}
    assert {path: stops for path, stops in unseen.items() if stops} == {}


def test_partner_reaches_the_meeting_by_keyboard_alone(window, record):
    page = window(viewport={"width": 1280, "height": 900})
    page.goto("/")

    def tab_to(href):
        for _press in range(120):
            page.keyboard.press("Tab")
            if focused(page)["href"] == href:
                return
        raise AssertionError(f"{href} was not reached on {page.url}")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to("/regions/oriental/")
    page.keyboard.press("Enter")
    page.wait_for_url("**/regions/oriental/")
    tab_to(OUJDA)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{OUJDA}")

    assert page.locator("h1").inner_text().startswith("اللقاء التشاوري الجهوي")


# What is cut off: a box that hides what does not fit, unless it is meant to (an excerpt
# of a text, a text for listeners alone, a region that scrolls by itself).
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter(element => {
        const style = getComputedStyle(element);
        return element.checkVisibility()
            && ["hidden", "clip"].includes(style.overflowX)
            && element.scrollWidth > element.clientWidth + 1
            && style.position !== "absolute"
            && style.textOverflow !== "ellipsis"
            && !element.closest("svg");
    })
    .map(element => element.className || element.tagName)"""
WIDER = (
    "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
)


@pytest.mark.parametrize(
    ("condition", "options"),
    [
        # Half the width at twice the pixels is what zooming to 200 % gives a page.
        (
            "zoom of 200 %",
            {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
        ),
        ("320 px", {"viewport": {"width": 320, "height": 640}}),
    ],
)
def test_nothing_is_cut_off_or_wider_than_the_screen(
    window, record, condition, options
):
    page = window(**options)
    wider, cut_off = {}, {}
    for path in IN_BOTH_DIRECTIONS:
        page.goto(path)
        wider[path] = page.evaluate(WIDER)
        cut_off[path] = page.evaluate(CUT_OFF)

    assert {path: more for path, more in wider.items() if more > 0} == {}
    assert {path: parts for path, parts in cut_off.items() if parts} == {}


def test_larger_text_alone_breaks_nothing(window, record):
    """WCAG 1.4.12: lines, letters, words and paragraphs set wider by the reader."""
    page = window(viewport={"width": 390, "height": 844})
    broken = {}
    for path in IN_BOTH_DIRECTIONS:
        page.goto(path)
        page.evaluate(
            """() => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing:"
                    + " 0.12em !important; word-spacing: 0.16em !important; }"
                    + " p { margin-block-end: 2em !important; }");
                document.adoptedStyleSheets = [sheet];
            }"""
        )
        if page.evaluate(WIDER) > 0 or page.evaluate(CUT_OFF):
            broken[path] = page.evaluate(WIDER), page.evaluate(CUT_OFF)

    assert broken == {}


def test_forced_colours_keep_what_colour_alone_would_say(window, record):
    page = window(viewport={"width": 1280, "height": 900}, forced_colors="active")
    page.goto("/")

    paths = page.locator(".map path")
    drawn = page.evaluate(
        """() => [...document.querySelectorAll(".map path")].map(path => {
            const style = getComputedStyle(path);
            return style.fill !== style.stroke && style.stroke !== "none";
        })"""
    )
    bordered = page.evaluate(
        """() => [...document.querySelectorAll(".btn, .input, .card, .tag")]
            .filter(element => element.checkVisibility())
            .filter(element => {
                const style = getComputedStyle(element);
                return style.borderStyle === "none" && style.outlineStyle === "none";
            }).map(element => element.className)"""
    )
    page.keyboard.press("Tab")

    assert paths.count() == 12
    assert drawn == [True] * 12
    assert bordered == []
    assert focused(page)["isOutlined"]


def test_bars_stay_visible_in_forced_colours(window, record):
    page = window(viewport={"width": 1280, "height": 900}, forced_colors="active")
    invisible = {}
    for path in IN_BOTH_DIRECTIONS:
        page.goto(path)
        invisible[path] = page.evaluate(
            """() => [...document.querySelectorAll(".bar")].filter(bar =>
                getComputedStyle(bar.querySelector("rect")).fill
                    === getComputedStyle(bar).backgroundColor).length"""
        )

    assert {path: n for path, n in invisible.items() if n} == {}


def test_pages_say_the_same_without_script(window, record):
    with_script = window(viewport={"width": 1280, "height": 900})
    without = window(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    differing = []
    for path in PATHS:
        texts = []
        for page in (with_script, without):
            page.goto(path)
            texts.append(page.locator("main h1, main h2, main h3").all_inner_texts())
        if texts[0] != texts[1] or not texts[0]:
            differing.append(path)

    assert differing == []
