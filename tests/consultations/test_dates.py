import datetime

import pytest
from django.utils import translation

from consultations.dates import (
    date_in_words,
    meeting_days,
    meeting_time,
    period_in_words,
)
from consultations.models import Meeting

DAY = datetime.date(2022, 1, 12)


@pytest.mark.parametrize(
    ("language", "precision", "text"),
    [
        ("ar", "day", "الأربعاء 12 يناير 2022"),
        ("fr", "day", "mercredi 12 janvier 2022"),
        ("en", "day", "Wednesday 12 January 2022"),
        ("ar", "month", "يناير 2022"),
        ("fr", "month", "janvier 2022"),
        ("en", "year", "2022"),
        ("en", "unknown", ""),
    ],
)
def test_date_is_said_to_its_precision(language, precision, text):
    with translation.override(language):
        assert date_in_words(DAY, precision) == text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"starts_on": DAY}, "Wednesday 12 January 2022"),
        ({"starts_on": DAY, "ends_on": DAY}, "Wednesday 12 January 2022"),
        (
            {"starts_on": DAY, "ends_on": datetime.date(2022, 1, 14)},
            "from Wednesday 12 January 2022 to Friday 14 January 2022",
        ),
        ({"ends_on": DAY}, "until Wednesday 12 January 2022"),
        ({"starts_on": DAY, "date_precision": "month"}, "January 2022"),
        (
            {
                "starts_on": DAY,
                "ends_on": datetime.date(2022, 2, 1),
                "date_precision": "month",
            },
            "from January 2022 to February 2022",
        ),
        ({"date_precision": "unknown"}, ""),
    ],
)
def test_days_of_a_meeting(fields, text):
    with translation.override("en"):
        assert meeting_days(Meeting(**fields)) == text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"starts_at": datetime.time(10)}, "at 10:00"),
        ({"ends_at": datetime.time(12, 30)}, "until 12:30"),
        (
            {"starts_at": datetime.time(10), "ends_at": datetime.time(12, 30)},
            "from 10:00 to 12:30",
        ),
        ({"part_of_day": "morning"}, "in the morning"),
        ({}, ""),
    ],
)
def test_time_of_a_meeting(fields, text):
    with translation.override("en"):
        assert meeting_time(Meeting(**fields)) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (DAY, datetime.date(2024, 1, 11), "from 12 January 2022 to 11 January 2024"),
        (DAY, None, "from 12 January 2022, end not stated"),
        (None, DAY, "until 12 January 2022, beginning not stated"),
        (None, None, ""),
    ],
)
def test_period_may_lack_either_end(first, last, text):
    with translation.override("en"):
        assert period_in_words(first, last) == text
