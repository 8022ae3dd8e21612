from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from config.numbers import (
    AmbiguousNumberError,
    AmountField,
    WholeNumberField,
    read_number,
)
from config.template_tags import quantity

THIN = "\u202f"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", "0"),
        ("1500", "1500"),
        (" 1500 ", "1500"),
        ("-1", "-1"),
        ("−1", "-1"),
        ("١٥٠٠", "1500"),
        ("۱۵۰۰", "1500"),
        ("\u20671500\u2069", "1500"),
        ("1 500", "1500"),
        ("1\u00a0500\u00a0000", "1500000"),
        (f"1{THIN}500{THIN}000", "1500000"),
        ("1'500'000", "1500000"),
        ("1.500.000", "1500000"),
        ("1,500,000", "1500000"),
        ("١٬٥٠٠٬٠٠٠", "1500000"),
        ("12 345 678", "12345678"),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_number_is_read_as_it_is_written(typed, number, whole):
    assert read_number(typed, whole=whole) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1500000.00", "1500000"),
        ("0,5", "0.5"),
        ("0.500", "0.5"),
        ("1500,50", "1500.5"),
        ("1500.500", "1500.5"),
        ("1.500,50", "1500.5"),
        ("1,500.50", "1500.5"),
        ("1 500,5", "1500.5"),
        ("1٬500٫25", "1500.25"),
        ("1.500.000,25", "1500000.25"),
    ],
)
def test_decimals_are_read_after_a_comma_or_a_point(typed, number):
    assert read_number(typed) == Decimal(number)
    with pytest.raises(ValueError, match=r"."):
        read_number(typed, whole=True)


@pytest.mark.parametrize("typed", ["1.500", "1,500", "12.345", "999,000", "-1.500"])
def test_one_mark_before_three_digits_is_ambiguous_unless_whole(typed):
    with pytest.raises(AmbiguousNumberError):
        read_number(typed)

    assert read_number(typed, whole=True) == Decimal(
        typed.replace(".", "").replace(",", "")
    )


@pytest.mark.parametrize(
    "typed",
    [
        *("", "-", "abc", "1e5", "1_000", "NaN", "inf", "²", "½", "12 م", "1%"),
        *("1 50", "1 500 00", "1,50,000", "1.500.00", "1.500,000.5", "0.500.000"),
        *(",5", "5,", "1..5", "1,500 000", "--1", "1 - 2", "1,5,5"),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_what_is_no_number_is_refused(typed, whole):
    with pytest.raises(ValueError, match=r".*") as refusal:
        read_number(typed, whole=whole)

    assert not isinstance(refusal.value, AmbiguousNumberError)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("number", [0, 7, 1500, 1_500_000])
def test_number_that_a_page_prints_may_be_pasted(language, number):
    with translation.override(language):
        printed = quantity(number)

    assert WholeNumberField().clean(printed) == number


def test_fields_say_what_is_wrong_with_what_was_typed():
    messages = {}
    for field, typed in (
        (WholeNumberField(), "مائة"),
        (AmountField(), "مائة"),
        (AmountField(), "1.500"),
        (WholeNumberField(min_value=0), "-1"),
        (AmountField(max_digits=14, decimal_places=2), "0,123"),
    ):
        with translation.override("en"), pytest.raises(ValidationError) as refusal:
            field.clean(typed)
        with translation.override("en"):
            messages[type(field), typed] = refusal.value.messages

    assert messages == {
        (WholeNumberField, "مائة"): [
            "“مائة” is no whole number: write it in digits, as 1500."
        ],
        (AmountField, "مائة"): [
            "“مائة” is no number: write it in digits, as 1500 or 1500,50."
        ],
        (AmountField, "1.500"): [
            "“1.500” may be read in two ways: write 1500 for thousands, 1,50 for decimals."
        ],
        (WholeNumberField, "-1"): ["Ensure this value is greater than or equal to 0."],
        (AmountField, "0,123"): [
            "Ensure that there are no more than 2 decimal places."
        ],
    }


def test_fields_send_what_was_typed_and_know_what_is_unchanged():
    count, amount = WholeNumberField(required=False), AmountField(required=False)

    for field, keyboard in ((count, "numeric"), (amount, "decimal")):
        assert field.widget.input_type == "text"
        assert field.widget.attrs["inputmode"] == keyboard
        assert field.clean(" ") is None
    assert not count.has_changed(1500, "1.500")
    assert not amount.has_changed(Decimal("1500.00"), "1 500,00")
    assert amount.has_changed(Decimal("1500.00"), "1500,10")
