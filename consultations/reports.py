"""Figures about the published record as a whole; what is unknown is counted beside."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, Substr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.public_state import kept_per_state
from consultations.completeness import (
    Gap,
    gap_counts,
    gaps_of,
    public_rules,
    without_gaps,
)
from consultations.models import (
    AgreementParty,
    Attendance,
    Commitment,
    Expectation,
    Hearing,
    Meeting,
    MeetingSeries,
    MeetingType,
    Participation,
    PartnershipAgreement,
    Source,
    is_public,
)
from consultations.models.followup import AmountNote, has_own_amount, late_on
from consultations.models.meeting import ANNOUNCED, extent
from consultations.status import Status
from regions.map import Coverage
from regions.models import Region
from stakeholders.models import ParticipantCategory


@dataclass(frozen=True)
class RegionFigures:
    """What the record holds of one region; no meeting known is not a count of 0."""

    region: Region
    held: int
    held_without_report: int
    held_partly_reported: int
    announced: int
    agreements: int

    @property
    def coverage(self) -> Coverage:
        if self.held:
            return Coverage.HELD
        return Coverage.ANNOUNCED if self.announced else Coverage.UNKNOWN


@kept_per_state()
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
            held_partly_reported=Count(
                "pk",
                filter=Q(state=Meeting.State.HELD, coverage=Meeting.Coverage.PARTIAL),
            ),
            announced=Count("pk", filter=ANNOUNCED),
        )
    }
    agreements = Counter(
        PartnershipAgreement.objects.published()
        .filter(regions__isnull=False)
        .order_by()
        .values_list("regions", flat=True)
    )
    counted = ("held", "held_without_report", "held_partly_reported", "announced")
    nothing = dict.fromkeys(counted, 0)
    return [
        RegionFigures(
            region,
            agreements=agreements[region.pk],
            **{name: meetings.get(region.pk, nothing)[name] for name in counted},
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
    return Amounts(**agreements.order_by().aggregate(**_amounts()))


def _amounts() -> dict:
    return {
        "agreements": Count("pk"),
        "total": Sum("amount", filter=has_own_amount()),
        "with_amount": Count("amount", filter=has_own_amount()),
    }


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
    """What the home page states; ``present`` is None where nothing is known.

    ``consultations`` are those of the meetings held that are regional consultations, and
    not a fair, a hearing or whatever else is recorded beside them.
    """

    held: int
    consultations: int
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


@kept_per_state()
def key_figures() -> KeyFigures:
    """Return the figures of the whole published record, in three queries."""
    meetings = Meeting.objects.published().aggregate(
        held=Count("pk", filter=Q(state=Meeting.State.HELD)),
        consultations=Count(
            "pk",
            filter=Q(
                state=Meeting.State.HELD, type__code=MeetingType.REGIONAL_CONSULTATION
            ),
        ),
        held_national=Count(
            "pk", filter=Q(state=Meeting.State.HELD, region__isnull=True)
        ),
        announced=Count("pk", filter=ANNOUNCED),
    )
    attendance = Attendance.objects.filter(
        is_public("meeting"),
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


# Figures of all regions and all categories at once: each a grouped query, kept until
# the public record changes, so that no page of one region or category counts anything.
# A region of None is that of national records.


@dataclass(frozen=True)
class Heard:
    """How often a category was heard at meetings held.

    ``counted`` are those of the ``meetings`` that have a number of people present;
    ``absent`` are further meetings, of which it is recorded that nobody of the category
    came. ``present`` is the sum of all these numbers, so that it is 0 and not unknown
    where nothing but absences is recorded.
    """

    meetings: int = 0
    counted: int = 0
    present: int | None = None
    absent: int = 0

    @property
    def uncounted(self) -> int:
        return self.meetings - self.counted

    @property
    def is_known(self) -> bool:
        """Whether the sources say anything, be it that nobody came."""
        return bool(self.meetings or self.absent)

    def __add__(self, other: "Heard") -> "Heard":
        known = [one for one in (self.present, other.present) if one is not None]
        return Heard(
            self.meetings + other.meetings,
            self.counted + other.counted,
            sum(known) if known else None,
            self.absent + other.absent,
        )


def added(parts: Iterable[Heard]) -> Heard:
    return reduce(Heard.__add__, parts, Heard())


@kept_per_state()
def heard_by_region_and_category() -> dict[tuple[int | None, int], Heard]:
    """Return how often each category was heard in each region, in two queries.

    A category was heard at a meeting held that names a participant of it, or counts
    somebody of it as present.
    """
    at_meetings_held = is_public("meeting") & Q(meeting__state=Meeting.State.HELD)
    heard = {
        (row["meeting__region"], row["category"]): Heard(meetings=row["meetings"])
        for row in Participation.objects.filter(at_meetings_held)
        .order_by()
        .values("meeting__region", "category")
        .annotate(meetings=Count("meeting", distinct=True))
    }
    is_named = Exists(
        Participation.objects.filter(
            meeting=OuterRef("meeting"), category=OuterRef("category")
        )
    )
    for row in (
        Attendance.objects.filter(at_meetings_held, present__isnull=False)
        .order_by()
        .annotate(is_named=is_named)
        .values("meeting__region", "category")
        .annotate(
            total=Sum("present"),
            counted=Count("pk", filter=Q(present__gt=0) | Q(is_named=True)),
            unnamed=Count("pk", filter=Q(present__gt=0, is_named=False)),
            absent=Count("pk", filter=Q(present=0, is_named=False)),
        )
    ):
        key = row["meeting__region"], row["category"]
        heard[key] = heard.get(key, Heard()) + Heard(
            row["unnamed"], row["counted"], row["total"], row["absent"]
        )
    return heard


@dataclass(frozen=True)
class MeetingTally:
    """The meetings of one region: what the record holds, and what it lacks.

    ``announced`` are not known to have been held. ``gaps`` are those of the public
    rules of ``completeness``. The rest is counted of those held and says what they rest
    on: ``roughly_dated`` are those of a month or a year, ``single_source`` those that one
    source alone tells of.
    """

    held: int = 0
    consultations: int = 0
    held_without_report: int = 0
    held_partly_reported: int = 0
    single_source: int = 0
    date_inferred: int = 0
    roughly_dated: int = 0
    announced: int = 0
    cancelled: int = 0
    gaps: Mapping[str, Gap] = field(default_factory=lambda: without_gaps(Meeting))

    @property
    def known(self) -> int:
        return self.held + self.announced + self.cancelled

    @property
    def reported(self) -> int:
        return self.held - self.held_without_report

    @property
    def uncounted(self) -> int:
        return self.gaps["attendance"].missing

    @property
    def without_expectations(self) -> int:
        return self.gaps["expectations"].missing


@kept_per_state()
def meetings_by_region() -> dict[int | None, MeetingTally]:
    """Return the tally of the meetings of each region that has any, in one query."""
    held = Q(state=Meeting.State.HELD)
    # One list for all rows: a count of each meeting's sources takes longer.
    single_source = (
        Source.objects.filter(meeting__isnull=False)
        .order_by()
        .values("meeting")
        .annotate(sources=Count("pk"))
        .filter(sources=1)
        .values("meeting")
    )
    counted = {
        "held": held,
        "consultations": held & Q(type__code=MeetingType.REGIONAL_CONSULTATION),
        "held_without_report": held & Q(coverage=Meeting.Coverage.NO_REPORT),
        "held_partly_reported": held & Q(coverage=Meeting.Coverage.PARTIAL),
        "single_source": held & Q(pk__in=single_source),
        "date_inferred": held & Q(date_basis=Meeting.Basis.INFERRED),
        "roughly_dated": held & Q(date_precision__in=["month", "year"]),
        "announced": ANNOUNCED,
        "cancelled": Q(state=Meeting.State.CANCELLED),
    }
    return {
        row["region"]: MeetingTally(
            gaps=gaps_of(Meeting, row), **{name: row[name] for name in counted}
        )
        for row in Meeting.objects.published()
        .order_by()
        .values("region")
        .annotate(
            **{
                name: Count("pk", filter=condition)
                for name, condition in counted.items()
            },
            **gap_counts(Meeting),
        )
    }


@kept_per_state()
def meetings_by_month() -> dict[int | None, Counter[tuple[int, int]]]:
    """Return the meetings held in each month, by region, in one query.

    What is not known to the month is in none of them.
    """
    months: dict[int | None, Counter[tuple[int, int]]] = defaultdict(Counter)
    for row in (
        Meeting.objects.published()
        .held()
        .filter(date_precision__in=["day", "month"])
        .order_by()
        # The beginning of the ISO date: SQLite takes dates apart in Python, row by row.
        .annotate(month=Substr(Cast("sorts_on", models.CharField()), 1, 7))
        .values("region", "month")
        .annotate(meetings=Count("pk"))
    ):
        year, month = map(int, row["month"].split("-"))
        months[row["region"]][year, month] = row["meetings"]
    return dict(months)


@dataclass(frozen=True)
class ExpectationTally:
    """The expectations raised at the meetings of one region by one category."""

    by_state: Counter[str] = field(default_factory=Counter)
    gaps: Mapping[str, Gap] = field(default_factory=lambda: without_gaps(Expectation))

    @property
    def total(self) -> int:
        return self.by_state.total()

    def __add__(self, other: "ExpectationTally") -> "ExpectationTally":
        return ExpectationTally(
            self.by_state + other.by_state, _added_gaps(self.gaps, other.gaps)
        )


def _added_gaps(some: Mapping[str, Gap], more: Mapping[str, Gap]) -> dict[str, Gap]:
    return {
        key: Gap(gap.missing + more[key].missing, gap.whole + more[key].whole)
        for key, gap in some.items()
    }


@kept_per_state()
def expectations_by_region() -> dict[tuple[int | None, int | None], ExpectationTally]:
    """Return the tally of the expectations of each region and category, in one query."""
    tallies: dict[tuple, ExpectationTally] = defaultdict(ExpectationTally)
    for row in (
        Expectation.objects.published()
        .order_by()
        .values("meeting__region", "category", "state")
        .annotate(expectations=Count("pk"), **gap_counts(Expectation))
    ):
        tallies[row["meeting__region"], row["category"]] += ExpectationTally(
            Counter({row["state"]: row["expectations"]}), gaps_of(Expectation, row)
        )
    return dict(tallies)


@dataclass(frozen=True)
class StateCount:
    """How many expectations or commitments are in one state."""

    state: str
    label: str
    count: int


def _in_states(states: type[models.TextChoices], counts: Mapping) -> list[StateCount]:
    """Return the states that there are any of, in their order."""
    return [
        StateCount(state.value, state.label, counts[state.value])
        for state in states
        if counts.get(state.value)
    ]


@dataclass(frozen=True)
class CommitmentTally:
    """The commitments made at the meetings of one region."""

    by_state: Counter[str] = field(default_factory=Counter)
    late: int = 0
    gaps: Mapping[str, Gap] = field(default_factory=lambda: without_gaps(Commitment))

    @property
    def undated(self) -> int:
        return self.gaps["due_on"].missing

    @property
    def total(self) -> int:
        return self.by_state.total()

    @property
    def states(self) -> list[StateCount]:
        return _in_states(Commitment.State, self.by_state)


@kept_per_state()
def commitments_by_region() -> dict[int | None, CommitmentTally]:
    """Return the tally of the commitments of each region that has any, in one query."""
    states: dict[int | None, Counter] = defaultdict(Counter)
    late: Counter[int | None] = Counter()
    gaps: dict[int | None, dict] = defaultdict(lambda: without_gaps(Commitment))
    for row in (
        Commitment.objects.published()
        .order_by()
        .values("meeting__region", "state")
        .annotate(
            commitments=Count("pk"),
            late=Count("pk", filter=late_on()),
            **gap_counts(Commitment),
        )
    ):
        region = row["meeting__region"]
        states[region][row["state"]] = row["commitments"]
        late[region] += row["late"]
        gaps[region] = _added_gaps(gaps[region], gaps_of(Commitment, row))
    return {
        region: CommitmentTally(by_state, late[region], gaps[region])
        for region, by_state in states.items()
    }


@dataclass(frozen=True)
class AgreementTally:
    """The agreements of one region; totals of programmes are in no sum."""

    amounts: Amounts = Amounts(0, None, 0)
    programme_totals: int = 0
    gaps: Mapping[str, Gap] = field(
        default_factory=lambda: without_gaps(PartnershipAgreement)
    )

    @property
    def without_amount(self) -> int:
        """Those of which no amount is known, not even that of a programme."""
        return self.gaps["amount"].missing


@kept_per_state()
def agreements_by_region() -> dict[int | None, AgreementTally]:
    """Return the tally of the agreements of each region, in one query.

    An agreement of two regions is in both: these tallies are not to be added.
    """
    return {
        row["regions"]: AgreementTally(
            Amounts(row["agreements"], row["total"], row["with_amount"]),
            row["programme_totals"],
            gaps_of(PartnershipAgreement, row),
        )
        for row in PartnershipAgreement.objects.published()
        .order_by()
        .values("regions")
        .annotate(
            programme_totals=Count(
                "pk", filter=Q(amount_note=AmountNote.PROGRAMME_TOTAL)
            ),
            **_amounts(),
            **gap_counts(PartnershipAgreement),
        )
    }


@dataclass(frozen=True)
class CategoryInRegion:
    """What is known of one category in one region."""

    region: Region
    category: ParticipantCategory
    hearing: Hearing
    heard: Heard
    expectations: int


def _hearing(heard: Heard, meetings: MeetingTally) -> Hearing:
    if heard.meetings:
        return Hearing.HEARD
    if heard.absent:
        return Hearing.ABSENT
    return Hearing.NOT_MENTIONED if meetings.reported else Hearing.NO_REPORT


@dataclass(frozen=True)
class PublicGap:
    """What the record lacks, of how many records: a line of a public page."""

    label: Promise
    missing: int
    whole: int


def _weak_grounds(meetings: "MeetingTally") -> list[PublicGap]:
    """Return how many of the meetings held rest on less than one would wish."""
    return [
        PublicGap(label, number, meetings.held)
        for label, number in (
            (
                _("Meetings held that are reported only in part"),
                meetings.held_partly_reported,
            ),
            (
                _("Meetings held that a single source tells of"),
                meetings.single_source,
            ),
            (
                _("Meetings held of which only the month or the year is known"),
                meetings.roughly_dated,
            ),
            (
                _("Meetings held whose date is inferred, not stated"),
                meetings.date_inferred,
            ),
        )
    ]


def _public_gaps(model: type[models.Model], gaps: Mapping[str, Gap]) -> list[PublicGap]:
    return [PublicGap(one.public, *gaps[one.key]) for one in public_rules(model)]


@dataclass(frozen=True)
class RegionReport:
    """What the record holds of one region, and what it lacks."""

    region: Region
    meetings: MeetingTally
    categories: list[CategoryInRegion]
    raised: ExpectationTally
    commitments: CommitmentTally
    agreements: AgreementTally
    months: Counter[tuple[int, int]]

    @property
    def present(self) -> int | None:
        """The people present at meetings held, None where no number is known."""
        return added(one.heard for one in self.categories).present

    def _with(self, hearing: Hearing) -> list[CategoryInRegion]:
        return [one for one in self.categories if one.hearing == hearing]

    @property
    def categories_heard(self) -> list[CategoryInRegion]:
        """The categories that were heard, those heard most often first."""
        return sorted(self._with(Hearing.HEARD), key=lambda one: -one.heard.meetings)

    @property
    def categories_absent(self) -> list[CategoryInRegion]:
        return self._with(Hearing.ABSENT)

    @property
    def categories_not_mentioned(self) -> list[CategoryInRegion]:
        return self._with(Hearing.NOT_MENTIONED)

    @property
    def largest(self) -> int:
        """The number of meetings of the category heard most often, for bars."""
        return max((one.heard.meetings for one in self.categories), default=0)

    @property
    def expectations(self) -> int:
        return self.raised.total

    @property
    def expectations_in_states(self) -> list[StateCount]:
        return _in_states(Expectation.State, self.raised.by_state)

    @property
    def gaps(self) -> list[PublicGap]:
        """What the record of the region lacks, in the order of the rules."""
        not_mentioned = PublicGap(
            _("Categories not mentioned in the sources"),
            len(self.categories_not_mentioned),
            len(self.categories),
        )
        found = [
            *_public_gaps(Meeting, self.meetings.gaps),
            *_weak_grounds(self.meetings),
            not_mentioned,
            *_public_gaps(Expectation, self.raised.gaps),
            *_public_gaps(Commitment, self.commitments.gaps),
            *_public_gaps(PartnershipAgreement, self.agreements.gaps),
        ]
        return [gap for gap in found if gap.missing]

    @property
    def coverage(self) -> Coverage:
        if self.meetings.held:
            return Coverage.HELD
        return Coverage.ANNOUNCED if self.meetings.announced else Coverage.UNKNOWN

    @property
    def has_records(self) -> bool:
        return bool(self.meetings.known or self.agreements.amounts.agreements)


def _is_shown(category: ParticipantCategory, heard: Mapping) -> bool:
    """Say whether lists show a category: it is in use, or the record still names it."""
    return category.is_active or any(pk == category.pk for _region, pk in heard)


def _category_in_region(
    region: Region,
    category: ParticipantCategory,
    tally: MeetingTally,
    heard: Mapping,
    expectations: Mapping,
) -> CategoryInRegion:
    key = region.pk, category.pk
    found = heard.get(key, Heard())
    raised = expectations.get(key, ExpectationTally())
    return CategoryInRegion(
        region, category, _hearing(found, tally), found, raised.total
    )


@kept_per_state()
def region_reports() -> list[RegionReport]:
    """Return the report of every region, in the order of their codes."""
    meetings = meetings_by_region()
    heard = heard_by_region_and_category()
    expectations = expectations_by_region()
    commitments = commitments_by_region()
    agreements = agreements_by_region()
    months = meetings_by_month()
    categories = [
        one for one in ParticipantCategory.objects.all() if _is_shown(one, heard)
    ]
    raised: dict[int | None, ExpectationTally] = defaultdict(ExpectationTally)
    for (region, _category), one in expectations.items():
        raised[region] += one
    nothing_raised = ExpectationTally()
    reports = []
    for region in Region.objects.select_related("seat_province"):
        tally = meetings.get(region.pk, MeetingTally())
        in_region = [
            _category_in_region(region, category, tally, heard, expectations)
            for category in categories
        ]
        reports.append(
            RegionReport(
                region,
                tally,
                in_region,
                raised.get(region.pk, nothing_raised),
                commitments.get(region.pk, CommitmentTally()),
                agreements.get(region.pk, AgreementTally()),
                months.get(region.pk, Counter()),
            )
        )
    return reports


@dataclass(frozen=True)
class CategoryReport:
    """How often one category was heard, where, and what it raised.

    Every category has a page; lists leave out retired ones that no meeting names.
    """

    category: ParticipantCategory
    is_shown: bool
    heard: Heard
    national: Heard
    national_expectations: int
    in_regions: list[CategoryInRegion]
    expectation_states: Counter[str]

    @property
    def regions(self) -> int:
        return sum(one.hearing == Hearing.HEARD for one in self.in_regions)

    @property
    def regions_not_mentioned(self) -> int:
        return sum(one.hearing == Hearing.NOT_MENTIONED for one in self.in_regions)

    @property
    def expectations(self) -> int:
        return self.expectation_states.total()

    @property
    def expectations_in_states(self) -> list[StateCount]:
        return _in_states(Expectation.State, self.expectation_states)


@kept_per_state()
def category_reports() -> list[CategoryReport]:
    """Return the report of every category, in the order of the vocabulary."""
    heard = heard_by_region_and_category()
    expectations = expectations_by_region()
    regions = region_reports()
    states: dict[int | None, Counter] = defaultdict(Counter)
    national: Counter[int | None] = Counter()
    for (region, category), raised in expectations.items():
        states[category] += raised.by_state
        if region is None:
            national[category] += raised.total
    return [
        CategoryReport(
            category,
            _is_shown(category, heard),
            added(found for (_region, pk), found in heard.items() if pk == category.pk),
            heard.get((None, category.pk), Heard()),
            national[category.pk],
            [
                _category_in_region(
                    one.region, category, one.meetings, heard, expectations
                )
                for one in regions
            ],
            states.get(category.pk, Counter()),
        )
        for category in ParticipantCategory.objects.all()
    ]


@dataclass(frozen=True)
class OrganisationFigures:
    """In how many published records an organisation appears, and in what part."""

    meetings: int = 0
    agreements: int = 0
    commitments: int = 0
    expectations: int = 0


@kept_per_state()
def organisation_figures() -> dict[int, OrganisationFigures]:
    """Return the figures of every organisation that a published record names.

    An organisation that is missing here is known to staff alone.
    """
    figures: dict[int, dict[str, int]] = defaultdict(dict)
    for name, key, rows, counted in (
        (
            "meetings",
            "organisation",
            Participation.objects.filter(is_public("meeting")),
            Count("meeting", distinct=True),
        ),
        (
            "agreements",
            "organisation",
            AgreementParty.objects.filter(is_public("agreement")),
            Count("agreement", distinct=True),
        ),
        ("commitments", "owner", Commitment.objects.published(), Count("pk")),
        ("expectations", "organisation", Expectation.objects.published(), Count("pk")),
    ):
        for pk, count in (
            rows.filter(**{f"{key}__isnull": False})
            .order_by()
            .values(key)
            .annotate(n=counted)
            .values_list(key, "n")
        ):
            figures[pk][name] = count
    return {pk: OrganisationFigures(**counts) for pk, counts in figures.items()}


@dataclass(frozen=True)
class Density:
    """The meetings held in one region, beside its people and its months."""

    region: Region
    held: int
    months: Counter[tuple[int, int]]

    @property
    def per_million(self) -> Decimal | None:
        """Meetings held a million inhabitants of 2024, to one decimal.

        None without a population or a meeting: none known is not none held.
        """
        if not self.region.population_2024 or not self.held:
            return None
        exact = Decimal(self.held) * 1_000_000 / self.region.population_2024
        return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def tenths(self) -> int:
        """The same in whole tenths, for bars; 0 where it is unknown."""
        return int((self.per_million or 0) * 10)

    @property
    def undated(self) -> int:
        """Those held that are in no month: the day is known to the year or not at all."""
        return self.held - self.months.total()


@kept_per_state()
def meeting_densities() -> list[Density]:
    """Return the density of the meetings of every region, in the order of their codes."""
    return [
        Density(report.region, report.meetings.held, report.months)
        for report in region_reports()
    ]


class Place(models.TextChoices):
    """Where the days of a meeting lie against the window that its series announced."""

    BEFORE = "before", _("before the announced time")
    WITHIN = "within", _("within the announced time")
    PARTLY = "partly", _("partly within the announced time")
    AFTER = "after", _("after the announced time")
    INEXACT = "inexact", _("date not known exactly enough")
    UNDATED = "undated", _("date unknown")


# Those that a table can do without where no meeting is there.
USUAL_PLACES = (Place.BEFORE, Place.WITHIN, Place.AFTER)


class Outcome(models.TextChoices):
    """What became of a meeting that was announced."""

    HELD = "held", pgettext_lazy("meetings", "held")
    ANNOUNCED = (
        "announced",
        pgettext_lazy("meetings", "announced, not known to have been held"),
    )
    CANCELLED = "cancelled", pgettext_lazy("meetings", "cancelled")


OUTCOMES = {
    Meeting.State.HELD: Outcome.HELD,
    Meeting.State.ANNOUNCED: Outcome.ANNOUNCED,
    Meeting.State.POSTPONED: Outcome.ANNOUNCED,
    Meeting.State.CANCELLED: Outcome.CANCELLED,
}


@dataclass(frozen=True)
class SeriesOutcome:
    """What a series announced, and what is recorded of its meetings.

    ``days`` are the first days of those whose day is known; ``without_a_day`` is how
    many are left.
    """

    series: MeetingSeries
    counts: Counter[tuple[Place, Outcome]]
    days: Mapping[Outcome, frozenset[datetime.date]]
    without_a_day: int

    @property
    def known(self) -> int:
        return self.counts.total()

    def _outcome(self, outcome: Outcome) -> int:
        return sum(n for (_place, one), n in self.counts.items() if one == outcome)

    @property
    def held(self) -> int:
        return self._outcome(Outcome.HELD)

    @property
    def held_in_time(self) -> int:
        return self.counts[Place.WITHIN, Outcome.HELD]

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes that there are any of, held first."""
        return [one for one in Outcome if one == Outcome.HELD or self._outcome(one)]

    @property
    def table(self) -> list[tuple[Place, list[tuple[Outcome, int]]]]:
        """Each place with the number of each outcome; the unusual only if there are any."""
        return [
            (place, [(one, self.counts[place, one]) for one in self.outcomes])
            for place in Place
            if place in USUAL_PLACES
            or any(self.counts[place, one] for one in self.outcomes)
        ]


