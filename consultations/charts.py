"""Geometry of charts: numbers in, what to draw out; the same numbers stand in a table."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
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
    def has_length(self) -> bool:
        """Whether there is anything to compare: one period alone is a number, no line."""
        return len(self.bars) > 1

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
    line = draw_time_lines({None: months}).get(None)
    return line if line and line.has_length else None


def draw_time_lines[Row](
    rows: Mapping[Row, Mapping[tuple[int, int], int]],
) -> dict[Row, TimeLine]:
    """Return a time line of each row, all of the same periods and to the same scale.

    Nothing where none of them has any; see ``TimeLine.has_length``.
    """
    months = sorted({month for counts in rows.values() for month in counts})
    if not months:
        return {}
    (first, first_month), (last, last_month) = months[0], months[-1]
    span = (last - first) * 12 + last_month - first_month + 1
    is_by_month = span <= LONGEST_BY_MONTH
    periods = (
        dict(_months_from(first, first_month, span))
        if is_by_month
        else {year: str(year) for year in range(first, last + 1)}
    )
    counted = {
        row: counts if is_by_month else _by_year(counts) for row, counts in rows.items()
    }
    most = max(max(counts.values(), default=0) for counts in counted.values())
    return {
        row: TimeLine(
            [
                _bar(number, name, counts.get(period, 0), most)
                for number, (period, name) in enumerate(periods.items())
            ],
            is_by_month,
        )
        for row, counts in counted.items()
    }


def _months_from(year: int, month: int, span: int):
    for number in range(span):
        later, index = divmod(year * 12 + month - 1 + number, 12)
        name = date_format(datetime.date(later, index + 1, 1), "F Y")
        yield (later, index + 1), name


def _by_year(months: Mapping[tuple[int, int], int]) -> Counter[int]:
    years: Counter[int] = Counter()
    for (year, _month), count in months.items():
        years[year] += count
    return years


def _bar(number: int, period: str, count: int, most: int) -> TimeBar:
    height = round(HEIGHT * count / most)
    return TimeBar(
        period,
        count,
        x=STEP * number,
        y=HEIGHT - height,
        height=height,
        is_peak=count == most,
    )


@dataclass(frozen=True)
class WindowMark:
    """A day of a window chart, and what it is known by."""

    x: int
    kind: str


@dataclass(frozen=True)
class WindowChart:
    """A stretch of days, the window announced as a band in it, the meetings as marks."""

    first: datetime.date
    last: datetime.date
    band_x: int
    band_width: int
    marks: list[WindowMark]

    chart_height = HEIGHT

    @property
    def width(self) -> int:
        return (self.last - self.first).days + 1


def draw_window(
    opens: datetime.date,
    closes: datetime.date,
    days: Mapping[str, Collection[datetime.date]],
) -> WindowChart:
    """Return the chart of a window and of the days of each kind, one unit a day."""
    every_day = [day for of_kind in days.values() for day in of_kind]
    first, last = min([opens, *every_day]), max([closes, *every_day])
    return WindowChart(
        first,
        last,
        band_x=(opens - first).days,
        band_width=(closes - opens).days + 1,
        marks=[
            WindowMark((day - first).days, kind)
            for kind, of_kind in days.items()
            for day in sorted(of_kind)
        ],
    )
