"""What a list may be asked for in its address: one form for the page and its files.

Every parameter is looked at. What is valid selects; what is not is a ``FilterProblem``
that a page names and leaves out, and for which a file is refused. A parameter has one
value: two regions are two lists.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.dates import day_in_words
from config.folding import fold_words
from config.localization import listed
from config.search_text import parts_to_try_alone
from config.template_tags import quantity
from consultations.choices import NATIONAL, Choice, vocabulary
from consultations.facets import (
    COMMITMENT,
    FacetIndex,
    Selection,
    agreement_index,
    follow_up_index,
    meeting_index,
)
from consultations.models import (
    AgreementParty,
    AgreementStep,
    Commitment,
    Expectation,
    Meeting,
    TargetGroup,
    Theme,
)
from consultations.search import nearest_spelling
from consultations.status import Status
from regions.models import Province, Region
from regions.neighbours import NEIGHBOURS

SHOWN_LENGTH = 60
OPTIONS_SHOWN = 100  # of a filter with more values: those that select the most rows
NEAR_REGIONS = 3
FIRST_DAY, LAST_DAY = _("from (day)"), _("to (day)")

REASONS = {
    "unknown_parameter": _("there is no such filter here"),
    "repeated": _("given more than once"),
    "too_long": _("too long"),
    "encoding": _("not valid UTF-8"),
    "no_word": _("holds no letter or digit to search for"),
    "bad_year": _("not a year of four digits"),
    "bad_day": _("not a date such as 2022-01-12 or 12/01/2022"),
    "before_first_day": _(
        "the day in “%(last)s” is before that in “%(first)s” (%(day)s); exchange the two "
        "or drop one"
    ),
    "bad_page": _("no such page"),
    "bad_value": _("not one of the values known here"),
}


@dataclass(frozen=True)
class FilterProblem:
    """One parameter that was refused, and why.

    ``reason`` is in the language active when it is printed, so that one problem can be
    told in three; ``name`` and ``value`` are shortened and can always be encoded.
    ``against`` is the other day, of one that does not go with it.
    """

    name: str
    value: str
    code: str
    against: datetime.date | None = None

    @property
    def parameter(self) -> str:
        return f"{self.name}={self.value}"

    @property
    def reason(self) -> str:
        reason = str(REASONS[self.code])
        if self.against is None:
            return reason
        day = day_in_words(self.against)
        return reason % {"first": FIRST_DAY, "last": LAST_DAY, "day": day}


@dataclass(frozen=True)
class Chip:
    """A filter in force, as a page shows it, and the query without it."""

    name: str
    filter: str
    label: str
    query_without: str


@dataclass(frozen=True)
class Option:
    """A value that a filter offers, and how many rows it would select."""

    value: str
    label: str
    count: int | None = None
    is_chosen: bool = False
    group: str = ""


@dataclass(frozen=True)
class Way:
    """A way out of an empty selection: what it is, what it gives, its query."""

    label: str
    count: int
    query: str


@dataclass(frozen=True)
class Advice:
    """What to do about a selection that holds nothing."""

    to_drop: list[Way]
    near: list[Way]
    # Each of several words, where it finds something without the others.
    words: list[Way]
    # The words as they would find something, and the query that asks for them.
    spelling: str = ""
    spelling_query: str = ""


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

    def __init__(self):
        super().__init__(
            label=_("words"),
            required=False,
            max_length=200,
            widget=forms.TextInput(
                attrs={"class": "input", "type": "search", "dir": "auto"}
            ),
        )

    def clean(self, value):
        text = super().clean(value)
        if text and not fold_words(text):
            raise ValidationError("", code="no_word")
        return text


class FacetField(forms.Field):
    """One value of a closed list, offered with how many rows it would select.

    The values are those of a ``vocabulary``, or the keys of ``labels``. ``anything`` is
    what to choose for all of them; ``shows_empty`` keeps values that select nothing in
    sight, as what cannot be chosen.
    """

    def __init__(
        self,
        label,
        anything="",
        *,
        vocabulary: str = "",
        labels: Mapping[str, str | Promise] | None = None,
        shows_empty: bool = False,
        is_sorted: bool = False,
    ):
        super().__init__(label=label, required=False, widget=FacetSelect())
        self.anything = anything
        self.vocabulary = vocabulary
        self.labels = labels
        self.shows_empty = shows_empty
        self.is_sorted = is_sorted

    def known(self) -> Mapping[str, str | Promise | Choice]:
        """Return what may be chosen, by the keys that stand in addresses."""
        return vocabulary(self.vocabulary) if self.vocabulary else self.labels


class YearField(FacetField):
    """A year of four digits, of whatever script; the years known are only offered."""

    def __init__(self, label):
        super().__init__(label, _("All years"), labels={})

    def clean(self, value):
        if not value:
            return ""
        if not re.fullmatch(r"\d{4}", value) or int(value) == 0:
            raise ValidationError("", code="bad_year")
        return f"{int(value):04d}"


class DayField(forms.CharField):
    """A day as a date input sends it, or as it is written: day, month, year."""

    def __init__(self, label):
        super().__init__(
            label=label,
            required=False,
            widget=forms.TextInput(attrs={"class": "input", "type": "date"}),
        )

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
            year, month, day = found.groups()
        elif found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
            day, month, year = found.groups()
        else:
            raise ValidationError("", code="bad_day")
        try:
            return datetime.date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            raise ValidationError("", code="bad_day") from None


class PageField(forms.CharField):
    def clean(self, value):
        if value and not re.fullmatch(r"[1-9][0-9]{0,8}", value):
            raise ValidationError("", code="bad_page")
        return value


class FacetSelect(forms.Widget):
    """A select whose options its form counts; hundreds of them cost no template."""

    options = staticmethod(list)  # the form puts its own here

    def render(self, name, value, attrs=None, renderer=None):
        groups = (
            (group, format_html_join("", "{}", ((_option(one),) for one in options)))
            for group, options in groupby(self.options(), key=lambda one: one.group)
        )
        return format_html(
            '<select name="{}" id="{}" class="input">{}</select>',
            name,
            (attrs or {}).get("id", ""),
            format_html_join(
                "",
                "{}",
                (
                    (
                        format_html(
                            '<optgroup label="{}">{}</optgroup>', group, options
                        )
                        if group
                        else options,
                    )
                    for group, options in groups
                ),
            ),
        )


def _option(option: Option):
    state = ""
    if option.is_chosen:
        state = " selected"
    elif option.count == 0:
        state = " disabled"
    text = option.label
    if option.count is not None and option.value:
        text = f"{text} ({quantity(option.count)})"
    return format_html('<option value="{}"{}>{}</option>', option.value, state, text)


class FilterForm(forms.Form):
    """What the lists have in common; ``selection`` holds what is valid and not empty.

    The fields hold valid values only, so that a page shows what it went by.
    """

    max_length = 100
    presentation = ("sort", "page")  # they order and cut a page, and select nothing
    # Those that rows without a date cannot answer.
    of_time: tuple[str, ...] = ()
    # Those of a report that select its rows, not the records that it counts.
    of_report: tuple[str, ...] = ()

    region = FacetField(
        _("region"), _("All regions"), vocabulary="region", shows_empty=True
    )

    def __init__(self, query: Mapping | None = None, *, is_export: bool = False):
        """Take ``request.GET``; a file (``is_export``) knows neither order nor pages."""
        super().__init__({}, auto_id="filter-%s", use_required_attribute=False)
        if is_export:
            for name in self.presentation:
                del self.fields[name]
        for name, field in self.fields.items():
            if isinstance(field, FacetField):
                field.widget.options = partial(self.options, name)
        self._known: dict[str, Mapping] = {}
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
            if name != "page" and (name != "sort" or value != self._usual_order)
        }

    # What was asked for

    @property
    def _usual_order(self) -> str:
        return next(iter(self.fields["sort"].labels))

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
                    valid[name] = self._clean_value(name, field, given[name])
                except ValidationError as error:
                    code = error.error_list[0].code
                    self.refuse(
                        name, given[name], code if code in REASONS else "bad_value"
                    )
        return valid

    def _clean_value(self, name: str, field: forms.Field, value: str) -> str:
        if len(value) > (getattr(field, "max_length", None) or self.max_length):
            raise ValidationError("", code="too_long")
        if not _is_encodable(value):
            raise ValidationError("", code="encoding")
        value = field.clean(value)
        if _is_of_a_list(field) and value not in self.known(name):
            raise ValidationError("", code="bad_value")
        return value

    def known(self, name: str) -> Mapping[str, str | Promise | Choice]:
        """Return what a filter may be set to; read once a form."""
        if name not in self._known:
            self._known[name] = self.fields[name].known()
        return self._known[name]

    def refuse(
        self, name: str, value: str, code: str, against: datetime.date | None = None
    ) -> None:
        """Note that a parameter was left out, for the reason that ``code`` names."""
        self.problems.append(
            FilterProblem(_shortened(name), _shortened(value), code, against)
        )

    # Addresses

    @property
    def is_wholly_valid(self) -> bool:
        """Whether the page goes by all that was asked for: nothing was left out.

        A page of the list that is not there is known only once the view has looked.
        """
        return not self.problems

    @property
    def is_of_lists(self) -> bool:
        """Whether all that selects is one of the values of a list, no words, no days."""
        return all(isinstance(self.fields[name], FacetField) for name in self.selection)

    @property
    def canonical_query(self) -> str:
        """Return the one query of all those that ask for the same as this one.

        Only what is valid and not the usual stands in it, cleaned, in the order of the
        fields, so that there are no more of them than selections.
        """
        page = {"page": self.page_number} if self.page_number > 1 else {}
        return urlencode(self.selection | self._order | page)

    @property
    def _order(self) -> dict[str, str]:
        return {name: self.data[name] for name in ("sort",) if name in self.data}

    def query_string(self, *without: str) -> str:
        """Return the selection as a query, to be put behind any address of the list."""
        return urlencode(_without(self.selection, without))

    def _query_with(self, **changes: str) -> str:
        """Return the query of the page with other values; an empty one takes it off."""
        values = self.selection | changes | self._order
        return urlencode({name: value for name, value in values.items() if value})

    # Words

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in force, with the names that the reader chose them by."""
        return [
            Chip(
                name,
                str(self.fields[name].label),
                self._shown(name, value),
                self._query_with(**{name: ""}),
            )
            for name, value in self.selection.items()
        ]

    @property
    def in_words(self) -> str:
        """The selection in a row, for titles; empty without one."""
        return listed(chip.label for chip in self.chips)

    def _shown(self, name: str, value: str) -> str:
        if _is_of_a_list(self.fields[name]):
            return _label(self.known(name)[value])
        return value

    # Rows, as a file asks the database for them

    def apply(self, queryset: QuerySet) -> QuerySet:
        """Return the rows that the valid values select; their order is not touched.

        Each filter of a list that has a file is a method ``_filter_<name>``.
        """
        for name, value in self.selection.items():
            queryset = getattr(self, f"_filter_{name}")(queryset, value)
        return queryset

    # Rows, as a page shows them

    @cached_property
    def index(self) -> FacetIndex:
        """The facets of the list: for pages only, a file asks the database."""
        return self.read_index()

    @cached_property
    def bits(self) -> int:
        """The rows that all valid values select."""
        return self.index.bits(self.selection)

    def bits_without(self, *names: str) -> int:
        """Return the rows that the other filters select."""
        if not any(name in self.selection for name in names):
            return self.bits
        return self.index.bits(self.selection, *names)

    @property
    def selected(self) -> Selection:
        """The selected rows in the order asked for."""
        return self.index.ordered(self.bits, self.data.get("sort") or self._usual_order)

    @property
    def undated_left_out(self) -> int:
        """The rows that a filter of time leaves out for want of a date, and no other."""
        if not any(name in self.selection for name in self.of_time):
            return 0
        others = self.bits_without(*self.of_time, *self.of_report)
        return others & self.index.undated

    def counts(self, name: str) -> Mapping[str, int]:
        """Return how many rows each value would select with the other filters."""
        return self.index.counts(name, self.bits_without(name))

    def options(self, name: str) -> list[Option]:
        """Return what a filter offers: values that select something, and the chosen.

        Of more than ``OPTIONS_SHOWN``, those that select the most.
        """
        field = self.fields[name]
        if name == "sort":
            chosen = self.data.get("sort") or self._usual_order
            return [
                Option(value, str(label), is_chosen=value == chosen)
                for value, label in field.labels.items()
            ]
        chosen = self.selection.get(name, "")
        counts = self.counts(name)
        if isinstance(field, YearField):
            years = {*counts, chosen} - {""}
            known = {year: year for year in sorted(years, reverse=True)}
        else:
            known = self.known(name)
        offered = [
            value
            for value in known
            if field.shows_empty or counts.get(value) or value == chosen
        ]
        if len(offered) > OPTIONS_SHOWN:
            most = sorted(offered, key=lambda value: -counts.get(value, 0))
            shown = {*most[:OPTIONS_SHOWN], chosen}
            offered = [value for value in offered if value in shown]
        is_cut = len(offered) < sum(1 for count in counts.values() if count)
        options = [
            Option(
                value,
                _label(known[value]),
                counts.get(value, 0),
                value == chosen,
                self._group(known[value]),
            )
            for value in offered
        ]
        if field.is_sorted:
            options.sort(key=lambda option: option.label.casefold())
        if is_cut:
            options.append(Option("", gettext("… and less frequent ones"), 0))
        return [Option("", str(field.anything)), *options]

    def _group(self, known) -> str:
        """Return the region that a province is a part of, as a heading of options."""
        within = getattr(known, "within", "")
        return _label(self.known("region")[within]) if within else ""

    # Nothing selected

    def advice(self) -> Advice:
        """Return what to drop and what is near, for a selection that holds nothing."""
        to_drop = [
            Way(chip.label, count, chip.query_without)
            for chip in self.chips
            if (count := self.bits_without(chip.name).bit_count())
        ]
        spelling = nearest_spelling(self.selection.get("q", ""))
        return Advice(
            to_drop,
            [*self._near_regions(), *self._near_years()],
            list(self._words_apart()),
            spelling,
            self._query_with(q=spelling) if spelling else "",
        )

    def _words_apart(self) -> Iterable[Way]:
        """Yield each of several words that finds something without the others."""
        for word in parts_to_try_alone(self.selection.get("q", "")):
            found = self.index.bits(self.selection | {"q": word})
            if found:
                yield Way(word, found.bit_count(), self._query_with(q=word))

    def _near_regions(self) -> Iterable[Way]:
        """Yield the neighbours that have something, or else the regions that have most."""
        if not (region := self.selection.get("region")):
            return
        counts = {slug: count for slug, count in self.counts("region").items() if count}
        near = [slug for slug in NEIGHBOURS.get(region, ()) if slug in counts]
        most = sorted(counts, key=lambda slug: -counts[slug])[:NEAR_REGIONS]
        for slug in near or most:
            yield Way(
                _label(self.known("region")[slug]),
                counts[slug],
                self._query_with(region=slug),
            )

    def _near_years(self) -> Iterable[Way]:
        """Yield the nearest year before and after the time asked for."""
        asked = [
            int(self.selection[name][:4])
            for name in self.of_time
            if name in self.selection
        ]
        if not asked:
            return
        bits = self.bits_without(*self.of_time)
        counts = {
            int(year): count
            for year, count in self.index.counts("year", bits).items()
            if count
        }
        before = max((year for year in counts if year <= min(asked)), default=None)
        after = min((year for year in counts if year >= max(asked)), default=None)
        nothing = dict.fromkeys(self.of_time, "")
        for year in sorted({before, after} - {None}, reverse=True):
            yield Way(
                f"{year:04d}",
                counts[year],
                self._query_with(**nothing | {"year": f"{year:04d}"}),
            )


