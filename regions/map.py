"""The map of the twelve regions: what to draw, from what is known of each region."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.template_tags import quantity

OUTLINES = Path(__file__).with_name("data") / "regions-paths.json"

# Where the number stands: inside each outline, clear of its neighbours.
LABEL_POINTS = {
    "MA-01": (438, 43),
    "MA-02": (546, 88),
    "MA-03": (470, 92),
    "MA-04": (404, 86),
    "MA-05": (403, 155),
    "MA-06": (348, 131),
    "MA-07": (322, 189),
    "MA-08": (448, 210),
    "MA-09": (319, 270),
    "MA-10": (266, 333),
    "MA-11": (156, 426),
    "MA-12": (98, 559),
}

# Fixed and printed in the legend, not quantiles: a colour means the same every year.
CLASSES = ((1, 2), (3, 4), (5, 6), (7, None))
MARGIN = 6


class Coverage(StrEnum):
    """What the record holds of a region; three things that must not look alike."""

    HELD = "held"
    ANNOUNCED = "announced"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Shape:
    """One region as the template draws it."""

    iso_code: str
    name: str
    url: str
    coverage: Coverage
    title: str
    path: str
    css_class: str
    label: str
    label_x: int
    label_y: int
    is_dark: bool


@dataclass(frozen=True)
class LegendEntry:
    """One swatch of the legend: a class of numbers, or a state."""

    css_class: str
    coverage: Coverage
    label: str


@dataclass(frozen=True)
class RegionMark:
    """Where one region lies: the outlines of the others, and its own, None if unknown."""

    view_box: str
    others: list[str]
    here: str | None


@dataclass(frozen=True)
class RegionsMap:
    """The whole map: its size in user units, its regions and its legend."""

    view_box: str
    shapes: list[Shape]
    legend: list[LegendEntry]


@cache
def _outlines() -> dict:
    return json.loads(OUTLINES.read_text(encoding="utf-8"))


def _class_number(count: int) -> int:
    """Return the class that a number of meetings falls into, from 1."""
    for number, (_first, last) in enumerate(CLASSES, start=1):
        if last is None or count <= last:
            return number
    raise AssertionError("the last class has no end")


def _legend() -> list[LegendEntry]:
    counted = [
        LegendEntry(
            f"map__region--{number}",
            Coverage.HELD,
            f"{first}–{last}"
            if last
            else str(_("%(count)s or more") % {"count": first}),
        )
        for number, (first, last) in enumerate(CLASSES, start=1)
    ]
    return [
        *counted,
        LegendEntry(
            "map__region--announced",
            Coverage.ANNOUNCED,
            str(_("announced, no report found")),
        ),
        LegendEntry(
            "map__region--unknown", Coverage.UNKNOWN, str(_("no meeting known"))
        ),
    ]


def _shape(region, count: int | None, coverage: Coverage) -> Shape:
    if coverage == Coverage.HELD:
        if not count:
            raise ValueError(f"{region.iso_code}: held needs the number of meetings")
        number = _class_number(count)
        css_class, label, is_dark = (
            f"map__region--{number}",
            quantity(count),
            number > 3,
        )
        said = ngettext("%(count)s meeting", "%(count)s meetings", count) % {
            "count": label
        }
    elif coverage == Coverage.ANNOUNCED:
        css_class, label, is_dark = "map__region--announced", "…", False
        said = _("meeting announced, no report found")
    else:
        css_class, label, is_dark = "map__region--unknown", "–", False
        said = _("no meeting known")
    x, y = LABEL_POINTS[region.iso_code]
    return Shape(
        iso_code=region.iso_code,
        name=region.name,
        url=region.get_absolute_url(),
        coverage=coverage,
        title=_("%(region)s: %(said)s") % {"region": region.name, "said": said},
        path=_outlines()["r"][region.iso_code],
        css_class=css_class,
        label=label,
        label_x=x,
        label_y=y,
        is_dark=is_dark,
    )


def _view_box() -> str:
    size = _outlines()
    return f"-{MARGIN} -{MARGIN} {size['w'] + 2 * MARGIN} {size['h'] + 2 * MARGIN}"


def mark_region(iso_code: str) -> RegionMark:
    """Return the map of the country with one region marked; it asks no database."""
    outlines = _outlines()["r"]
    return RegionMark(
        view_box=_view_box(),
        others=[path for code, path in outlines.items() if code != iso_code],
        here=outlines.get(iso_code),
    )


def draw_regions(
    regions: Iterable, figures: Mapping[str, tuple[int | None, Coverage]]
) -> RegionsMap:
    """Return the map of the regions given, in their order; it asks the database nothing.

    ``figures`` holds, by ISO code, the number of meetings held and what is known; a
    region that is missing there is one of which nothing is known.
    """
    return RegionsMap(
        view_box=_view_box(),
        shapes=[
            _shape(region, *figures.get(region.iso_code, (None, Coverage.UNKNOWN)))
            for region in regions
        ],
        legend=_legend(),
    )
