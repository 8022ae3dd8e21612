"""Where each fact of tests/data/meetings.yaml stands in the database.

A *leaf* is a scalar of that file, named by its path: ``S06-oujda.chairs[1][0]``. The
table tests/data/leaves.yaml says of each leaf where it is kept, by one rule or several:

``is``      the value equals the leaf
``holds``   the value is longer and contains the leaf
``within``  the leaf is longer and contains the value, or each of several values
``place``   the value is the territory that the leaf names, spelling and kind compared
``code``    the value is the code that the vocabulary has for the leaf, given as ``as``
``prose``   the value says it in the ministry's own words; ``terms`` stand in both
``renders`` the value says it in another language, with the words given ``as``
``empty``   the leaf says that something is not known, and the value is empty
``left_out`` it is not kept, for the reason given

A value is named by the key of its record and the way from there: names of fields, and
numbers that count from 1, as in ``2022-01-12-oriental participations 1 person.name_ar``.

``python -m tests.consultations.records.leaves`` prints how many leaves are kept.
"""

import datetime
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from config.folding import fold

DATA = Path(__file__).parents[2] / "data"


@functools.cache
def read_file(name: str) -> dict:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((DATA / name).read_bytes(), Loader=loader)  # noqa: S506 -- safe


def read_leaves() -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of every scalar of meetings.yaml."""
    return walk(read_file("meetings.yaml"), "")


def walk(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for number, value in enumerate(node, start=1):
            # Meetings go by their own names, whatever comes before them.
            here = value["id"] if path == "meetings" else f"{path}[{number}]"
            yield from walk(value, here)
    else:
        yield path, node


def read_table() -> dict[str, list[dict]]:
    """Return the rules for each leaf, by its path."""
    return {
        path: rules if isinstance(rules, list) else [rules]
        for path, rules in read_file("leaves.yaml")["leaves"].items()
    }


def read_categories() -> dict[str, str]:
    """Return the vocabulary's code for each category that meetings.yaml names."""
    return read_file("leaves.yaml")["categories"]


def is_left_out(rules: list[dict]) -> bool:
    return any("left_out" in rule for rule in rules)


class Record:
    """The record in the database, each part of it read once."""

    def __init__(self):
        self.known: dict[tuple[str, ...], Any] = {}

    def locate(self, address: str) -> Any:
        """Return the value that ``address`` names."""
        return self.follow(tuple(address.replace(".", " ").split()))

    def follow(self, steps: tuple[str, ...]) -> Any:
        if steps not in self.known:
            *before, step = steps
            if not before:
                thing = read_record(step)
            else:
                thing = self.follow(tuple(before))
                if step.isdecimal():
                    rows = thing.splitlines() if isinstance(thing, str) else thing
                    thing = rows[int(step) - 1]
                else:
                    thing = getattr(thing, step)
            self.known[steps] = list(thing.all()) if hasattr(thing, "all") else thing
        return self.known[steps]


def read_record(key: str):
    """Return the series, meeting or agreement that has ``key``."""
    from consultations.models import Meeting, MeetingSeries, PartnershipAgreement

    if key.startswith("AG-"):
        return PartnershipAgreement.objects.get(reference=key)
    if key.startswith("regional-"):
        return MeetingSeries.objects.get(code=key)
    return Meeting.objects.get(slug=key)


def words(value: Any) -> str:
    """Return ``value`` as the file would write it.

    White space, case and apostrophes are evened out.
    """
    if isinstance(value, datetime.time):
        value = f"{value:%H:%M}"
    if getattr(value, "as_tuple", None) and value == int(value):
        value = int(value)
    return " ".join(str(value).split()).casefold().replace("'", "’")


def letters(value: Any) -> str:
    return "".join(filter(str.isalnum, fold(str(value))))


def codes(value: Any) -> set[str]:
    things = value if isinstance(value, list) else [value]
    return {str(getattr(thing, "code", thing)) for thing in things}


def fault(leaf: Any, rule: dict, record: Record) -> str:
    """Say what is wrong with the place that ``rule`` gives for ``leaf``, or nothing."""
    kind = next(iter(rule))
    addresses = rule[kind] if isinstance(rule[kind], list) else [rule[kind]]
    text = words(leaf)
    for address in addresses:
        value = record.locate(address)
        kept = words(value)
        if kind == "empty":
            if value not in (None, ""):
                return f"{address} is not empty: {kept}"
            continue
        if not kept:
            return f"{address} is empty"
        if kind == "is":
            right = kept == text
        elif kind == "holds":
            right = text in kept
        elif kind == "within":
            right = kept in text
        elif kind == "place":
            right = letters(value.name_ar) in letters(leaf) and (
                (str(leaf).split()[0] == "عمالة") == (value.kind == "prefecture")
            )
        elif kind == "code":
            right = (rule.get("as") or read_categories()[leaf]) in codes(value)
        elif kind == "renders":
            right = words(rule["as"]) in kept
        elif kind == "prose":
            terms = [words(term) for term in rule["terms"]]
            right = all(term and term in text and term in kept for term in terms)
        else:
            return f"no rule “{kind}”"
        if not right:
            return f"{kind} {address}: “{kept}” for “{text}”"
    return ""


def figures() -> dict[str, int]:
    """Return how many leaves are kept, listed as left out, and there are in all."""
    rules = read_table()
    left_out = sum(is_left_out(rule) for rule in rules.values())
    total = sum(1 for _leaf in read_leaves())
    return {
        "stored": len(rules) - left_out,
        "listed": left_out,
        "total": total,
    }


if __name__ == "__main__":
    for name, number in figures().items():
        print(f"{name}: {number}")  # noqa: T201 -- it is what the command is for
