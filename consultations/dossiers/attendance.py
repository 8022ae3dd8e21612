"""How many came, as far as the public may know it.

Counts of women, young people and persons with disabilities are withheld for the whole
row where any of them is from 1 to 4, because so small a group can be recognised. Totals
add the cells that are shown and no other, so that nothing can be found by subtraction.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from consultations.models import Attendance

PARTS, SMALLEST_SHOWN = Attendance.PARTS, Attendance.SMALLEST_SHOWN


@dataclass(frozen=True)
class AttendanceRow:
    """One category; a figure of None is unknown, unless ``is_withheld``."""

    category: object
    present: int | None
    women: int | None
    youth: int | None
    with_disabilities: int | None
    is_withheld: bool
    source_number: int | None = None

    @property
    def parts(self) -> list[int | None]:
        return [getattr(self, part) for part in PARTS]


@dataclass(frozen=True)
class PublicAttendance:
    """The rows that may be shown, what they add up to, and what that leaves out."""

    rows: list[AttendanceRow]
    present: int | None
    parts: list[int | None]
    largest: int
    categories_without_figure: int
    shows_parts: bool
    withholds: bool


def _total(figures: Iterable[int | None]) -> int | None:
    """Add what is known; nothing known is unknown, not 0."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _public_row(attendance) -> AttendanceRow:
    parts = {part: getattr(attendance, part) for part in PARTS}
    is_withheld = any(
        figure is not None and 0 < figure < SMALLEST_SHOWN for figure in parts.values()
    )
    return AttendanceRow(
        category=attendance.category,
        present=attendance.present,
        is_withheld=is_withheld,
        source_number=getattr(attendance, "source_number", None),
        **dict.fromkeys(PARTS) if is_withheld else parts,
    )


def public_attendance(
    attendances: Iterable, categories_heard: Collection[int] = ()
) -> PublicAttendance:
    """Return what may be shown of ``attendances``, rows without any figure left out.

    ``categories_heard`` are the ids of the categories known to have taken part: those
    of them that have no count of people present are said to be missing in the total.
    """
    rows = [_public_row(attendance) for attendance in attendances]
    counted = {row.category.pk for row in rows if row.present is not None}
    known = {row.category.pk for row in rows} | set(categories_heard)
    shown = [
        row
        for row in rows
        if row.present is not None or row.is_withheld or _total(row.parts) is not None
    ]
    return PublicAttendance(
        rows=shown,
        present=_total(row.present for row in shown),
        parts=[_total(getattr(row, part) for row in shown) for part in PARTS],
        largest=max((row.present or 0 for row in shown), default=0),
        categories_without_figure=len(known - counted),
        shows_parts=any(
            row.is_withheld or _total(row.parts) is not None for row in shown
        ),
        withholds=any(row.is_withheld for row in shown),
    )
