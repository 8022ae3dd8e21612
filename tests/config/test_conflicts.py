import pytest

from config.conflicts import UNKNOWN, Token, same


@pytest.mark.parametrize(
    "text",
    ["", "7", "7;items:1.5,2.", "7;items:;sources:3.9"],
)
def test_token_is_read_as_it_was_written(text):
    assert str(Token.parse(text)) == text


def test_token_names_the_state_of_every_row():
    assert Token.parse("7;items:1.5,2.") == Token(7, {"items": {1: 5, 2: None}})


@pytest.mark.parametrize("text", ["-", "x", "7;items:a.1", "7;items:1.b", "9" * 30])
def test_what_no_page_wrote_is_no_token(text):
    assert Token.parse(text) is None


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("", None, True),
        (None, None, True),
        (0, None, False),
        (0, "", False),
        ([1, 2], [1, 2], True),
        ("a", "b", False),
        (UNKNOWN, UNKNOWN, False),
        (UNKNOWN, "", False),
    ],
)
def test_values_are_the_same_where_a_reader_sees_none(first, second, is_same):
    assert same(first, second) is is_same
