"""How often a category was heard, as subqueries: what ``reports`` counts by groups."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from consultations.models import Attendance, Meeting, Participation

HEARD = Q(present__gt=0) | Q(is_named=True)


def held(meetings: QuerySet) -> QuerySet:
    """Return the keys of those of these meetings that took place."""
    return meetings.filter(state=Meeting.State.HELD).order_by().values("pk")


def named(meetings: QuerySet, **of) -> QuerySet:
    """Return who took part at those held; ``of`` ties them to the row asked about."""
    return Participation.objects.filter(meeting__in=held(meetings), **of).order_by()


def counted(meetings: QuerySet, **of) -> QuerySet:
    """Return what was counted at those held, with whether somebody is named as well."""
    is_named = Exists(
        Participation.objects.filter(
            meeting=OuterRef("meeting"), category=OuterRef("category")
        )
    )
    return (
        Attendance.objects.filter(
            meeting__in=held(meetings), present__isnull=False, **of
        )
        .order_by()
        .annotate(is_named=is_named)
    )


def heard_figures(meetings: QuerySet, **of) -> dict:
    """Return the annotations of one row: how often it was heard, counted, recorded absent.

    Of no number known ``people_present`` is NULL; what the portal counts itself is 0.
    """
    in_names = named(meetings, **of)
    in_numbers = counted(meetings, **of)
    return {
        "named_at": _number(in_names, Count("meeting", distinct=True)),
        "numbered_only_at": _number(
            in_numbers.filter(present__gt=0, is_named=False), Count("pk")
        ),
        "meetings_heard": F("named_at") + F("numbered_only_at"),
        "meetings_counted": _number(in_numbers.filter(HEARD), Count("pk")),
        "people_present": _one(in_numbers.filter(HEARD), Sum("present")),
        "meetings_recorded_absent": _number(
            in_numbers.filter(present=0, is_named=False), Count("pk")
        ),
    }


def _one(rows: QuerySet, aggregate) -> Subquery:
    return Subquery(rows.values("category").annotate(found=aggregate).values("found"))


def _number(rows: QuerySet, aggregate) -> Coalesce:
    return Coalesce(_one(rows, aggregate), 0)
