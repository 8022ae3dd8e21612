"""What the record rests on and what came after: mostly parts of a record's page."""

from django.contrib import admin
from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.admin import StaffModelAdmin, StaffStackedInline
from consultations import services
from consultations.forms.evidence_admin import (
    SourcedPageForm,
    SourcedPartForm,
    SourceFormSet,
    record_of,
)
from consultations.models import (
    Correction,
    Discrepancy,
    Document,
    Meeting,
    PartnershipAgreement,
    Progress,
    Source,
)
from consultations.validators import validate_source_of_record

FRENCH_AND_ENGLISH = _("French and English")
MORE = _("Order and source")


def without(fieldsets, *names):
    """Return admin fieldsets without the fields ``names``, and without what that empties."""
    kept = []
    for title, options in fieldsets:
        fields = []
        for line in options["fields"]:
            if isinstance(line, str):
                line = (line,)
            left = tuple(name for name in line if name not in names)
            if left:
                fields.append(left if len(left) > 1 else left[0])
        if fields:
            kept.append((title, {**options, "fields": fields}))
    return kept


class SourcedOptions:
    """A part that may rest on one of the record's sources, offered once they are saved."""

    form = SourcedPartForm

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else without(fieldsets, "source")

    def get_formset(self, request, obj=None, **kwargs):
        self.record = record_of(obj)
        if self.record is not None:
            # Once for all the inlines of the page.
            prefetch_related_objects([self.record], "sources")
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "source" and self.record is not None:
            # Read once for all rows; a strange key is refused by the form.
            field.choices = [("", field.empty_label)] + [
                (source.pk, str(source)) for source in self.record.sources.all()
            ]
        return field


class SourceInline(StaffStackedInline):
    """The record's sources; open until there is one, as nothing is published without."""

    model = Source
    formset = SourceFormSet
    begins_with_a_row = True
    is_first_to_fill = True
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "publisher", "language"),
                    "title",
                    ("url", "site"),
                    ("published_on", "date_precision", "published_time"),
                    ("via", "note"),
                    ("key", "order"),
                ]
            },
        )
    ]

    def get_formset(self, request, obj=None, **kwargs):
        if obj is not None:
            prefetch_related_objects([obj], "sources")
            self.is_first_to_fill = not obj.sources.all()
        return super().get_formset(request, obj, **kwargs)

    @property
    def classes(self):
        return [] if self.is_first_to_fill else ["collapse"]


class DiscrepancyInline(StaffStackedInline):
    model = Discrepancy
    begins_with_a_row = True
    classes = ["collapse"]
    fieldsets = [
        (None, {"fields": [("matter", "order"), "statements_ar", "settled_ar"]}),
        (
            FRENCH_AND_ENGLISH,
            {
                "classes": ["collapse"],
                "fields": [
                    "statements_fr",
                    "settled_fr",
                    "statements_en",
                    "settled_en",
                ],
            },
        ),
    ]


class DocumentInline(StaffStackedInline):
    model = Document
    classes = ["collapse"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "language", "is_public"),
                    "title",
                    "file",
                    "url",
                    "order",
                ]
            },
        )
    ]


class ProgressInline(SourcedOptions, StaffStackedInline):
    model = Progress
    classes = ["collapse"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("reported_on", "percent"),
                    "note",
                    "language",
                    ("spent", "beneficiaries"),
                    ("verified_by", "source"),
                ]
            },
        )
    ]


class PartAdmin(StaffModelAdmin):
    """Something of a record that has a page of its own: saving it changes the record."""

    # The columns of which one names what it belongs to.
    belongs_to: tuple[str, ...] = ("meeting", "agreement")

    def records_of(self, obj) -> list:
        """Return the meetings and agreements on whose pages ``obj`` stands."""
        return [obj.record]

    def save_model(self, request, obj, form, change):
        before = self.records_of(self.model.objects.get(pk=obj.pk)) if change else []
        super().save_model(request, obj, form, change)
        for record in before:
            if record not in self.records_of(obj):
                services.record_changed(record)

    def after_change(self, request, obj):
        for record in self.records_of(obj):
            services.record_changed(record)

    def validate_restored(self, obj):
        for record in self.records_of(obj):
            validate_source_of_record(getattr(obj, "source", None), record)

    def after_restoring(self, request, before, obj):
        super().after_restoring(request, before, obj)
        for record in self.records_of(before) if before else []:
            if record not in self.records_of(obj):
                services.record_changed(record)

    def carried_over(self, obj):
        keys = {name: getattr(obj, f"{name}_id") for name in self.belongs_to}
        return {name: key for name, key in keys.items() if key}

    @admin.display(description=_("record"))
    def record_link(self, obj):
        record = obj.record
        url = reverse(
            f"admin:consultations_{record._meta.model_name}_change", args=[record.pk]
        )
        return format_html('<a href="{}">{}</a>', url, record)


@admin.register(Correction)
class CorrectionAdmin(PartAdmin):
    position = 6
    list_display = ["what", "corrected_on", "record_link"]
    list_filter = ["corrected_on"]
    list_select_related = ["meeting", "agreement"]
    date_hierarchy = "corrected_on"
    search_fields = ["what"]
    search_help_text = _("Words of the meeting or the agreement")
    autocomplete_fields = ["meeting", "agreement"]
    fieldsets = [
        (None, {"fields": ["meeting", "agreement"]}),
        (_("Correction"), {"fields": ["corrected_on", "what", "why", "language"]}),
    ]

    def search(self, queryset, text):
        return queryset.filter(
            Q(meeting__in=Meeting.objects.search(text))
            | Q(agreement__in=PartnershipAgreement.objects.search(text))
        )


@admin.register(Progress)
class ProgressAdmin(PartAdmin):
    position = 5
    form = SourcedPageForm
    belongs_to = ("meeting", "agreement", "commitment")
    list_display = [
        "__str__",
        "reported_on",
        "percent",
        "spent",
        "beneficiaries",
        "record_link",
    ]
    list_filter = ["reported_on", ("percent", admin.EmptyFieldListFilter)]
    list_select_related = ["meeting", "agreement", "commitment"]
    date_hierarchy = "reported_on"
    search_fields = ["note"]
    search_help_text = _("Words of the meeting or the agreement")
    autocomplete_fields = ["meeting", "agreement", "commitment"]
    fieldsets = [
        (None, {"fields": ["meeting", "agreement", "commitment"]}),
        (
            _("Progress"),
            {
                "fields": [
                    ("reported_on", "percent"),
                    "note",
                    "language",
                    ("spent", "beneficiaries"),
                    ("verified_by", "source"),
                ]
            },
        ),
    ]

    def search(self, queryset, text):
        meetings = Meeting.objects.search(text)
        return queryset.filter(
            Q(meeting__in=meetings)
            | Q(agreement__in=PartnershipAgreement.objects.search(text))
            | Q(commitment__meeting__in=meetings)
        )

    def records_of(self, obj):
        return [record_of(obj.record)]
