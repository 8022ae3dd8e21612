from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.dossiers.attendance import PARTS, public_attendance


def row(category=1, **counts):
    unknown = dict.fromkeys(("present", *PARTS))
    return SimpleNamespace(
        category=SimpleNamespace(pk=category), **{**unknown, **counts}
    )


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("count", "is_withheld"), [(0, False), (1, True), (4, True), (5, False)]
)
def test_small_counts_withhold_all_three_of_their_row(part, count, is_withheld):
    counts = {"women": 20, "youth": 20, "with_disabilities": 20, part: count}

    [shown] = public_attendance([row(present=40, **counts)]).rows

    assert shown.is_withheld is is_withheld
    assert shown.present == 40
    assert shown.parts == (
        [None] * 3 if is_withheld else [counts[name] for name in PARTS]
    )


def test_totals_add_the_cells_that_are_shown_and_no_other():
    table = public_attendance(
        [
            row(1, present=40, women=20, youth=10),
            row(2, present=30, women=3, youth=12),
            row(3, women=7),
        ]
    )

    assert table.present == 70
    assert table.parts == [27, 10, None]
    assert (table.withholds, table.shows_parts) == (True, True)


def test_categories_without_a_figure_are_counted_once():
    table = public_attendance(
        [row(1, present=40), row(2), row(3, women=7), row(4, present=0)], {1, 2, 5, 6}
    )

    assert [shown.category.pk for shown in table.rows] == [1, 3, 4]
    assert table.categories_without_figure == 4  # 2, 3, 5, 6


def test_nothing_known_is_not_zero():
    table = public_attendance([row(1), row(2)])

    assert table.rows == []
    assert (table.present, table.parts) == (None, [None, None, None])
    assert (table.shows_parts, table.withholds) == (False, False)


def test_nobody_came_is_known():
    table = public_attendance([row(1, present=0)])

    assert (table.present, len(table.rows)) == (0, 1)


counts = st.none() | st.integers(0, 30)


@given(
    st.lists(st.fixed_dictionaries({"present": counts, **dict.fromkeys(PARTS, counts)}))
)
def test_no_small_count_can_be_read_off_or_found_by_subtraction(rows):
    table = public_attendance(row(n, **given) for n, given in enumerate(rows))

    for shown in table.rows:
        assert not any(part and part < 5 for part in shown.parts)
    for number, part in enumerate(PARTS):
        cells = [getattr(shown, part) for shown in table.rows]
        known = [cell for cell in cells if cell is not None]
        assert table.parts[number] == (sum(known) if known else None)
