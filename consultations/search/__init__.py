"""Search in the record: what is found, and how the index follows every change."""

from consultations.search.index import (
    NAMED_BY,
    index_records,
    rebuild,
    refresh_records_naming,
    refresh_search_text,
)
from consultations.search.site import search_everything, search_words_apart
from consultations.search.spelling import nearest_spelling

__all__ = [
    "NAMED_BY",
    "index_records",
    "nearest_spelling",
    "rebuild",
    "refresh_records_naming",
    "refresh_search_text",
    "search_everything",
    "search_words_apart",
]