def _as_lists(query: Mapping):
    return ((name, [value]) for name, value in query.items())


def _without(selection: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: value for name, value in selection.items() if name not in names}


def _is_of_a_list(field: forms.Field) -> bool:
    return isinstance(field, FacetField) and not isinstance(field, YearField)


def _label(known: str | Promise | Choice) -> str:
    return str(known.name if isinstance(known, Choice) else known)


def _labels(choices) -> dict[str, str | Promise]:
    return dict(choices.choices)


NEWEST = {"newest": pgettext_lazy("order", "newest first")}
OLDEST = {"oldest": pgettext_lazy("order", "oldest first")}


class SearchedFilterForm(FilterForm):
    """Of lists that are searched by words too."""

    field_order = ("q",)

    q = WordsField()

    def _filter_q(self, queryset, value):
        return queryset.search(value)


def _related(queryset: QuerySet, model, relation: str, **is_value: str) -> QuerySet:
    """Return rows with such a related one. Not a join, which would repeat a row."""
    return queryset.filter(
        Exists(model.objects.filter(**{relation: OuterRef("pk")}, **is_value))
    )


class MeetingFilterForm(SearchedFilterForm):
    read_index = staticmethod(meeting_index)
    of_time = ("year", "from", "to")

    province = FacetField(
        _("prefecture or province"), _("All of them"), vocabulary="province"
    )
    series = FacetField(_("series"), _("All series"), vocabulary="series")
    type = FacetField(_("type of meeting"), _("All types"), vocabulary="type")
    state = FacetField(
        _("state"), _("Any state"), labels=_labels(Meeting.State), shows_empty=True
    )
    category = FacetField(
        _("participant category"), _("All categories"), vocabulary="category"
    )
    theme = FacetField(_("theme"), _("All themes"), vocabulary="theme")
    year = YearField(_("year"))
    # “from” is a word of Python: no name can be assigned to it.
    locals()["from"] = DayField(FIRST_DAY)
    to = DayField(LAST_DAY)
    has_agreements = FacetField(
        _("agreements"),
        _("With or without"),
        labels={
            "true": _("with an agreement recorded"),
            "false": _("without an agreement recorded"),
        },
    )
    sort = FacetField(
        _("order"),
        labels=NEWEST
        | OLDEST
        | {"present": pgettext_lazy("order", "most people present, where known")},
    )
    page = PageField(required=False, widget=forms.HiddenInput)

    def _valid_values(self, query):
        valid = super()._valid_values(query)
        if "from" in valid and "to" in valid and valid["to"] < valid["from"]:
            first = datetime.date.fromisoformat(valid["from"])
            self.refuse("to", valid.pop("to"), "before_first_day", against=first)
        return valid

    def _shown(self, name, value):
        if name not in ("from", "to"):
            return super()._shown(name, value)
        day = day_in_words(datetime.date.fromisoformat(value))
        text = gettext("from %(day)s on") if name == "from" else gettext("to %(day)s")
        return text % {"day": day}

    def _filter_region(self, queryset, value):
        if value == NATIONAL:
            return queryset.filter(region__isnull=True)
        return queryset.filter(region__slug=value)

    def _filter_province(self, queryset, value):
        return _related(queryset, Province, "meetings", iso_code=value)

    def _filter_series(self, queryset, value):
        return queryset.filter(series__code=value)

    def _filter_type(self, queryset, value):
        return queryset.filter(type__code=value)

    def _filter_state(self, queryset, value):
        return queryset.filter(state=value)

    def _filter_category(self, queryset, value):
        return queryset.with_category(value)

    def _filter_theme(self, queryset, value):
        return _related(queryset, Theme, "meetings", code=value)

    def _filter_year(self, queryset, value):
        first, last = _bounds_of(value)
        return queryset.not_over_before(first).begun_by(last)

    def _filter_from(self, queryset, value):
        return queryset.not_over_before(datetime.date.fromisoformat(value))

    def _filter_to(self, queryset, value):
        return queryset.begun_by(datetime.date.fromisoformat(value))

    def _filter_has_agreements(self, queryset, value):
        return queryset.with_agreements(value == "true")


