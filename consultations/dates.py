"""Dates as they are known: to the day, the month, the year, or not at all."""

import datetime

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.dates import day_in_words

# Names of month and day are translated; their order is that of all three languages.
FORMATS = {"day": "l j F Y", "month": "F Y", "year": "Y"}


def date_in_words(date: datetime.date | None, precision: str = "day") -> str:
    """Return a date to its precision, the weekday included; unknown is empty."""
    if date is None or precision not in FORMATS:
        return ""
    return day_in_words(date, FORMATS[precision])


def meeting_days(meeting) -> str:
    """Return the days of a meeting in words, empty when no date is known."""
    first = date_in_words(meeting.starts_on, meeting.date_precision)
    last = date_in_words(meeting.ends_on, meeting.date_precision)
    if not first:
        return until_in_words(last, meeting.date_precision) if last else ""
    if not last or last == first:
        return first
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def until_in_words(last: str, precision: str) -> str:
    """Return that it lasted until ``last``, a date in words that is known to ``precision``."""
    if precision == "day":
        return pgettext("before a day", "until %(date)s") % {"date": last}
    return pgettext("before a month or a year", "until %(date)s") % {"date": last}


def meeting_time(meeting) -> str:
    """Return when on the day it was, a part of the day or clock times; or nothing."""
    starts = time_format(meeting.starts_at, "H:i") if meeting.starts_at else ""
    ends = time_format(meeting.ends_at, "H:i") if meeting.ends_at else ""
    if starts and ends:
        return _("from %(first)s to %(last)s") % {"first": starts, "last": ends}
    if starts:
        return _("at %(time)s") % {"time": starts}
    if ends:
        return _("until %(time)s") % {"time": ends}
    return meeting.get_part_of_day_display()


def period_in_words(first: datetime.date | None, last: datetime.date | None) -> str:
    """Return a period of which either end may be unknown; empty when both are."""
    texts = [day_in_words(day) if day else "" for day in (first, last)]
    if all(texts):
        return _("from %(first)s to %(last)s") % {"first": texts[0], "last": texts[1]}
    if texts[0]:
        return _("from %(first)s, end not stated") % {"first": texts[0]}
    if texts[1]:
        return _("until %(last)s, beginning not stated") % {"last": texts[1]}
    return ""
