"""Geometry of charts: numbers in, what to draw out; the same numbers stand in a table."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format

HEIGHT = 1000  # whole numbers: a decimal would be printed with the reader's comma
STEP = 10
BAR = 7
LONGEST_BY_MONTH = 48  # a longer line is drawn by year


@dataclass(frozen=True)
class TimeBar:
    """One month or year of a time line."""

    period: str
    count: int
    x: int
    y: int
    height: int
    is_peak: bool


@dataclass(frozen=True)
class TimeLine:
    """Counts by month, or by year where the months would be too many to tell apart."""

    bars: list[TimeBar]
    is_by_month: bool

    width = property(lambda self: STEP * len(self.bars))
    bar_width = BAR
    chart_height = HEIGHT
    first = property(lambda self: self.bars[0].period)
    last = property(lambda self: self.bars[-1].period)

    @property
    def counted(self) -> list[TimeBar]:
        """The periods that have anything, for the table beside the picture."""
        return [bar for bar in self.bars if bar.count]

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)

    @property
    def peak(self) -> TimeBar | None:
        """The period with most, None where several have as many."""
        peaks = [bar for bar in self.bars if bar.is_peak]
        return peaks[0] if len(peaks) == 1 else None


def draw_time_line(months: Mapping[tuple[int, int], int]) -> TimeLine | None:
    """Return the time line of counts by (year, month), None where it has no length.

    Periods without anything in between are drawn as nothing, not left out. Its texts
    are in the language that is active.
    """
    if not months:
        return None
    first, last = min(months), max(months)
    span = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    is_by_month = span <= LONGEST_BY_MONTH
    if is_by_month:
        counts = {}
        for number in range(span):
            year, month = divmod(first[0] * 12 + first[1] - 1 + number, 12)
            day = datetime.date(year, month + 1, 1)
            counts[date_format(day, "F Y")] = months.get((year, month + 1), 0)
    else:
        counts = dict.fromkeys(map(str, range(first[0], last[0] + 1)), 0)
        for (year, _month), count in months.items():
            counts[str(year)] += count
    if len(counts) < 2:
        return None
    most = max(counts.values())
    bars = []
    for number, (period, count) in enumerate(counts.items()):
        height = round(HEIGHT * count / most)
        bars.append(
            TimeBar(
                period,
                count,
                x=STEP * number,
                y=HEIGHT - height,
                height=height,
                is_peak=count == most,
            )
        )
    return TimeLine(bars, is_by_month)
