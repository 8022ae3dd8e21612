"""Other spellings and names of one thing, for search and import, not for display."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.localization import LANGUAGES


class OtherNamesField(models.TextField):
    """Other names of a thing (Popolo ``other_names``), one a line."""

    def __init__(self, *args, **options):
        options.setdefault("verbose_name", _("other names and spellings"))
        options.setdefault("blank", True)
        options.setdefault(
            "help_text",
            _("One a line. Used by search and import, not shown to readers."),
        )
        super().__init__(*args, **options)

    def deconstruct(self):
        name, _path, args, options = super().deconstruct()
        return name, "config.other_names.OtherNamesField", args, options


def names_of(thing) -> list[str]:
    """Return every name that ``thing`` has in its columns, other names included."""
    names = [getattr(thing, f"name_{code}", "") for code in LANGUAGES]
    return [name for name in names if name] + split_other_names(
        getattr(thing, "other_names", "")
    )


def split_other_names(text: str) -> list[str]:
    """Return the names of an OtherNamesField, without empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]
