"""What the next meeting of a series takes over from the one that it is copied from.

Facts of the old meeting stay with it: only what usually holds again is carried over,
and what staff typed before they asked for the copy.
"""

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from config.admin_forms import is_marked_for_deletion
from consultations.models import Attendance, Participation

# Said once on a copy that was refused: what it holds then was typed or looked at.
CARRIED_OVER = "_carried_over"
CARRIED = {
    "title_ar",
    "type",
    "state",
    "series",
    "region",
    "provinces",
    "city_ar",
    "city_fr",
    "city_en",
    "venue_ar",
    "venue_fr",
    "venue_en",
    "language",
}
# Says how another value is meant, and stays with it where that was typed anew.
GOES_WITH = {
    "order_basis": ("order_in_series",),
    "date_precision": ("starts_on", "ends_on"),
    "date_basis": ("starts_on", "ends_on"),
    "stated_total_unit": ("stated_total",),
}
# Of rows: who usually takes part (that they came this time is for staff to say), and
# the categories to count. A row that has no other column left is not saved.
CARRIED_OF_ROWS = {
    Participation: {
        "order",
        "category",
        "capacity",
        "organisation",
        "person",
        "office",
    },
    Attendance: {"category"},
}


def _blank(data: QueryDict, form, name: str) -> None:
    """Put into ``data`` what an empty page holds in the input ``name``."""
    field = form.fields[name]
    value = field.prepare_value(form.__class__().get_initial_for_field(field, name))
    key = form.add_prefix(name)
    if isinstance(value, list | tuple):
        data.setlist(key, [str(one) for one in value])
    elif value is None or value is False:
        data.pop(key, None)
    else:
        data[key] = str(value)


def take_over(data: QueryDict, form) -> QueryDict:
    """Return ``data``, sent by the bound ``form`` of the old meeting, for the next one."""
    data = data.copy()
    typed = set(form.changed_data)
    kept = CARRIED | typed
    kept |= {name for name, others in GOES_WITH.items() if typed & set(others)}
    for name in form.fields:
        if name not in kept:
            _blank(data, form, name)
    return data


def take_over_rows(formset):
    """Return the data and the files of the rows that the next meeting has.

    ``formset`` is bound to the old meeting. Its own rows stay there, unless they are
    usual ones or staff wrote over them; rows that staff added are the next meeting's.
    """
    carried = CARRIED_OF_ROWS.get(formset.model)
    rows = []
    for form in formset.initial_forms:
        typed = set(form.changed_data)
        if not is_marked_for_deletion(form) and (carried or typed):
            rows.append((form, carried and carried | typed))
    rows += [(form, None) for form in formset.extra_forms]

    prefix = formset.prefix
    data, files = formset.data.copy(), MultiValueDict(formset.files)
    for one in (data, files):
        for key in [key for key in one if key.startswith(f"{prefix}-")]:
            if not key.startswith(f"{prefix}-__prefix__-"):
                one.pop(key)
    for number, (form, kept) in enumerate(rows):
        for name in form.fields:
            if name in (formset._pk_field.name, formset.fk.name):
                continue
            if kept is not None and name not in kept:
                continue
            for source, target in ((formset.data, data), (formset.files, files)):
                if (key := form.add_prefix(name)) in source:
                    target.setlist(f"{prefix}-{number}-{name}", source.getlist(key))
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    data[f"{prefix}-INITIAL_FORMS"] = "0"
    for name in ("MIN_NUM_FORMS", "MAX_NUM_FORMS"):
        if (key := f"{prefix}-{name}") in formset.data:
            data[key] = formset.data[key]
    return data, files


def still_the_same(old, new) -> list:
    """Return the fields in which ``new`` still says what ``old`` does, empty ones not."""
    same = []
    for field in [*old._meta.fields, *old._meta.many_to_many]:
        if field.name not in CARRIED:
            continue
        values = [
            set(getattr(one, field.name).all())
            if field.many_to_many
            else getattr(one, field.attname)
            for one in (old, new)
        ]
        if values[0] and values[0] == values[1]:
            same.append(field)
    return same
