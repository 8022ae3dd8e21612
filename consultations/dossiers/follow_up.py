"""What became of what was expected and committed to, as rows of one list."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils import timezone

from consultations.models import (
    Commitment,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Progress,
)

# What a row says of its meeting is little; these columns are long.
LONG = [
    f"meeting__{name}"
    for name in (
        "search_text",
        *(
            f"{text}_{language}"
            for text in ("summary", "objectives", "key_messages")
            for language in ("ar", "fr", "en")
        ),
    )
]


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
        part = "commitment" if self.is_commitment else "expectation"
        return f"{self.meeting.get_absolute_url()}#{part}-{self.number}"


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
        .defer(*LONG)
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
        .defer(*LONG, "agreement__search_text")
        .in_bulk(keys)
    )
