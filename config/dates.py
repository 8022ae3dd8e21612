"""Days in words, as each language writes them."""

import datetime

from django.utils.formats import date_format, get_format
from django.utils.timezone import localtime

from config.localization import current_language


def day_in_words(day: datetime.date, form: str = "j F Y") -> str:
    """Return a date as ``date_format`` does, the first of a month in French as «1er».

    ``form`` is a format or the name of one, such as ``DATETIME_FORMAT``.
    """
    pattern = get_format(form)
    if current_language() == "fr" and day.day == 1:
        pattern = pattern.replace("j", r"j\e\r")
    return date_format(day, pattern)


def moment_in_words(moment: datetime.datetime) -> str:
    """Return a moment as staff read it: day and hour in Casablanca."""
    return day_in_words(localtime(moment), "DATETIME_FORMAT")
