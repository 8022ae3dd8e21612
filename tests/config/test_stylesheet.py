"""The style sheet serves right-to-left and left-to-right pages, and can be read."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

SHEET = Path(settings.BASE_DIR) / "static" / "css" / "site.css"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height))(?:-[a-z]+)?\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def declarations(css):
    """Return the sheet without comments and without the conditions of its at-rules."""
    return re.sub(
        r"@(?:media|supports)[^{]*", "", re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    )


@pytest.mark.parametrize(
    "fault",
    [
        "a{margin-left:1px}",
        "a{left: 0}",
        "a{max-width:3em}",
        "a{text-align:right}",
        "a{border-right-color:red}",
    ],
)
def test_a_physical_property_is_noticed(fault):
    assert PHYSICAL.search(fault)


def test_stylesheet_has_logical_properties_only():
    assert PHYSICAL.findall(declarations(SHEET.read_text())) == []


def test_stylesheet_names_only_files_that_exist():
    named = re.findall(r'url\("([^")]+)"\)', SHEET.read_text())

    assert len(named) == 2
    assert [name for name in named if not (SHEET.parent / name).is_file()] == []


def colours():
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})\b", SHEET.read_text()))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 4.5),
        ("ink", "sand", 4.5),
        ("ink", "gold-1", 4.5),
        ("ink", "info-1", 4.5),
        ("ink", "clay-1", 4.5),
        ("ink", "m0", 4.5),
        ("ink", "m1", 4.5),
        ("ink", "m2", 4.5),
        ("ink", "m3", 4.5),
        ("paper", "m4", 4.5),
        ("ink-2", "paper", 4.5),
        ("ink-2", "sand", 4.5),
        ("ink-2", "sand-2", 4.5),
        ("ink-2", "gold-1", 4.5),
        ("brand-7", "paper", 4.5),
        ("brand-7", "sand", 4.5),
        ("brand-7", "gold-1", 4.5),
        ("brand-9", "brand-1", 4.5),
        ("brand-1", "brand-9", 4.5),
        ("paper", "brand-9", 4.5),
        ("paper", "brand-7", 4.5),
        ("gold", "gold-1", 4.5),
        ("clay", "clay-1", 4.5),
        ("focus", "paper", 3),
        ("focus", "sand", 3),
        ("control", "paper", 3),
        ("brand-6", "sand-2", 3),
    ],
)
def test_colours_can_be_told_apart(text, ground, least):
    tokens = colours()

    assert contrast(tokens[f"--{text}"], tokens[f"--{ground}"]) >= least


def test_templates_hold_no_inline_style_or_script():
    inline = re.compile(
        r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*(?:\ssrc=|ld\+json))"
    )

    assert [
        str(template.relative_to(TEMPLATES))
        for template in sorted(TEMPLATES.rglob("*.html"))
        if inline.search(template.read_text())
    ] == []


@pytest.mark.parametrize("name", ["400", "403_csrf", "500", "503"])
def test_page_in_three_languages_stands_on_its_own(name):
    pages = [
        (TEMPLATES / path).read_text()
        for path in (f"{name}.html", "includes/three_languages.html")
    ]
    named = re.findall(r'(?:href|src)="/static/([^"]+)"', pages[1])

    # No tag that could ask for a catalogue, an address or the context.
    assert set(re.findall(r"{%\s*(\w+)", "".join(pages))) == {
        *("comment", "endcomment", "extends", "block", "endblock"),
    }
    assert "{{" not in "".join(pages)
    assert len(named) == 3
    assert [n for n in named if not (SHEET.parent.parent / n).is_file()] == []


@pytest.mark.parametrize("name", ["400", "403_csrf", "500", "503"])
def test_page_in_three_languages_fills_every_block_of_its_frame(name):
    html = render_to_string(f"{name}.html")

    frame = (TEMPLATES / "includes/three_languages.html").read_text()
    blocks = re.findall(r"{% block (\w+)", frame)
    texts = (TEMPLATES / f"{name}.html").read_text()
    assert re.findall(r"{% block (\w+)", texts) == blocks
    assert re.findall(r'(?:lang)="(\w+)"', html) == ["ar", "fr", "en", "fr", "en"]
    assert html.count("<h2>") == 3
