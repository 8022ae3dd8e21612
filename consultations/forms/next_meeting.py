"""What the next meeting of a series takes over from the one before it.

Facts of the old meeting stay with it: only what usually holds again is carried over,
and, where the old one is saved as a new one, what staff typed before they asked for it.
"""

import datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from config.admin_forms import is_marked_for_deletion
from config.localization import LANGUAGES
from consultations.models import Attendance, Meeting, MeetingSeries, Participation
from stakeholders.models import Person

# So many of a region's participations say who holds an office there.
LATEST = 200
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
# Of these, what another region does not have.
OF_THE_REGION = {
    "region",
    "provinces",
    *(f"{place}_{language}" for place in ("city", "venue") for language in LANGUAGES),
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


def last_of(series: MeetingSeries) -> Meeting | None:
    """Return the meeting after which the next of ``series`` comes, None for the first."""
    return (
        series.meetings.exclude(state=Meeting.State.CANCELLED)
        .order_by(F("order_in_series").desc(nulls_last=True), "-sorts_on", "-pk")
        .first()
    )


def begin_after(old: Meeting, region=None, day: datetime.date | None = None) -> dict:
    """Return what the page of the next meeting begins with: ``region``, ``day`` and more.

    Where each region has one meeting, the next is in another one, so that no place holds.
    """
    elsewhere = region != old.region if region else _goes_elsewhere(old)
    initial = {}
    for name in CARRIED - (OF_THE_REGION if elsewhere else set()):
        field = old._meta.get_field(name)
        if field.many_to_many:
            initial[name] = list(getattr(old, name).all())
        else:
            initial[name] = getattr(old, field.attname)
    if region:
        initial["region"] = region.pk
    if day:
        initial["starts_on"] = day
        if day > timezone.localdate() and old.state == Meeting.State.HELD:
            initial["state"] = Meeting.State.ANNOUNCED
    return initial


def _goes_elsewhere(old: Meeting) -> bool:
    return old.series_id is not None and old.series.one_per_region


def usual_participants(
    old: Meeting, region=None, day: datetime.date | None = None
) -> list[dict]:
    """Return the rows that the next meeting begins with, in at most four queries.

    Those of ``old``. In another region its own bodies and persons are left out, and the
    offices stay; who holds them in ``region`` comes in where the record knows it. A
    person's office is that of ``old`` unless a meeting after it, up to ``day``, says
    otherwise.
    """
    day = day or timezone.localdate()
    elsewhere = region != old.region if region else _goes_elsewhere(old)
    rows = [
        {name: getattr(row, name) for name in CARRIED_OF_ROWS[Participation]}
        for row in old.participations.select_related(
            "category", "organisation", "person", "office"
        )
    ]
    if elsewhere:
        _leave_the_region(rows, old)
    _bring_offices_up_to(rows, old, day)
    if elsewhere and region:
        _fill_offices(rows, region, day)
    return [{**row, "category": row["category"].pk} for row in rows]


def _leave_the_region(rows: list[dict], old: Meeting) -> None:
    """Take out of ``rows`` what is of the region of ``old`` alone."""
    persons = {row["person"].pk for row in rows if row["person"]}
    seen_elsewhere = set(
        Participation.objects.filter(person__in=persons)
        .exclude(meeting__region=old.region_id)
        .values_list("person", flat=True)
    )
    for row in rows:
        body, person = row["organisation"], row["person"]
        of_all_regions = body is not None and body.region_id is None
        if person and not of_all_regions and person.pk not in seen_elsewhere:
            row["person"] = None
        if body and body.region_id is not None and body.region_id == old.region_id:
            row["organisation"] = None


def _bring_offices_up_to(rows: list[dict], old: Meeting, day: datetime.date) -> None:
    persons = {row["person"].pk for row in rows if row["person"]}
    later = Participation.objects.filter(
        person=OuterRef("pk"),
        office__isnull=False,
        meeting__sorts_on__gt=old.sorts_on,
        meeting__sorts_on__lte=day,
    ).order_by("-meeting__sorts_on", "-pk")
    last_of_each = Person.objects.filter(pk__in=persons).values(
        last=Subquery(later.values("pk")[:1])
    )
    found = Participation.objects.filter(pk__in=last_of_each.order_by())
    latest = {
        one.person_id: one for one in found.select_related("office", "organisation")
    }
    for row in rows:
        known = latest.get(row["person"].pk) if row["person"] else None
        if known and known.office != row["office"]:
            row["office"], row["organisation"] = known.office, known.organisation


def _fill_offices(rows: list[dict], region, day: datetime.date) -> None:
    """Put those who held the offices of ``rows`` in ``region`` last into them."""
    vacant = [row for row in rows if row["office"] and not row["person"]]
    known = (
        Participation.objects.filter(
            Q(meeting__region=region, meeting__sorts_on__lte=day),
            office__in={row["office"].pk for row in vacant},
            person__isnull=False,
        )
        .select_related("person", "organisation")
        .order_by("-meeting__sorts_on", "-pk")[:LATEST]
    )
    holders = {}
    for one in known:
        holders.setdefault((one.office_id, one.category_id), one)
    for row in vacant:
        if holder := holders.get((row["office"].pk, row["category"].pk)):
            row["person"] = holder.person
            row["organisation"] = row["organisation"] or holder.organisation
