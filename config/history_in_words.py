"""The changes of a record as staff read them: labels, words of choices, names, marks."""

import datetime
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from config.admin_widgets import direction_of
from config.dates import moment_in_words
from config.differences import Mark, Piece, differences
from config.history import (
    Change,
    Key,
    Row,
    State,
    Step,
    columns_of,
    has_history,
    states_of,
)
from config.reach import OUT_OF_SIGHT, is_record, may_see, names_seen
from config.template_tags import quantity

RESTORED = "restored to "
LOADED = "Loaded from "
# What a step of the publication or a command writes, which the change itself says.
CODE_WORD = re.compile(r"[a-z_]+")
REASONS = {
    "reference data": gettext_lazy("Reference data that come with the portal."),
    "reference data: the seat": gettext_lazy(
        "Reference data that come with the portal."
    ),
}
KINDS = {
    "added": pgettext_lazy("part of a record", "added"),
    "changed": pgettext_lazy("part of a record", "changed"),
    "removed": pgettext_lazy("part of a record", "removed"),
    "moved_here": pgettext_lazy("part of a record", "came from another record"),
    "moved_away": pgettext_lazy("part of a record", "went to another record"),
}


@dataclass(frozen=True)
class ToldColumn:
    """One column of a change: its label and how its value became another."""

    label: str
    pieces: list[Piece]
    name: str
    language: str = ""
    direction: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class ToldRow:
    """What became of one row: of the record itself, or of a part with its name."""

    kind: str
    part: str
    name: str
    columns: list[ToldColumn]
    model: type[models.Model]

    @property
    def kind_in_words(self) -> str:
        return str(KINDS[self.kind])

    @property
    def is_change(self) -> bool:
        return self.kind == "changed"


@dataclass(frozen=True)
class ToldChange:
    """One entry of the page: who, when, why where that was said, and what."""

    key: uuid.UUID
    at: datetime.datetime
    author: str
    reasons: list[str]
    rows: list[ToldRow]
    is_there: bool


def reason_in_words(reason: str) -> str:
    """Return a reason of history in the reader's language, empty for a mere code word."""
    if reason in REASONS:
        return str(REASONS[reason])
    if reason.startswith(RESTORED) and (
        moment := parse_datetime(reason.removeprefix(RESTORED))
    ):
        return _("Restored to how it stood on %(moment)s.") % {
            "moment": moment_in_words(moment)
        }
    if reason.startswith(LOADED):
        return _("Loaded from the file %(file)s.") % {
            # Isolated: a path in an Arabic sentence.
            "file": f"\u2068{reason.removeprefix(LOADED)}\u2069"
        }
    return "" if CODE_WORD.fullmatch(reason) else reason


