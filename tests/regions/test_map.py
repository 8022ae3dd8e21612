import json
import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from regions.map import LABEL_POINTS, OUTLINES, Coverage, draw_regions, mark_region


def region(iso_code):
    return SimpleNamespace(
        iso_code=iso_code,
        name=f"Region {iso_code}",
        get_absolute_url=lambda: f"/regions/{iso_code}/",
    )


TWELVE = [region(f"MA-{number:02}") for number in range(1, 13)]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_every_region_has_an_outline_and_a_place_for_its_number():
    drawn = json.loads(OUTLINES.read_text())["r"]

    codes = [region.iso_code for region in TWELVE]
    assert sorted(drawn) == codes
    assert sorted(LABEL_POINTS) == codes


def test_held_announced_and_unknown_are_three_different_things():
    figures = {"MA-02": (2, Coverage.HELD), "MA-12": (None, Coverage.ANNOUNCED)}

    shapes = draw_regions(TWELVE, figures).shapes

    drawn = {shape.iso_code: shape for shape in shapes}
    assert [
        (
            drawn[code].coverage,
            drawn[code].css_class,
            drawn[code].label,
            drawn[code].title,
        )
        for code in ("MA-02", "MA-12", "MA-05")
    ] == [
        ("held", "map__region--1", "2", "Region MA-02: 2 meetings"),
        (
            "announced",
            "map__region--announced",
            "…",
            "Region MA-12: meeting announced, no report found",
        ),
        ("unknown", "map__region--unknown", "–", "Region MA-05: no meeting known"),
    ]
    assert [shape.iso_code for shape in shapes] == [r.iso_code for r in TWELVE]


@pytest.mark.parametrize(
    ("count", "css_class", "is_dark"),
    [
        (1, "map__region--1", False),
        (2, "map__region--1", False),
        (3, "map__region--2", False),
        (4, "map__region--2", False),
        (5, "map__region--3", False),
        (6, "map__region--3", False),
        (7, "map__region--4", True),
        (1200, "map__region--4", True),
    ],
)
def test_number_of_meetings_falls_into_its_printed_class(count, css_class, is_dark):
    [shape] = draw_regions([TWELVE[0]], {"MA-01": (count, Coverage.HELD)}).shapes

    assert (shape.css_class, shape.is_dark) == (css_class, is_dark)


def test_one_meeting_is_said_in_the_singular():
    [shape] = draw_regions([TWELVE[0]], {"MA-01": (1, Coverage.HELD)}).shapes

    assert shape.title == "Region MA-01: 1 meeting"


@pytest.mark.parametrize("count", [0, None])
def test_held_without_a_number_is_refused(count):
    with pytest.raises(ValueError, match="MA-01"):
        draw_regions([TWELVE[0]], {"MA-01": (count, Coverage.HELD)})


def test_legend_prints_every_class_and_both_other_states():
    assert [entry.label for entry in draw_regions([], {}).legend] == [
        "1–2",
        "3–4",
        "5–6",
        "7 or more",
        "announced, no report found",
        "no meeting known",
    ]


def test_template_draws_each_region_as_a_link_and_never_mirrors():
    drawn = draw_regions(TWELVE, {"MA-12": (None, Coverage.ANNOUNCED)})

    html = render_to_string(
        "components/map.html", {"map": drawn, "heading_id": "by-region"}
    )

    assert re.findall(r'<a href="([^"]+)"><title>', html) == [
        f"/regions/{region.iso_code}/" for region in TWELVE
    ]
    assert re.findall(
        r'<svg class="map" viewBox="([^"]+)".*direction="(\w+)"', html
    ) == [("-6 -6 612 657", "ltr")]
    # Dakhla and its entry in the legend are hatched, nothing else.
    assert html.count('fill="url(#map-hatch)"') == 2


def test_mark_takes_one_region_out_of_the_twelve():
    mark = mark_region("MA-02")

    assert mark.here not in mark.others
    assert len(mark.others) == 11
    assert mark.view_box == draw_regions([], {}).view_box


def test_mark_of_a_region_without_an_outline_marks_nothing():
    mark = mark_region("MA-99")

    assert mark.here is None
    assert len(mark.others) == 12
