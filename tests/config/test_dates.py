import datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from config.dates import day_in_words

FIRST = datetime.date(2022, 2, 1)
OTHER = datetime.date(2022, 2, 11)


@pytest.mark.parametrize(
    ("language", "day", "form", "words"),
    [
        ("fr", FIRST, "j F Y", "1er février 2022"),
        ("fr", FIRST, "l j F Y", "mardi 1er février 2022"),
        ("fr", FIRST, "DATE_FORMAT", "1er février 2022"),
        ("fr", FIRST, "F Y", "février 2022"),
        ("fr", FIRST, "Y-m-d", "2022-02-01"),
        ("fr", OTHER, "j F Y", "11 février 2022"),
        ("ar", FIRST, "j F Y", "1 فبراير 2022"),
        ("en", FIRST, "j F Y", "1 February 2022"),
    ],
)
def test_first_of_a_month_is_written_as_its_language_does(language, day, form, words):
    with translation.override(language):
        assert day_in_words(day, form) == words


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ('{{ value|date:"j F Y" }}', "1er février 2022"),
        ("{{ value|date }}", "1er février 2022"),
        ('{{ value|date:"DATETIME_FORMAT" }}', "1er février 2022 00:30"),
        ('{{ nothing|date:"j F Y" }}', ""),
    ],
)
def test_templates_write_it_without_thinking_of_it(source, printed):
    # Half past eleven in the evening of January in UTC is February in Morocco.
    value = datetime.datetime(2022, 1, 31, 23, 30, tzinfo=datetime.UTC)

    with translation.override("fr"):
        page = Template(source).render(Context({"value": value, "nothing": None}))

    assert page == printed
