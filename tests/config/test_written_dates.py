import datetime

import pytest

from config.folding import fold
from config.written_dates import MONTHS, month_named, tokens_of, written_dates


def asked(text):
    return [date.asks_for for date in written_dates(fold(text))]


@pytest.mark.parametrize(
    "text",
    [
        "12 يناير 2022",
        "١٢ يناير ٢٠٢٢",
        "12 من يناير 2022",
        "12 كانون الثاني 2022",
        "يوم الأربعاء 12 يناير/كانون الثاني 2022",
        "12 janvier 2022",
        "12th of January 2022",
        "January 12, 2022",
        "12/01/2022",
        "12/1/2022",
        "12-01-2022",
        "12.01.2022",
        "2022-01-12",
        "2022/1/12",
        "2022-01-12-oriental",
    ],
)
def test_a_day_is_one_token_however_it_is_written(text):
    assert asked(text) == ["§20220112"]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("يناير 2022", "§202201"),
        ("يناير من سنة 2022", "§202201"),
        ("01/2022", "§202201"),
        ("2022-01", "§202201"),
        ("فاتح مارس", "§d0301"),
        ("الخامس من يناير", "§d0105"),
        ("1er mars", "§d0301"),
        ("بيناير", "§m01"),
        ("غشت", "§m08"),
    ],
)
def test_what_is_not_said_is_not_asked_for(text, token):
    assert asked(text) == [token]


@pytest.mark.parametrize(
    "text",
    [
        "12 و1 سنة 2022",
        "2021-2026",
        "2021-26",
        "2.868.844,83 درهما",
        "AG-2022-0003",
        "30 فبراير 2022",
        "32/01/2022",
        "مارس المستفيدون حقهم",
        "they may march",
        "أب وأم",
        "باب 7",
        "0522-12-01-2022",
        "192.168.12.2022",
    ],
)
def test_numbers_and_other_words_are_no_dates(text):
    assert asked(text) == []


def test_days_of_a_range_are_all_found():
    (date,) = written_dates(fold("17-19 يناير 2023"))

    assert {f"§202301{day}" for day in (17, 18, 19)} <= date.found_by
    assert "§20230120" not in date.found_by


@pytest.mark.parametrize("month", MONTHS)
def test_every_name_of_a_month_is_read_beside_a_year(month):
    for name in MONTHS[month].split("|"):
        assert asked(f"{name} 2022") == [f"§2022{month:02d}"], name


def test_a_month_alone_is_asked_for_unless_it_is_another_word():
    assert month_named("ماي") == month_named("مايو") == "§m05"
    assert month_named("اب") == month_named("وجده") == ""


@pytest.mark.parametrize(
    ("precision", "tokens"),
    [
        ("day", {"2022", "§202201", "§20220112", "§d0112", "§m01"}),
        ("month", {"2022", "§202201", "§m01"}),
        ("year", {"2022"}),
    ],
)
def test_a_date_is_found_to_its_precision(precision, tokens):
    assert tokens_of(datetime.date(2022, 1, 12), precision) == tokens
