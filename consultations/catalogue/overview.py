"""What a page says of each dataset, from its declaration and its rows."""

import datetime
from dataclasses import dataclass

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.public_state import kept_per_state, public_state
from consultations.exports import DATASETS, FORMS
from consultations.exports.columns import Column, Dataset, Datatype, Scope
from consultations.models import Publication, is_public
from consultations.models.publication import Published

# How forms are called; one that is not named here goes by its extension.
FORM_NAMES = {
    "csv": "CSV",
    "excel.csv": _("CSV for Excel"),
    "xlsx": _("Excel workbook"),
    "json": "JSON",
}
TYPE_NAMES = {
    Datatype.STRING: pgettext_lazy("what a column holds", "text"),
    Datatype.LIST: _("several values, joined with “ | ”"),
    Datatype.URL: pgettext_lazy("what a column holds", "address"),
    Datatype.INTEGER: _("whole number"),
    Datatype.DECIMAL: _("decimal number"),
    Datatype.BOOLEAN: _("true or false"),
    Datatype.DATE: pgettext_lazy("what a column holds", "date"),
    Datatype.DATETIME: _("date and time, in UTC"),
}


@dataclass(frozen=True)
class Form:
    """A form in which a dataset can be had."""

    extension: str

    @property
    def name(self) -> str:
        return str(FORM_NAMES.get(self.extension, self.extension.upper()))


@dataclass(frozen=True)
class Overview:
    """A dataset, how many rows its file has, and when one of its records last changed.

    ``changed_at`` is None where its rows are not published record by record.
    """

    dataset: Dataset
    rows: int
    changed_at: datetime.datetime | None

    @property
    def name(self) -> str:
        return self.dataset.name

    @property
    def title(self) -> str:
        return str(self.dataset.title)

    @property
    def description(self) -> str:
        return str(self.dataset.description)

    @property
    def forms(self) -> list[Form]:
        return [Form(extension) for extension in FORMS]


@dataclass(frozen=True)
class ColumnInWords:
    """A column as the dictionary tells it, in the reader's language."""

    key: str
    heading: str
    meaning: str
    type: str
    codes: list[str]
    is_key: bool
    table: str = ""  # that it refers to
    referred_key: str = ""


@kept_per_state()
def overviews() -> dict[str, Overview]:
    """Return every dataset as it stands now: two queries each, whatever its rows."""
    # Counting needs no address, so that one count serves every address of the portal.
    scope = Scope("", public_state().today)
    return {
        name: Overview(
            dataset,
            dataset.query(dataset.published(), scope).count(),
            _changed_at(dataset),
        )
        for name, dataset in DATASETS.items()
    }


def _changed_at(dataset: Dataset) -> datetime.datetime | None:
    """Return when a record of the dataset was last changed, published or withdrawn.

    Also by itself, at the moment that was set for it.
    """
    model = dataset.published().model
    if not issubclass(model, Published):
        return None
    known = model.objects.filter(
        is_public() | Q(publication=Publication.WITHDRAWN, published_at__isnull=False)
    )
    found = known.order_by().aggregate(
        changed=Max("updated_at"),
        came=Max("publish_at", filter=Q(publish_at__lte=timezone.now())),
    )
    return max(filter(None, found.values()), default=None)


def columns_in_words(dataset: Dataset) -> list[ColumnInWords]:
    return [_in_words(column, dataset) for column in dataset.columns]


def _in_words(column: Column, dataset: Dataset) -> ColumnInWords:
    table, _dot, key = column.references.partition(".")
    is_known = table in DATASETS
    return ColumnInWords(
        key=column.key,
        heading=capfirst(column.label),
        meaning=column.description,
        type=str(TYPE_NAMES[column.datatype]),
        codes=[code for code in column.values if code],
        is_key=column.key in dataset.primary_key,
        table=table if is_known else "",
        referred_key=key if is_known else "",
    )


def filters_in_words(dataset: Dataset) -> list[tuple[str, str]]:
    """Return the parameters that the file's address takes, with what each selects by."""
    fields = dataset.filters(is_export=True).fields
    return [(name, capfirst(str(field.label))) for name, field in fields.items()]
