import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from config.typed_dates import DayField, HourField

DAY = datetime.date(2026, 10, 15)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize(
    "typed",
    [
        "15/10/2026",
        "2026-10-15",
        "2026/10/15",
        "15-10-2026",
        "15.10.2026",
        "١٥/١٠/٢٠٢٦",
        "\u200f١٥/١٠/٢٠٢٦ ",
        "۲۰۲۶-۱۰-۱۵",
    ],
)
def test_day_is_read_in_any_digits(typed, language):
    with translation.override(language):
        assert DayField().clean(typed) == DAY
        assert not DayField().has_changed(DAY, typed)


@pytest.mark.parametrize("typed", ["10:30", "١٠:٣٠", "\u2067١٠:٣٠\u2069"])
def test_hour_is_read_in_any_digits(typed):
    assert HourField().clean(typed) == datetime.time(10, 30)


@pytest.mark.parametrize("typed", ["٣١/٠٢/٢٠٢٦", "15/10", "غدا"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValidationError):
        DayField().clean(typed)
