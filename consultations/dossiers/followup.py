"""The newest expectations and commitments of many meetings, cut to what a page shows."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from config.localization import LANGUAGES
from consultations.models import Commitment, Expectation

SHOWN = 6

# What a line about something of a meeting does not print of it.
LONG_TEXTS_OF_MEETING = [
    "meeting__search_text",
    *(
        f"meeting__{text}_{language}"
        for text in ("summary", "objectives", "key_messages")
        for language in LANGUAGES
    ),
]
# An expression, so that SQLite sorts the rows of one owner instead of walking all
# meetings in search of them.
NEWEST_MEETING_FIRST = (
    Coalesce("meeting__sorts_on", Value(datetime.date.min)).desc(),
    "-meeting__pk",
    "order",
    "pk",
)


@dataclass(frozen=True)
class FollowUp:
    """Expectations, and commitments: those past their date first, then the newest."""

    expectations: list[Expectation]
    commitments: list[Commitment]


def latest_expectations(expectations: QuerySet, shown: int = SHOWN) -> list:
    """Return the newest of ``expectations`` that anyone may read, with their meetings."""
    return list(
        expectations.published()
        .select_related("category", "organisation", "theme", "meeting__region")
        .defer(*LONG_TEXTS_OF_MEETING)
        .order_by(*NEWEST_MEETING_FIRST)[:shown]
    )


def latest_commitments(commitments: QuerySet, shown: int = SHOWN) -> list:
    """Return commitments that anyone may read: the longest overdue, then the newest."""
    public = (
        commitments.published()
        .select_related("owner", "theme", "meeting__region", "agreement")
        .defer(*LONG_TEXTS_OF_MEETING, "agreement__search_text")
    )
    late = list(public.late().order_by("due_on", "pk")[:shown])
    newest = public.order_by(*NEWEST_MEETING_FIRST)[:shown]
    known = {one.pk for one in late}
    return [*late, *(one for one in newest if one.pk not in known)][:shown]


def follow_up(
    expectations: QuerySet, commitments: QuerySet, shown: int = SHOWN
) -> FollowUp:
    """Return the newest of both; what is not public is left out."""
    return FollowUp(
        latest_expectations(expectations, shown), latest_commitments(commitments, shown)
    )
