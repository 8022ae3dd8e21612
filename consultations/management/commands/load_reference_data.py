"""Loads what every record refers to: regions, provinces and the vocabularies.

What is missing is added; what is there belongs to staff and is never overwritten, and
what staff deleted does not come back: the history of each table remembers its codes.
"""

import csv
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from config.models import DataVersion
from consultations.models import (
    Instrument,
    MeetingType,
    Programme,
    TargetGroup,
    Theme,
)
from regions.models import Province, Region
from stakeholders.models import Office, OrganisationKind, ParticipantCategory

REGIONS = "regions/data/regions.csv"
PROVINCES = "regions/data/provinces.csv"
VOCABULARIES = "consultations/data/vocabularies.csv"
MODELS = {
    "participant_category": ParticipantCategory,
    "organisation_kind": OrganisationKind,
    "office": Office,
    "meeting_type": MeetingType,
    "theme": Theme,
    "target_group": TargetGroup,
    "programme": Programme,
    "instrument": Instrument,
}


class Command(BaseCommand):
    help = (
        "Load the regions, the provinces and the vocabularies: add what is missing, "
        "change nothing that is there."
    )
    requires_system_checks = []

    @transaction.atomic
    def handle(self, *args, verbosity, **options):
        added = self.load_territory() + self.load_vocabularies()
        if added:
            DataVersion.raise_by_one()
        if verbosity:
            self.stdout.write(f"Reference data: {added} rows added.")

    def load_territory(self) -> int:
        regions = missing(Region, rows_of(REGIONS))
        seats = {}
        for row in regions:
            seats[row["code"]] = row.pop("seat_province")
            add(Region, row)
        provinces = missing(Province, rows_of(PROVINCES))
        if provinces:
            region_of = {region.code: region for region in Region.objects.all()}
            for row in provinces:
                add(Province, row | {"region": region_of[row["region"]]})
        # A region's seat lies in a province, which lies in the region: set at the end.
        for region in Region.objects.filter(code__in=seats) if seats else ():
            region.seat_province = Province.objects.get(code=seats[region.code])
            region._change_reason = "reference data: the seat"
            region.save()
        return len(regions) + len(provinces)

    def load_vocabularies(self) -> int:
        added = 0
        by_vocabulary = {name: [] for name in MODELS}
        for row in rows_of(VOCABULARIES):
            terms = by_vocabulary[row.pop("vocabulary")]
            terms.append(row | {"order": len(terms) + 1})
        for name, rows in by_vocabulary.items():
            model = MODELS[name]
            columns = {field.name for field in model._meta.fields}
            for row in missing(model, rows):
                add(model, {key: row[key] for key in row if key in columns})
                added += 1
        return added


def rows_of(path: str) -> list[dict]:
    """Return the rows of a CSV file of the project, several names a line each."""
    with Path(settings.BASE_DIR, path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if "other_names" in row:
            row["other_names"] = row["other_names"].replace("|", "\n")
    return rows


def missing(model, rows: list[dict]) -> list[dict]:
    """Return the rows whose code ``model`` does not hold and never held."""
    held = model.objects.order_by().values_list("code")
    ever_held = model.history.order_by().values_list("code")
    known = {code for (code,) in held.union(ever_held).order_by()}
    return [row for row in rows if row["code"] not in known]


def add(model, values: dict) -> None:
    """Save a new row of ``model``, its history begun."""
    thing = model(**values)
    thing._change_reason = "reference data"
    thing.save()
