"""What became of what was expected and committed to: rows of a list, newest of many."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from config.localization import LANGUAGES
from consultations.models import (
    Commitment,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Progress,
)

SHOWN = 6

# What a line about something of a meeting does not print of it.
LONG_TEXTS_OF_MEETING = [
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
# In the order of an index, for rows that most meetings walked have some of.
MEETINGS_WALKED = ("-meeting__sorts_on", "-meeting__pk", "order", "pk")


@dataclass(frozen=True)
class FollowUpItem:
    """An expectation or a commitment with its place in its meeting, and what followed.

    ``commitments`` answer an expectation; ``agreement`` and ``progress``, the latest
    report last, follow from a commitment. All of it is public.
    """

    number: int
    record: Expectation | Commitment
    is_commitment: bool = False
    is_late: bool = False
    commitments: list[Commitment] = field(default_factory=list)
    agreement: PartnershipAgreement | None = None
    progress: list[Progress] = field(default_factory=list)

    @property
    def meeting(self) -> Meeting:
        return self.record.meeting

    @property
    def url(self) -> str:
        """The place of the row in the chain of its meeting."""
        return self.record.url_of_place(self.number)


def read_follow_up(references: Iterable[tuple[bool, int, int]]) -> list[FollowUpItem]:
    """Return the items of ``FollowUpIndex.reference``, in their order.

    One whose meeting is no longer public is left out.
    """
    references = list(references)
    asked = _expectations(key for is_made, key, _number in references if not is_made)
    made = _commitments(key for is_made, key, _number in references if is_made)
    today = timezone.localdate()
    items = []
    for is_made, key, number in references:
        if is_made and key in made:
            items.append(_commitment_item(made[key], number, today))
        elif not is_made and key in asked:
            record = asked[key]
            items.append(
                FollowUpItem(number, record, commitments=list(record.commitments.all()))
            )
    return items


def _commitment_item(record: Commitment, number: int, today) -> FollowUpItem:
    agreement = record.agreement
    return FollowUpItem(
        number,
        record,
        is_commitment=True,
        is_late=record.is_late(today),
        agreement=agreement if agreement and agreement.is_published else None,
        progress=list(record.progress_reports.all()),
    )


def _expectations(keys: Iterable[int]) -> dict[int, Expectation]:
    keys = list(keys)
    if not keys:
        return {}
    return (
        Expectation.objects.published()
        .select_related(
            "meeting", "meeting__region", "category", "organisation", "theme"
        )
        .prefetch_related(
            Prefetch("commitments", Commitment.objects.published().order_by("pk"))
        )
        .defer(*LONG_TEXTS_OF_MEETING)
        .in_bulk(keys)
    )


def _commitments(keys: Iterable[int]) -> dict[int, Commitment]:
    keys = list(keys)
    if not keys:
        return {}
    return (
        Commitment.objects.published()
        .select_related("meeting", "meeting__region", "owner", "theme", "agreement")
        .prefetch_related("progress_reports")
        .defer(*LONG_TEXTS_OF_MEETING)
        .in_bulk(keys)
    )


@dataclass(frozen=True)
class FollowUp:
    """Expectations, and commitments: those past their date first, then the newest."""

    expectations: list[Expectation]
    commitments: list[Commitment]


def latest_expectations(
    expectations: QuerySet, shown: int = SHOWN, order: tuple = NEWEST_MEETING_FIRST
) -> list:
    """Return the newest of ``expectations`` that anyone may read, with their meetings."""
    return list(
        expectations.published()
        .select_related("category", "organisation", "theme", "meeting__region")
        .defer(*LONG_TEXTS_OF_MEETING)
        .order_by(*order)[:shown]
    )


def latest_commitments(
    commitments: QuerySet, shown: int = SHOWN, order: tuple = NEWEST_MEETING_FIRST
) -> list:
    """Return commitments that anyone may read: the longest overdue, then the newest."""
    public = (
        commitments.published()
        .select_related("owner", "theme", "meeting__region", "agreement")
        .defer(*LONG_TEXTS_OF_MEETING)
    )
    late = list(public.late().order_by("due_on", "pk")[:shown])
    newest = public.order_by(*order)[:shown]
    known = {one.pk for one in late}
    return [*late, *(one for one in newest if one.pk not in known)][:shown]


def follow_up(
    expectations: QuerySet,
    commitments: QuerySet,
    shown: int = SHOWN,
    order: tuple = NEWEST_MEETING_FIRST,
) -> FollowUp:
    """Return the newest of both; what is not public is left out."""
    return FollowUp(
        latest_expectations(expectations, shown, order),
        latest_commitments(commitments, shown, order),
    )
