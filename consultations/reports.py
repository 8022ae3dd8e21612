"""Figures about the published record as a whole; what is unknown is counted beside."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from consultations.models import Attendance, Meeting, PartnershipAgreement
from consultations.models.followup import AmountNote
from consultations.status import Status
from regions.map import Coverage
from regions.models import Region


@dataclass(frozen=True)
class RegionFigures:
    """What the record holds of one region; no meeting known is not a count of 0."""

    region: Region
    held: int
    held_without_report: int
    announced: int
    agreements: int

    @property
    def coverage(self) -> Coverage:
        if self.held:
            return Coverage.HELD
        return Coverage.ANNOUNCED if self.announced else Coverage.UNKNOWN


def region_figures() -> list[RegionFigures]:
    """Return the figures of every region, in three queries."""
    meetings = {
        row["region"]: row
        for row in Meeting.objects.published()
        .filter(region__isnull=False)
        .order_by()
        .values("region")
        .annotate(
            held=Count("pk", filter=Q(state=Meeting.State.HELD)),
            held_without_report=Count(
                "pk",
                filter=Q(state=Meeting.State.HELD, coverage=Meeting.Coverage.NO_REPORT),
            ),
            announced=Count(
                "pk",
                filter=Q(state__in=[Meeting.State.ANNOUNCED, Meeting.State.POSTPONED]),
            ),
        )
    }
    agreements = Counter(
        PartnershipAgreement.objects.published()
        .filter(regions__isnull=False)
        .order_by()
        .values_list("regions", flat=True)
    )
    nothing = {"held": 0, "held_without_report": 0, "announced": 0}
    return [
        RegionFigures(
            region,
            agreements=agreements[region.pk],
            **{
                name: meetings.get(region.pk, nothing)[name]
                for name in ("held", "held_without_report", "announced")
            },
        )
        for region in Region.objects.all()
    ]


def map_figures(
    figures: list[RegionFigures],
) -> dict[str, tuple[int | None, Coverage]]:
    """Return the figures as the map takes them."""
    return {row.region.iso_code: (row.held or None, row.coverage) for row in figures}


@dataclass(frozen=True)
class Amounts:
    """What agreements are worth; a total of None is one of which nothing is known."""

    agreements: int
    total: Decimal | None
    with_amount: int

    @property
    def without(self) -> int:
        return self.agreements - self.with_amount


def agreement_amounts(agreements: QuerySet) -> Amounts:
    """Return the sum of the amounts known, and how many agreements have none."""
    # The total of a whole programme is not what one agreement is worth.
    stated = Q(amount_note__in=[AmountNote.EXACT, AmountNote.ABOUT])
    return Amounts(
        **agreements.order_by().aggregate(
            agreements=Count("pk"),
            total=Sum("amount", filter=stated),
            with_amount=Count("amount", filter=stated),
        )
    )


def amounts_by_status(
    counted: Mapping[str, tuple[int, int, int]],
) -> dict[Status, Amounts]:
    """Return what ``AgreementIndex.amounts`` counted, in the order of the statuses."""
    return {
        status: Amounts(
            agreements=counted[status][0],
            with_amount=counted[status][1],
            total=Decimal(counted[status][2]) / 100 if counted[status][1] else None,
        )
        for status in Status
        if status in counted
    }


def sum_of_amounts(parts: Iterable[Amounts]) -> Amounts:
    """Return several amounts as one; of none known the total is None."""
    parts = list(parts)
    known = [part.total for part in parts if part.total is not None]
    return Amounts(
        agreements=sum(part.agreements for part in parts),
        with_amount=sum(part.with_amount for part in parts),
        total=sum(known) if known else None,
    )


@dataclass(frozen=True)
class KeyFigures:
    """What the home page states; ``present`` is None where nothing is known."""

    held: int
    held_national: int
    announced: int
    amounts: Amounts
    present: int | None
    meetings_with_attendance: int

    @property
    def has_records(self) -> bool:
        return bool(self.held or self.announced or self.amounts.agreements)

    @property
    def held_regional(self) -> int:
        return self.held - self.held_national

    @property
    def held_without_attendance(self) -> int:
        return self.held - self.meetings_with_attendance


def key_figures() -> KeyFigures:
    """Return the figures of the whole published record, in three queries."""
    meetings = Meeting.objects.published().aggregate(
        held=Count("pk", filter=Q(state=Meeting.State.HELD)),
        held_national=Count(
            "pk", filter=Q(state=Meeting.State.HELD, region__isnull=True)
        ),
        announced=Count(
            "pk", filter=Q(state__in=[Meeting.State.ANNOUNCED, Meeting.State.POSTPONED])
        ),
    )
    attendance = Attendance.objects.filter(
        meeting__publication="published",
        meeting__state=Meeting.State.HELD,
        present__isnull=False,
    ).aggregate(
        present=Sum("present"),
        meetings_with_attendance=Count("meeting", distinct=True),
    )
    return KeyFigures(
        amounts=agreement_amounts(PartnershipAgreement.objects.published()),
        **meetings,
        **attendance,
    )
