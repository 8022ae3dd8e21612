"""What a list may be asked for in its address: one form for the page and its files.

Every parameter is looked at. What is valid selects; what is not is a ``FilterProblem``
that a page names and leaves out, and for which a file is refused.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.folding import fold_words
from consultations.models import (
    AgreementStep,
    Meeting,
    MeetingSeries,
    MeetingType,
)
from consultations.status import Status
from regions.models import Region

SHOWN_LENGTH = 60

REASONS = {
    "unknown_parameter": _("there is no such filter here"),
    "repeated": _("given more than once"),
    "too_long": _("too long"),
    "encoding": _("not valid UTF-8"),
    "no_word": _("holds no letter or digit to search for"),
    "bad_year": _("not a year of four digits"),
    "bad_page": _("no such page"),
    "bad_value": _("not one of the values known here"),
}


@dataclass(frozen=True)
class FilterProblem:
    """One parameter that was refused, and why.

    ``reason`` is translated when printed, so that one problem can be told in three
    languages; ``name`` and ``value`` are shortened and can always be encoded.
    """

    name: str
    value: str
    code: str

    @property
    def parameter(self) -> str:
        return f"{self.name}={self.value}"

    @property
    def reason(self) -> Promise:
        return REASONS[self.code]


@dataclass(frozen=True)
class Chip:
    """A filter in force, as a page shows it, and the query without it."""

    name: str
    label: str
    query_without: str


def _shortened(text: str) -> str:
    """Return the beginning of a text, with nothing in it that cannot be written."""
    text = text[: SHOWN_LENGTH + 1].encode(errors="replace").decode()
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def _is_encodable(text: str) -> bool:
    """Say whether a text came in as UTF-8 and can go out as it."""
    if "\N{REPLACEMENT CHARACTER}" in text:  # what Django puts for bytes it cannot read
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class WordsField(forms.CharField):
    """Words to search for; a text without any would select everything."""

    def clean(self, value):
        text = super().clean(value)
        if text and not fold_words(text):
            raise ValidationError("", code="no_word")
        return text


class YearField(forms.ChoiceField):
    """A year of four digits, of whatever script; the years known are only offered."""

    def clean(self, value):
        if not value:
            return ""
        if not re.fullmatch(r"\d{4}", value) or int(value) == 0:
            raise ValidationError("", code="bad_year")
        return f"{int(value):04d}"


class PageField(forms.CharField):
    def clean(self, value):
        if value and not re.fullmatch(r"[1-9][0-9]{0,8}", value):
            raise ValidationError("", code="bad_page")
        return value


def _select(label, anything):
    """Return a field to choose one value of; its choices are the form's to find."""
    field = forms.ChoiceField(
        label=label, required=False, widget=forms.Select(attrs={"class": "input"})
    )
    field.anything = anything
    return field


