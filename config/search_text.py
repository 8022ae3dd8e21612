"""The one way in which a thing is found by words: kept folded, asked for folded."""

from collections.abc import Iterable

from django.db.models import Q

from config.folding import fold_words

# A longer query finds nothing more, and every word is a condition of the SQL.
MAX_WORDS = 12


def search_text(texts: Iterable[str]) -> str:
    """Return the words of ``texts``, folded, each with a space before it."""
    return "".join(f" {word}" for text in texts if text for word in fold_words(text))


def matches(text: str, column: str = "search_text") -> Q:
    """Return the condition that ``column`` holds, for each word of ``text``, a word
    that begins with it, the Arabic article not counted.

    A text without a word matches everything.
    """
    condition = Q()
    for word in list(dict.fromkeys(fold_words(text)))[:MAX_WORDS]:
        condition &= Q(**{f"{column}__contains": f" {word}"}) | Q(
            **{f"{column}__contains": f" ال{word}"}
        )
    return condition


def is_found_by(text: str, names: Iterable[str]) -> bool:
    """Say whether ``matches`` would find a row of these names: for tables of a few rows."""
    folded = search_text(names)
    words = list(dict.fromkeys(fold_words(text)))[:MAX_WORDS]
    return all(f" {word}" in folded or f" ال{word}" in folded for word in words)
