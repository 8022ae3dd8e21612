"""Brings the record that ships with the portal into the database.

The record is a folder of YAML files, one for each series, meeting and agreement, and the
name of a file is the natural key of what it holds: the code, the address, the reference.
What the database already has under that key is left alone, whatever became of it there,
so that its file is not even read. ``stakeholders.yaml`` holds the organisations and
persons, which come in with the first record that names them.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models, transaction

from config.localization import LANGUAGES
from config.models import ReferenceTerm
from config.other_names import split_other_names
from consultations import services
from consultations.models import (
    AgendaItem,
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    AidDistribution,
    Attendance,
    Commitment,
    Correction,
    Discrepancy,
    Document,
    Expectation,
    Meeting,
    MeetingSeries,
    Participation,
    PartnershipAgreement,
    Progress,
    Source,
)
from consultations.validators import (
    validate_contributions,
    validate_one_meeting_a_region,
    validate_provinces_lie_in,
)
from regions.models import Province, Region
from stakeholders.models import Organisation, Person

FOLDER = Path(__file__).parent

# Parts by the heading they stand under, in the order in which they lean on each other.
MEETING_PARTS = {
    "sources": Source,
    "discrepancies": Discrepancy,
    "documents": Document,
    "corrections": Correction,
    "participations": Participation,
    "attendances": Attendance,
    "agenda_items": AgendaItem,
    "expectations": Expectation,
    "commitments": Commitment,
    "aid_distributions": AidDistribution,
    "progress_reports": Progress,
}
AGREEMENT_PARTS = {
    "sources": Source,
    "discrepancies": Discrepancy,
    "documents": Document,
    "corrections": Correction,
    "parties": AgreementParty,
    "components": AgreementComponent,
    "steps": AgreementStep,
    "progress_reports": Progress,
}
# Filled while a meeting is saved, so that they cannot be checked before.
MADE_ON_SAVING = {"slug", "sorts_on"}

# The YAML type that a column takes; the first class that fits decides.
TYPES: dict[type[models.Field], tuple[type, ...]] = {
    models.BooleanField: (bool,),
    models.DecimalField: (int, str),
    models.IntegerField: (int,),
    models.DateField: (datetime.date,),
    models.TimeField: (str,),
    models.CharField: (str,),
    models.TextField: (str,),
}


class RecordError(Exception):
    """Something in the files is wrong; says in which file, record and field."""


@dataclass(frozen=True)
class Place:
    """Where in the files a value stands, for the messages."""

    file: str
    record: str
    field: str = ""

    def within(self, part: str) -> "Place":
        return replace(self, record=f"{self.record}, {part}")

    def at(self, field: str) -> "Place":
        return replace(self, field=field)

    def error(self, message: str) -> RecordError:
        places = [self.file, self.record, self.field]
        return RecordError(
            f"{', '.join(place for place in places if place)}: {message}"
        )


@dataclass
class Outcome:
    """What a load did: how many of each kind were added and kept."""

    added: Counter
    kept: Counter

    def lines(self) -> Iterable[str]:
        """Yield a line for each kind of thing, such as “Meeting: 15 added, 0 kept”."""
        for name in dict.fromkeys([*self.added, *self.kept]):
            yield f"{name}: {self.added[name]} added, {self.kept[name]} kept"


@transaction.atomic
def load_records(folder: Path = FOLDER, *, dry_run: bool = False) -> Outcome:
    """Load what the database does not have yet; all of it or, on an error, nothing.

    With ``dry_run`` everything is checked and then taken back. Raise RecordError where
    a file is wrong.
    """
    load = Load(folder)
    load.run()
    if dry_run:
        transaction.set_rollback(True)
    return load.outcome


class Load:
    """One run over one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.outcome = Outcome(Counter(), Counter())
        self.found: dict[tuple, models.Model] = {}
        self.stakeholders: dict | None = None

    def run(self) -> None:
        for file in self.new_files("series", MeetingSeries, "code"):
            place, values = self.read(file)
            self.make(MeetingSeries, values, place, code=file.stem)
        meetings = [
            self.make_meeting(file)
            for file in self.new_files("meetings", Meeting, "slug")
        ]
        agreements = [
            self.make_agreement(file)
            for file in self.new_files("agreements", PartnershipAgreement, "reference")
        ]
        # After the agreements: aid and commitments name them.
        for meeting, parts, place in meetings:
            self.make_parts(meeting, "meeting", parts, MEETING_PARTS, place)
        for record, _parts, place in meetings + agreements:
            with naming(place):
                services.publish(record, by=None)

    def new_files(self, kind: str, model: type[models.Model], key: str) -> list[Path]:
        """Return the files of ``kind`` whose record the database does not have."""
        files = sorted((self.folder / kind).glob("*.yaml"))
        there = set(
            model.objects.filter(
                **{f"{key}__in": [file.stem for file in files]}
            ).values_list(key, flat=True)
        )
        self.outcome.kept[model.__name__] += len(there)
        return [file for file in files if file.stem not in there]

    def read(self, file: Path) -> tuple[Place, dict]:
        name = file.relative_to(self.folder).as_posix()
        place = Place(name, file.stem if file.parent != self.folder else "")
        try:
            values = RecordYaml(file.read_bytes()).get_single_data()
        except (OSError, UnicodeError, yaml.YAMLError) as error:
            raise place.error(" ".join(str(error).split())) from error
        if not isinstance(values, dict):
            raise place.error("The file holds no record.")
        return place, values

    def make_meeting(self, file: Path) -> tuple[Meeting, dict, Place]:
        place, values = self.read(file)
        parts = take(values, MEETING_PARTS)
        meeting = self.make(Meeting, values, place)
        if meeting.slug != file.stem:
            raise place.at("starts_on").error(
                f"Date and region make the address “{meeting.slug}”; name the file so."
            )
        regions = [meeting.region] if meeting.region_id else []
        with naming(place):
            validate_provinces_lie_in(regions, meeting.provinces.all())
            validate_one_meeting_a_region(meeting)
        return meeting, parts, place

    def make_agreement(self, file: Path) -> tuple[PartnershipAgreement, dict, Place]:
        place, values = self.read(file)
        parts = take(values, AGREEMENT_PARTS)
        agreement = self.make(PartnershipAgreement, values, place, reference=file.stem)
        self.make_parts(agreement, "agreement", parts, AGREEMENT_PARTS, place)
        with naming(place):
            validate_provinces_lie_in(
                agreement.regions.all(), agreement.provinces.all()
            )
            validate_contributions(
                agreement.amount,
                agreement.amount_note,
                agreement.parties.values_list("contribution", flat=True),
            )
        return agreement, parts, place

    def make_parts(self, record, owner: str, parts: dict, known: dict, place: Place):
        for heading, model in known.items():
            rows = parts.get(heading, [])
            if not isinstance(rows, list):
                raise place.at(heading).error("A list is expected.")
            for number, values in enumerate(rows, start=1):
                row_place = place.within(f"{heading} {number}")
                if not isinstance(values, dict):
                    raise row_place.error("Fields with their values are expected.")
                fixed = {owner: record}
                if hasattr(model, "order"):
                    fixed["order"] = number
                self.make(model, values, row_place, record=record, **fixed)

    def make(self, model, values: dict, place: Place, record=None, **fixed):
        """Save a row of ``model`` with ``values``, checked, and return it.

        ``record`` is the meeting or agreement that a part belongs to; ``fixed`` are
        the columns that follow from where the values stand.
        """
        columns: dict[str, Any] = dict(fixed)
        many: dict[str, list] = {}
        for name, value in values.items():
            here = place.at(str(name))
            if name in fixed:
                raise here.error("This follows from where the values stand.")
            field = field_of(model, name, here)
            if field is None:
                columns |= texts_of(model, name, value, here)
            elif field.many_to_many:
                if not isinstance(value, list):
                    raise here.error("A list is expected.")
                many[name] = [
                    self.find(field.related_model, key, here, record) for key in value
                ]
            elif field.is_relation:
                columns[name] = self.find(field.related_model, value, here, record)
            else:
                columns[name] = checked(field, value, here)
        row = model(**columns)
        row._change_reason = f"Loaded from {place.file}"
        with naming(place):
            row.full_clean(exclude=MADE_ON_SAVING)
        row.save()
        for name, things in many.items():
            getattr(row, name).set(things)
        self.outcome.added[model.__name__] += 1
        return row

    def find(self, model, key, place: Place, record):
        """Return what ``key`` names in a file: a code, an address, a short name."""
        if not isinstance(key, str | int):
            raise place.error(f"“{key}” names nothing.")
        # What belongs to one record is found in it alone.
        scope = record if model in (Source, Expectation) else None
        known = (model, scope, key)
        if known not in self.found:
            self.found[known] = self.look_up(model, key, place, record)
        return self.found[known]

    def look_up(self, model, key, place: Place, record):
        if model in (Organisation, Person):
            return self.stakeholder(model, key, place)
        if model is Source:
            found = record.sources.filter(key=key)
        elif model is Expectation:
            found = record.expectations.filter(order=key)
        elif issubclass(model, ReferenceTerm) or model is MeetingSeries:
            found = model.objects.filter(code=key)
        elif model is Province:
            found = Province.objects.filter(iso_code=key)
        elif model is PartnershipAgreement:
            found = PartnershipAgreement.objects.filter(reference=key)
        elif model in (Region, Meeting):
            found = model.objects.filter(slug=key)
        else:
            raise place.error(f"A file cannot name a {model._meta.verbose_name}.")
        if thing := found.first():
            return thing
        raise place.error(f"No {model._meta.verbose_name} “{key}”.")

    def stakeholder(self, model, key, place: Place):
        """Return an organisation or person by its key, saved if it is not there yet."""
        if self.stakeholders is None:
            _place, self.stakeholders = self.read(self.folder / "stakeholders.yaml")
        heading = "organisations" if model is Organisation else "persons"
        values = self.stakeholders.get(heading, {}).get(key)
        if values is None:
            raise place.error(f"stakeholders.yaml has no “{key}” under {heading}.")
        own_place = Place("stakeholders.yaml", f"{heading} {key}")
        if there := self.known_by_name(model, values):
            self.outcome.kept[model.__name__] += 1
            return there
        return self.make(model, values, own_place)

    def known_by_name(self, model, values: dict):
        """Return who has the name already, as its own or as another of its names."""
        names = values.get("name", {})
        name = values.get("name_ar") or names.get("ar") or names.get("fr", "")
        rows = model.objects.filter(
            models.Q(name_ar=name)
            | models.Q(name_fr=name)
            | models.Q(other_names__contains=name)
        )
        for row in rows:
            if name in (row.name_ar, row.name_fr, *split_other_names(row.other_names)):
                return row
        return None


