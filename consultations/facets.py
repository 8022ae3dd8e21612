"""The lists of the public record as sets of bits: filtered, counted and cut at once.

An index numbers the rows of a list in its order and holds, for every value of every
filter, the rows that have it: bit n of a whole number is row n. A selection is an AND of
such numbers, a count of it their ``bit_count()``, a page its n-th set bits. Nothing of
it grows with the page, and the database is asked for the rows of one page by their keys.
The filters of files (``forms/filters.py``) say the same to the database;
``tests/consultations/test_facets.py`` holds both to each other.
"""

import datetime
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from threading import Lock

from django.db.models import (
    BooleanField,
    CharField,
    ExpressionWrapper,
    F,
    Manager,
    QuerySet,
    StringAgg,
    Sum,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from config.public_state import kept_per_state
from consultations.choices import NATIONAL, Choice, vocabulary
from consultations.models import (
    AgreementParty,
    AgreementStep,
    Attendance,
    Commitment,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
    is_public,
)
from consultations.models.followup import AmountNote, late_on
from consultations.models.meeting import extent
from consultations.status import Step, derive_status

ROWS_A_CHUNK = 2000
SEARCHES_KEPT = 32


# Bits


def bitset(rows: Iterable[int], size: int) -> int:
    """Return the number in which the bits of ``rows``, each below ``size``, are set."""
    cells = bytearray(size // 8 + 1)
    for row in rows:
        cells[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(cells, "little")


def first_rows(count: int) -> int:
    """Return the set of the rows before row ``count``."""
    return (1 << count) - 1


def place_of(bits: int, number: int) -> int:
    """Return the place of the set bit that ``number`` others stand before."""
    low, high = 0, bits.bit_length()
    while low < high:
        middle = (low + high) // 2
        if (bits & first_rows(middle + 1)).bit_count() > number:
            high = middle
        else:
            low = middle + 1
    return low


def places(bits: int, start: int, stop: int) -> list[int]:
    """Return the places of the set bits from the ``start``-th to before the ``stop``-th."""
    if start >= stop:
        return []
    first = place_of(bits, start)
    window = (bits >> first) & first_rows(place_of(bits, stop - 1) - first + 1)
    found = []
    while window:
        lowest = window & -window
        found.append(first + lowest.bit_length() - 1)
        window ^= lowest
    return found


def members(bits: int, rows: Iterable[int], size: int) -> Iterator[int]:
    """Yield those of ``rows`` whose bit is set, in the order given."""
    cells = bits.to_bytes(size // 8 + 1, "little")
    return (row for row in rows if cells[row >> 3] >> (row & 7) & 1)


# A selection in an order


class Forward:
    """Selected rows in the order of the index."""

    def __init__(self, bits: int):
        self.bits = bits
        self.length = bits.bit_count()

    def cut(self, start: int, stop: int) -> list[int]:
        return places(self.bits, start, stop)


class Backward(Forward):
    """Selected rows against the order of the index."""

    def cut(self, start: int, stop: int) -> list[int]:
        return places(self.bits, self.length - stop, self.length - start)[::-1]


class Listed:
    """Selected rows in an order of their own."""

    def __init__(self, rows: list[int]):
        self.rows = rows
        self.length = len(rows)

    def cut(self, start: int, stop: int) -> list[int]:
        return self.rows[start:stop]


class Selection:
    """The selected rows in their order, to be cut into pages by a Paginator."""

    def __init__(self, *runs: Forward | Listed):
        self.runs = runs

    def __len__(self) -> int:
        return sum(run.length for run in self.runs)

    def __getitem__(self, part: slice) -> list[int]:
        start, stop, _step = part.indices(len(self))
        found = []
        for run in self.runs:
            if stop > 0:
                found += run.cut(min(start, run.length), min(stop, run.length))
            start, stop = max(start - run.length, 0), stop - run.length
        return found


# Indexes


class FacetIndex:
    """What every list can be asked for. Made once, never changed, shared by threads."""

    def __init__(self, keys: array):
        self.keys = keys
        self.size = len(keys)
        self.everything = first_rows(self.size)
        self.undated = 0  # rows that a filter of time cannot select
        self.undated_at_end = False
        self.values: dict[str, dict[str, int]] = {}
        # Rows that come first in an order, by its name; the others follow as ever.
        self.rankings: dict[str, tuple[array, int]] = {}
        self._totals: dict[str, dict[str, int]] = {}

    def select(self, name: str, value: str) -> int:
        """Return the rows that one filter selects; a value that no row has, none."""
        special = getattr(self, f"_select_{name}", None)
        return special(value) if special else self.values[name].get(value, 0)

    def bits(self, selection: Mapping[str, str], *without: str) -> int:
        """Return the rows that all filters select, those named ``without`` left out."""
        bits = self.everything
        for name, value in selection.items():
            if name not in without:
                bits &= self.select(name, value)
        return bits

    def counts(self, name: str, bits: int) -> dict[str, int]:
        """Return how many of the rows ``bits`` have each value of a filter."""
        if bits == self.everything:
            if name not in self._totals:
                self._totals[name] = self._count(name, bits)
            return self._totals[name]
        return self._count(name, bits)

    def _count(self, name: str, bits: int) -> dict[str, int]:
        return {
            value: (bits & having).bit_count()
            for value, having in self.values[name].items()
        }

    def ordered(self, bits: int, order: str) -> Selection:
        """Return the rows ``bits`` newest first, or in the order asked for."""
        if order == "oldest":
            last = self.undated if self.undated_at_end else 0
            return Selection(Backward(bits & ~last), Backward(bits & last))
        if order in self.rankings:
            ranking, ranked = self.rankings[order]
            return Selection(
                Listed(list(members(bits, ranking, self.size))),
                Forward(bits & ~ranked),
            )
        return Selection(Forward(bits))

    def _rank(self, order: str, sorted_rows: Iterable[int]) -> None:
        rows = array("I", sorted_rows)
        self.rankings[order] = rows, bitset(rows, self.size)

    def _bitsets(self, rows_of: Mapping[str, Iterable[int]]) -> dict[str, int]:
        return {value: bitset(rows, self.size) for value, rows in rows_of.items()}


class SearchedIndex(FacetIndex):
    """An index whose rows can be searched; what was found is kept for a while.

    ``find`` returns the keys of all rows that some words find, in no order.
    """

    def __init__(self, keys: array, find: Callable[[str], Iterable[int]]):
        super().__init__(keys)
        self._find = find
        self._found: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def _select_q(self, text: str) -> int:
        words = " ".join(text.split())
        with self._lock:
            if words in self._found:
                self._found.move_to_end(words)
                return self._found[words]
        found = set(self._find(words))
        rows = (row for row, key in enumerate(self.keys) if key in found)
        bits = bitset(rows, self.size) if found else 0
        with self._lock:
            self._found[words] = bits
            if len(self._found) > SEARCHES_KEPT:
                self._found.popitem(last=False)
        return bits


class MeetingIndex(SearchedIndex):
    """Published meetings, newest first, the undated at the end."""

    def __init__(self):
        rows = Meeting.objects.published().order_by("-sorts_on", "-pk")
        pairs = list(rows.values_list("pk", _as_text("sorts_on")))
        super().__init__(
            array("q", (pk for pk, _day in pairs)), Meeting.objects.search_pks
        )
        # Against the calendar, so that they rise with the rows.
        days = {
            day: -datetime.date.fromisoformat(day).toordinal()
            for day in {day for _pk, day in pairs}
        }
        self._days = array("l", (days[day] for _pk, day in pairs))
        dated = bisect_left(self._days, -datetime.date.min.toordinal())
        self.undated = self.everything ^ first_rows(dated)
        self.undated_at_end = True
        self._dated = dated
        row_of = _RowOf(self.keys)
        read = _Reader(row_of)
        published = Meeting.objects.published()
        links = Meeting.provinces.through.objects, Meeting.themes.through.objects
        columns = self._read_columns(row_of)
        self.values = {
            "region": read(published, "region", choices="region"),
            "province": read(links[0], "province", "meeting", choices="province"),
            **columns,
            "category": read(
                Participation.objects, "category", "meeting", choices="category"
            ),
            "theme": read(links[1], "theme", "meeting", choices="theme"),
            "year": self._years(),
            "has_agreements": self._with_agreements(row_of),
        }
        self._add_attendance(read)

    def _read_columns(self, row_of) -> dict[str, dict[str, int]]:
        """Take up what no index of the database holds, in one walk over the rows.

        ``_long`` are the rows of meetings that were, or may have been, on other days
        than the one by which they are sorted.
        """
        series, kind, state = defaultdict(list), defaultdict(list), defaultdict(list)
        self._long: list[tuple[int, int, int]] = []
        read = Meeting.objects.published().order_by()
        for pk, series_pk, type_pk, state_is, precision, *days in read.values_list(
            "pk",
            "series_id",
            "type_id",
            "state",
            "date_precision",
            _as_text("starts_on"),
            _as_text("ends_on"),
        ).iterator(ROWS_A_CHUNK):
            if (row := row_of[pk]) == row_of.beyond:
                continue  # published since the keys were read
            series[series_pk].append(row)
            kind[type_pk].append(row)
            state[state_is].append(row)
            if days[1] or precision in ("month", "year"):
                dates = (day and datetime.date.fromisoformat(day) for day in days)
                first, last = extent(*dates, precision)
                self._long.append((row, first.toordinal(), last.toordinal()))
        return {
            "series": self._bitsets(_by_key("series", series)),
            "type": self._bitsets(_by_key("type", kind)),
            "state": self._bitsets(state),
        }

    def _select_from(self, value: str) -> int:
        return self._not_over_before(datetime.date.fromisoformat(value).toordinal())

    def _select_to(self, value: str) -> int:
        return self._begun_by(datetime.date.fromisoformat(value).toordinal())

    def _select_year(self, value: str) -> int:
        first = datetime.date(int(value), 1, 1)
        last = datetime.date(int(value), 12, 31)
        return self._not_over_before(first.toordinal()) & self._begun_by(
            last.toordinal()
        )

    def _not_over_before(self, day: int) -> int:
        later = min(bisect_right(self._days, -day), self._dated)
        return first_rows(later) | bitset(
            (row for row, _first, last in self._long if row >= later and last >= day),
            self.size,
        )

    def _begun_by(self, day: int) -> int:
        later = bisect_left(self._days, -day)
        begun = first_rows(self._dated) & ~first_rows(later)
        return begun | bitset(
            (row for row, first, _last in self._long if row < later and first <= day),
            self.size,
        )

    def _years(self) -> dict[str, int]:
        from_ordinal = datetime.date.fromordinal
        years = {from_ordinal(-day).year for day in set(self._days[: self._dated])}
        for _row, first, last in self._long:
            years.update(range(from_ordinal(first).year, from_ordinal(last).year + 1))
        return {
            f"{year:04d}": self._select_year(f"{year:04d}")
            for year in sorted(years, reverse=True)
        }

    def _with_agreements(self, row_of) -> dict[str, int]:
        steps = AgreementStep.objects.filter(
            is_public("agreement"), meeting__isnull=False
        )
        having = row_of.bits(_keys_of(steps, "meeting"))
        return {"true": having, "false": self.everything ^ having}

    def _add_attendance(self, read) -> None:
        """Take up who was counted present: a category of more than none took part."""
        counted = Attendance.objects.filter(present__gt=0)
        named = self.values["category"]
        for code, bits in read(
            counted, "category", "meeting", choices="category"
        ).items():
            named[code] = named.get(code, 0) | bits
        known = (
            Attendance.objects.filter(is_public("meeting"), present__isnull=False)
            .order_by()
            .values_list("meeting")
            .annotate(people=Sum("present"))
        )
        present = {read.row_of[meeting]: people for meeting, people in known}
        present.pop(read.row_of.beyond, None)
        self._rank("present", sorted(present, key=lambda row: (-present[row], row)))


class AgreementIndex(SearchedIndex):
    """Published agreements in the order of their references, the latest first."""

    def __init__(self):
        published = PartnershipAgreement.objects.published()
        rows = list(
            published.order_by("-reference")
            .values_list(
                "pk", "period_starts_on", "period_ends_on", "amount", "amount_note"
            )
            .iterator(ROWS_A_CHUNK)
        )
        super().__init__(
            array("q", (row[0] for row in rows)),
            PartnershipAgreement.objects.search_pks,
        )
        row_of = _RowOf(self.keys)
        read = _Reader(row_of)
        model = PartnershipAgreement
        links = {
            name: (
                getattr(model, f"{name}s").through.objects,
                name.replace("_", ""),
                "partnershipagreement",
            )
            for name in ("region", "province", "theme", "target_group")
        }
        self.values = {
            "instrument": read(published, "instrument", choices="instrument"),
            "party": read(
                AgreementParty.objects, "organisation", "agreement", choices="party"
            ),
            **{name: read(*way, choices=name) for name, way in links.items()},
        }
        somewhere = reduce(or_, self.values["region"].values(), 0)
        self.values["region"][NATIONAL] = self.everything ^ somewhere
        self._read_steps(rows, row_of)
        # In hundredths, so that a sum of them is exact and quick.
        self._stated = [
            (row, self.statuses[row], int(amount * 100))
            for row, (*_others, amount, note) in enumerate(rows)
            if amount is not None and note in AmountNote.own()
        ]

    def _read_steps(self, rows, row_of) -> None:
        """Take up what follows from the steps: the status today, the years, the dates."""
        steps: dict[int, list[Step]] = defaultdict(list)
        years: dict[str, list[int]] = defaultdict(list)
        dated = []
        read = AgreementStep.objects.order_by().values_list(
            "agreement_id", "kind", "date", "pk"
        )
        for agreement, kind, date, pk in read.iterator(ROWS_A_CHUNK):
            if (row := row_of[agreement]) < self.size:
                steps[row].append(Step(kind, date, pk))
                if date:
                    years[f"{date.year:04d}"].append(row)
                    dated.append(row)
        today = timezone.localdate()
        self.statuses: list[str] = []
        rows_by_status: dict[str, list[int]] = defaultdict(list)
        for row, (_pk, starts, ends, *_amount) in enumerate(rows):
            status = derive_status(
                steps.get(row, ()),
                period_starts_on=starts,
                period_ends_on=ends,
                today=today,
            )
            self.statuses.append(status.value)
            rows_by_status[status.value].append(row)
        self.values["status"] = self._bitsets(rows_by_status)
        self.values["year"] = self._bitsets(dict(sorted(years.items(), reverse=True)))
        # Their order is that of the references, so that these stay where they are.
        self.undated = self.everything ^ bitset(dated, self.size)

    def amounts(self, bits: int) -> dict[str, tuple[int, int, int]]:
        """Return by status: how many rows, how many with an amount, its hundredths."""
        cells = bits.to_bytes(self.size // 8 + 1, "little")
        with_amount: dict[str, int] = defaultdict(int)
        sums: dict[str, int] = defaultdict(int)
        for row, status, hundredths in self._stated:
            if cells[row >> 3] >> (row & 7) & 1:
                with_amount[status] += 1
                sums[status] += hundredths
        return {
            status: (count, with_amount[status], sums[status])
            for status, count in self.counts("status", bits).items()
            if count
        }


class FollowUpIndex(SearchedIndex):
    """Expectations and commitments of published meetings, meeting by meeting.

    The newest meeting first, in it the expectations and then the commitments, each in
    their order. The key of a commitment is its own with a minus, which tells them apart.
    ``numbers`` are their places in the meeting, which their addresses end with.
    """

    def __init__(self):
        meetings = Meeting.objects.published().order_by("-sorts_on", "-pk")
        region_of = dict(
            Meeting.objects.filter(region__isnull=False)
            .order_by("region")
            .values_list("pk", "region_id")
        )
        asked = _by_meeting(
            Expectation.objects, "kind", "state", "category_id", "theme_id"
        )
        made = _by_meeting(
            Commitment.objects,
            "state",
            "owner_id",
            "theme_id",
            _as_text("due_on"),
            ExpressionWrapper(late_on(), output_field=BooleanField()),
        )
        keys, numbers = [], []
        kind, state, region = defaultdict(list), defaultdict(list), defaultdict(list)
        category, theme, owner = defaultdict(list), defaultdict(list), defaultdict(list)
        due, late = [], []
        row = 0
        for meeting in meetings.values_list("pk", flat=True):
            first = row
            for part in sorted(asked.pop(meeting, ())):
                _meeting, _order, pk, kind_is, state_is, category_pk, theme_pk = part
                keys.append(pk)
                kind[kind_is].append(row)
                state[state_is].append(row)
                category[category_pk].append(row)
                theme[theme_pk].append(row)
                row += 1
            numbers.extend(range(1, row - first + 1))
            middle = row
            for part in sorted(made.pop(meeting, ())):
                _meeting, _order, pk, state_is, owner_pk, theme_pk, due_on, late_is = (
                    part
                )
                keys.append(-pk)
                state[state_is].append(row)
                owner[owner_pk].append(row)
                theme[theme_pk].append(row)
                if due_on:
                    due.append((due_on, row))
                if late_is:
                    late.append(row)
                row += 1
            numbers.extend(range(1, row - middle + 1))
            kind[COMMITMENT].extend(range(middle, row))
            region[region_of.get(meeting)].extend(range(first, row))
        super().__init__(array("q", keys), _search_follow_up)
        self.numbers = array("I", numbers)
        self.values = {
            "kind": self._bitsets(kind),
            "region": self._bitsets(_by_key("region", region)),
            "category": self._bitsets(_by_key("category", category)),
            "theme": self._bitsets(_by_key("theme", theme)),
            "owner": self._bitsets(_by_key("owner", owner)),
            "state": self._bitsets(state),
            "late": self._bitsets({"true": late}),
        }
        self._rank("due", (row for _day, row in sorted(due)))

    def reference(self, row: int) -> tuple[bool, int, int]:
        """Return whether a row is a commitment, its key, its number in its meeting."""
        key = self.keys[row]
        return key < 0, abs(key), self.numbers[row]


COMMITMENT = "commitment"  # beside the kinds of expectations


def _search_follow_up(words: str) -> Iterator[int]:
    yield from Expectation.objects.search_pks(words)
    for key in Commitment.objects.search_pks(words):
        yield -key


class _RowOf(dict):
    """The row of each key; of a key that is not public, one past the last row."""

    def __init__(self, keys: array):
        super().__init__(zip(keys, range(len(keys)), strict=True))
        self.beyond = len(keys)

    def __missing__(self, key):
        return self.beyond

    def bits(self, keys: Iterable[int]) -> int:
        """Return the rows of keys, those that are not public left out."""
        rows = map(self.__getitem__, keys)
        return bitset(rows, self.beyond + 1) & first_rows(self.beyond)


class _Reader:
    """Read, in one query a filter, which rows have which of its values."""

    def __init__(self, row_of: _RowOf):
        self.row_of = row_of

    def __call__(
        self, rows, value: str, key: str = "pk", *, choices: str
    ) -> dict[str, int]:
        """Return the rows by value, in the order of the vocabulary named ``choices``."""
        found = dict(
            rows.order_by()
            .values_list(value)
            .annotate(keys=_joined(key))
            .iterator(ROWS_A_CHUNK)
        )
        return {
            choice.key: self._bits(found[choice.pk])
            for choice in _in_order(choices)
            if choice.pk in found
        }

    def _bits(self, keys: str) -> int:
        return self.row_of.bits(map(int, keys.split(",")))


def _as_text(day: str) -> Cast:
    """Return a date as ISO writes it, which spares making a date of it in every row."""
    return Cast(F(day), CharField())


def _in_order(choices: str) -> Iterable[Choice]:
    return vocabulary(choices).values()


def _joined(key: str) -> StringAgg:
    """Return all keys of a group in one cell: half the time of a row for each."""
    return StringAgg(Cast(F(key), CharField()), Value(","))


def _keys_of(rows: QuerySet, key: str = "pk") -> Iterator[int]:
    joined = rows.order_by().aggregate(keys=_joined(key))["keys"]
    return map(int, joined.split(",")) if joined else iter(())


def _by_meeting(
    parts: Manager, *columns: str | Cast | ExpressionWrapper
) -> dict[int, list[tuple]]:
    """Return meeting, order, key and columns of all parts, by the key of the meeting."""
    found = defaultdict(list)
    rows = parts.order_by().values_list("meeting_id", "order", "pk", *columns)
    for part in rows.iterator(ROWS_A_CHUNK):
        found[part[0]].append(part)
    return found


def _by_key(name: str, rows: Mapping[int, list[int]]) -> dict[str, list[int]]:
    """Return rows by the keys of a vocabulary, in its order."""
    return {
        choice.key: rows[choice.pk] for choice in _in_order(name) if choice.pk in rows
    }


@kept_per_state()
def meeting_index() -> MeetingIndex:
    return MeetingIndex()


@kept_per_state()
def agreement_index() -> AgreementIndex:
    return AgreementIndex()


@kept_per_state()
def follow_up_index() -> FollowUpIndex:
    return FollowUpIndex()
