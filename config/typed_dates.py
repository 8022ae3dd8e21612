"""Days and hours as staff type or paste them, in the digits of three languages."""

from django import forms

from config.numbers import DIGITS, MARKS


class ReadsAnyDigits:
    """A form field that reads what ``DIGITS`` and marks of direction make of a text."""

    def to_python(self, value):
        if isinstance(value, str):
            value = value.translate(DIGITS).translate(MARKS).strip()
        return super().to_python(value)


class DayField(ReadsAnyDigits, forms.DateField):
    pass


class HourField(ReadsAnyDigits, forms.TimeField):
    pass