def _bounds_of(year: str) -> tuple[datetime.date, datetime.date]:
    return datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31)


class AgreementFilterForm(SearchedFilterForm):
    read_index = staticmethod(agreement_index)
    of_time = ("year",)

    province = FacetField(
        _("prefecture or province"), _("All of them"), vocabulary="province"
    )
    status = FacetField(_("status"), _("All states"), labels=_labels(Status))
    year = YearField(_("year of a step"))
    party = FacetField(_("party"), _("All parties"), vocabulary="party", is_sorted=True)
    instrument = FacetField(
        _("legal instrument"), _("All instruments"), vocabulary="instrument"
    )
    theme = FacetField(_("theme"), _("All themes"), vocabulary="theme")
    target_group = FacetField(
        _("target group"), _("All groups"), vocabulary="target_group"
    )
    sort = FacetField(_("order"), labels=NEWEST | OLDEST)
    page = PageField(required=False, widget=forms.HiddenInput)

    def _filter_region(self, queryset, value):
        if value == NATIONAL:
            return queryset.filter(regions__isnull=True)
        return _related(queryset, Region, "agreements", slug=value)

    def _filter_province(self, queryset, value):
        return _related(queryset, Province, "agreements", iso_code=value)

    def _filter_status(self, queryset, value):
        return queryset.with_status().filter(current_status=value)

    def _filter_year(self, queryset, value):
        return _related(
            queryset, AgreementStep, "agreement", date__range=_bounds_of(value)
        )

    def _filter_party(self, queryset, value):
        return _related(queryset, AgreementParty, "agreement", organisation=int(value))

    def _filter_instrument(self, queryset, value):
        return queryset.filter(instrument__code=value)

    def _filter_theme(self, queryset, value):
        return _related(queryset, Theme, "agreements", code=value)

    def _filter_target_group(self, queryset, value):
        return _related(queryset, TargetGroup, "agreements", code=value)


