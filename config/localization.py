"""Text in three languages: the columns that hold it and the property that reads it."""

import unicodedata

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("ar", "fr", "en")
DIRECTIONS = {"ar": "rtl", "fr": "ltr", "en": "ltr"}
LANGUAGE_NAMES = {"ar": _("Arabic"), "fr": _("French"), "en": _("English")}


class Language(models.TextChoices):
    """The language that a free text is written in."""

    ARABIC = "ar", _("Arabic")
    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")


class LocalizedText(str):
    """A text that knows its language, so that a page can mark what it falls back to.

    ``language`` is "ar", "fr" or "en"; ``is_fallback`` is true when the reader's own
    language was empty.
    """

    language: str
    is_fallback: bool

    def __new__(cls, text: str, language: str, *, is_fallback: bool = False):
        self = super().__new__(cls, text)
        self.language = language
        self.is_fallback = is_fallback
        return self

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


def current_language() -> str:
    """Return the active language if the portal has it, else Arabic."""
    language = (get_language() or "ar")[:2]
    return language if language in LANGUAGES else "ar"


def in_three_languages(field_class, verbose_name, **options):
    """Return the Arabic, French and English column of one text, none of them required.

    Arabic is demanded when the record is published, not while it is a draft.
    """
    return tuple(
        field_class(
            format_lazy("{} ({})", verbose_name, LANGUAGE_NAMES[language]),
            blank=True,
            **options,
        )
        for language in LANGUAGES
    )


def pick_language(texts: dict[str, str]) -> LocalizedText:
    """Return the text in the active language, or else in Arabic, French, English."""
    wanted = current_language()
    for language in (wanted, *LANGUAGES):
        if texts.get(language):
            return LocalizedText(
                texts[language], language, is_fallback=language != wanted
            )
    return LocalizedText("", wanted)


def in_its_script(text: str) -> LocalizedText:
    """Return a text that nobody noted the language of, as what its first letter is of.

    Arabic letters are Arabic. Others may be of a name in any language, and are taken for
    the reader's own.
    """
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "AL":
                return LocalizedText(text, "ar", is_fallback=current_language() != "ar")
            case "L":
                break
    return LocalizedText(text, current_language())


class localized:  # noqa: N801 -- reads as a word of the model, like ``property``
    """Read ``<name>_ar``, ``<name>_fr``, ``<name>_en`` as one text, a LocalizedText."""

    def __init__(self, name: str):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return pick_language(
            {code: getattr(instance, f"{self.name}_{code}") for code in LANGUAGES}
        )


class written_in:  # noqa: N801 -- see ``localized``
    """Read a one-column text in the language that another column names."""

    def __init__(self, column: str, language_column: str = "language"):
        self.column = column
        self.language_column = language_column

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        language = getattr(instance, self.language_column) or "ar"
        return LocalizedText(
            getattr(instance, self.column),
            language,
            is_fallback=language != current_language(),
        )


def localized_name(name: str) -> str:
    """Return the column of a three-language text that the reader's language prefers."""
    return f"{name}_{current_language()}"


def listed(names) -> str:
    """Return names in a row, with the comma of the reader's language between them."""
    return pgettext("between two names", ", ").join(str(name) for name in names)
