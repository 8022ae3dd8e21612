"""What a record lacks, on its form and in its list; the rules are ``completeness``."""

from functools import cache

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.admin_filters import UncountedFilter
from config.localization import listed
from consultations.completeness import RULES, incomplete, missing_in, number_missing

ANYTHING = "any"
# A row names so many things: enough to know what to open the record for.
NAMED = 2


class MissingFilter(UncountedFilter):
    """The records that lack one thing, or anything at all."""

    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        rules = [(rule.key, rule.label) for rule in RULES[model_admin.model]]
        return [(ANYTHING, _("anything")), *rules]

    def queryset(self, request, queryset):
        if self.value() in dict(self.lookup_choices):
            return incomplete(queryset, self.value())
        return queryset


def missing_column(model):
    """Return the column of what is missing, sorted by how much of it there is."""

    @admin.display(description=_("missing"), ordering=number_missing(model))
    def missing(record):
        if not record.missing:
            return "–"
        names = [rule.label for rule in record.missing[:NAMED]]
        return format_html(
            '<b>{}</b> <span class="quiet">{}{}</span>',
            len(record.missing),
            listed(names),
            " …" if len(record.missing) > NAMED else "",
        )

    return missing


class _MissingOfThePage(ChangeList):
    """Asks for what is missing of the rows of one page, in one query."""

    def get_results(self, request):
        super().get_results(request)
        # Each facet would ask the conditions of such a filter of all rows again.
        self.add_facets = self.add_facets and not any(
            isinstance(one, UncountedFilter) and one.value()
            for one in self.filter_specs
        )
        records = list(self.result_list)
        missing = missing_in(self.model, [record.pk for record in records])
        for record in records:
            record.missing = missing[record.pk]
        self.result_list = records


@cache
def _of_the_page(changelist: type[ChangeList]) -> type[ChangeList]:
    return type(changelist.__name__, (_MissingOfThePage, changelist), {})


class SaysWhatIsMissing:
    """For the page of a model that has rules; never keeps it from being saved."""

    def get_changelist(self, request, **kwargs):
        return _of_the_page(super().get_changelist(request, **kwargs))

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        if obj is not None:
            context["asks_what_is_missing"] = True
            context["missing"] = missing_in(self.model, [obj.pk])[obj.pk]
        return super().render_change_form(request, context, add, change, form_url, obj)
