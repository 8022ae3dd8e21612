"""What a text is found by, and what a query asks for: one reading for both.

A text is found by *terms*: the stem of each of its words (``config/stemming.py``), and
tokens of the dates and references in it. A query is a row of conditions, of each of which
a record holds one term. The index, the marks in a page and small tables all go by this.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from config.folding import fold, fold_in_place, fold_words
from config.stemming import Lexicon, forms, shipped_lexicon, stem
from config.written_dates import MARK, WEEKDAYS, month_named, written_dates

# A longer query finds nothing more, and every word is a condition of the SQL.
MAX_WORDS = 12
TRIED_ALONE = 5  # parts of a query that finds nothing as a whole
# A beginning that a query marks with a star; shorter ones would ask for everything.
STAR = "*"
SHORTEST_BEGINNING = 3
LONGEST_WORD = 100
# Left out of a query that asks for something else as well.
_STOP_WORDS = (
    "في من الي عن و a an and at au aux d de des du en et for in l la le les of on s "
    "the to"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"[^\W_]+")
_WORD_OR_BEGINNING = re.compile(r"[^\W_]+\*?")
_REFERENCE = re.compile(r"(?<![^\W_])ag[ -]?(\d{4})(?:[ -]0*(\d{1,9}))?(?![^\W_])")


class Found(NamedTuple):
    """A part of a folded text and the terms that it is found by."""

    start: int
    end: int
    terms: frozenset[str]


class Hit(NamedTuple):
    """Where a text meets a query, as a slice of its letters, and which conditions."""

    start: int
    end: int
    met: frozenset[int]


class Query(NamedTuple):
    """Conditions that a record meets all of; a term that ends in a star is a beginning.

    ``unheard`` are terms that nothing in the index holds: it need not be asked for them.
    """

    conditions: tuple[frozenset[str], ...]
    unheard: frozenset[str] = frozenset()

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing in the index holds any term of one of the conditions."""
        return any(condition <= self.unheard for condition in self.conditions)

    def matches(self, terms: Iterable[str]) -> bool:
        """Say whether what is found by ``terms`` is found by this query."""
        terms = set(terms)
        return all(
            any(is_met_by(condition, term) for term in terms)
            for condition in self.conditions
        )

    def asked_of_index(self) -> list[list[str]]:
        """Return the terms of each condition that the index may hold, in one order."""
        return [
            sorted(condition - self.unheard) or [min(condition)]
            for condition in self.conditions
        ]


def is_met_by(condition: frozenset[str], term: str) -> bool:
    if term in condition:
        return True
    return any(
        one[-1] == STAR and one[0] != MARK and term.startswith(one[:-1])
        for one in condition
    )


def read_folded(folded: str) -> Iterator[Found]:
    """Yield what a folded text is found by: its words, then dates and references."""
    for found in _WORD.finditer(folded):
        word = found[0][:LONGEST_WORD]
        yield Found(*found.span(), frozenset([stem(word)]))
    for date in written_dates(folded):
        yield Found(date.start, date.end, date.found_by)
    for found in _REFERENCE.finditer(folded) if "ag" in folded else ():
        year, number = found.groups()
        terms = {f"{MARK}ag{year}"} | (
            {f"{MARK}ag{year}{MARK}{number}"} if number else set()
        )
        yield Found(*found.span(), frozenset(terms))


@lru_cache(maxsize=20_000)
def _terms_of_name(text: str) -> frozenset[str]:
    return frozenset().union(*(found.terms for found in read_folded(fold(text))))


def terms_of(texts: Iterable[str]) -> set[str]:
    """Return all terms that a thing described by ``texts`` is found by."""
    terms: set[str] = set()
    for text in texts:
        if not text:
            continue
        # Names and formulas come again and again; long texts are not worth keeping.
        if len(text) <= 300:
            terms |= _terms_of_name(str(text))
        else:
            terms.update(*(found.terms for found in read_folded(fold(text))))
    return terms


# Tashkeel and tatweel are parts of words as they are written.
_WRITTEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0640\u064b-\u065f\u0670\u0300-\u036f])+")


@lru_cache(maxsize=50_000)
def _as_word(written: str) -> str:
    """Return what a word is indexed under, or nothing where it folds to several."""
    words = fold_words(written)
    return stem(words[0]) if len(words) == 1 else ""


