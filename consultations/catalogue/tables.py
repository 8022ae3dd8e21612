"""Every table of the package: the datasets, and the two that follow from them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery, Value
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.localization import LANGUAGE_NAMES, LANGUAGES
from consultations.catalogue import texts
from consultations.catalogue.table_schema import schema_of, table_schema
from consultations.exports import DATASETS
from consultations.exports.columns import (
    ROWS_A_CHUNK,
    Column,
    Dataset,
    Datatype,
    Scope,
)
from consultations.exports.expressions import LIST_SEPARATOR
from consultations.models import is_public
from consultations.models.publication import WITHDRAWALS, Published


@dataclass(frozen=True)
class Table:
    """A table of the package: its columns and rows for a writer, its schema."""

    name: str
    title: str | Promise
    description: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[[Scope], Iterator[tuple]]
    schema: Callable[[], dict]
    # Whose work it rests on beside the record's own sources, by name and address.
    sources: tuple[tuple[str, str], ...] = ()


CENSUS = (
    "Haut-Commissariat au Plan (HCP), RGPH 2014, RGPH 2024",
    "https://www.hcp.ma/",
)


def all_tables() -> list[Table]:
    """Return the tables of the package: datasets as declared, then what tells of them."""
    return [*map(_as_table, DATASETS.values()), DICTIONARY, WITHDRAWN]


def _as_table(dataset: Dataset) -> Table:
    return Table(
        name=dataset.name,
        title=dataset.title,
        description=dataset.description,
        columns=dataset.columns,
        rows=lambda scope: dataset.rows(dataset.published(), scope),
        schema=lambda: table_schema(dataset, DATASETS),
        sources=sources_of(dataset),
    )


def sources_of(dataset: Dataset) -> tuple[tuple[str, str], ...]:
    """Return whose work a dataset rests on beside the record's own sources."""
    return (CENSUS,) if dataset.model._meta.app_label == "regions" else ()


def _column(
    key: str,
    label: str | Promise,
    description: str | Promise = "",
    datatype: Datatype = Datatype.STRING,
) -> Column:
    # Without an expression of the database: its cells are given by ``rows``.
    return Column(key, Value(None), datatype, label=label, description=description)


# What every column means

_DICTIONARY_KEY = ("dataset", "column")
_DICTIONARY_COLUMNS = (
    _column("dataset", _("table"), _("Its name, as in its address.")),
    _column("column", _("column"), _("Its key, as in the first row.")),
    _column(
        "order",
        _("order"),
        _("Place of the column in its table, from 1."),
        Datatype.INTEGER,
    ),
    _column(
        "type",
        _("type"),
        _(
            "What its cells hold. In CSV a text that a spreadsheet would run as a formula "
            "has an apostrophe in front: take it off."
        ),
    ),
    *(
        _column(f"label_{code}", format_lazy("{} ({})", _("heading"), name))
        for code, name in LANGUAGE_NAMES.items()
    ),
    *(
        _column(f"description_{code}", format_lazy("{} ({})", _("meaning"), name))
        for code, name in LANGUAGE_NAMES.items()
    ),
    _column(
        "codes",
        _("codes"),
        _("What a cell may hold, where that is a closed list."),
        Datatype.LIST,
    ),
    _column(
        "references",
        _("refers to"),
        _("The table and the column of which its cells hold a value."),
    ),
    _column(
        "is_key",
        _("part of the key"),
        _("Whether it tells a row from all others, alone or with the other such ones."),
        Datatype.BOOLEAN,
    ),
)


def dictionary_rows(datasets: Mapping[str, Dataset] = DATASETS) -> Iterator[tuple]:
    """Yield a row for every column of every table: of ``datasets``, and of these two."""
    described = [
        *((one.name, one.columns, one.primary_key) for one in datasets.values()),
        ("dictionary", _DICTIONARY_COLUMNS, _DICTIONARY_KEY),
        ("withdrawn", _WITHDRAWN_COLUMNS, _WITHDRAWN_KEY),
    ]
    for name, columns, primary_key in described:
        for order, column in enumerate(columns, start=1):
            labels, meanings = texts.heading(column), texts.meaning(column)
            yield (
                name,
                column.key,
                order,
                str(column.datatype),
                *(labels.get(code) for code in LANGUAGES),
                *(meanings.get(code) for code in LANGUAGES),
                LIST_SEPARATOR.join(filter(None, column.values)) or None,
                column.references or None,
                column.key in primary_key,
            )


DICTIONARY = Table(
    name="dictionary",
    title=_("Dictionary"),
    description=_("One row a column of every table: what it holds and what it means."),
    columns=_DICTIONARY_COLUMNS,
    rows=lambda scope: dictionary_rows(),
    schema=lambda: schema_of(_DICTIONARY_COLUMNS, _DICTIONARY_KEY),
)


# What was once public

_WITHDRAWN_KEY = ("dataset", "identifier")
_WITHDRAWN_COLUMNS = (
    _column("dataset", _("table"), _("The table in which the record stood.")),
    _column("identifier", _("identifier"), _("What named the record in every file.")),
    _column("url", _("page"), _("Its page, which says the same."), Datatype.URL),
    _column(
        "withdrawn_at",
        _("withdrawn at"),
        _("In UTC; empty if unknown."),
        Datatype.DATETIME,
    ),
    _column("reason", _("reason"), _("As the ministry states it.")),
)


def withdrawn_rows(
    scope: Scope, datasets: Mapping[str, Dataset] = DATASETS
) -> Iterator[tuple]:
    """Yield a row for every record that was public and is no longer.

    What it said is not told: only that it was there, since when it is not, and why.
    """
    told = set()
    for dataset in datasets.values():
        model = dataset.published().model
        if model is not dataset.model or not issubclass(model, Published):
            continue  # parts of records, and what is not published record by record
        if model in told:
            continue
        told.add(model)
        once_public = model.objects.filter(published_at__lte=timezone.now())
        states = model.history.model.objects.filter(WITHDRAWALS, id=OuterRef("pk"))
        last = states.order_by("-history_id")
        rows = (
            once_public.exclude(is_public())
            .annotate(
                withdrawn_at=Subquery(last.values("history_date")[:1]),
                withdrawn_for=Subquery(last.values("withdrawal_reason")[:1]),
            )
            .order_by("published_at", "pk")
        )
        for record in rows.iterator(chunk_size=ROWS_A_CHUNK):
            at, reason = record.withdrawn_at, record.withdrawn_for
            # Some were withdrawn before the reason stood in the history.
            if at is None and (state := record.last_withdrawal()):
                at, reason = state.history_date, state.withdrawal_reason
            with translation.override("ar"):  # as in every file
                path = record.get_absolute_url()
            yield (
                dataset.name,
                getattr(record, model.address_field),
                scope.base_url + path,
                at,
                reason or record.withdrawal_reason or None,
            )


WITHDRAWN = Table(
    name="withdrawn",
    title=_("Withdrawn records"),
    description=_(
        "One row a record that was public and was withdrawn, with the reason. Its content "
        "is in no later file."
    ),
    columns=_WITHDRAWN_COLUMNS,
    rows=withdrawn_rows,
    schema=lambda: schema_of(_WITHDRAWN_COLUMNS, _WITHDRAWN_KEY),
)
