"""Inputs of the administration that know the direction and language of what they hold."""

from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.db import models

from config.localization import DIRECTIONS

# Codes, addresses and numbers: left to right and in one piece, whatever is around them.
LEFT_TO_RIGHT_FIELDS = (
    models.URLField,
    models.EmailField,
    models.SlugField,
    models.DateField,
    models.TimeField,
    models.DecimalField,
    models.IntegerField,
)
LEFT_TO_RIGHT_NAMES = {
    "code",
    "country",
    "iso_code",
    "key",
    "reference",
    "site",
    "telephone",
    "username",
}
LARGEST_KEY = 2**63 - 1


def direction_of(db_field: models.Field) -> dict[str, str]:
    """Return the ``lang`` and ``dir`` attributes that an input of ``db_field`` has."""
    language = db_field.name.rpartition("_")[2]
    if language in DIRECTIONS and isinstance(
        db_field, models.CharField | models.TextField
    ):
        return {"lang": language, "dir": DIRECTIONS[language]}
    if db_field.choices or db_field.is_relation:
        return {}
    if (
        isinstance(db_field, LEFT_TO_RIGHT_FIELDS)
        or db_field.name in LEFT_TO_RIGHT_NAMES
    ):
        return {"dir": "ltr"}
    if isinstance(db_field, models.CharField | models.TextField):
        return {"dir": "auto"}
    return {}


def is_key(value) -> bool:
    """Say whether ``value`` could be a primary key: nothing else may reach a query."""
    text = str(value)
    return text.isascii() and text.isdigit() and int(text) <= LARGEST_KEY


class LinesTextarea(AdminTextareaWidget):
    """Takes lines as the record keeps them: a browser ends each with CR and LF.

    Otherwise every text of more than one line would seem to have been changed.
    """

    def value_from_datadict(self, data, files, name):
        text = super().value_from_datadict(data, files, name)
        return text and text.replace("\r\n", "\n").replace("\r", "\n")


class KnownChoices:
    """Prints the chosen rows of an autocomplete without a query where they are at hand.

    ``known`` maps the primary key, as text, to what is shown.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {}

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        copied.known = dict(self.known)
        return copied

    def optgroups(self, name, value, attr=None):
        chosen = [str(one) for one in value if is_key(one)]
        if any(key not in self.known for key in chosen):
            return super().optgroups(name, chosen, attr)
        options = []
        if not self.is_required and not self.allow_multiple_selected:
            options.append(self.create_option(name, "", "", False, 0))
        options += [
            self.create_option(name, key, self.known[key], True, index)
            for index, key in enumerate(chosen, start=len(options))
        ]
        return [(None, options, 0)]


class KnownAutocompleteSelect(KnownChoices, AutocompleteSelect):
    pass


class KnownAutocompleteSelectMultiple(KnownChoices, AutocompleteSelectMultiple):
    pass
