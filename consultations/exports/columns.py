"""How a dataset is declared: which rows, which columns, and nothing about formats."""

import datetime
import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connections, models, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Concat
from django.utils.functional import Promise

from consultations.forms.filters import FilterForm
from consultations.models import Publication

ROWS_A_CHUNK = 500


class Datatype(enum.StrEnum):
    """What the cells of a column hold; a writer decides how each is written."""

    STRING = "string"
    LIST = "list"  # texts joined by LIST_SEPARATOR
    URL = "url"  # made of a path: the portal's own address is put in front
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True)
class Scope:
    """What an expression may depend on beside the row."""

    base_url: str
    today: datetime.date
    with_drafts: bool = False
    # Takes records and returns those that the reader's roles let them see.
    seen: Callable[[QuerySet], QuerySet] | None = None

    def visible(self, records: QuerySet) -> QuerySet:
        """Return those records that the reader of the file may know of."""
        if self.with_drafts:
            records = records.exclude(publication=Publication.WITHDRAWN)
            return self.seen(records) if self.seen else records
        return records.published()


class Column:
    """One column: its key, the expression that reads it, what it holds, what it means.

    ``key`` heads the column, is never renamed and never reused. ``expression`` is an ORM
    expression, or a function of a Scope that returns one; without it the column reads
    the field that is called like its key. Heading, description and the closed list of
    ``codes`` come from the field that is read, unless given. ``references`` names the
    column of a dataset, as ``dataset.key``, of which every cell holds a value or nothing.
    """

    model: type[models.Model]  # set by the dataset

    def __init__(
        self,
        key: str,
        expression: Any = None,
        datatype: Datatype = Datatype.STRING,
        *,
        label: str | Promise = "",
        description: str | Promise | None = None,
        codes: type[models.TextChoices] | None = None,
        references: str = "",
    ):
        self.key = key
        self.references = references
        self.datatype = datatype
        self._expression = F(key) if expression is None else expression
        self._label = label
        self._description = description
        self._codes = codes

    def __repr__(self):
        return f"<Column {self.key}>"

    @property
    def source_field(self) -> models.Field | None:
        """The model field that the column reads as it is, None if it is computed."""
        if not isinstance(self._expression, F):
            return None
        model = self.model
        *relations, name = self._expression.name.split(LOOKUP_SEP)
        try:
            for relation in relations:
                model = model._meta.get_field(relation).related_model
            return model._meta.get_field(name)
        except FieldDoesNotExist:  # an annotation
            return None

    @property
    def label(self) -> str:
        """The heading in the active language."""
        return str(self._label or self.source_field.verbose_name)

    @property
    def description(self) -> str:
        """What the column means, in the active language; empty if its label says it."""
        if self._description is not None:
            return str(self._description)
        return str(self.source_field.help_text) if self.source_field else ""

    @property
    def values(self) -> list[str]:
        """The codes that a cell may hold, empty if there is no closed list of them."""
        if self._codes:
            return list(self._codes.values)
        choices = self.source_field.flatchoices if self.source_field else ()
        return [str(code) for code, _label in choices]

    def expression(self, scope: Scope):
        """Return what a query selects for this column."""
        expression = self._expression
        if not hasattr(expression, "resolve_expression"):
            expression = expression(scope)
        if self.datatype == Datatype.URL:
            return Concat(
                Value(scope.base_url), expression, output_field=models.CharField()
            )
        return expression


def _as_they_are(records: QuerySet) -> QuerySet:
    return records


def _without_annotations(rows: QuerySet, scope: Scope) -> QuerySet:
    return rows


@dataclass(frozen=True)
class Dataset:
    """A table that anyone may fetch: its records, its rows, its columns.

    ``published`` are the records that ``filters`` (the form of their page) selects from,
    ``rows_of`` makes rows of the selected records, ``annotate`` adds to rows what
    columns refer to by name. ``publication`` is the column that a file for staff ends
    with; without it there are no drafts.
    """

    name: str
    title: str | Promise
    description: str | Promise
    model: type[models.Model]
    published: Callable[[], QuerySet]
    filters: type[FilterForm]
    columns: tuple[Column, ...]
    rows_of: Callable[[QuerySet], QuerySet] = _as_they_are
    annotate: Callable[[QuerySet, Scope], QuerySet] = _without_annotations
    publication: Column | None = None
    # The columns that tell a row from all others, empty where nothing does.
    primary_key: tuple[str, ...] = ()
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        for column in self.columns_in(with_drafts=True):
            column.model = self.model
        object.__setattr__(self, "keys", tuple(column.key for column in self.columns))

    def columns_in(self, *, with_drafts: bool) -> tuple[Column, ...]:
        """Return the columns of a public file, or of one that holds drafts too."""
        if with_drafts and self.publication:
            return (*self.columns, self.publication)
        return self.columns

    def query(self, records: QuerySet, scope: Scope) -> QuerySet:
        """Return the one query that reads all cells of the rows of ``records``."""
        rows = self.annotate(self.rows_of(records), scope)
        return rows.prefetch_related(None).values_list(
            *(
                column.expression(scope)
                for column in self.columns_in(with_drafts=scope.with_drafts)
            )
        )

    def rows(self, records: QuerySet, scope: Scope) -> Iterator[tuple]:
        """Yield a tuple of cells a row, from a cursor: never all rows at once."""
        query = self.query(records, scope)
        with one_reading(query.db):
            yield from query.iterator(chunk_size=ROWS_A_CHUNK)


@contextmanager
def one_reading(database: str) -> Iterator[None]:
    """Read one state of the record from first row to last, beginning at once.

    SQLite needs nothing for that: a transaction would only keep staff from saving for
    as long as the transfer takes.
    """
    connection = connections[database]
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    # Outside a transaction PostgreSQL would work out the whole answer before it hands
    # over the first row; with its compiler on, it would spend seconds on compiling the
    # many small subqueries.
    with transaction.atomic(database):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
        yield
