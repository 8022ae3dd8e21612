"""How much of a record is written in each language: which of its texts lack one.

A text lacks a language when it is written in another and not in that one; what is written
in none is not stated, and lacks nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    Model,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from config.localization import LANGUAGE_NAMES, LANGUAGES, localized


def texts_of(model: type[Model]) -> list[str]:
    """Return the names of the texts that ``model`` holds in three languages."""
    return [name for name, value in vars(model).items() if isinstance(value, localized)]


def _lacks(text: str, language: str) -> Q:
    written = Q()
    for other in LANGUAGES:
        if other != language:
            written |= ~Q(**{f"{text}_{other}": ""})
    return Q(**{f"{text}_{language}": ""}) & written


def _lacking_in_row(model: type[Model], language: str):
    return sum(
        (
            Case(When(_lacks(text, language), then=1), default=0)
            for text in texts_of(model)
        ),
        Value(0),
    )


def _children(model: type[Model], part: str):
    """Return the rows of ``part`` that belong to a row of an outer query, and their key."""
    relation = model._meta.get_field(part)
    key = relation.field.name
    rows = relation.related_model._base_manager.filter(**{key: OuterRef("pk")})
    return rows.order_by(), key


def count_lacking(model: type[Model], parts: Iterable[str], language: str):
    """Return the expression that counts the texts of a row and its parts that lack it."""
    total = _lacking_in_row(model, language)
    for part in parts:
        rows, key = _children(model, part)
        counted = rows.values(key).values(
            n=Sum(_lacking_in_row(rows.model, language), output_field=IntegerField())
        )
        total = total + Coalesce(Subquery(counted), 0)
    return total


def lacks_any(model: type[Model], parts: Iterable[str], language: str) -> Q:
    """Return the condition that a row or one of its parts has a text that lacks it."""
    found = Q()
    for text in texts_of(model):
        found |= _lacks(text, language)
    for part in parts:
        rows, _key = _children(model, part)
        lacking = Q()
        for text in texts_of(rows.model):
            lacking |= _lacks(text, language)
        found |= Exists(rows.filter(lacking))
    return found


@dataclass(frozen=True)
class Gap:
    """A text, or the texts of a part, of which ``count`` lack the language."""

    label: str
    count: int


@dataclass(frozen=True)
class Coverage:
    """Of ``total`` texts that are written at all, those that lack ``language``."""

    language: str
    total: int
    gaps: list[Gap]

    @property
    def language_name(self) -> str:
        return LANGUAGE_NAMES[self.language]

    @property
    def lacking(self) -> int:
        return sum(gap.count for gap in self.gaps)

    @property
    def written(self) -> int:
        return self.total - self.lacking


def coverage_of(record: Model, parts: Iterable[str]) -> list[Coverage]:
    """Return how far ``record`` and its parts are written in each language.

    One query for each part, however many rows it has.
    """
    model = type(record)
    groups = [
        (
            {
                code: model._meta.get_field(f"{text}_{code}").verbose_name
                for code in LANGUAGES
            },
            [_written(record, text)],
        )
        for text in texts_of(model)
    ]
    for part in parts:
        rows = list(getattr(record, part).all())
        child = model._meta.get_field(part).related_model
        texts = [_written(row, text) for row in rows for text in texts_of(child)]
        label = child._meta.verbose_name_plural
        groups.append((dict.fromkeys(LANGUAGES, label), texts))
    return [
        Coverage(
            language,
            sum(any(text.values()) for _labels, texts in groups for text in texts),
            list(_gaps(groups, language)),
        )
        for language in LANGUAGES
    ]


def _written(row: Model, text: str) -> dict[str, bool]:
    return {code: bool(getattr(row, f"{text}_{code}")) for code in LANGUAGES}


def _gaps(groups, language: str) -> Iterator[Gap]:
    for labels, texts in groups:
        count = sum(any(text.values()) and not text[language] for text in texts)
        if count:
            yield Gap(labels[language], count)
