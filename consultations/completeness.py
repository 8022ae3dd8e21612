"""What a record of each type should have: one list, for forms, lists and public pages.

A rule never keeps anybody from saving. Staff see what is missing on the form and in the
list; the page of a region counts, over what is published, the rules that have a
``public`` label.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    DateTimeField,
    Exists,
    Expression,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.models import (
    AgreementParty,
    AgreementStep,
    Attendance,
    Commitment,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
    Source,
    is_public,
)
from consultations.models.meeting import ANNOUNCED


class Today(Value):
    """The day in Casablanca on which the query is run, not that of the declaration."""

    def __init__(self):
        Expression.__init__(self, output_field=DateField())

    @property
    def value(self):
        return timezone.localdate()


class Now(Today):
    """The moment at which the query is run."""

    def __init__(self):
        Expression.__init__(self, output_field=DateTimeField())

    @property
    def value(self):
        return timezone.now()


def _has(part: type[Model], key: str, **conditions) -> Q:
    return Q(Exists(part.objects.filter(**{key: OuterRef("pk")}, **conditions)))


def _agreements_recorded() -> Coalesce:
    """Return how many agreements made a step at a meeting, for an outer query of meetings.

    Drafts count as long as the meeting is not published: its page shows none of them.
    """
    counted = (
        AgreementStep.objects.filter(
            ~is_public("meeting", now=Now()) | is_public("agreement", now=Now()),
            meeting=OuterRef("pk"),
        )
        .order_by()
        .values("meeting")
        .values(number=Count("agreement", distinct=True))
    )
    return Coalesce(Subquery(counted), 0)


@dataclass(frozen=True)
class Rule:
    """Something that a record should have.

    ``missing`` is the condition that it lacks it, asked of those that ``of`` selects.
    ``anchor`` is the id of the input or part of the form where it is entered. ``public``
    is what a public page calls the records that lack it; empty, the rule is staff's own.
    """

    key: str
    label: Promise
    missing: Q
    anchor: str
    of: Q = field(default_factory=Q)
    public: Promise | str = ""

    @property
    def lacks(self) -> Q:
        return self.of & self.missing


# A person who neither consented nor stands in an office is not named (law 09-08).
UNNAMED = _("office of a person, without which the name stays unpublished")
HELD = Q(state=Meeting.State.HELD)
# Its day has passed, or is not known, and no source says that it was held.
OVERDUE = ANNOUNCED & Q(sorts_on__lt=Today())

RULES: Mapping[type[Model], tuple[Rule, ...]] = {
    Meeting: (
        Rule("title_ar", _("title in Arabic"), Q(title_ar=""), "id_title_ar"),
        Rule(
            "report",
            pgettext_lazy("missing", "report"),
            OVERDUE | Q(coverage=Meeting.Coverage.NO_REPORT),
            "id_coverage",
            of=HELD | OVERDUE,
            public=_("Meetings without a report found"),
        ),
        Rule(
            "attendance",
            _("number of people present"),
            ~_has(Attendance, "meeting", present__isnull=False),
            "attendances-group",
            of=HELD,
            public=_("Meetings held without a number of people present"),
        ),
        Rule(
            "participants",
            _("participants"),
            ~_has(Participation, "meeting"),
            "participations-group",
            of=HELD,
            public=_("Meetings held without any participant named"),
        ),
        Rule(
            "offices",
            UNNAMED,
            _has(
                Participation,
                "meeting",
                person__consents_to_be_named=False,
                office__isnull=True,
                office_stated_ar="",
                office_stated_fr="",
                office_stated_en="",
            ),
            "participations-group",
        ),
        Rule(
            "expectations",
            _("expectations"),
            ~_has(Expectation, "meeting"),
            "children-expectation",
            of=HELD,
            public=_("Meetings held without an expectation recorded"),
        ),
        Rule(
            "date",
            _("date"),
            Q(date_precision=Meeting.DatePrecision.UNKNOWN),
            "id_starts_on",
            of=HELD,
            public=_("Meetings held at a date unknown"),
        ),
        Rule(
            "agreements",
            _("agreements that the sources report"),
            # Asked first, so that agreements are counted for these few alone.
            Q(agreements_reported__isnull=False)
            & Q(agreements_reported__gt=_agreements_recorded()),
            "children-agreement",
            public=_("Meetings whose reported agreements are not all recorded"),
        ),
        Rule(
            "region",
            _("region"),
            Q(region__isnull=True),
            "id_region",
            of=Q(series__one_per_region=True),
        ),
        Rule(
            "city",
            _("city"),
            Q(city_ar=""),
            "id_city_ar",
            of=HELD & ~Q(mode=Meeting.Mode.REMOTE),
        ),
        Rule(
            "summary",
            _("summary in Arabic"),
            Q(summary_ar=""),
            "id_summary_ar",
            of=HELD,
        ),
        Rule(
            "sources",
            _("sources"),
            ~_has(Source, "meeting"),
            "sources-group",
            of=Q(is_official_summary=False),
        ),
        Rule("title_fr", _("title in French"), Q(title_fr=""), "id_title_fr"),
    ),
    Expectation: (
        Rule(
            "raised_by",
            _("who raised it"),
            Q(category__isnull=True, organisation__isnull=True),
            "id_category",
        ),
        Rule("theme", _("theme"), Q(theme__isnull=True), "id_theme"),
        Rule(
            "follow_up",
            _("what became of it"),
            Q(state=Expectation.State.NOTED),
            "id_state",
            public=_("Expectations noted, without a further state"),
        ),
    ),
    Commitment: (
        Rule("owner", _("owner"), Q(owner__isnull=True), "id_owner"),
        Rule(
            "due_on",
            _("due date"),
            Q(due_on__isnull=True),
            "id_due_on",
            public=_("Commitments without a due date"),
        ),
        Rule(
            "follow_up",
            _("what became of it"),
            Q(state=Commitment.State.UNKNOWN),
            "id_state",
        ),
    ),
    PartnershipAgreement: (
        Rule("title_ar", _("title in Arabic"), Q(title_ar=""), "id_title_ar"),
        Rule(
            "parties", _("parties"), ~_has(AgreementParty, "agreement"), "parties-group"
        ),
        Rule(
            "offices",
            UNNAMED,
            _has(
                AgreementParty,
                "agreement",
                signed_by__consents_to_be_named=False,
                signatory_office__isnull=True,
                signatory_office_stated="",
            ),
            "parties-group",
        ),
        Rule("steps", _("steps"), ~_has(AgreementStep, "agreement"), "steps-group"),
        Rule(
            "step_date",
            _("date of a step"),
            ~_has(AgreementStep, "agreement", date__isnull=False),
            "steps-group",
            of=_has(AgreementStep, "agreement"),
        ),
        Rule(
            "amount",
            _("amount"),
            Q(amount__isnull=True),
            "id_amount",
            public=_("Agreements without an amount"),
        ),
        Rule(
            "period",
            _("period"),
            Q(period_starts_on__isnull=True, period_ends_on__isnull=True),
            "id_period_starts_on",
        ),
        Rule("sources", _("sources"), ~_has(Source, "agreement"), "sources-group"),
        Rule("title_fr", _("title in French"), Q(title_fr=""), "id_title_fr"),
    ),
}


def rule(model: type[Model], key: str) -> Rule | None:
    return next((one for one in RULES[model] if one.key == key), None)


def is_incomplete(model: type[Model]) -> Q:
    """Return the condition that a record of ``model`` lacks anything."""
    lacking = Q()
    for one in RULES[model]:
        lacking |= one.lacks
    return lacking


def number_missing(model: type[Model]):
    """Return the expression that counts what a record of ``model`` lacks, to sort by."""
    return sum(
        (
            Case(When(one.lacks, then=1), default=0, output_field=IntegerField())
            for one in RULES[model]
        ),
        Value(0),
    )


def missing_in(model: type[Model], keys: Iterable) -> dict[int, list[Rule]]:
    """Return what each of the records ``keys`` lacks, by its key: one query for all."""
    rules = RULES[model]
    asked = {
        f"lacks_{one.key}": Case(
            When(one.lacks, then=True), default=False, output_field=BooleanField()
        )
        for one in rules
    }
    rows = model.objects.filter(pk__in=list(keys)).order_by().annotate(**asked)
    return {
        pk: [one for one, lacks in zip(rules, answers, strict=True) if lacks]
        for pk, *answers in rows.values_list("pk", *asked)
    }


class Gap(NamedTuple):
    """How many of the records that should have something lack it."""

    missing: int
    whole: int


def public_rules(model: type[Model]) -> list[Rule]:
    return [one for one in RULES[model] if one.public]


def gap_counts(model: type[Model]) -> dict[str, Count]:
    """Return the counts that ``gaps_of`` reads from the row of a grouped query."""
    counts = {}
    for one in public_rules(model):
        counts[f"{one.key}_lacking"] = Count("pk", filter=one.lacks)
        counts[f"{one.key}_whole"] = Count("pk", filter=one.of or None)
    return counts


def gaps_of(model: type[Model], row: Mapping) -> dict[str, Gap]:
    """Return the gaps that ``row`` has counted, by the keys of the public rules."""
    return {
        one.key: Gap(row[f"{one.key}_lacking"], row[f"{one.key}_whole"])
        for one in public_rules(model)
    }


def without_gaps(model: type[Model]) -> dict[str, Gap]:
    """Return the gaps of no record at all."""
    return {one.key: Gap(0, 0) for one in public_rules(model)}


def incomplete(records: QuerySet, key: str = "") -> QuerySet:
    """Return the ``records`` that lack what the rule ``key`` asks for, or anything."""
    found = rule(records.model, key)
    return records.filter(found.lacks if found else is_incomplete(records.model))
