"""How often a category was heard, by category or by region and category.

What ``reports`` counts in groups of its own, as expressions of one query.
"""

from collections.abc import Callable

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce

from consultations.exports.expressions import DistinctNumbers, NumberFor, Numbers
from consultations.models import Attendance, Meeting, Participation

HEARD = Q(present__gt=0) | Q(is_named=True)
CATEGORIES_AT_MOST = 1_000_000


def held(meetings: QuerySet) -> QuerySet:
    """Return the keys of those of these meetings that took place."""
    return meetings.filter(state=Meeting.State.HELD).order_by().values("pk")


def named(meetings: QuerySet) -> QuerySet:
    """Return who took part at those held."""
    return Participation.objects.filter(meeting__in=held(meetings)).order_by()


def counted(meetings: QuerySet) -> QuerySet:
    """Return what was counted at those held, with whether somebody is named as well."""
    is_named = Exists(
        Participation.objects.filter(
            meeting=OuterRef("meeting"), category=OuterRef("category")
        )
    )
    return (
        Attendance.objects.filter(meeting__in=held(meetings), present__isnull=False)
        .order_by()
        .annotate(is_named=is_named)
    )


def pair(region: str, category: str) -> ExpressionWrapper:
    """Return a region and a category as one whole number."""
    return ExpressionWrapper(
        F(region) * CATEGORIES_AT_MOST + F(category), output_field=BigIntegerField()
    )


def by_category(rows: QuerySet) -> QuerySet:
    return rows.annotate(key=F("category"))


def by_pair(rows: QuerySet) -> QuerySet:
    """Key rows by region and category; those of national meetings are left out."""
    return rows.filter(meeting__region__isnull=False).annotate(
        key=pair("meeting__region", "category")
    )


def heard_figures(
    meetings: QuerySet, keyed: Callable[[QuerySet], QuerySet], key: str
) -> dict:
    """Return how often a row was heard, counted and recorded absent, as annotations.

    ``keyed`` gives rows the key by which they are grouped, which the annotated row has
    in ``key``. ``people_present`` adds up every number known, the 0 of a recorded absence
    included; of none it is NULL. What the portal counts itself is 0.
    """

    def number(rows, aggregate):
        grouped = keyed(rows).values("key").annotate(value=aggregate)
        return NumberFor(Numbers(grouped), F(key))

    in_names, in_numbers = named(meetings), counted(meetings)
    return {
        "meetings_heard": Coalesce(number(in_names, Count("meeting", distinct=True)), 0)
        + Coalesce(
            number(in_numbers.filter(present__gt=0, is_named=False), Count("pk")), 0
        ),
        "meetings_counted": Coalesce(number(in_numbers.filter(HEARD), Count("pk")), 0),
        "people_present": number(in_numbers, Sum("present")),
        "meetings_recorded_absent": Coalesce(
            number(in_numbers.filter(present=0, is_named=False), Count("pk")), 0
        ),
    }


def regions_heard(meetings: QuerySet, key: str) -> Coalesce:
    """Return in how many regions the category of a row was heard."""
    named_in, counted_in = (
        by_category(rows.filter(meeting__region__isnull=False))
        .annotate(value=F("meeting__region"))
        .values("key", "value")
        for rows in (named(meetings), counted(meetings).filter(HEARD))
    )
    return Coalesce(
        NumberFor(DistinctNumbers(named_in.union(counted_in).order_by()), F(key)), 0
    )


def in_use(meetings: QuerySet) -> Q:
    """Return the condition of categories in use, and of retired ones that these name."""
    return (
        Q(is_active=True)
        | Q(pk__in=named(meetings).values("category"))
        | Q(pk__in=counted(meetings).values("category"))
    )
