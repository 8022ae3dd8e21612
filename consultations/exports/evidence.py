"""What records rest on, where sources disagree, what was corrected."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import standing
from consultations.exports.parts import (
    NEWEST_RECORD,
    agreement_reference,
    meeting_slug,
    of_public_records,
    row_id,
)
from consultations.forms.filters import NoFilterForm
from consultations.models import Correction, Discrepancy, Source


def publication() -> Column:
    return Column(
        "publication", standing("meeting", "agreement"), label=_("publication")
    )


def in_order(rows: QuerySet) -> QuerySet:
    return rows.order_by(*NEWEST_RECORD, "order", "pk")


SOURCES = Dataset(
    name="sources",
    title=_("Sources"),
    description=_("One row for each source that a meeting or an agreement rests on."),
    model=Source,
    published=of_public_records(Source, "meeting", "agreement"),
    filters=NoFilterForm,
    rows_of=in_order,
    publication=publication(),
    primary_key=("source_id",),
    columns=(
        row_id("source_id", "SRC"),
        meeting_slug(),
        agreement_reference(),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place among the sources of the record."),
        ),
        Column("kind"),
        Column("publisher"),
        Column("title"),
        Column("language"),
        Column(
            "address",
            F("url"),
            description=_("On the web; empty if the exact address is not known."),
        ),
        Column("site"),
        Column("via"),
        Column("published_on", datatype=Datatype.DATE),
        Column("date_precision", description=_("How much of the date is known.")),
        Column("note", description=""),
    ),
)

DISCREPANCIES = Dataset(
    name="discrepancies",
    title=_("Discrepancies between sources"),
    description=_("One row for each matter on which the sources of a record disagree."),
    model=Discrepancy,
    published=of_public_records(Discrepancy, "meeting", "agreement"),
    filters=NoFilterForm,
    rows_of=in_order,
    publication=publication(),
    primary_key=("discrepancy_id",),
    columns=(
        row_id("discrepancy_id", "DIS"),
        meeting_slug(),
        agreement_reference(),
        Column(
            "order",
            datatype=Datatype.INTEGER,
            description=_("Place among the discrepancies of the record."),
        ),
        Column("matter"),
        Column("statements_ar"),
        Column("statements_fr"),
        Column("statements_en"),
        Column("settled_ar", description=_("Empty if it could not be settled.")),
        Column("settled_fr", description=_("Empty if it could not be settled.")),
        Column("settled_en", description=_("Empty if it could not be settled.")),
    ),
)


def latest_first(rows: QuerySet) -> QuerySet:
    return rows.order_by("-corrected_on", "-pk")


CORRECTIONS = Dataset(
    name="corrections",
    title=_("Corrections"),
    description=_("One row for each correction of facts in a published record."),
    model=Correction,
    published=of_public_records(Correction, "meeting", "agreement"),
    filters=NoFilterForm,
    rows_of=latest_first,
    publication=publication(),
    primary_key=("correction_id",),
    columns=(
        row_id("correction_id", "COR"),
        meeting_slug(),
        agreement_reference(),
        Column("corrected_on", datatype=Datatype.DATE),
        Column("what"),
        Column("why"),
        Column("language"),
    ),
)
