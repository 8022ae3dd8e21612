"""What was expected, committed to and paid out; each but the last with its own page."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.admin import RelatedInUseFilter, StaffStackedInline
from consultations.admin.completeness import (
    MissingFilter,
    SaysWhatIsMissing,
    missing_column,
)
from consultations.admin.corrections import PartCorrectionsAdmin
from consultations.admin.evidence import (
    FRENCH_AND_ENGLISH,
    MORE,
    PartAdmin,
    ProgressInline,
    SourcedOptions,
)
from consultations.admin.worklist import WorkFilter
from consultations.forms.followup_admin import (
    CommitmentAdminForm,
    ExpectationAdminForm,
)
from consultations.models import AidDistribution, Commitment, Expectation, Meeting
from consultations.validators import validate_expectations_of_meeting


class AidDistributionInline(SourcedOptions, StaffStackedInline):
    model = AidDistribution
    classes = ["collapse"]
    related = ("programme", "legal_basis")
    autocomplete_fields = ["legal_basis"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "programme",
                    "description_ar",
                    ("amount", "beneficiaries"),
                    "legal_basis",
                    ("note", "language"),
                    "source",
                ]
            },
        ),
        (
            FRENCH_AND_ENGLISH,
            {"classes": ["collapse"], "fields": ["description_fr", "description_en"]},
        ),
    ]


class OfMeetingAdmin(SaysWhatIsMissing, PartCorrectionsAdmin, PartAdmin):
    """Something that was said at a meeting and is followed up after it."""

    belongs_to = ("meeting",)
    search_help_text = _("Words of it or of its meeting")

    def search(self, queryset, text):
        return queryset.filter(
            Q(pk__in=self.model.objects.search(text))
            | Q(meeting__in=Meeting.objects.search(text))
        )

    def records_of(self, obj):
        return [obj.meeting]


@admin.register(Expectation)
class ExpectationAdmin(OfMeetingAdmin):
    position = 3
    form = ExpectationAdminForm
    list_display = [
        "__str__",
        "kind",
        "category",
        "theme",
        "state",
        "meeting",
        missing_column(Expectation),
    ]
    list_filter = [
        "kind",
        "state",
        ("category", RelatedInUseFilter),
        ("theme", RelatedInUseFilter),
        ("meeting__region", RelatedInUseFilter),
        MissingFilter,
    ]
    list_select_related = ["category", "theme", "meeting"]
    date_hierarchy = "meeting__starts_on"
    search_fields = ["text_ar"]
    autocomplete_fields = ["meeting", "organisation"]
    fieldsets = [
        (None, {"fields": ["meeting", ("kind", "state"), "text_ar"]}),
        (_("Who raised it"), {"fields": [("category", "organisation"), "theme"]}),
        (_("The ministry's answer"), {"fields": ["answer_ar", "answered_on"]}),
        (
            FRENCH_AND_ENGLISH,
            {
                "classes": ["collapse"],
                "fields": ["text_fr", "answer_fr", "text_en", "answer_en"],
            },
        ),
        (MORE, {"classes": ["collapse"], "fields": ["order", "source"]}),
    ]


@admin.register(Commitment)
class CommitmentAdmin(OfMeetingAdmin):
    position = 4
    form = CommitmentAdminForm
    list_display = [
        "__str__",
        "owner",
        "due_on",
        "state",
        "lateness",
        "meeting",
        missing_column(Commitment),
    ]
    list_filter = [
        "state",
        ("theme", RelatedInUseFilter),
        ("agreement", admin.EmptyFieldListFilter),
        ("meeting__region", RelatedInUseFilter),
        WorkFilter,
        MissingFilter,
    ]
    list_select_related = ["owner", "meeting"]
    date_hierarchy = "due_on"
    search_fields = ["text_ar"]
    autocomplete_fields = ["meeting", "owner", "agreement"]
    inlines = [ProgressInline]
    fieldsets = [
        (None, {"fields": ["meeting", "text_ar", ("owner", "theme")]}),
        (
            _("What became of it"),
            {
                "fields": [
                    ("state", "due_on"),
                    ("amount", "amount_note"),
                    "answers",
                    "agreement",
                ]
            },
        ),
        (
            FRENCH_AND_ENGLISH,
            {"classes": ["collapse"], "fields": ["text_fr", "text_en"]},
        ),
        (MORE, {"classes": ["collapse"], "fields": ["order", "source"]}),
    ]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "answers":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def validate_restored(self, obj):
        super().validate_restored(obj)
        validate_expectations_of_meeting(obj.meeting_id, obj.answers.all())

    @admin.display(description=_("past its date"), ordering="due_on")
    def lateness(self, commitment):
        return _("past its date") if commitment.is_late() else ""