class FollowUpFilterForm(SearchedFilterForm):
    """Of expectations and commitments together; a state of one may be none of another."""

    read_index = staticmethod(follow_up_index)

    kind = FacetField(
        _("kind"),
        _("All kinds"),
        labels=_labels(Expectation.Kind) | {COMMITMENT: Commitment._meta.verbose_name},
        shows_empty=True,
    )
    state = FacetField(
        _("state"),
        _("Any state"),
        labels=_labels(Expectation.State)
        | _labels(Commitment.State)
        | {"done": pgettext_lazy("expectation or commitment", "done")},
    )
    late = FacetField(
        _("due date"), _("Past or not"), labels={"true": _("past its due date")}
    )
    category = FacetField(
        _("category that raised it"), _("All categories"), vocabulary="category"
    )
    owner = FacetField(_("owner"), _("All owners"), vocabulary="owner", is_sorted=True)
    theme = FacetField(_("theme"), _("All themes"), vocabulary="theme")
    sort = FacetField(
        _("order"),
        labels={
            "newest": pgettext_lazy("order", "latest meeting first"),
            "due": pgettext_lazy("order", "earliest due date first"),
        },
    )
    page = PageField(required=False, widget=forms.HiddenInput)

    # A filter that only one of the two has selects nothing of the other.

    def _filter_kind(self, queryset, value):
        if queryset.model is Commitment:
            return queryset if value == COMMITMENT else queryset.none()
        return queryset.filter(kind=value)

    def _filter_region(self, queryset, value):
        if value == NATIONAL:
            return queryset.filter(meeting__region__isnull=True)
        return queryset.filter(meeting__region__slug=value)

    def _filter_state(self, queryset, value):
        return queryset.filter(state=value)

    def _filter_late(self, queryset, value):
        return queryset.late() if queryset.model is Commitment else queryset.none()

    def _filter_category(self, queryset, value):
        if queryset.model is Commitment:
            return queryset.none()
        return queryset.filter(category__code=value)

    def _filter_owner(self, queryset, value):
        if queryset.model is Commitment:
            return queryset.filter(owner=int(value))
        return queryset.none()

    def _filter_theme(self, queryset, value):
        return queryset.filter(theme__code=value)


class NoFilterForm(FilterForm):
    """Of files whose rows no page narrows: every parameter is unknown."""

    presentation = ()
    region = None