@kept_per_state()
def series_outcomes() -> list[SeriesOutcome]:
    """Return what became of every series that announced a time, in two queries."""
    announced = {
        one.pk: one
        for one in MeetingSeries.objects.filter(
            announced_from__isnull=False, announced_to__isnull=False
        ).order_by("-announced_from", "code")
    }
    counts: dict[int, Counter] = defaultdict(Counter)
    days: dict[int, dict[Outcome, set]] = defaultdict(lambda: defaultdict(set))
    without_a_day: Counter[int] = Counter()
    for row in (
        Meeting.objects.published()
        .filter(series__in=announced)
        .order_by()
        .values("series", "state", "starts_on", "ends_on", "date_precision")
        .annotate(meetings=Count("pk"))
    ):
        series, outcome = announced[row["series"]], OUTCOMES[row["state"]]
        known = extent(row["starts_on"], row["ends_on"], row["date_precision"])
        has_day = row["date_precision"] == Meeting.DatePrecision.DAY
        place = _place(series, known, has_day=has_day)
        counts[series.pk][place, outcome] += row["meetings"]
        # A month is no day: what is only known by it is in the table, not in the picture.
        if known and has_day:
            days[series.pk][outcome].add(known[0])
        else:
            without_a_day[series.pk] += row["meetings"]
    return [
        SeriesOutcome(
            series,
            counts[series.pk],
            {one: frozenset(days[series.pk][one]) for one in Outcome},
            without_a_day[series.pk],
        )
        for series in announced.values()
        if counts[series.pk]
    ]


def _place(series: MeetingSeries, known: tuple | None, *, has_day: bool) -> Place:
    """Return where the days lie on which a meeting was, or may have been.

    All of them have to lie there: what may have been elsewhere too is in no place.
    """
    if known is None:
        return Place.UNDATED
    first, last = known
    if last < series.announced_from:
        return Place.BEFORE
    if first > series.announced_to:
        return Place.AFTER
    if series.announced_from <= first and last <= series.announced_to:
        return Place.WITHIN
    return Place.PARTLY if has_day else Place.INEXACT