class Teller:
    """Tells changes of one row and its parts; names are read once for all of them.

    ``hidden`` are the columns of the row itself that ``reader`` may not see.
    """

    def __init__(self, model: type[models.Model], reader, hidden: Iterable[str] = ()):
        self.model = model
        self.reader = reader
        self.hidden = frozenset(hidden)
        self._named: dict[Key, models.Model] = {}

    def tell(self, changes: list[Change]) -> list[ToldChange]:
        rows = {
            row
            for change in changes
            for step in change.steps
            for row in (step.before, step.after)
            if row is not None
        }
        states = states_of(rows)
        self.read_names(states.values())
        authors = get_user_model().objects.in_bulk(
            {change.author_id for change in changes if change.author_id}
        )
        return [
            ToldChange(
                change.key,
                change.at,
                str(authors.get(change.author_id, "")),
                [words for one in change.reasons if (words := reason_in_words(one))],
                [self._tell_step(step, states) for step in change.steps],
                change.is_there,
            )
            for change in changes
        ]

    def _tell_step(self, step: Step, states: dict[Row, State]) -> ToldRow:
        before = states[step.before] if step.before else None
        after = states[step.after] if step.after else None
        return self.tell_row(before, after, is_moved=step.is_moved)

    def tell_row(
        self, before: State | None, after: State | None, *, is_moved: bool = False
    ) -> ToldRow:
        """Tell how ``before`` became ``after``; names have been read."""
        state = after or before
        if before and after:
            kind, columns = "changed", self._changed(before, after)
        else:
            word = "moved" if is_moved else ""
            kind = f"{word}_here" if after else f"{word}_away"
            kind = kind if is_moved else ("added" if after else "removed")
            columns = self._listed(state)
        is_root = state.model is self.model
        return ToldRow(
            kind,
            "" if is_root else capfirst(str(state.model._meta.verbose_name)),
            "" if is_root else self.name_of(state),
            columns,
            state.model,
        )

    # Columns

    def _told(self, model):
        """Yield the columns that say something: not keys, counters and time stamps."""
        silent = {"version", "sorts_on", "created_by"}
        if model is self.model:
            silent |= self.hidden
        for column in columns_of(model):
            is_stamp = getattr(column, "auto_now", False) or getattr(
                column, "auto_now_add", False
            )
            if column.name not in silent and not is_stamp:
                yield column
        for relation in model.history.model._history_m2m_fields:
            if relation.name not in silent:
                yield relation

    def _is_its_owner(self, column) -> bool:
        """Whether ``column`` only says whose part the row is."""
        return (
            column.is_relation
            and not column.many_to_many
            and column.model is not self.model
            and column.remote_field.on_delete is models.CASCADE
        )

    def _changed(self, before: State, after: State) -> list[ToldColumn]:
        told = []
        for column in self._told(after.model):
            old, new = self._value(before, column), self._value(after, column)
            if old == new:
                continue
            if column.many_to_many:
                pieces = self._links_in_pieces(column, old, new)
            elif _is_text(column) and old and new:
                pieces = differences(old, new)
            else:
                pieces = [
                    Piece(mark, text)
                    for mark, text in (
                        (Mark.REMOVED, self.in_words(column, old)),
                        (Mark.ADDED, self.in_words(column, new)),
                    )
                    if text
                ]
            told.append(_told_column(column, pieces))
        return told

    def _listed(self, state: State) -> list[ToldColumn]:
        """Return what a row that came or went says, but for what every new row has."""
        told = []
        for column in self._told(state.model):
            value = self._value(state, column)
            if self._is_its_owner(column):
                continue
            if column.many_to_many:
                pieces = self._links_in_pieces(column, value, value)
            elif value == column.get_default():
                continue
            else:
                pieces = [Piece(Mark.SAME, self.in_words(column, value))]
            if any(piece.text for piece in pieces):
                told.append(_told_column(column, pieces))
        return told

    @staticmethod
    def _value(state: State, column):
        if column.many_to_many:
            return state.links[column.name]
        return state.values[column.attname]

    def _links_in_pieces(self, relation, old: frozenset, new: frozenset) -> list[Piece]:
        """Return the names linked to, in their order, those added and removed marked."""
        named = sorted(
            (str(self._thing(relation.related_model, key)), key) for key in old | new
        )
        pieces = []
        for name, key in named:
            mark = Mark.SAME
            if key not in new:
                mark = Mark.REMOVED
            elif key not in old:
                mark = Mark.ADDED
            if pieces:
                pieces.append(Piece(Mark.SAME, pgettext("between two names", ", ")))
            pieces.append(Piece(mark, name))
        return pieces

    def in_words(self, column: models.Field, value) -> str:
        """Return ``value`` as a page prints it, empty where nothing is known."""
        if value is None or value == "":
            return ""
        if column.is_relation:
            return str(self._thing(column.related_model, value))
        if column.flatchoices:
            return str(dict(column.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime.datetime):
            return moment_in_words(value)
        if isinstance(value, datetime.date):
            return date_format(value, "DATE_FORMAT")
        if isinstance(value, datetime.time):
            return date_format(value, "TIME_FORMAT")
        if isinstance(
            column, models.SmallIntegerField | models.PositiveSmallIntegerField
        ):
            return str(value)  # years and orders, which are not grouped
        if isinstance(value, int | Decimal):
            return strip_tags(quantity(value))
        return str(value)

    # Names

    def read_names(self, states: Iterable[State]) -> None:
        """Read all that ``states`` refer to: a query a model, two where rows are gone."""
        states = list(states)
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for state in states:
            for column in columns_of(state.model):
                if column.is_relation and (key := state.values[column.attname]):
                    wanted[column.related_model].add(key)
            for relation in state.model.history.model._history_m2m_fields:
                wanted[relation.related_model] |= state.links[relation.name]
        for model, keys in wanted.items():
            found = names_seen(self.reader, model, keys)
            self._named |= {(model, key): thing for key, thing in found.items()}
            if (gone := keys - set(found)) and has_history(model):
                for past in model.history.filter(id__in=gone).order_by("history_id"):
                    thing = past.instance
                    is_seen = not is_record(model) or may_see(self.reader, thing)
                    self._named[(model, past.id)] = thing if is_seen else OUT_OF_SIGHT

    def _thing(self, model: type[models.Model], key: int):
        return self._named.get((model, key)) or _("number %(key)s, deleted") % {
            "key": key
        }

    def name_of(self, state: State) -> str:
        """Return what the row was called in that state, without a query."""
        row = state.model(pk=state.pk, **state.values)
        for column in columns_of(state.model):
            if column.is_relation:
                key = state.values[column.attname]
                named = self._named.get((column.related_model, key))
                is_row = isinstance(named, models.Model)
                column.set_cached_value(row, named if is_row else None)
        try:
            return str(row)
        except ObjectDoesNotExist:  # what names it went without a trace
            return ""

    def name_of_key(self, model: type[models.Model], key: int) -> str:
        """Return the name of what a state refers to, of its last state where it is gone."""
        return str(self._thing(model, key))


def _is_text(column: models.Field) -> bool:
    return isinstance(column, models.CharField | models.TextField) and not (
        column.flatchoices
    )


def _told_column(column, pieces: list[Piece]) -> ToldColumn:
    attributes = direction_of(column)
    return ToldColumn(
        capfirst(str(column.verbose_name)),
        pieces,
        column.name,
        attributes.get("lang", ""),
        attributes.get("dir", "") if _is_text(column) else "",
        is_text=_is_text(column),
    )
