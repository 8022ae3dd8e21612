"""What a row and its parts were, change by change, read from the tables of history.

A part is what would be deleted together with what it belongs to: participations of a
meeting, progress of a commitment of a meeting. Nothing but history is asked, so that a
past state does not depend on what the tables hold today.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from django.db import models
from django.db.models import Q
from django.db.models.fields.files import FieldFile

Key = tuple[type[models.Model], int]


@dataclass(frozen=True)
class Tracked:
    """A model with history, and the columns that name what its rows are parts of."""

    model: type[models.Model]
    owners: tuple[tuple[str, type[models.Model]], ...] = ()

    @property
    def history(self) -> type[models.Model]:
        return self.model.history.model

    def owned_by(self, keys: dict[type[models.Model], set[int]]) -> Q:
        """Return the condition to be a part of any of ``keys``."""
        condition = Q(pk__in=[])
        for column, owner in self.owners:
            condition |= Q(**{f"{column}__in": keys[owner]})
        return condition


@cache
def tracked_with_parts(model: type[models.Model]) -> tuple[Tracked, ...]:
    """Return ``model`` and the models of its parts, each after all it is a part of."""
    owners: dict[type[models.Model], list] = {model: []}
    queue = [model]
    for owner in queue:
        for relation in owner._meta.related_objects:
            part = relation.related_model
            if relation.on_delete is not models.CASCADE or not has_history(part):
                continue
            if part not in owners:
                owners[part] = []
                queue.append(part)
            owners[part].append((relation.field.attname, owner))
    # Progress belongs to a commitment too, which has to come first.
    ordered: dict[type[models.Model], None] = {}

    def place(one):
        for _column, owner in owners[one]:
            place(owner)
        ordered.setdefault(one)

    for one in queue:
        place(one)
    return tuple(Tracked(one, tuple(owners[one])) for one in ordered)


def has_history(model: type[models.Model]) -> bool:
    return hasattr(model._meta, "simple_history_manager_attribute")


def columns_of(model: type[models.Model]) -> tuple[models.Field, ...]:
    """Return the columns of a state: those of ``model`` but its key."""
    return tuple(one for one in model._meta.concrete_fields if not one.primary_key)


@dataclass(frozen=True, eq=False)
class Row:
    """A row of history, without its columns: which state of what, and whose part."""

    model: type[models.Model]
    pk: int
    number: int
    owners: tuple[Key, ...]
    is_gone: bool

    @property
    def key(self) -> Key:
        return (self.model, self.pk)


@dataclass(frozen=True)
class Step:
    """What a change did to one row: the state before and after, None where not there.

    ``is_moved`` where it stayed in the portal but left the record, or came from another.
    """

    before: Row | None
    after: Row | None
    is_moved: bool = False


@dataclass
class Change:
    """One transaction, as far as it touched the row whose past is read, or its parts."""

    key: uuid.UUID
    at: datetime.datetime
    author_id: int | None
    reasons: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    # Whether the row itself is there after it.
    is_there: bool = True


@dataclass(frozen=True)
class State:
    """The columns of a row, and the keys that it is linked to."""

    model: type[models.Model]
    pk: int
    values: dict[str, object]
    links: dict[str, frozenset[int]]

    @property
    def key(self) -> Key:
        return (self.model, self.pk)


class Past:
    """All changes of the row ``pk`` of ``model`` and of its parts, oldest first.

    Costs a query for each model, however many changes there are.
    """

    def __init__(self, model: type[models.Model], pk: int):
        self.model = model
        self.root: Key = (model, pk)
        self._members: dict[uuid.UUID, dict[Key, Row]] = {}
        self._latest: dict[Key, Row] = {}
        self._parts: dict[Key, set[Key]] = defaultdict(set)

    @cached_property
    def changes(self) -> list[Change]:
        found = []
        for change, rows in self._transactions():
            keys = self._with_parts(row.key for row in rows)
            existed = self._existing(keys)
            before = self._belonging(keys)
            for row in rows:
                self._apply(row)
            keys |= self._with_parts(keys)
            exist = self._existing(keys)
            after = self._belonging(keys)
            change.steps = [
                Step(
                    before.get(key),
                    after.get(key),
                    is_moved=key not in (before if key in after else after)
                    and key in existed
                    and key in exist,
                )
                for key in sorted(keys, key=self._place)
                if before.get(key) is not after.get(key)
            ]
            change.is_there = self._belongs(self.root)
            if change.steps:
                found.append(change)
        return found

    def members_after(self, key: uuid.UUID) -> dict[Key, Row]:
        """Return the row and its parts as they stood after the change ``key``."""
        members: dict[Key, Row] = {}
        for change in self.changes:
            for step in change.steps:
                if step.before is not None:
                    members.pop(step.before.key, None)
                if step.after is not None:
                    members[step.after.key] = step.after
            if change.key == key:
                return members
        raise KeyError(key)

    def find(self, key: uuid.UUID) -> Change | None:
        return next((change for change in self.changes if change.key == key), None)

    @cached_property
    def last_row(self) -> Row | None:
        """The last row of history of the row itself, that of its deletion included."""
        return self._latest.get(self.root) if self.changes else None

    # Reading

    def _transactions(self) -> Iterator[tuple[Change, list[Row]]]:
        """Yield what was saved together, in the order in which it was finished."""
        changes: dict[uuid.UUID, Change] = {}
        rows: dict[uuid.UUID, list[Row]] = defaultdict(list)
        for change_set, at, author, reason, row in self._rows():
            change = changes.setdefault(change_set, Change(change_set, at, author))
            change.at = max(change.at, at)
            change.author_id = change.author_id or author
            if reason and reason not in change.reasons:
                change.reasons.append(reason)
            rows[change_set].append(row)
        for change in sorted(changes.values(), key=lambda one: one.at):
            yield change, rows[change.key]

    def _rows(self):
        """Yield the rows of history of all that ever was a part, one query a model."""
        ever: dict[type[models.Model], set[int]] = {}
        for tracked in tracked_with_parts(self.model):
            history = tracked.history.objects.order_by("history_id")
            if tracked.model is self.model:
                rows = history.filter(id=self.root[1])
            else:
                parts = tracked.history.objects.filter(tracked.owned_by(ever))
                rows = history.filter(id__in=parts.order_by().values("id"))
            ever[tracked.model] = set()
            columns = [column for column, _owner in tracked.owners]
            for (
                at,
                author,
                change_set,
                reason,
                kind,
                number,
                pk,
                *owners,
            ) in rows.values_list(
                "history_date",
                "history_user_id",
                "change_set",
                "history_change_reason",
                "history_type",
                "history_id",
                "id",
                *columns,
            ):
                ever[tracked.model].add(pk)
                yield (
                    change_set,
                    at,
                    author,
                    reason,
                    Row(
                        tracked.model,
                        pk,
                        number,
                        tuple(
                            (owner, value)
                            for (_column, owner), value in zip(
                                tracked.owners, owners, strict=True
                            )
                            if value is not None
                        ),
                        is_gone=kind == "-",
                    ),
                )

    # Replaying

    def _apply(self, row: Row) -> None:
        old = self._latest.get(row.key)
        for owner in old.owners if old else ():
            self._parts[owner].discard(row.key)
        self._latest[row.key] = row
        for owner in row.owners:
            self._parts[owner].add(row.key)

    def _with_parts(self, keys: Iterable[Key]) -> set[Key]:
        """Return ``keys`` and what belongs to them: it moves along when they move."""
        found: set[Key] = set()
        queue = list(keys)
        while queue:
            key = queue.pop()
            if key in found:
                continue
            found.add(key)
            if key != self.root:
                queue.extend(self._parts[key])
        return found

    def _exists(self, key: Key) -> bool:
        row = self._latest.get(key)
        return row is not None and not row.is_gone

    def _existing(self, keys: Iterable[Key]) -> set[Key]:
        return {key for key in keys if self._exists(key)}

    def _belongs(self, key: Key) -> bool:
        if not self._exists(key):
            return False
        return key == self.root or any(
            self._belongs(owner) for owner in self._latest[key].owners
        )

    def _belonging(self, keys: Iterable[Key]) -> dict[Key, Row]:
        return {key: self._latest[key] for key in keys if self._belongs(key)}

    def _place(self, key: Key) -> tuple[int, int]:
        order = [tracked.model for tracked in tracked_with_parts(self.model)]
        return (order.index(key[0]), key[1])


def states_of(rows: Iterable[Row]) -> dict[Row, State]:
    """Return the columns and links of ``rows``: a query a model, and one a relation."""
    by_model: dict[type[models.Model], dict[int, Row]] = defaultdict(dict)
    for row in rows:
        by_model[row.model][row.number] = row
    states = {}
    for model, numbered in by_model.items():
        history = model.history.model
        links = {
            relation.name: _links_of_history(history, relation, numbered)
            for relation in history._history_m2m_fields
        }
        for number, past in history.objects.in_bulk(numbered).items():
            states[numbered[number]] = State(
                model,
                numbered[number].pk,
                {one.attname: getattr(past, one.attname) for one in columns_of(model)},
                {name: frozenset(linked[number]) for name, linked in links.items()},
            )
    return states


def _links_of_history(history, relation, numbers) -> dict[int, set[int]]:
    target = f"{relation.m2m_reverse_field_name()}_id"
    found: dict[int, set[int]] = defaultdict(set)
    rows = getattr(history, relation.name).model.objects.filter(history__in=numbers)
    for number, linked in rows.values_list("history_id", target):
        found[number].add(linked)
    return found


def states_now(model: type[models.Model], pk: int) -> dict[Key, State]:
    """Return the row ``pk`` and its parts as the tables have them."""
    found: dict[Key, State] = {}
    keys: dict[type[models.Model], set[int]] = {}
    for tracked in tracked_with_parts(model):
        condition = Q(pk=pk) if tracked.model is model else tracked.owned_by(keys)
        rows = list(tracked.model._base_manager.filter(condition))
        keys[tracked.model] = {row.pk for row in rows}
        links = {
            relation.name: _links_now(tracked.model, relation, keys[tracked.model])
            for relation in tracked.history._history_m2m_fields
        }
        for row in rows:
            found[(tracked.model, row.pk)] = State(
                tracked.model,
                row.pk,
                {
                    one.attname: _stored(getattr(row, one.attname))
                    for one in columns_of(tracked.model)
                },
                {name: frozenset(linked[row.pk]) for name, linked in links.items()},
            )
    return found


def _stored(value):
    return value.name or "" if isinstance(value, FieldFile) else value


def _links_now(model, relation, keys) -> dict[int, set[int]]:
    holder = f"{relation.m2m_field_name()}_id"
    target = f"{relation.m2m_reverse_field_name()}_id"
    found: dict[int, set[int]] = defaultdict(set)
    rows = relation.remote_field.through._base_manager.filter(**{f"{holder}__in": keys})
    for key, linked in rows.values_list(holder, target):
        found[key].add(linked)
    return found


def row_as_it_was(model: type[models.Model], pk: int) -> models.Model | None:
    """Return a row that is gone as its last state has it, what it linked to included.

    None for what never was.
    """
    states = model.history.filter(id=pk)
    last = states.exclude(history_type="-").first() or states.first()
    if last is None:
        return None
    row = last.instance
    row._prefetched_objects_cache = {
        relation.name: relation.related_model._base_manager.filter(
            pk__in=[
                getattr(link, f"{relation.m2m_reverse_field_name()}_id")
                for link in getattr(last, relation.name).all()
            ]
        )
        for relation in last._history_m2m_fields
    }
    return row