class naming:  # noqa: N801 -- reads as a word, like ``suppress``
    """Turn a ValidationError of the block into a RecordError that says where."""

    def __init__(self, place: Place):
        self.place = place

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _trace):
        if not isinstance(error, ValidationError):
            return
        by_field = getattr(error, "message_dict", {NON_FIELD_ERRORS: error.messages})
        field, messages = next(iter(by_field.items()))
        place = self.place if field == NON_FIELD_ERRORS else self.place.at(field)
        raise place.error(" ".join(messages)) from error


def take(values: dict, headings: Iterable[str]) -> dict:
    """Take the parts out of the values of a record and return them."""
    return {heading: values.pop(heading) for heading in headings if heading in values}


def field_of(model, name: str, place: Place):
    """Return the field, or None for a text of three columns named by their stem."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        if any(hasattr(model, f"{name}_{language}") for language in LANGUAGES):
            return None
        raise place.error(f"A {model._meta.verbose_name} has no such field.") from None
    if field.auto_created or not field.editable:
        raise place.error("The portal makes this itself.")
    return field


def texts_of(model, name: str, value, place: Place) -> dict[str, str]:
    """Return the columns of a text; of a list of texts, each column has one a line."""
    texts = value if isinstance(value, list) else [value]
    columns: dict[str, list[str]] = {}
    for text in texts:
        if not isinstance(text, dict) or not set(text) <= set(LANGUAGES):
            raise place.error(f"Languages are expected: {', '.join(LANGUAGES)}.")
        for language, words in text.items():
            here = place.at(f"{name}_{language}")
            field = field_of(model, here.field, here)
            columns.setdefault(here.field, []).append(checked(field, words, here))
    return {column: "\n".join(lines) for column, lines in columns.items()}


def checked(field: models.Field, value, place: Place):
    """Return ``value`` if it has the type of the column; lines are joined."""
    if isinstance(field, models.TextField) and isinstance(value, list):
        return "\n".join(checked(field, line, place) for line in value)
    types = next(
        (types for kind, types in TYPES.items() if isinstance(field, kind)), ()
    )
    # To YAML a bare 20:30 is a number, and to Python true is one.
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        names = " or ".join(kind.__name__ for kind in types)
        raise place.error(f"“{value}” is not of the type expected here ({names}).")
    return value.strip() if isinstance(value, str) else value


class RecordYaml(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which a key written twice is an error, not a loss."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _value in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"“{key.value}” stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)