class FilterForm(forms.Form):
    """What two lists have in common; ``selection`` holds what is valid and not empty.

    The fields hold valid values only, so that a page shows what it went by. Choices are
    read when they are needed, once a form.
    """

    max_length = 100
    presentation = ("sort", "page")  # they order and cut a page, and select nothing

    q = WordsField(
        label=_("words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"class": "input", "type": "search", "dir": "auto"}
        ),
    )
    region = _select(_("region"), _("All regions"))

    def __init__(self, query: Mapping | None = None, *, is_export: bool = False):
        """Take ``request.GET``; a file (``is_export``) knows neither order nor pages."""
        super().__init__({}, auto_id="filter-%s", use_required_attribute=False)
        if is_export:
            for name in self.presentation:
                del self.fields[name]
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and name != "sort":
                field.choices = lambda name=name: self._choices(name)
        self.problems: list[FilterProblem] = []
        valid = self._valid_values(query or {})
        self.selection = {
            name: value
            for name, value in valid.items()
            if name not in self.presentation
        }
        self.page_number = int(valid.get("page", 1))
        self.data = {
            name: value
            for name, value in valid.items()
            if name != "page" and (name != "sort" or value != self._usual_sort)
        }

    @property
    def _usual_sort(self) -> str:
        return self.fields["sort"].choices[0][0]

    def _valid_values(self, query: Mapping) -> dict[str, str]:
        """Return the valid values in the order of the fields; note all problems."""
        lists = query.lists() if hasattr(query, "lists") else _as_lists(query)
        given = {}
        for name, values in lists:
            if name not in self.fields:
                self.refuse(name, values[-1] if values else "", "unknown_parameter")
                continue
            values = [value for value in values if value.strip()]
            if len(values) > 1:
                self.refuse(
                    name, ", ".join(v[:SHOWN_LENGTH] for v in values[:3]), "repeated"
                )
            elif values:
                given[name] = values[0].strip()
        valid = {}
        for name, field in self.fields.items():
            if name in given:
                try:
                    valid[name] = self._clean_value(field, given[name])
                except ValidationError as error:
                    code = error.error_list[0].code
                    self.refuse(
                        name, given[name], code if code in REASONS else "bad_value"
                    )
        return valid

    def _clean_value(self, field: forms.Field, value: str) -> str:
        if len(value) > (getattr(field, "max_length", None) or self.max_length):
            raise ValidationError("", code="too_long")
        if not _is_encodable(value):
            raise ValidationError("", code="encoding")
        return field.clean(value)

    def refuse(self, name: str, value: str, code: str) -> None:
        """Note that a parameter was left out, for the reason that ``code`` names."""
        self.problems.append(FilterProblem(_shortened(name), _shortened(value), code))

    def apply(self, queryset: QuerySet, *, without: str = "") -> QuerySet:
        """Return the rows that the valid values select; their order is not touched."""
        for name, value in self.selection.items():
            if name != without:
                queryset = getattr(self, f"_filter_{name}")(queryset, value)
        return queryset

    def query_string(self, *, without: str = "") -> str:
        """Return the selection as a query, to be put behind any address of the list."""
        return urlencode(
            {name: value for name, value in self.selection.items() if name != without}
        )

    @property
    def is_wholly_valid(self) -> bool:
        """Whether the page goes by all that was asked for: nothing was left out.

        A page of the list that is not there is known only once the view has looked.
        """
        return not self.problems

    @property
    def canonical_query(self) -> str:
        """Return the one query of all those that ask for the same as this one.

        Only what is valid and not the usual stands in it, cleaned, in the order of the
        fields, so that there are no more of them than selections.
        """
        return urlencode(
            self.selection
            | {name: self.data[name] for name in ("sort",) if name in self.data}
            | ({"page": self.page_number} if self.page_number > 1 else {})
        )

    @property
    def chips(self) -> list[Chip]:
        """The filters in force, with the names that the reader chose them by."""
        return [
            Chip(name, self._shown(name, value), self._query_with_sort(without=name))
            for name, value in self.selection.items()
        ]

    def _query_with_sort(self, *, without: str) -> str:
        query = self.query_string(without=without)
        if sort := self.data.get("sort"):
            query = "&".join(filter(None, (query, urlencode({"sort": sort}))))
        return query

    def _shown(self, name: str, value: str) -> str:
        if isinstance(self.fields[name], forms.ChoiceField):
            return str(dict(self._choices(name))[value])
        return value

    def _choices(self, name: str) -> list[tuple[str, str]]:
        return [
            ("", self.fields[name].anything),
            *getattr(self, f"_{name}_choices"),
        ]

    @cached_property
    def _region_choices(self) -> list[tuple[str, str]]:
        return [(region.slug, region.name) for region in Region.objects.all()]

    @cached_property
    def _year_choices(self) -> list[tuple[str, str]]:
        years = {f"{year:04d}" for year in self._years()}
        if "year" in self.selection:
            years.add(self.selection["year"])
        return [(year, year) for year in sorted(years, reverse=True)]

    def _filter_q(self, queryset, value):
        return queryset.search(value)


