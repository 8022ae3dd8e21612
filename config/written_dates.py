"""Dates as they are written in a folded text, in three languages and two usages of months.

A date is found by tokens: of the day, of the month of a year, of the day of any year, and
of the month. Text and query are read by the same rules, so that «12 يناير 2022» finds
12/01/2022 and nothing that merely holds a 12, a 1 and a 2022.
"""

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

# Folded: Moroccan, Egyptian, Levantine, French, English.
MONTHS = {
    1: "يناير|جانفي|كانون الثاني|janvier|january|jan",
    2: "فبراير|شباط|fevrier|february|feb",
    3: "مارس|اذار|mars|march",
    4: "ابريل|نيسان|avril|april",
    5: "ماي|مايو|ايار|mai|may",
    6: "يونيو|حزيران|juin|june",
    7: "يوليوز|يوليو|تموز|juillet|july",
    8: "غشت|اغسطس|اب|aout|august",
    9: "شتنبر|سبتمبر|ايلول|septembre|september|sept",
    10: "اكتوبر|تشرين الاول|octobre|october",
    11: "نونبر|نوفمبر|تشرين الثاني|novembre|november",
    12: "دجنبر|ديسمبر|كانون الاول|decembre|december",
}
# Other words are spelt like these: they name a month only beside a day or a year.
AMBIGUOUS = frozenset(
    {"مارس", "اب", "ماي", "mars", "march", "mai", "may", "jan", "sept"}
)
_BY_NAME = {name: month for month, names in MONTHS.items() for name in names.split("|")}
DAYS = {
    "فاتح": 1,
    "الفاتح": 1,
    "الاول": 1,
    "الثاني": 2,
    "الثالث": 3,
    "الرابع": 4,
    "الخامس": 5,
    "السادس": 6,
    "السابع": 7,
    "الثامن": 8,
    "التاسع": 9,
    "العاشر": 10,
    "premier": 1,
}
NEVER_ALONE = frozenset({"اب", "jan", "sept"})  # father, a name, seven
_WEEKDAYS = (
    "الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد يوم lundi mardi mercredi jeudi "
    "vendredi samedi dimanche monday tuesday wednesday thursday friday saturday "
    "sunday"
)
WEEKDAYS = frozenset(_WEEKDAYS.split())
# Not a character of any folded word, so that no word is taken for a token.
MARK = "§"
LONGEST_RANGE = 31

_NAME = "|".join(sorted(map(re.escape, _BY_NAME), key=len, reverse=True))
_DAY = rf"(?:\d{{1,2}}(?:er|ere|st|nd|rd|th)?|{'|'.join(DAYS)})"
_NUMERIC = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})(?P<s2>[-/.])(?P<m2>\d{1,2})(?P=s2)(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})"
    r"|(?P<m4>\d{1,2})/(?P<y4>\d{4})"
    r")(?![\d/]|[-.]\d)"
)
_NAMED = re.compile(
    rf"(?:(?<!\w)(?:(?P<first>{_DAY}) ?(?:-|و|الي|et|and|au|to|a|,) ?)?"
    rf"(?P<day>{_DAY})(?: (?:من|من شهر|شهر|of|de))? )?"
    rf"(?<!\w)(?P<companion>[وبلف])?(?P<month>{_NAME})(?!\w)"
    rf"(?: ?[/(] ?(?P<same>{_NAME})\)?(?!\w))?"
    r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?(?=,? \d{4}(?!\d)))?"
    r"(?:,? (?:من )?(?:سنه |عام )?(?P<year>\d{4})(?!\w))?"
)


_DIGITS = re.compile(r"\d[-/.]\d")
_WORDS = re.compile(r"[^\W\d_]+")
_FIRST_WORDS = {
    companion + name.split()[0] for name in _BY_NAME for companion in ("", *"وبلف")
}


class WrittenDate(NamedTuple):
    """One date, where it stands, and the tokens by which it is found and asked for."""

    start: int
    end: int
    found_by: frozenset[str]
    asks_for: str


def month_token(month: int) -> str:
    return f"{MARK}m{month:02d}"


def month_named(word: str) -> str:
    """Return the token of the month that ``word`` alone may ask for, or nothing."""
    return month_token(_BY_NAME[word]) if word in _BY_NAME.keys() - NEVER_ALONE else ""


def _tokens(year: int | None, month: int, day: int | None) -> list[str]:
    """Return all tokens of a date, the most precise first; none where there is no such."""
    try:
        datetime.date(year or 2000, month, day or 1)
    except ValueError:
        return []
    tokens = []
    if year and day:
        tokens.append(f"{MARK}{year:04d}{month:02d}{day:02d}")
    if day:
        tokens.append(f"{MARK}d{month:02d}{day:02d}")
    if year:
        tokens.append(f"{MARK}{year:04d}{month:02d}")
    return [*tokens, month_token(month)]


def tokens_of(date: datetime.date, precision: str) -> set[str]:
    """Return what a date is found by that is known to its day, month or year."""
    terms = {f"{date.year:04d}"}
    if precision != "year":
        day = date.day if precision == "day" else None
        terms.update(_tokens(date.year, date.month, day))
    return terms


def written_dates(folded: str) -> Iterator[WrittenDate]:
    """Yield the dates of a folded text, those in digits first."""
    # Most texts hold no date: a look that costs little comes before the rules.
    for found in _NUMERIC.finditer(folded) if _DIGITS.search(folded) else ():
        parts = {key: value for key, value in found.groupdict().items() if value}
        year, month, day = (
            next((int(value) for key, value in parts.items() if key[0] == part), None)
            for part in "ymd"
        )
        if tokens := _tokens(year, month, day):
            yield WrittenDate(*found.span(), frozenset(tokens), tokens[0])
    for found in _NAMED.finditer(folded) if _names_a_month(folded) else ():
        yield from _named(found)


def _names_a_month(folded: str) -> bool:
    words = set(_WORDS.findall(folded))
    return not words.isdisjoint(_FIRST_WORDS)


def _named(found: re.Match) -> Iterator[WrittenDate]:
    month = _BY_NAME[found["month"]]
    year = int(found["year"]) if found["year"] else None
    day = _day(found["day"] or found["after"])
    first = _day(found["first"])
    is_doubtful = found["month"] in AMBIGUOUS
    if is_doubtful and (found["companion"] or not (year or day)):
        return
    tokens = _tokens(year, month, day)
    if not tokens:
        return
    found_by = set(tokens)
    if first and day and first < day <= first + LONGEST_RANGE:
        for one in range(first, day):
            found_by.update(_tokens(year, month, one))
    start = next(found.start(part) for part in ("first", "day", "month") if found[part])
    yield WrittenDate(start, found.end(), frozenset(found_by), tokens[0])


def _day(text: str | None) -> int | None:
    if not text:
        return None
    return DAYS.get(text) or int(re.match(r"\d+", text)[0])
