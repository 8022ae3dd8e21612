"""Numbers as staff type or paste them, in the digits and marks of three languages."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
# Arabic marks and those that look alike; marks of direction come along when pasted.
MARKS = str.maketrans(
    {
        "٫": ",",
        "٬": "'",
        "’": "'",
        "−": "-",
        **dict.fromkeys("\u00a0\u2009\u202f", " "),
        **dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"),
    }
)
GROUPED = re.compile(r"(\d{1,3})((?:([ .,'])\d{3})(?:\3\d{3})*)(?:([.,])(\d+))?")
PLAIN = re.compile(r"(\d+)(?:([.,])(\d+))?")


class AmbiguousNumberError(ValueError):
    """A number with one mark that may part thousands as well as decimals."""


def _decimal(sign: str, units: str, decimals: str) -> Decimal:
    return Decimal(f"{sign}{units}.{decimals}" if decimals else f"{sign}{units}")


def read_number(text: str, *, whole: bool = False) -> Decimal:
    """Return the number that ``text`` says; ``whole`` if no decimals can be meant.

    Raise AmbiguousNumberError for “1.500” unless ``whole``, ValueError for what is no number.
    """
    written = text.translate(DIGITS).translate(MARKS).strip()
    sign, digits = ("-", written[1:]) if written[:1] == "-" else ("", written)
    if found := PLAIN.fullmatch(digits):
        units, _mark, decimals = found.groups(default="")
        may_be_thousands = len(decimals) == 3 and len(units) <= 3 and units[0] != "0"
        if not may_be_thousands and not (whole and decimals):
            return _decimal(sign, units, decimals)
        if may_be_thousands and not whole:
            raise AmbiguousNumberError(text)
    if found := GROUPED.fullmatch(digits):
        first, groups, separator, mark, decimals = found.groups(default="")
        is_grouped = first[0] != "0" and mark != separator and not (whole and mark)
        if is_grouped:
            units = first + groups.replace(separator, "")
            return _decimal(sign, units, decimals)
    raise ValueError(text)


class TypedNumber:
    """A form field that reads what was typed on the server, and loses nothing of it.

    A browser sends nothing at all for what it cannot read in an input of its own kind
    for numbers; a text input sends it as it is.
    """

    whole = True
    keyboard = "numeric"
    unreadable = _("“%(value)s” is no whole number: write it in digits, as 1500.")
    ambiguous = _(
        "“%(value)s” may be read in two ways: write 1500 for thousands, 1,50 for "
        "decimals."
    )

    def __init__(self, *args, **kwargs):
        kwargs["widget"] = forms.TextInput(
            attrs={
                "class": "vIntegerField narrow",
                "dir": "ltr",
                "inputmode": self.keyboard,
                "autocomplete": "off",
            }
        )
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        try:
            number = read_number(value, whole=self.whole)
        except AmbiguousNumberError:
            raise ValidationError(
                self.ambiguous, code="ambiguous", params={"value": value}
            ) from None
        except ValueError:
            raise ValidationError(
                self.unreadable, code="invalid", params={"value": value}
            ) from None
        return super().to_python(str(number))


class WholeNumberField(TypedNumber, forms.IntegerField):
    pass


class AmountField(TypedNumber, forms.DecimalField):
    whole = False
    keyboard = "decimal"
    unreadable = _("“%(value)s” is no number: write it in digits, as 1500 or 1500,50.")
