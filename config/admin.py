"""What every page of the administration has in common; each app registers its own."""

from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from config.admin_conflicts import ConflictOptions, VersionedInline
from config.admin_forms import (
    StaffInlineFormSet,
    StaffModelForm,
    let_all_be_typed,
    stated_errors,
)
from config.admin_history import HistoryPages
from config.admin_permissions import PermittedModelOptions, PermittedOptions
from config.admin_widgets import (
    KnownAutocompleteSelect,
    KnownAutocompleteSelectMultiple,
    LinesTextarea,
    direction_of,
    is_key,
)
from config.changes import announce_change
from config.models import ReferenceTerm
from config.numbers import AmountField, WholeNumberField
from config.reach import is_record, record_keys
from config.search_index import query_of
from config.search_text import is_found_by
from config.typed_dates import DayField, HourField

RETURN_PARAMETER = "_return"


class StaffOptions(PermittedOptions):
    """What pages and inlines share: inputs, and who may do what."""

    form = StaffModelForm
    formfield_overrides = {
        models.IntegerField: {"form_class": WholeNumberField},
        models.DecimalField: {"form_class": AmountField},
        models.DateField: {"form_class": DayField},
        models.TimeField: {"form_class": HourField},
        models.TextField: {"widget": LinesTextarea},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Organisations and persons are added and mended on the spot, not deleted.
            field.widget.can_delete_related = False
            field.widget.can_view_related = False
        field.widget.attrs.update(direction_of(db_field))
        let_all_be_typed(field)
        if isinstance(db_field, models.TextField):
            field.widget.attrs["rows"] = 3
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault(
                "widget", KnownAutocompleteSelect(db_field, self.admin_site)
            )
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if issubclass(db_field.remote_field.model, ReferenceTerm) and not isinstance(
            field.widget, KnownAutocompleteSelect
        ):
            # Read once a request, for all the rows of an inline.
            field.terms = list(db_field.remote_field.model.objects.all())
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault(
                "widget", KnownAutocompleteSelectMultiple(db_field, self.admin_site)
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class RelatedInUseFilter(admin.RelatedOnlyFieldListFilter):
    """Offers what the rows of the list have, and reads it once a request.

    Django builds every filter anew for the facets of each of them.
    """

    def field_choices(self, field, request, model_admin):
        offered = request.__dict__.setdefault("offered_by_filters", {})
        if self.field_path not in offered:
            offered[self.field_path] = super().field_choices(
                field, request, model_admin
            )
        return offered[self.field_path]


class StaffModelAdmin(
    ConflictOptions, HistoryPages, StaffOptions, PermittedModelOptions, admin.ModelAdmin
):
    """A page of the administration.

    A change is one transaction (Django opens it) and ends with ``after_change``, which
    says what follows for the public.
    """

    list_per_page = 50
    show_facets = admin.ShowFacets.ALWAYS
    # Columns that a row is found by where the model has no documents of its own.
    names_to_search: tuple[str, ...] = ()
    # Put in by an app above that knows what is chosen most: orders what an autocomplete
    # offers, given the request and the rows.
    usual_first = None

    # Who

    def regions_of(self, user):
        """Return the regions whose record ``user`` works on: suggested for a new row."""
        return user.regions.all()

    # Lists

    def get_search_results(self, request, queryset, search_term):
        """Find by folded words; an autocomplete leaves retired terms out."""
        is_autocomplete = request.resolver_match.url_name == "autocomplete"
        if is_autocomplete and issubclass(self.model, ReferenceTerm):
            queryset = queryset.active()
        found = self.search(queryset, search_term)
        if is_autocomplete:
            found = self._that_may_be_chosen(request, found)
        if is_autocomplete and self.usual_first:
            found = self.usual_first(request, found)
        return found, False

    def _that_may_be_chosen(self, request, rows):
        """Return those of ``rows`` that the form takes in the input that asks.

        Of regions those where a record may lie; of what a part belongs to, that to
        which a part may be added.
        """
        model = apps.get_model(request.GET["app_label"], request.GET["model_name"])
        column = request.GET["field_name"]
        if column in record_keys(model):
            return request.user.within_reach("add", rows, model)
        if not is_record(model) or column != model.regions_field:
            return rows
        name = f"{model._meta.app_label}.add_{model._meta.model_name}"
        if request.user.may_place(name, []):
            return rows
        return rows.filter(pk__in=self.regions_of(request.user).values("pk"))

    def search(self, queryset, text):
        """Return the rows of ``queryset`` that hold every word of ``text``."""
        if not text.strip():
            return queryset
        if not self.names_to_search:
            return queryset.search(text)
        # Tables of a few dozen rows, read here rather than indexed.
        query = query_of(text)
        found = [
            pk
            for pk, *names in queryset.values_list("pk", *self.names_to_search)
            if is_found_by(query, names)
        ]
        return queryset.filter(pk__in=found)

    def changelist_view(self, request, extra_context=None):
        # PostgreSQL refuses NUL in any text, so it may not reach a filter.
        if any("\x00" in value for value in request.GET.values()):
            return HttpResponseRedirect(f"{request.path}?e=1")
        return super().changelist_view(request, extra_context)

    # Forms

    def get_changeform_initial_data(self, request):
        """Take what the address suggests, without what could not be a row."""
        initial = super().get_changeform_initial_data(request)
        for name in list(initial):
            try:
                field = self.opts.get_field(name)
            except FieldDoesNotExist:
                continue
            if field.many_to_many:
                initial[name] = [one for one in initial[name] if is_key(one)]
            elif field.is_relation and not is_key(initial[name]):
                del initial[name]
        return {**self.suggested(request), **initial}

    def suggested(self, request) -> dict:
        """Return what a new row begins with: the region of staff who have only one."""
        if not any(field.name == "region" for field in self.opts.fields):
            return {}
        regions = self.regions_of(request.user)[:2]
        return {"region": regions[0].pk} if len(regions) == 1 else {}

    def get_formset_kwargs(self, request, obj, inline, prefix):
        options = super().get_formset_kwargs(request, obj, inline, prefix)
        rows = inline.rows_to_begin_with(request, obj if obj.pk else None)
        return {**options, "initial": rows} if rows else options

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        if form.is_bound:
            context["stated_errors"] = stated_errors(
                form, context["inline_admin_formsets"]
            )
        context["return_url"] = self.return_url(request)
        return super().render_change_form(request, context, *args, **kwargs)

    # Changes

    def _create_formsets(self, request, obj, change):
        formsets, inlines = super()._create_formsets(request, obj, change)
        request.formsets_of_page = formsets
        for formset in formsets:
            formset.of_page = formsets
        return formsets, inlines

    def _says_something_new(self, request, form, change) -> bool:
        """Say whether there is anything to save: history has no entries of nothing."""
        return (
            not change
            or form.has_changed()
            or any(formset.has_changed() for formset in request.formsets_of_page)
        )

    def save_model(self, request, obj, form, change):
        if not change and hasattr(obj, "created_by_id"):
            obj.created_by = request.user
        if self._says_something_new(request, form, change):
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if self._says_something_new(request, form, change):
            self.after_change(request, form.instance)

    def log_change(self, request, obj, message):
        return super().log_change(request, obj, message) if message else None

    def delete_model(self, request, obj):
        before = self.touched_by_deleting(obj)
        super().delete_model(request, obj)
        for one in before:
            self.after_change(request, one)

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def touched_by_deleting(self, obj) -> list:
        """Return what ``after_change`` is told of once ``obj`` is gone."""
        return [obj]

    def after_change(self, request, obj):
        """Say that ``obj`` was saved or deleted, in the transaction that did it.

        Reference data, organisations, persons and regions stand on public pages, so any
        change of them dates the record.
        """
        announce_change(obj)

    # The way back

    def change_url(self, obj) -> str:
        """Return the page of ``obj``, which may be of another model."""
        name = f"{obj._meta.app_label}_{obj._meta.model_name}"
        return reverse(f"admin:{name}_change", args=[obj.pk])

    def return_url(self, request) -> str:
        """Return the page of the administration to come back to, empty for the list."""
        target = request.GET.get(RETURN_PARAMETER, "")
        is_ours = url_has_allowed_host_and_scheme(
            target,
            allowed_hosts={request.get_host()},
            require_https=request.is_secure(),
        ) and target.startswith(reverse("admin:index"))
        return target if is_ours else ""

    def response_post_save_add(self, request, obj):
        if target := self.return_url(request):
            return HttpResponseRedirect(target)
        return super().response_post_save_add(request, obj)

    def response_post_save_change(self, request, obj):
        if target := self.return_url(request):
            return HttpResponseRedirect(target)
        return super().response_post_save_change(request, obj)

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        carried_over = self.carried_over(obj)
        if "_addanother" not in request.POST or not carried_over:
            return response
        # Django keeps the query, and with it the way back; it does not know the record.
        sign = "&" if "?" in response.url else "?"
        return HttpResponseRedirect(f"{response.url}{sign}{urlencode(carried_over)}")

    def carried_over(self, obj) -> dict:
        """Return what “save and add another” suggests of ``obj`` for the next one."""
        return {}


class StaffInline(VersionedInline, StaffOptions):
    """Parts of a record on the record's page."""

    formset = StaffInlineFormSet
    extra = 0
    # Relations that the rows print, read with them.
    related: tuple[str, ...] = ()
    # Whether the page of a new record has an empty row open; left empty, it is not saved.
    begins_with_a_row = False

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows

    def initial_rows(self, request, obj) -> list[dict]:
        """Return what new rows of a page that was just opened begin with."""
        return []

    def rows_to_begin_with(self, request, obj) -> list[dict]:
        """Return ``initial_rows``, computed once: an inline lives for one request."""
        if request.method != "GET" or self.max_num == 0:  # nothing may be added
            return []
        if not hasattr(self, "_rows_to_begin_with"):
            self._rows_to_begin_with = self.initial_rows(request, obj)
        return self._rows_to_begin_with

    def get_extra(self, request, obj=None, **kwargs):
        rows = len(self.rows_to_begin_with(request, obj))
        return rows or int(self.begins_with_a_row and obj is None)


class StaffStackedInline(StaffInline, admin.StackedInline):
    pass


class StaffTabularInline(StaffInline, admin.TabularInline):
    pass


class ReferenceTermAdmin(StaffModelAdmin):
    """A vocabulary: extended and retired here, deleted only while nothing uses it."""

    list_display = ["name_ar", "name_fr", "name_en", "code", "order", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name_ar", "name_fr", "name_en", "code"]
    names_to_search = ("name_ar", "name_fr", "name_en", "code")
    ordering = ["order", "code"]
    actions = ["retire", "take_up_again"]
    fieldsets = [
        (None, {"fields": ["name_ar", "name_fr", "name_en"]}),
        (_("Use"), {"fields": ["code", "order", "is_active"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        # The code stands in addresses and files: never changed once it is there.
        return ["code"] if obj else []

    @admin.action(
        description=_("Retire: no longer offer for new records"), permissions=["change"]
    )
    def retire(self, request, queryset):
        self._set_active(request, queryset, is_active=False)

    @admin.action(
        description=_("Take up again: offer for new records"), permissions=["change"]
    )
    def take_up_again(self, request, queryset):
        self._set_active(request, queryset, is_active=True)

    def _set_active(self, request, queryset, *, is_active):
        changed = queryset.exclude(is_active=is_active)
        with transaction.atomic():
            for term in changed:
                term.is_active = is_active
                term.save(update_fields=["is_active"])
                self.log_change(request, term, [{"changed": {"fields": ["in use"]}}])
                self.after_change(request, term)
            self.message_user(request, _("Done."))
