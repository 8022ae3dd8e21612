"""What two people made of the same page: compared field by field, and put together.

Three states are compared: ``before``, as the second person opened the page, read from
history; ``theirs``, as it is saved now; and ``mine``, what was typed. Nothing here knows
of requests or templates: ``config/admin_conflicts.py`` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.utils import get_m2m_reverse_field_name

from config.admin_widgets import is_key
from config.localization import listed
from config.reach import names_seen

MINE, THEIRS = "mine", "theirs"
# Not in history: whether somebody changed it cannot be told.
UNKNOWN = object()
EMPTY = ("", None)


# Which states a page was made of


def with_saved_state(queryset: QuerySet) -> QuerySet:
    """Annotate ``saved_state``: the key of the newest state that history keeps of a row.

    Read with the row in one query, so that it never is newer than what is shown of it.
    """
    model = queryset.model
    states = (
        model.history.model.objects.filter(**{model._meta.pk.attname: OuterRef("pk")})
        .order_by("-history_id")
        .values("history_id")[:1]
    )
    return queryset.annotate(saved_state=Subquery(states))


@dataclass
class Token:
    """The states that a page shows: of its row, and of the rows of each of its parts.

    Each is the key of a row of history, None for a row that history does not know.
    """

    row: int | None = None
    parts: dict[str, dict[int, int | None]] = field(default_factory=dict)

    def __str__(self):
        parts = [
            f"{prefix}:" + ",".join(f"{pk}.{state or ''}" for pk, state in rows.items())
            for prefix, rows in self.parts.items()
        ]
        return ";".join([str(self.row or ""), *parts])

    @classmethod
    def parse(cls, text: str) -> "Token | None":
        """Return what ``str`` wrote, None for anything else."""
        first, *parts = text.split(";")
        if first and not is_key(first):
            return None
        token = cls(int(first) if first else None)
        for part in parts:
            prefix, _colon, rows = part.partition(":")
            states = token.parts.setdefault(prefix, {})
            for row in filter(None, rows.split(",")):
                pk, _dot, state = row.partition(".")
                if not is_key(pk) or (state and not is_key(state)):
                    return None
                states[int(pk)] = int(state) if state else None
        return token


def token_of(row: Model, formsets) -> Token:
    """Return the states of a page that was just read: ``formsets`` are not bound."""
    return Token(
        row.saved_state,
        {
            formset.prefix: {one.pk: one.saved_state for one in formset.get_queryset()}
            for formset in formsets
        },
    )


def newest_token(row: Model, formsets) -> Token:
    """Return the states that a page would show, were it opened now."""
    states = with_saved_state(type(row)._base_manager.filter(pk=row.pk))
    token = Token(states.values_list("saved_state", flat=True).get())
    for formset in formsets:
        rows = _stored_rows(formset).order_by()
        token.parts[formset.prefix] = dict(rows.values_list("pk", "saved_state"))
    return token


def _stored_rows(formset):
    """Return the rows of a part as its page reads them, with all that names them."""
    return formset.queryset.all()


# What the states hold


@dataclass
class State:
    """The values of one row by the name of the field, with who saved them and when."""

    values: dict[str, Any]
    label: str = ""
    user: Any = None
    date: datetime | None = None

    def value(self, name):
        return self.values.get(name, UNKNOWN)

    @property
    def saver(self) -> str:
        """Return the name of who saved it, empty where no person did."""
        return str(self.user or "")


def _state_from_history(model, kept) -> State:
    values = {
        one.name: getattr(kept, one.attname)
        for one in model._meta.concrete_fields
        if hasattr(kept, one.attname)
    }
    for one in kept._history_m2m_fields:
        name = get_m2m_reverse_field_name(one)
        rows = getattr(kept, one.name).values_list(f"{name}_id", flat=True)
        values[one.name] = sorted(rows)
    return State(values, user=kept.history_user, date=kept.history_date)


def _state_as_stored(row, kept=None) -> State:
    values = {one.name: one.value_from_object(row) for one in row._meta.concrete_fields}
    for one in row._meta.many_to_many:
        values[one.name] = sorted(getattr(row, one.name).values_list("pk", flat=True))
    return State(
        values,
        label=str(row),
        user=kept and kept.history_user,
        date=kept and kept.history_date,
    )


@dataclass
class PageState:
    """One state of a page: of its row (None if history does not know it) and its parts."""

    row: State | None
    parts: dict[str, dict[int, State]]


def _kept(model, keys):
    keys = [key for key in keys if key is not None]
    kept = model.history.model.objects.filter(history_id__in=keys)
    return kept.select_related("history_user")


def page_state(row, formsets, token: Token | None) -> PageState:
    """Return what history knows of the page as ``token`` names it."""
    if token is None:
        return PageState(None, {formset.prefix: {} for formset in formsets})
    model = type(row)
    kept = _kept(model, [token.row]).filter(**{model._meta.pk.attname: row.pk}).first()
    parts = {}
    for formset in formsets:
        states = token.parts.get(formset.prefix, {})
        found = _kept(formset.model, states.values()).filter(
            **{formset.fk.attname: row.pk}
        )
        pk = formset.model._meta.pk.attname
        parts[formset.prefix] = {
            getattr(one, pk): _state_from_history(formset.model, one) for one in found
        }
    return PageState(kept and _state_from_history(model, kept), parts)


def stored_page(row, formsets) -> PageState:
    """Return the page as it is saved now."""
    token = newest_token(row, formsets)
    parts = {}
    for formset in formsets:
        states = token.parts[formset.prefix]
        saved = {one.history_id: one for one in _kept(formset.model, states.values())}
        parts[formset.prefix] = {
            one.pk: _state_as_stored(one, saved.get(one.saved_state))
            for one in _stored_rows(formset)
        }
    kept = _kept(type(row), [token.row]).first()
    return PageState(_state_as_stored(row, kept), parts)


def deleted_rows(formset, pks) -> dict[int, State]:
    """Return who deleted the rows of a part that are gone, by primary key."""
    key = formset.model._meta.pk.attname
    gone = formset.model.history.model.objects.filter(
        **{f"{key}__in": list(pks)}, history_type="-"
    ).select_related("history_user")
    return {
        getattr(one, key): State({}, user=one.history_user, date=one.history_date)
        for one in gone.order_by("history_id")
    }


# What is different


@dataclass
class Difference:
    """One input that both, or one of the two, changed; or a row that came or went.

    ``choice`` is "mine", "theirs" or, as long as nobody decided, empty. ``is_asked``
    says that both changed it, each in another way.
    """

    name: str
    label: str
    before: str
    mine: str
    theirs: str
    choice: str
    is_asked: bool = False
    # Nothing to choose: both stand, as the rows that each of them added.
    is_settled: bool = False
    by: State | None = None
    language: str = ""
    direction: str = "auto"
    is_unknown_before: bool = False

    @property
    def input_name(self) -> str:
        return f"_choice-{self.name}"


@dataclass
class Part:
    """The differences of one row, or of the record itself."""

    heading: str
    differences: list[Difference]


class Names:
    """Says the rows that keys stand for to ``reader``; all of a model are read at once."""

    def __init__(self, reader):
        self.reader = reader
        self.asked: dict[type[Model], set] = {}
        self.known: dict[type[Model], dict[str, str]] = {}

    def ask(self, model, keys) -> None:
        keys = {str(key) for key in keys if is_key(key)}
        self.asked.setdefault(model, set()).update(keys)

    def say(self, model, key) -> str:
        if model not in self.known:
            rows = names_seen(self.reader, model, self.asked.get(model, ()))
            self.known[model] = {str(pk): str(row) for pk, row in rows.items()}
        return self.known[model].get(str(key), str(key))


def _keys(value) -> list:
    if value in (None, "", UNKNOWN):
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _widget(form_field):
    return getattr(form_field.widget, "widget", form_field.widget)


def in_words(names: Names, form_field, value) -> str:
    """Return ``value``, stored or as it was sent, as a person reads it."""
    if value is UNKNOWN:
        return ""
    if isinstance(form_field, forms.ModelChoiceField):
        model = form_field.queryset.model
        return listed(names.say(model, getattr(one, "pk", one)) for one in _keys(value))
    if isinstance(form_field, forms.FileField):
        return str(getattr(value, "name", "") or value or "")
    if isinstance(form_field, forms.BooleanField):
        return _("yes") if value and value != "False" else _("no")
    if choices := getattr(form_field, "choices", None):
        labels = {
            str(key): str(label)
            for key, label in choices
            if not isinstance(label, list | tuple)
        }
        return listed(labels.get(str(one), str(one)) for one in _keys(value))
    if value is None:
        return ""
    if isinstance(value, date | time | datetime):
        return str(_widget(form_field).format_value(value))
    return str(form_field.prepare_value(value))


def is_sent(data) -> bool:
    return data not in (None, "", [], False)


def differs(form_field, stored, data) -> bool:
    """Say whether ``data``, as it was sent, says something else than ``stored``."""
    if stored is UNKNOWN:
        return True
    return form_field.has_changed(stored, data)


def same(first, second) -> bool:
    """Say whether two stored values are the same."""
    if UNKNOWN in (first, second):
        return False
    first, second = (
        getattr(one, "name", one) if hasattr(one, "storage") else one
        for one in (first, second)
    )
    return first == second or (first in EMPTY and second in EMPTY)


def put(data: QueryDict, key: str, form_field, value) -> None:
    """Write the stored ``value`` into ``data`` as the page would send it."""
    data.pop(key, None)
    if isinstance(form_field, forms.FileField):
        data.pop(f"{key}-clear", None)
        return
    if value is UNKNOWN:
        return
    prepared = form_field.prepare_value(value)
    widget = _widget(form_field)
    if isinstance(widget, forms.CheckboxInput):
        if prepared:
            data[key] = "on"
        return
    written = widget.format_value(prepared)
    if isinstance(written, list | tuple):
        data.setlist(key, [str(one) for one in written])
    else:
        data[key] = "" if written is None else str(written)


class Comparison:
    """What was typed on a page, beside what was saved since the page was opened.

    ``form`` and ``formsets`` are bound to what was typed; they are read, not cleaned.
    ``choices`` maps names of differences to "mine" or "theirs". ``identified_by`` names,
    by prefix, the column in which two new rows are about the same thing.
    """

    def __init__(
        self, form, formsets, before, theirs, choices, identified_by, gone, *, reader
    ):
        self.form = form
        self.formsets = formsets
        self.before = before
        self.theirs = theirs
        self.choices = choices
        self.identified_by = identified_by
        self.gone = gone
        self.names = Names(reader)
        self.parts: list[Part] = []
        self.data = form.data.copy()
        self.files = MultiValueDict(form.files)
        for name in [name for name in self.data if name.startswith("_choice-")]:
            del self.data[name]
        self._ask_for_names()
        self._compare()

    @property
    def differences(self) -> Iterator[Difference]:
        for part in self.parts:
            yield from part.differences

    @property
    def asked(self) -> list[Difference]:
        return [one for one in self.differences if one.is_asked]

    @property
    def undecided(self) -> list[Difference]:
        return [one for one in self.differences if not one.choice]

    # Reading

    def _ask_for_names(self):
        """Collect every key that a difference may have to say, to read them at once."""
        pages = (self.before, self.theirs)
        rows = [(self.form, [page.row for page in pages if page.row])]
        for formset in self.formsets:
            states = [
                one for page in pages for one in page.parts[formset.prefix].values()
            ]
            rows += [(form, []) for form in formset.forms]
            rows.append((formset.empty_form, states))
        for form, states in rows:
            for name, one in form.fields.items():
                if isinstance(one, InlineForeignKeyField) or not isinstance(
                    one, forms.ModelChoiceField
                ):
                    continue
                model = one.queryset.model
                for state in states:
                    self.names.ask(model, _keys(state.value(name)))
                if form.is_bound:
                    self.names.ask(model, _keys(form[name].data))

    def _fields(self, form, formset=None):
        for name, one in form.fields.items():
            if one.disabled or name == DELETION_FIELD_NAME:
                continue
            if formset and name in (formset._pk_field.name, formset.fk.name):
                continue
            yield name, one

    def _compare_row(self, form, before, theirs, prefix, formset=None):
        """Return the differences of one row, and put what is chosen into the data."""
        found = []
        for name, one in self._fields(form, formset):
            mine = form[name].data
            key = form.add_prefix(name)
            model_fields = {column.name for column in form.instance._meta.get_fields()}
            if name not in model_fields:
                continue
            was = before.value(name) if before else UNKNOWN
            now = theirs.value(name)
            i_changed = differs(one, was, mine)
            they_changed = not same(was, now)
            if not differs(one, now, mine):
                if isinstance(one, forms.FileField) and they_changed:
                    pass  # nothing was sent: the file that they saved stays
                else:
                    continue
            if was is UNKNOWN:
                i_changed = they_changed = True
            is_asked = i_changed and they_changed
            difference = Difference(
                name=f"{prefix}{name}",
                label=capfirst(str(one.label or name)),
                before=in_words(self.names, one, was),
                mine=in_words(
                    self.names, one, now if mine is None and not i_changed else mine
                ),
                theirs=in_words(self.names, one, now),
                choice=MINE if i_changed else THEIRS,
                is_asked=is_asked,
                by=theirs if they_changed else None,
                language=one.widget.attrs.get("lang", ""),
                direction=one.widget.attrs.get("dir", "auto"),
                is_unknown_before=was is UNKNOWN,
            )
            if isinstance(one, forms.FileField):
                # Nothing sent leaves the file as it is; False takes it away.
                difference.mine = (
                    difference.before
                    if mine is None
                    else str(getattr(mine, "name", "") or "")
                )
            self._choose(difference)
            if difference.choice == THEIRS:
                put(self.data, key, one, now)
                self.files.pop(key, None)
            found.append(difference)
        return found

    def _choose(self, difference):
        chosen = self.choices.get(difference.input_name)
        if chosen in (MINE, THEIRS):
            difference.choice = chosen
        elif difference.is_asked:
            difference.choice = ""

    # The page

    def _compare(self):
        found = self._compare_row(self.form, self.before.row, self.theirs.row, "")
        if found:
            self.parts.append(Part("", found))
        for formset in self.formsets:
            self._compare_formset(formset)

    def _compare_formset(self, formset):
        prefix = formset.prefix
        before, theirs = self.before.parts[prefix], dict(self.theirs.parts[prefix])
        title = capfirst(str(formset.model._meta.verbose_name))
        stored, new = [], []  # forms, each with the row that it becomes
        seen = set()

        def add(label, differences):
            if differences:
                heading = f"{title}: {label}" if label else title
                self.parts.append(Part(heading, differences))

        for form in formset.initial_forms:
            pk = form[formset._pk_field.name].data
            pk = int(pk) if is_key(pk or "") else None
            deletes = form.add_prefix(DELETION_FIELD_NAME) in self.data
            was, now = before.get(pk), theirs.get(pk)
            if now is None:
                if pk is None or pk in seen:
                    continue
                seen.add(pk)
                difference = self._they_deleted(formset, form, pk, was, deletes)
                if difference:
                    add("", [difference])
                    if difference.choice == MINE:
                        new.append(form)
                continue
            seen.add(pk)
            stored.append((form, pk))
            name = f"{prefix}-{pk}-"
            if deletes:
                changes = [
                    one
                    for one in now.values
                    if was is None or not same(was.value(one), now.value(one))
                ]
                difference = Difference(
                    name=f"{name}DELETE",
                    label=_("The row"),
                    before=self._summary(form, was, formset) if was else "",
                    mine=_("deleted"),
                    theirs=self._summary(form, now, formset),
                    choice=MINE,
                    is_asked=bool(changes),
                    by=now if changes else None,
                    is_unknown_before=was is None,
                )
                self._choose(difference)
                if difference.choice == THEIRS:
                    self.data.pop(form.add_prefix(DELETION_FIELD_NAME), None)
                    for one, form_field in self._fields(form, formset):
                        put(self.data, form.add_prefix(one), form_field, now.value(one))
                add(now.label, [difference])
            else:
                add(now.label, self._compare_row(form, was, now, name, formset))
        added = {pk: state for pk, state in theirs.items() if pk not in seen}
        for form in formset.extra_forms:
            if (
                form.add_prefix(DELETION_FIELD_NAME) in self.data
                or not form.has_changed()
            ):
                continue
            twin = self._twin(form, added, before, prefix)
            if twin is None:
                new.append(form)
                difference = Difference(
                    name=form.prefix,
                    label=_("The row"),
                    before="",
                    mine=self._typed(form, formset),
                    theirs="",
                    choice=MINE,
                    is_settled=True,
                )
                add(_("added by you"), [difference])
                continue
            now = added.pop(twin)
            stored.append((form, twin))
            blank = State(dict.fromkeys(now.values))
            add(
                now.label,
                self._compare_row(form, blank, now, f"{prefix}-{twin}-", formset),
            )
        for pk, now in added.items():
            stored.append((None, pk))
            if pk in before:
                continue
            difference = Difference(
                name=f"{prefix}-{pk}",
                label=_("The row"),
                before="",
                mine="",
                theirs=self._summary(formset.empty_form, now, formset),
                choice=THEIRS,
                is_settled=True,
                by=now,
            )
            add(now.label, [difference])
        self._write(formset, stored, new)

    def _they_deleted(self, formset, form, pk, was, deletes):
        """Return what is to be said of a row that is gone, None if nobody misses it."""
        touched = was is None or any(
            differs(one, was.value(name), form[name].data)
            for name, one in self._fields(form, formset)
        )
        difference = Difference(
            name=f"{formset.prefix}-{pk}-row",
            label=_("The row"),
            before=self._summary(form, was, formset) if was else "",
            mine=self._typed(form, formset),
            theirs=_("deleted"),
            choice=MINE,
            is_asked=True,
            by=self.gone(formset).get(pk),
            is_unknown_before=was is None,
        )
        if deletes:
            return None
        if not touched:
            difference.choice, difference.is_settled = THEIRS, True
            difference.is_asked = False
            return difference
        self._choose(difference)
        return difference

    def _twin(self, form, added, before, prefix):
        """Return the new row of theirs that is about the same as the new row ``form``."""
        column = self.identified_by.get(prefix)
        if not column:
            return None
        mine = form[column].data
        for pk, state in added.items():
            if pk not in before and not differs(
                form.fields[column], state.value(column), mine
            ):
                return pk
        return None

    def _summary(self, form, state, formset) -> str:
        told = [
            (one.label or name, in_words(self.names, one, state.value(name)))
            for name, one in self._fields(form, formset)
            if state.value(name) not in (None, "", [], UNKNOWN, False)
        ]
        return _lines(told)

    def _typed(self, form, formset) -> str:
        told = [
            (one.label or name, in_words(self.names, one, form[name].data))
            for name, one in self._fields(form, formset)
            if is_sent(form[name].data)
        ]
        return _lines(told)

    def _write(self, formset, stored, new):
        """Number the rows anew in ``data`` and ``files``: the stored ones come first."""
        prefix = formset.prefix
        rows = []
        for form, pk in [*stored, *((form, None) for form in new)]:
            values, files = {}, {}
            if form is None:
                sent = QueryDict(mutable=True)
                state = self.theirs.parts[prefix][pk]
                for name, one in self._fields(formset.empty_form, formset):
                    put(sent, name, one, state.value(name))
                values = dict(sent.lists())
            else:
                start = f"{form.prefix}-"
                for source, target in ((self.data, values), (self.files, files)):
                    for key in source:
                        if key.startswith(start):
                            target[key.removeprefix(start)] = source.getlist(key)
            values[formset._pk_field.name] = [str(pk or "")]
            values[formset.fk.name] = [str(self.form.instance.pk)]
            if pk is None:
                values.pop(DELETION_FIELD_NAME, None)
            rows.append((values, files))
        for source in (self.data, self.files):
            for key in [key for key in source if key.startswith(f"{prefix}-")]:
                if not key.startswith(f"{prefix}-__prefix__-"):
                    source.pop(key)
        for number, (values, files) in enumerate(rows):
            for source, target in ((values, self.data), (files, self.files)):
                for name, sent in source.items():
                    target.setlist(f"{prefix}-{number}-{name}", sent)
        form = formset.management_form
        limits = {"TOTAL_FORMS": len(rows), "INITIAL_FORMS": len(stored)}
        for name in form.fields:
            value = limits.get(name, form[name].data)
            if value is not None:
                self.data[f"{prefix}-{name}"] = str(value)


def _lines(told) -> str:
    return "\n".join(
        _("%(label)s: %(value)s") % {"label": capfirst(str(label)), "value": value}
        for label, value in told
    )


def typed_in_words(form, formsets, reader) -> list[Part]:
    """Return all that was typed on a page, row by row, as ``reader`` may read it."""
    names = Names(reader)
    rows = [("", form, None)]
    for formset in formsets:
        title = capfirst(str(formset.model._meta.verbose_name))
        # Rows that the page begins with and nobody wrote into are not typed.
        rows += [(title, one, formset) for one in formset.forms if one.has_changed()]
    parts = []
    for title, one, formset in rows:
        hidden = (formset._pk_field.name, formset.fk.name) if formset else ()
        inputs = [
            (name, form_field)
            for name, form_field in one.fields.items()
            if name not in hidden and name != DELETION_FIELD_NAME
        ]
        for name, form_field in inputs:
            if isinstance(form_field, forms.ModelChoiceField):
                names.ask(form_field.queryset.model, _keys(one[name].data))
        parts.append((title, one, inputs))
    told = []
    for title, one, inputs in parts:
        differences = [
            Difference(
                name=one.add_prefix(name),
                label=capfirst(str(form_field.label or name)),
                before="",
                mine=in_words(names, form_field, one[name].data),
                theirs="",
                choice=MINE,
                language=form_field.widget.attrs.get("lang", ""),
                direction=form_field.widget.attrs.get("dir", "auto"),
            )
            for name, form_field in inputs
            if is_sent(one[name].data)
        ]
        if differences:
            told.append(Part(title, differences))
    return told
