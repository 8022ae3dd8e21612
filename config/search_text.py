"""The one way in which a thing is found by words: kept folded, asked for folded."""

from collections.abc import Iterable

from django.db.models import Q

from config.folding import fold_words

# A longer query finds nothing more, and every word is a condition of the SQL.
MAX_WORDS = 12
ARTICLE = "ال"
# What Arabic writes in one with the article: and the, with the, to the …
BEFORE_ARTICLE = ("ال", "وال", "بال", "لل", "ولل", "وبال", "كال", "فال")
COMPANIONS = "ولبكف"
# Shorter words are asked for whole and as they are: فاس is not فاسو, جدة not وجدة.
SHORTEST_BEGINNING = 4
SHORTEST_STEM = 3


def search_text(texts: Iterable[str]) -> str:
    """Return the words of ``texts``, folded, each between spaces."""
    words = [word for text in texts if text for word in fold_words(text)]
    return f" {' '.join(words)} " if words else ""


def spellings(word: str) -> list[str]:
    """Return the strings of which a ``search_text`` that holds ``word`` has one.

    A folded word is met by words that begin with it, by itself alone if it is short,
    with or without the Arabic article and what is written in one with that; a long word
    also behind a one-letter companion.
    """
    end = "" if len(word) >= SHORTEST_BEGINNING else " "
    stem = word.removeprefix(ARTICLE)
    if len(stem) < SHORTEST_STEM:
        stem = word
    found = {f" {word}{end}", *(f" {before}{stem}{end}" for before in BEFORE_ARTICLE)}
    if len(stem) >= SHORTEST_BEGINNING:
        found |= {f" {stem}", *(f" {companion}{stem}" for companion in COMPANIONS)}
    return sorted(found)


def _words_of_query(text: str) -> list[str]:
    return list(dict.fromkeys(fold_words(text)))[:MAX_WORDS]


def matches(text: str, column: str = "search_text") -> Q:
    """Return the condition that ``column`` holds every word of ``text``.

    A text without a word matches everything.
    """
    condition = Q()
    for word in _words_of_query(text):
        any_spelling = Q()
        for spelling in spellings(word):
            any_spelling |= Q(**{f"{column}__contains": spelling})
        condition &= any_spelling
    return condition


def is_found_by(text: str, names: Iterable[str]) -> bool:
    """Say whether ``matches`` would find a row of these names: for tables of a few rows."""
    folded = search_text(names)
    return all(
        any(spelling in folded for spelling in spellings(word))
        for word in _words_of_query(text)
    )
