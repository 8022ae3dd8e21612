import datetime

import pytest
from django.utils import translation

from consultations.charts import (
    HEIGHT,
    draw_time_line,
    draw_time_lines,
    draw_window,
)


def test_time_line_draws_every_month_between_the_first_and_the_last():
    with translation.override("en"):
        line = draw_time_line({(2022, 1): 4, (2021, 11): 2})
    assert [(bar.period, bar.count, bar.height) for bar in line.bars] == [
        ("November 2021", 2, HEIGHT // 2),
        ("December 2021", 0, 0),
        ("January 2022", 4, HEIGHT),
    ]
    assert [bar.y + bar.height for bar in line.bars] == [HEIGHT] * 3
    assert [bar.x for bar in line.bars] == [0, 10, 20]
    assert (line.width, line.is_by_month, line.total) == (30, True, 6)
    assert [bar.count for bar in line.counted] == [2, 4]


def test_long_time_line_is_drawn_by_year():
    line = draw_time_line({(2012, 5): 1, (2012, 9): 2, (2016, 5): 1})

    assert [(bar.period, bar.count) for bar in line.bars] == [
        ("2012", 3),
        ("2013", 0),
        ("2014", 0),
        ("2015", 0),
        ("2016", 1),
    ]
    assert line.is_by_month is False


@pytest.mark.parametrize(("last", "bars"), [((2015, 12), 48), ((2016, 1), 5)])
def test_four_years_of_months_are_the_most_that_is_drawn(last, bars):
    line = draw_time_line({(2012, 1): 1, last: 1})

    assert len(line.bars) == bars


def test_one_peak_is_named_and_several_are_not():
    one = draw_time_line({(2022, 1): 1, (2022, 2): 3})
    two = draw_time_line({(2022, 1): 3, (2022, 2): 1, (2022, 3): 3})

    assert one.peak is one.bars[1]
    assert two.peak is None


@pytest.mark.parametrize("months", [{}, {(2022, 1): 3}])
def test_nothing_or_a_single_month_is_no_line(months):
    assert draw_time_line(months) is None


@pytest.mark.parametrize(
    ("language", "month"), [("ar", "دجنبر 2021"), ("fr", "décembre 2021")]
)
def test_months_are_named_in_the_language_of_the_reader(language, month):
    with translation.override(language):
        line = draw_time_line({(2021, 12): 1, (2022, 1): 1})

    assert line.first == month


def test_lines_drawn_together_share_their_months_and_their_scale():
    with translation.override("en"):
        lines = draw_time_lines(
            {"many": {(2022, 1): 4}, "few": {(2022, 3): 1}, "none": {}}
        )

    assert {
        row: [(bar.period, bar.height) for bar in line.bars]
        for row, line in lines.items()
    } == {
        "many": [("January 2022", HEIGHT), ("February 2022", 0), ("March 2022", 0)],
        "few": [
            ("January 2022", 0),
            ("February 2022", 0),
            ("March 2022", HEIGHT // 4),
        ],
        "none": [("January 2022", 0), ("February 2022", 0), ("March 2022", 0)],
    }


def test_a_single_month_has_numbers_and_no_length():
    lines = draw_time_lines({"one": {(2022, 1): 4}, "two": {(2022, 1): 1}})

    assert {
        row: (line.has_length, [bar.count for bar in line.counted])
        for row, line in lines.items()
    } == {"one": (False, [4]), "two": (False, [1])}
    assert draw_time_lines({"one": {}}) == {}


def test_window_holds_its_band_and_every_meeting_within_its_bounds():
    opens, closes = datetime.date(2021, 12, 18), datetime.date(2022, 1, 15)
    late = datetime.date(2022, 2, 4)

    chart = draw_window(opens, closes, {"held": {late, opens}, "announced": set()})

    assert (chart.first, chart.last, chart.width) == (opens, late, 49)
    assert (chart.band_x, chart.band_width) == (0, 29)
    assert [(mark.x, mark.kind) for mark in chart.marks] == [(0, "held"), (48, "held")]


def test_meeting_before_the_window_moves_its_band():
    opens, closes = datetime.date(2022, 1, 10), datetime.date(2022, 1, 12)

    chart = draw_window(opens, closes, {"held": {datetime.date(2022, 1, 1)}})

    assert (chart.band_x, chart.band_width, chart.width) == (9, 3, 12)
