"""Takes a row and its parts back to how they stood after one of their changes.

What is fixed or decided elsewhere stays as it is: the columns of the row that no form
offers (address, reference, publication) and parts that say of themselves that they
stay, such as the public notes of corrections.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from config.history import (
    Key,
    Past,
    State,
    columns_of,
    states_now,
    states_of,
    tracked_with_parts,
)
from config.history_in_words import RESTORED, Teller, ToldRow
from config.localization import listed


class Restoration:
    """What it takes to bring the row ``pk`` back to how it was after ``change_key``.

    Reading it changes nothing. ``reader`` is told what the history tells, without the
    columns ``hidden``. Raises KeyError for a change that the row does not have.
    """

    def __init__(
        self,
        model: type[models.Model],
        pk: int,
        change_key: uuid.UUID,
        reader,
        hidden: Iterable[str] = (),
    ):
        self.model = model
        self.root: Key = (model, pk)
        self.past = Past(model, pk)
        self.change = self.past.find(change_key)
        if self.change is None or not self.change.is_there:
            raise KeyError(change_key)
        self.now = states_now(model, pk)
        self.target = self._target()
        self.teller = Teller(model, reader, hidden)
        self.teller.read_names([*self.now.values(), *self.target.values()])

    @property
    def seen(self) -> str:
        """The last change that this takes into account: none may have come since."""
        return str(self.past.changes[-1].key)

    @cached_property
    def rows(self) -> list[ToldRow]:
        """What will change, as the page of history tells a change."""
        order = [tracked.model for tracked in tracked_with_parts(self.model)]
        keys = sorted(
            self.now.keys() | self.target.keys(),
            key=lambda key: (order.index(key[0]), key[1]),
        )
        told = [
            self.teller.tell_row(self.now.get(key), self.target.get(key))
            for key in keys
            if self._differs(key)
        ]
        return [row for row in told if row.columns or not row.is_change]

    @cached_property
    def stays(self) -> list[str]:
        """Parts of then that belong to another record now, and are left there."""
        return [self._called(self.then[key]) for key in self._elsewhere]

    @cached_property
    def obstacles(self) -> list[str]:
        """Why it cannot be done, empty where it can."""
        return [*self._gaps_in_history(), *self._what_is_gone()]

    # What it will be

    @cached_property
    def then(self) -> dict[Key, State]:
        """The states of the row and its parts after the change."""
        members = self.past.members_after(self.change.key)
        states = states_of(members.values())
        return {key: states[row] for key, row in members.items()}

    def _target(self) -> dict[Key, State]:
        target = {
            key: state
            for key, state in self.then.items()
            if not _stays(key[0]) and key not in self._elsewhere
        }
        target |= {key: state for key, state in self.now.items() if _stays(key[0])}
        target[self.root] = self._with_fixed_columns(self.then[self.root])
        return target

    def _with_fixed_columns(self, state: State) -> State:
        """Return ``state`` with the columns that no form offers as they are now."""
        last = self.now.get(self.root)
        if last is None:
            last = states_of([self.past.last_row])[self.past.last_row]
        fixed = {
            column.attname: last.values[column.attname]
            for column in columns_of(self.model)
            if not column.editable
        }
        return State(state.model, state.pk, {**state.values, **fixed}, state.links)

    @cached_property
    def _elsewhere(self) -> set[Key]:
        """Parts of then that the tables have, but not as parts of this row."""
        missing: dict[type[models.Model], set[int]] = defaultdict(set)
        for model, pk in self.then.keys() - self.now.keys():
            missing[model].add(pk)
        missing.pop(self.model, None)
        return {
            (model, pk)
            for model, keys in missing.items()
            for pk in model._base_manager.filter(pk__in=keys).values_list(
                "pk", flat=True
            )
        }

    def _differs(self, key: Key) -> bool:
        """Whether the row has to be written or deleted; stamps alone are no reason."""
        now, target = self.now.get(key), self.target.get(key)
        if now is None or target is None:
            return now is not target
        stamps = {
            column.attname
            for column in columns_of(key[0])
            if getattr(column, "auto_now", False)
        }
        return now.links != target.links or any(
            value != target.values[name]
            for name, value in now.values.items()
            if name not in stamps
        )

    # What stands against it

    def _gaps_in_history(self):
        """Say so where the tables hold what history does not know: it would be lost."""
        members = self.past.members_after(self.past.changes[-1].key)
        states = states_of(members.values())
        known = {key: states[row] for key, row in members.items()}
        if known != self.now:
            yield _(
                "The history of this record is not complete: something was saved past "
                "it. Nothing can be restored without losing that."
            )

    def _what_is_gone(self):
        """Name what the rows to be written refer to and the portal no longer has."""
        wanted: dict[type[models.Model], dict[int, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for key, state in self.target.items():
            if not self._differs(key):
                continue
            for column, target in _references(state):
                if (column.related_model, target) not in self.target:
                    wanted[column.related_model][target].append(
                        _("%(part)s, %(column)s")
                        % {
                            "part": self._called(state),
                            "column": column.verbose_name,
                        }
                        if key != self.root
                        else str(column.verbose_name)
                    )
        parts = {tracked.model for tracked in tracked_with_parts(self.model)}
        for model, places in wanted.items():
            there = set()
            # A part of then that has left the record is gone for it.
            if model not in parts - {self.model}:
                there = set(
                    model._base_manager.filter(pk__in=places).values_list(
                        "pk", flat=True
                    )
                )
            for target in sorted(places.keys() - there):
                for place in places[target]:
                    yield _("%(place)s: “%(name)s” is no longer there.") % {
                        "place": place,
                        "name": self.teller.name_of_key(model, target),
                    }

    def _called(self, state: State) -> str:
        name = self.teller.name_of(state)
        return _("%(kind)s “%(name)s”") % {
            "kind": state.model._meta.verbose_name,
            "name": name,
        }

    # Doing it

    def carry_out(self) -> models.Model:
        """Write all of it and return the row; call inside a transaction.

        Raise ValidationError, with all that is wrong, where a rule is against it; the
        transaction has to be rolled back then.
        """
        if self.obstacles:
            raise ValidationError(self.obstacles)
        self.reason = f"{RESTORED}{self.change.at.isoformat()}"
        self.rows_now = {
            tracked.model: tracked.model._base_manager.in_bulk(
                [pk for model, pk in self.now if model is tracked.model]
            )
            for tracked in tracked_with_parts(self.model)
        }
        try:
            self._delete(
                {
                    key
                    for key in self.now
                    if key not in self.target or self._has_other_unique_columns(key)
                }
            )
            return self._write()
        except (ProtectedError, RestrictedError) as error:
            raise ValidationError(
                _("Other records refer to what would be removed: %(names)s.")
                % {
                    "names": listed(
                        getattr(error, "protected_objects", None)
                        or error.restricted_objects
                    )
                }
            ) from error
        except IntegrityError as error:
            raise ValidationError(
                _("Another record has meanwhile taken what this state would need.")
            ) from error

    def _has_other_unique_columns(self, key: Key) -> bool:
        """Whether two parts might swap what is unique: they are written anew."""
        if key == self.root or key not in self.target:
            return False
        names = {
            name
            for constraint in key[0]._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
            for name in constraint.fields
        }
        columns = [key[0]._meta.get_field(name).attname for name in names]
        now, target = self.now[key].values, self.target[key].values
        return any(now[column] != target[column] for column in columns)

    def _delete(self, doomed: set[Key]) -> None:
        self._unlink(doomed)
        for tracked in reversed(tracked_with_parts(self.model)):
            for model, pk in sorted(
                (key for key in doomed if key[0] is tracked.model),
                key=lambda key: key[1],
            ):
                row = self.rows_now[model][pk]
                row._change_reason = self.reason
                row.delete()

    def _unlink(self, doomed: set[Key]) -> None:
        """Take off the links of other parts to ``doomed``, which would hold them fast.

        Without history: each of these parts is deleted or written anew right after.
        """
        goes: dict[type[models.Model], list[int]] = defaultdict(list)
        for model, pk in doomed:
            goes[model].append(pk)
        for tracked in tracked_with_parts(self.model):
            mine = list(self.rows_now[tracked.model])
            for column in columns_of(tracked.model):
                if not column.is_relation or column.related_model not in goes:
                    continue
                if column.null and column.remote_field.on_delete is models.RESTRICT:
                    tracked.model._base_manager.filter(
                        pk__in=mine,
                        **{f"{column.name}__in": goes[column.related_model]},
                    ).update(**{column.name: None})
            for relation in tracked.history._history_m2m_fields:
                if relation.related_model in goes:
                    relation.remote_field.through._base_manager.filter(
                        **{
                            f"{relation.m2m_field_name()}__in": mine,
                            f"{relation.m2m_reverse_field_name()}__in": goes[
                                relation.related_model
                            ],
                        }
                    ).delete()

    def _write(self) -> models.Model:
        errors = []
        for model in self._in_order_of_reference():
            there = set(
                model._base_manager.filter(
                    pk__in=[pk for one, pk in self.target if one is model]
                ).values_list("pk", flat=True)
            )
            for key, state in sorted(
                (pair for pair in self.target.items() if pair[0][0] is model),
                key=lambda pair: pair[0][1],
            ):
                # The row itself always: its version says that it was changed.
                if key == self.root or self._differs(key) or key[1] not in there:
                    errors += self._write_row(state, is_there=key[1] in there)
            if errors:
                # What comes after refers to it.
                raise ValidationError(errors)
        return self.model._base_manager.get(pk=self.root[1])

    def _write_row(self, state: State, *, is_there: bool) -> list[str]:
        if is_there:
            row = self.rows_now[state.model][state.pk]
            for name, value in state.values.items():
                setattr(row, name, value)
        else:
            row = state.model(pk=state.pk, **state.values)
        try:
            row.validate_unique()
            row.validate_constraints()
        except ValidationError as error:
            place = "" if state.key == self.root else f"{self._called(state)}: "
            return [f"{place}{message}" for message in error.messages]
        row._change_reason = self.reason
        row.save(force_insert=not is_there)
        linked = self.now[state.key].links if is_there else {}
        for name, keys in state.links.items():
            if not is_there or linked[name] != keys:
                getattr(row, name).set(keys)
        return []

    def _in_order_of_reference(self) -> list[type[models.Model]]:
        """Return the models, each after those that its rows refer to."""
        parts = [tracked.model for tracked in tracked_with_parts(self.model)]
        ordered: dict[type[models.Model], None] = {}

        def place(model):
            if model in ordered:
                return
            for column in (
                *columns_of(model),
                *model.history.model._history_m2m_fields,
            ):
                if column.related_model in parts and column.related_model is not model:
                    place(column.related_model)
            ordered.setdefault(model)

        for model in parts:
            place(model)
        return list(ordered)


def _stays(model: type[models.Model]) -> bool:
    return getattr(model, "stays_when_restored", False)


def _references(state: State):
    """Yield each column and relation that names another row, with the key that it names."""
    for column in columns_of(state.model):
        if column.is_relation and (key := state.values[column.attname]):
            yield column, key
    for relation in state.model.history.model._history_m2m_fields:
        for key in state.links[relation.name]:
            yield relation, key
