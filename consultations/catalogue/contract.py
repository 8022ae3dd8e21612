"""Since when each column is there: what the contract promised, and what was added to it.

``consultations/data/contract.csv`` has a line a column, which is never taken out. Tests
hold it to the declarations, and ``python -m tests.contract`` adds the lines of new ones.
"""

import csv
import datetime
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

from consultations.exports import DATASETS

FILE = Path(__file__).resolve().parent.parent / "data" / "contract.csv"


@dataclass(frozen=True)
class Promise:
    """A column that files have since a day."""

    dataset: str
    column: str
    since: datetime.date


@dataclass
class Change:
    """What a day added: whole tables, and columns to tables that were there."""

    day: datetime.date
    tables: list = field(default_factory=list)
    columns: list[tuple] = field(default_factory=list)


@cache
def promises() -> tuple[Promise, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Promise(
                row["dataset"],
                row["column"],
                datetime.date.fromisoformat(row["since"]),
            )
            for row in csv.DictReader(file)
        )


def changes() -> list[Change]:
    """Return what was added to the contract, the latest day first."""
    first_day: dict[str, datetime.date] = {}
    for promise in promises():
        first_day.setdefault(promise.dataset, promise.since)
    by_day: dict[datetime.date, Change] = {}
    for name, group in groupby(promises(), key=lambda promise: promise.dataset):
        added: dict[datetime.date, list[str]] = {}
        for promise in group:
            added.setdefault(promise.since, []).append(promise.column)
        for day, keys in added.items():
            change = by_day.setdefault(day, Change(day))
            if day == first_day[name]:
                change.tables.append(DATASETS[name])
            else:
                change.columns.append((DATASETS[name], keys))
    return [by_day[day] for day in sorted(by_day, reverse=True)]