def words_as_written(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of ``text``, each as it is indexed and as it is written."""
    for found in _WRITTEN.findall(text):
        written = unicodedata.normalize("NFC", found)[:LONGEST_WORD]
        if (word := _as_word(written)) and 2 < len(word) <= LONGEST_WORD:
            yield word, written


def name_words(name: str) -> set[str]:
    """Return the folded words of ``name``, and what each is indexed under."""
    words = [word[:LONGEST_WORD] for word in fold_words(name)]
    return {form for word in words for form in (word, stem(word)) if len(form) > 1}


class Part(NamedTuple):
    """A part of a folded query: a date or a reference with its term, or a word."""

    start: int
    end: int
    word: str
    term: str = ""


def _parts(folded: str) -> list[Part]:
    """Return what a folded query asks for: dates, references, words worth asking for."""
    named = [
        Part(date.start, date.end, "", date.asks_for) for date in written_dates(folded)
    ]
    is_dated = bool(named)
    for found in _REFERENCE.finditer(folded):
        year, number = found.groups()
        token = f"{MARK}ag{year}{MARK}{number}" if number else f"{MARK}ag{year}"
        named.append(Part(*found.span(), "", token))
    words = [
        Part(*found.span(), found[0])
        for found in _WORD_OR_BEGINNING.finditer(folded)
        if not any(found.start() < one.end and one.start < found.end() for one in named)
    ]
    left = [
        part
        for part in words
        if part.word not in STOP_WORDS and not (is_dated and part.word in WEEKDAYS)
    ]
    return named + (left if left or named else words)


def read_query(text: str, lexicon: Lexicon | None = None) -> Query:
    """Return what ``text`` asks for; no conditions if it holds no word.

    ``lexicon`` knows the names of the database; without it, those that ship.
    """
    lexicon = lexicon or shipped_lexicon()
    conditions = [
        frozenset([part.term]) if part.term else _condition(part.word, lexicon)
        for part in _parts(fold(text))
    ]
    return Query(tuple(dict.fromkeys(conditions))[:MAX_WORDS])


def parts_asked_for(text: str) -> list[str]:
    """Return the words, dates and references of a query as they were typed, in order.

    What is asked for twice comes once.
    """
    folded = fold_in_place(text)
    parts = {}
    for part in sorted(_parts(folded.text)):
        start, end = folded.span(part.start, part.end)
        typed = text[start : _with_marks(text, end)]
        asked = folded.text[part.start : part.end]
        # One sign may be folded to two words: ¼ is 1 and 4.
        parts.setdefault(part.term or asked, typed if fold(typed) == asked else asked)
    return list(parts.values())


def parts_to_try_alone(text: str) -> list[str]:
    """Return the first parts of a query that finds nothing, none of a query of one."""
    parts = parts_asked_for(text)
    return parts[:TRIED_ALONE] if len(parts) > 1 else []


def words_asked(text: str) -> list[str]:
    """Return the words of a query, those that may be asked for as words."""
    return [word[:LONGEST_WORD] for word in fold_words(text)]


def _condition(word: str, lexicon: Lexicon) -> frozenset[str]:
    bare = word.removesuffix(STAR)[:LONGEST_WORD]
    if word.endswith(STAR) and len(bare) >= SHORTEST_BEGINNING:
        return frozenset([stem(bare) + STAR])
    terms = forms(bare, lexicon)
    month = month_named(bare)
    return terms | {month} if month else terms


def is_found_by(query: Query, names: Iterable[str]) -> bool:
    """Say whether something called ``names`` is found: for tables of a few rows."""
    return query.matches(terms_of(names))


def conditions_met(text: str, query: Query) -> frozenset[int]:
    """Return the numbers of the conditions of ``query`` that ``text`` meets."""
    terms = terms_of([text])
    return frozenset(
        number
        for number, condition in enumerate(query.conditions)
        if any(is_met_by(condition, term) for term in terms)
    )


def hits_in(text: str, query: Query) -> list[Hit]:
    """Return where ``text`` meets conditions; the slices do not overlap."""
    folded = fold_in_place(text)
    hits = []
    for found in read_folded(folded.text):
        met = frozenset(
            number
            for number, condition in enumerate(query.conditions)
            if any(is_met_by(condition, term) for term in found.terms)
        )
        if met:
            start, end = folded.span(found.start, found.end)
            hits.append(Hit(start, _with_marks(text, end), met))
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    apart = []
    for start, end, met in hits:
        if apart and start < apart[-1].end:
            last = apart[-1]
            apart[-1] = Hit(last.start, max(end, last.end), last.met | met)
        else:
            apart.append(Hit(start, end, met))
    return apart


def _with_marks(text: str, end: int) -> int:
    """Return ``end`` behind the signs that sit on the letter before it."""
    while end < len(text) and not text[end].isspace() and not fold(text[end]):
        end += 1
    return end
