"""Columns and orders that the tables of parts share."""

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Scope
from consultations.exports.expressions import KeyOf, identifier
from consultations.models import is_public

NEWEST_MEETING = ("-meeting__sorts_on", "-meeting__pk")
# Those of meetings before those of agreements, each the newest record first.
NEWEST_RECORD = (
    F("meeting__sorts_on").desc(nulls_last=True),
    F("meeting__pk").desc(nulls_last=True),
    F("agreement__reference").desc(nulls_last=True),
)


def parts_of(model, *order: str) -> Callable[[QuerySet], QuerySet]:
    """Return how meetings become their parts: meeting by meeting, newest first."""
    return _parts(model, "meeting", *NEWEST_MEETING, *(order or ("order", "pk")))


def parts_of_agreements(model, *order) -> Callable[[QuerySet], QuerySet]:
    """Return how agreements become their parts, newest reference first."""
    return _parts(model, "agreement", "-agreement__reference", *order)


def _parts(model, relation: str, *order) -> Callable[[QuerySet], QuerySet]:
    def rows_of(records: QuerySet) -> QuerySet:
        selected = records.order_by().values("pk")
        return (
            model.objects.alias(key_of_record=KeyOf(relation))
            .filter(key_of_record__in=selected)
            .order_by(*order)
        )

    return rows_of


def publicly(relation: str) -> Callable[[QuerySet, Scope], QuerySet]:
    """Return how rows of a public file say themselves that their record is public.

    The records that they are of say it too. But a database that reads it of the rows goes
    through the index of what is public in the order of the file, and yields the first
    rows before it has found the last.
    """
    return lambda rows, scope: (
        rows if scope.with_drafts else rows.filter(is_public(relation))
    )


def of_public_records(model, *ways: str) -> Callable[[], QuerySet]:
    """Return how to find what belongs to a meeting or an agreement anyone may read.

    ``ways`` are the relations that lead to such a record.
    """
    return lambda: model.objects.filter(reduce(or_, map(is_public, ways)))


def row_id(key: str, prefix: str) -> Column:
    return Column(
        key,
        identifier(prefix),
        label=_("number of the row"),
        description=_("Tells the row from all others; stays when the row is changed."),
    )


def meeting_slug() -> Column:
    return Column(
        "meeting_slug",
        F("meeting__slug"),
        label=_("meeting"),
        description=_("Identifier of the meeting."),
        references="meetings.slug",
    )


def agreement_reference() -> Column:
    return Column(
        "agreement_reference",
        F("agreement__reference"),
        label=_("agreement"),
        description=_("Reference of the agreement."),
        references="agreements.reference",
    )


def category(label: str | Promise = "") -> Column:
    return Column(
        "category",
        F("category__code"),
        label=label or _("participant category"),
        description=_("Code of the category."),
        references="participant_categories.code",
    )


def organisation_id(
    key: str = "organisation_id",
    relation: str = "organisation",
    label: str | Promise = "",
) -> Column:
    return Column(
        key,
        identifier("ORG", f"{relation}_id"),
        label=label or _("number of the organisation"),
        description=_("Empty where the sources name none."),
        references="organisations.organisation_id",
    )


def source_id() -> Column:
    return Column(
        "source_id",
        identifier("SRC", "source_id"),
        label=_("number of the source"),
        description=_(
            "The source of this row; empty if it rests on the sources of the record as a "
            "whole."
        ),
        references="sources.source_id",
    )


def theme() -> Column:
    return Column(
        "theme", F("theme__code"), label=_("theme"), description=_("Its code.")
    )