def _as_lists(query: Mapping):
    return ((name, [value]) for name, value in query.items())


def _year_field(label):
    field = YearField(
        label=label, required=False, widget=forms.Select(attrs={"class": "input"})
    )
    field.anything = _("All years")
    return field


def _sort_field():
    return forms.ChoiceField(
        label=_("order"),
        required=False,
        choices=[
            ("newest", pgettext_lazy("order", "newest first")),
            ("oldest", pgettext_lazy("order", "oldest first")),
        ],
        widget=forms.Select(attrs={"class": "input"}),
    )


def _bounds_of(year: str) -> tuple[datetime.date, datetime.date]:
    return datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31)


class MeetingFilterForm(FilterForm):
    series = _select(_("series"), _("All series"))
    type = _select(_("type of meeting"), _("All types"))
    year = _year_field(_("year"))
    sort = _sort_field()
    page = PageField(required=False, widget=forms.HiddenInput)

    def ordered(self, queryset: QuerySet) -> QuerySet:
        """Return the rows in the order asked for; undated meetings come last."""
        if self.data.get("sort") != "oldest":
            return queryset.order_by("-sorts_on", "-pk")
        undated = Case(
            When(sorts_on=datetime.date.min, then=Value(1)), default=Value(0)
        )
        return queryset.order_by(undated, "sorts_on", "pk")

    @cached_property
    def _series_choices(self):
        return [(series.code, series.title) for series in MeetingSeries.objects.all()]

    @cached_property
    def _type_choices(self):
        return [(term.code, term.name) for term in MeetingType.objects.all()]

    def _years(self):
        dates = Meeting.objects.published().order_by().dates("sorts_on", "year")
        return {day.year for day in dates if day.year != datetime.MINYEAR}

    def _filter_region(self, queryset, value):
        return queryset.filter(region__slug=value)

    def _filter_series(self, queryset, value):
        return queryset.filter(series__code=value)

    def _filter_type(self, queryset, value):
        return queryset.filter(type__code=value)

    def _filter_year(self, queryset, value):
        first, last = _bounds_of(value)
        return queryset.filter(
            Q(starts_on__range=(first, last))
            | Q(ends_on__range=(first, last))
            | Q(starts_on__lt=first, ends_on__gt=last)
        )


class AgreementFilterForm(FilterForm):
    status = _select(_("status"), _("All states"))
    year = _year_field(_("year of a step"))
    sort = _sort_field()
    page = PageField(required=False, widget=forms.HiddenInput)

    def ordered(self, queryset: QuerySet) -> QuerySet:
        """Return the rows in the order asked for, which is that of their references."""
        if self.data.get("sort") == "oldest":
            return queryset.order_by("reference")
        return queryset.order_by("-reference")

    def undated(self, queryset: QuerySet) -> QuerySet:
        """Return what the year leaves out for want of a date, and nothing else does."""
        dated = AgreementStep.objects.filter(
            agreement=OuterRef("pk"), date__isnull=False
        )
        return self.apply(queryset, without="year").filter(~Exists(dated))

    @property
    def _status_choices(self):
        return Status.choices

    def _years(self):
        steps = AgreementStep.objects.filter(agreement__publication="published")
        dates = steps.filter(date__isnull=False).order_by().dates("date", "year")
        return {day.year for day in dates}

    def _filter_region(self, queryset, value):
        # Not a join, which would repeat an agreement of two regions elsewhere.
        return queryset.filter(
            Exists(Region.objects.filter(agreements=OuterRef("pk"), slug=value))
        )

    def _filter_status(self, queryset, value):
        return queryset.with_status().filter(current_status=value)

    def _filter_year(self, queryset, value):
        steps = AgreementStep.objects.filter(
            agreement=OuterRef("pk"), date__range=_bounds_of(value)
        )
        return queryset.filter(Exists(steps))
