import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consultations.exports.formula_guard import guard, unguard, would_run

SIGNS = "=+-@＝＋－＠"
PASSED_OVER = (
    " \t\r\n\u00a0\u034f\u115f\u17b4\u200b\u200e\u200f\u202a\u202b\u2067\u2069\u2800"
    "\u3000\u3164\ufeff\U000e0020"
)
# Texts made of what the rule looks at, in every order.
awkward = st.text(
    alphabet=st.sampled_from([*SIGNS, *PASSED_OVER, *"'\"0123456789.,()%eE |;a", "أ"])
)
texts = st.one_of(
    awkward, st.text(), st.builds(str.__add__, awkward, st.text(max_size=20))
)


def begins_a_formula(cell: str) -> bool:
    """Say, in other words than the guard's, what a spreadsheet would run."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    return cell.lstrip(PASSED_OVER)[:1] in tuple(SIGNS)


@settings(deadline=None)
@given(texts)
@example("'=1")
@example("''=1")
@example("'-5")
@example("' =1")
@example("'\t")
def test_unguard_takes_off_what_guard_puts_on(text):
    assert unguard(guard(text)) == text


@settings(deadline=None)
@given(texts)
def test_guarded_text_begins_no_formula_unless_it_is_a_number(text):
    cell = guard(text)

    assert not begins_a_formula(cell) or (
        cell == text
        and any(character.isdigit() for character in text)
        and all(
            character.isdigit() or character in "+-.,'()%eE" + PASSED_OVER
            for character in text
        )
    )


@settings(deadline=None)
@given(texts, texts)
def test_guard_never_makes_one_cell_of_two_texts(first, second):
    assert (guard(first) == guard(second)) == (first == second)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+SUM(A1)",
        "-لقاء",
        "@cmd",
        "＝1+1",
        "＋1+A1",
        "－A1",
        "＠SUM(1)",
        " =1",
        "\u00a0=1",
        "\u200f=1",
        "\u202b\u200f -أ",
        "\ufeff=1",
        "\tنص",
        "\rنص",
        "\nنص",
        "\n-5",
        '=HYPERLINK("http://example.org";"هنا")',
        "-",
        "+",
        "-1+A1",
        "-5 أطفال",
        "+1-2",
        "-2+3+cmd|' /C calc'!A0",
        "+212 537 68 40 00 (مكتب)",
    ],
)
def test_guard_puts_one_apostrophe_before_what_would_run(text):
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "cell"), [("'=1", "''=1"), ("''=1", "'''=1"), ("'\u200f+أ", "''\u200f+أ")]
)
def test_guard_adds_to_apostrophes_that_stand_before_a_sign(text, cell):
    assert guard(text) == cell


@pytest.mark.parametrize(
    "text",
    [
        "",
        "'",
        "'قوس'",
        "لقاء تشاوري",
        "2021-2026",
        "0537684000",
        "-5",
        "-5,25",
        "-1.234.567,89",
        "-1 234,5",
        "-12,5 %",
        "-1.5e3",
        "-٥",
        "+12.5",
        "+212537684000",
        "+212 5 37 68 40 00",
        "+212 (0)5 37 68 40 00",
        "+212-537-684000",
        "\u200e+212 537 68 40 00\u200e",
        "a=1",
        "1=1",
        " نص",
    ],
)
def test_guard_leaves_text_numbers_and_telephone_numbers(text):
    assert guard(text) == text


@pytest.mark.parametrize("text", ["'word", "'1", "'", "''", "'-", "'+212537684000"])
def test_unguard_leaves_apostrophes_that_no_guard_put_there(text):
    assert unguard(text) == (text if not would_run(text[1:]) else text[1:])


def test_guard_of_a_long_text_takes_no_time():
    """A megabyte of what the patterns repeat must not make them search on."""
    for begin in ("", "+", "-1", "+1", "'"):
        for filling in (" ", "1", "1.", "(1)", "\u200f", "'", "1 "):
            text = begin + filling * 200_000 + "x"

            assert unguard(guard(text)) == text
