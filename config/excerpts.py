"""A piece of a long text around what was searched for, and marks on what was hit."""

from django.utils.html import format_html, format_html_join

from config.localization import LocalizedText
from config.search_text import Hit, Query, hits_in

LENGTH = 220
ELLIPSIS = "…"
# A hit further down is not looked for: who reads a page looks at its beginning.
LONGEST_READ = 20_000


def excerpt(
    text: LocalizedText, query: Query, *, length: int = LENGTH
) -> LocalizedText:
    """Return about ``length`` letters of ``text`` that meet most of the query.

    One piece, or two of half the length where what was searched for stands far apart.
    """
    flat = " ".join(text[:LONGEST_READ].split())
    if len(flat) > length:
        hits = hits_in(flat, query)
        wanted = frozenset().union(*(met for _start, _end, met in hits))
        start, inside = _best_start(flat, hits, length, wanted)
        if inside == wanted:
            flat = _cut(flat, start, start + length)
        else:
            half = length // 2
            start, inside = _best_start(flat, hits, half, wanted)
            other, _inside = _best_start(flat, hits, half, wanted - inside)
            first, second = sorted([start, other])
            flat = _cut(flat, first, first + half) + _cut(
                flat, max(second, first + half), second + half
            ).removeprefix(ELLIPSIS)
    return LocalizedText(flat, text.language, is_fallback=text.is_fallback)


def _best_start(
    text: str, hits: list[Hit], length: int, wanted: frozenset[int]
) -> tuple[int, frozenset[int]]:
    """Return where a piece meets most of what is ``wanted``, and what it meets of it.

    It begins a little before its first hit.
    """
    best, met_there = 0, frozenset()
    for start, _end, _met in hits:
        inside = wanted & frozenset().union(
            *(
                met
                for begin, end, met in hits
                if start <= begin and end <= start + length - length // 4
            )
        )
        if len(inside) > len(met_there):
            best, met_there = start, inside
    return max(0, min(best - length // 4, len(text) - length)), met_there


def _cut(text: str, start: int, end: int) -> str:
    """Return ``text[start:end]`` without the words that it would cut through."""
    if start > 0:
        start = text.find(" ", start) + 1
    if end < len(text):
        end = text.rfind(" ", start, end)
    return (
        (ELLIPSIS if start > 0 else "")
        + text[start:end]
        + (f" {ELLIPSIS}" if end < len(text) else "")
    )


def with_marks(text: str, query: Query) -> str:
    """Return ``text`` escaped, each hit in it as a ``mark`` element."""
    pieces, place = [], 0
    for start, end, _met in hits_in(text, query):
        pieces.append(text[place:start])
        pieces.append(format_html("<mark>{}</mark>", text[start:end]))
        place = end
    pieces.append(text[place:])
    return format_html_join("", "{}", ((piece,) for piece in pieces))
