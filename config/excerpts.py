"""A piece of a long text around what was searched for, and marks on what was hit."""

from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from config.localization import LocalizedText
from config.search_text import Query, hits_in

LENGTH = 220
ELLIPSIS = "…"
MARK = (mark_safe("<mark>"), mark_safe("</mark>"))
# A hit further down is not looked for: who reads a page looks at its beginning.
LONGEST_READ = 20_000


def excerpt(
    text: LocalizedText, query: Query, *, length: int = LENGTH
) -> LocalizedText:
    """Return about ``length`` letters of ``text`` with most of its hits in them."""
    flat = " ".join(text[:LONGEST_READ].split())
    if len(flat) > length:
        start = _best_start(flat, query, length)
        flat = _cut(flat, start, start + length)
    return LocalizedText(flat, text.language, is_fallback=text.is_fallback)


def _best_start(text: str, query: Query, length: int) -> int:
    """Return where a piece begins that holds the most kinds of hit, a little before them."""
    hits = hits_in(text, query)
    best, most = 0, 0
    for start, _end, _met in hits:
        inside = {
            condition
            for begin, end, met in hits
            if start <= begin and end <= start + length - length // 4
            for condition in met
        }
        if len(inside) > most:
            best, most = start, len(inside)
    return max(0, min(best - length // 4, len(text) - length))


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
        pieces.append(("", text[place:start], ""))
        pieces.append((MARK[0], text[start:end], MARK[1]))
        place = end
    pieces.append(("", text[place:], ""))
    return format_html_join("", "{}{}{}", pieces)
