"""Texts of the declarations in every language of the portal at once."""

from collections.abc import Callable

from django.utils import translation
from django.utils.text import capfirst

from config.localization import LANGUAGES
from consultations.exports.columns import Column, Dataset


def in_every_language(read: Callable[[], object]) -> dict[str, str]:
    """Return what ``read`` gives with each language active; empty texts are left out."""
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            if text := str(read()):
                texts[language] = text
    return texts


def title(dataset: Dataset) -> dict[str, str]:
    return in_every_language(lambda: dataset.title)


def description(dataset: Dataset) -> dict[str, str]:
    return in_every_language(lambda: dataset.description)


def heading(column: Column) -> dict[str, str]:
    return in_every_language(lambda: capfirst(column.label))


def meaning(column: Column) -> dict[str, str]:
    return in_every_language(lambda: column.description)
