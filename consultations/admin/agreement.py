from django.contrib import admin
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import RelatedInUseFilter, StaffStackedInline
from config.admin_widgets import is_key
from config.localization import listed
from config.template_tags import quantity
from consultations.admin.completeness import (
    MissingFilter,
    SaysWhatIsMissing,
    missing_column,
)
from consultations.admin.evidence import (
    FRENCH_AND_ENGLISH,
    MORE,
    DiscrepancyInline,
    DocumentInline,
    ProgressInline,
    SourcedOptions,
    SourceInline,
)
from consultations.admin.publication import (
    PUBLICATION_FIELDS,
    RecordAdmin,
    StandingFilter,
    UntranslatedFilter,
)
from consultations.admin.worklist import WorkFilter
from consultations.forms.agreement_admin import (
    AgreementAdminForm,
    AgreementPartyFormSet,
)
from consultations.models import (
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    Meeting,
    Participation,
    PartnershipAgreement,
)
from consultations.status import Status, StepKind
from consultations.validators import validate_contributions, validate_provinces_lie_in
from consultations.views.agreement import agreement_page_context

# What a source of the meeting says of itself, whichever record it is a source of.
SOURCE_COLUMNS = (
    "kind",
    "publisher",
    "title",
    "language",
    "url",
    "site",
    "via",
    "published_on",
    "date_precision",
    "published_time",
    "note",
    "key",
)


# The role in which a participant of a category mostly signs.
ROLES = {
    "government": AgreementParty.Role.MINISTRY,
    "territorial_authority": AgreementParty.Role.AUTHORITY,
    "regional_council": AgreementParty.Role.COUNCIL,
    "provincial_council": AgreementParty.Role.COUNCIL,
    "commune": AgreementParty.Role.COUNCIL,
}


def meeting_that_led_here(request):
    """Return the meeting that the address names, None if it names none."""
    if not hasattr(request, "meeting_that_led_here"):
        key = request.GET.get("meeting", "")
        request.meeting_that_led_here = (
            request.user.within_reach("view", Meeting.objects.select_related("region"))
            .filter(pk=key)
            .first()
            if is_key(key)
            else None
        )
    return request.meeting_that_led_here


class AgreementPartyInline(SourcedOptions, StaffStackedInline):
    model = AgreementParty
    formset = AgreementPartyFormSet
    related = ("organisation", "signed_by", "signatory_office")
    autocomplete_fields = ["organisation", "signed_by", "signatory_office"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("organisation", "role", "contribution"),
                    ("signed_by", "signatory_office"),
                ]
            },
        ),
        (
            gettext_lazy("If the sources do not name the organisation or the office"),
            {
                "classes": ["collapse"],
                "fields": [
                    "description_ar",
                    ("description_fr", "description_en"),
                    ("signatory_office_stated", "signed_on_behalf_of"),
                ],
            },
        ),
        (MORE, {"classes": ["collapse"], "fields": [("order", "source")]}),
    ]

    def initial_rows(self, request, obj):
        """Return the bodies that chaired the meeting, which mostly sign what it signs."""
        meeting = None if obj else meeting_that_led_here(request)
        if meeting is None:
            return []
        chairs = meeting.participations.filter(
            capacity__in=Participation.CHAIRING, organisation__isnull=False
        ).select_related("category", "organisation", "person", "office")
        return [
            {
                "organisation": chair.organisation,
                "role": ROLES.get(chair.category.code, AgreementParty.Role.NOT_STATED),
                "signed_by": chair.person,
                "signatory_office": chair.office,
            }
            for chair in chairs
        ]


class AgreementComponentInline(SourcedOptions, StaffStackedInline):
    model = AgreementComponent
    begins_with_a_row = True
    fieldsets = [
        (
            None,
            {"fields": [("kind", "quantity", "amount"), "description_ar"]},
        ),
        (
            FRENCH_AND_ENGLISH,
            {"classes": ["collapse"], "fields": ["description_fr", "description_en"]},
        ),
        (MORE, {"classes": ["collapse"], "fields": [("order", "source")]}),
    ]


class AgreementStepInline(SourcedOptions, StaffStackedInline):
    model = AgreementStep
    related = ("meeting",)
    autocomplete_fields = ["meeting"]
    fieldsets = [
        (None, {"fields": [("kind", "date", "place_ar"), "meeting"]}),
        (
            FRENCH_AND_ENGLISH,
            {"classes": ["collapse"], "fields": [("place_fr", "place_en")]},
        ),
        (
            gettext_lazy("Note and source"),
            {"classes": ["collapse"], "fields": ["note", ("language", "source")]},
        ),
    ]

    def initial_rows(self, request, obj):
        """Return the step that a new agreement is entered for: signed at the meeting."""
        meeting = None if obj else meeting_that_led_here(request)
        if meeting is None:
            return []
        is_day = meeting.date_precision == Meeting.DatePrecision.DAY
        return [
            {
                "kind": StepKind.SIGNED,
                "meeting": meeting.pk,
                "date": meeting.starts_on if is_day else None,
                "place_ar": meeting.city_ar,
                "place_fr": meeting.city_fr,
                "place_en": meeting.city_en,
            }
        ]


class AgreementSourceInline(SourceInline):
    def initial_rows(self, request, obj):
        """Return the meeting's sources: those that do not speak of it are taken out."""
        meeting = None if obj else meeting_that_led_here(request)
        if meeting is None:
            return []
        return list(meeting.sources.values(*SOURCE_COLUMNS))


class StatusFilter(admin.SimpleListFilter):
    """Where the agreements stand today."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return Status.choices

    def queryset(self, request, queryset):
        if self.value() in Status.values:
            return queryset.filter(current_status=self.value())
        return queryset

    def get_facet_queryset(self, changelist):
        # Grouped once: Django would derive every status of every agreement ten times.
        agreements = changelist.get_queryset(
            self.request, exclude_parameters=self.expected_parameters()
        )
        counts = dict(
            agreements.order_by()
            .values_list("current_status")
            .annotate(count=Count("pk"))
        )
        return {
            f"{number}__c": counts.get(status, 0)
            for number, (status, _label) in enumerate(self.lookup_choices)
        }


@admin.register(PartnershipAgreement)
class PartnershipAgreementAdmin(SaysWhatIsMissing, RecordAdmin):
    form = AgreementAdminForm
    inlines = [
        AgreementPartyInline,
        AgreementComponentInline,
        AgreementStepInline,
        ProgressInline,
        AgreementSourceInline,
        DiscrepancyInline,
        DocumentInline,
    ]
    position = 2
    list_display = [
        "reference",
        "name",
        "current_status",
        "signed_on",
        "region_names",
        "amount_stated",
        "standing",
        missing_column(PartnershipAgreement),
        "not_translated",
    ]
    list_filter = [
        StatusFilter,
        "publication",
        StandingFilter,
        ("regions", RelatedInUseFilter),
        ("programme", RelatedInUseFilter),
        ("instrument", RelatedInUseFilter),
        "amount_note",
        WorkFilter,
        MissingFilter,
        UntranslatedFilter,
    ]
    date_hierarchy = "steps__date"
    search_fields = ["title_ar"]
    search_help_text = gettext_lazy(
        "The reference, or words of the title, the parties …"
    )
    autocomplete_fields = [
        "amends",
        "based_on",
        "regions",
        "provinces",
        "themes",
        "target_groups",
    ]
    readonly_fields = ("reference", "current_status", *PUBLICATION_FIELDS)
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("reference", "current_status"),
                    "title_ar",
                    "is_formal_title",
                    "short_label_ar",
                    ("instrument", "programme"),
                ]
            },
        ),
        (
            gettext_lazy("Territory, themes and target groups"),
            {
                "fields": [
                    ("regions", "provinces"),
                    ("themes", "target_groups"),
                ]
            },
        ),
        (gettext_lazy("Text in Arabic"), {"fields": ["purpose_ar"]}),
        (
            FRENCH_AND_ENGLISH,
            {
                "classes": ["collapse"],
                "fields": [
                    "title_fr",
                    "short_label_fr",
                    "purpose_fr",
                    "title_en",
                    "short_label_en",
                    "purpose_en",
                ],
            },
        ),
        (
            gettext_lazy("Numbers and period"),
            {
                "fields": [
                    ("amount", "amount_note"),
                    ("beneficiaries_planned", "beneficiaries_reached"),
                    ("period_starts_on", "period_ends_on"),
                ]
            },
        ),
        (
            gettext_lazy("Notes and other agreements"),
            {
                "classes": ["collapse"],
                "fields": [
                    "territory_note",
                    "note",
                    "language",
                    ("amends", "based_on"),
                ],
            },
        ),
        (
            gettext_lazy("Publication"),
            {
                "fields": [
                    "publication",
                    ("published_at", "publish_at", "withdrawal_reason"),
                    ("created_by", "created_at", "updated_at", "version"),
                ]
            },
        ),
    ]
    children = {"correction": ("correction", "agreement")}

    # Lists

    @admin.display(description=gettext_lazy("amount in dirhams"), ordering="amount")
    def amount_stated(self, agreement):
        return None if agreement.amount is None else quantity(agreement.amount)

    def get_queryset(self, request):
        agreements = super().get_queryset(request)
        if request.resolver_match.url_name.endswith("_changelist"):
            return (
                agreements.with_status()
                .with_signature()
                .prefetch_related("regions")
                .defer("purpose_ar", "purpose_fr", "purpose_en")
            )
        # Asked several times a page, whether its regions are the reader's.
        return agreements.prefetch_related("regions")

    @admin.display(
        description=gettext_lazy("agreement"),
        ordering="title_ar",
    )
    def name(self, agreement):
        return agreement.short_label or agreement.title

    @admin.display(description=gettext_lazy("status"), ordering="current_status")
    def current_status(self, agreement):
        return agreement.status.label if agreement.pk else ""

    @admin.display(description=gettext_lazy("signed on"), ordering="signed_on")
    def signed_on(self, agreement):
        return agreement.signed_on

    @admin.display(description=gettext_lazy("regions"))
    def region_names(self, agreement):
        return listed(agreement.regions.all())

    # The page of one agreement

    public_template = "consultations/agreement_detail.html"

    def preview_context(self, request, obj, base_url):
        return agreement_page_context(obj, base_url, is_preview=True)

    def validate_restored(self, obj):
        super().validate_restored(obj)
        validate_provinces_lie_in(obj.regions.all(), obj.provinces.all())
        validate_contributions(
            obj.amount,
            obj.amount_note,
            obj.parties.values_list("contribution", flat=True),
        )

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        title, options = fieldsets[0]
        lines = ["reference_year", *options["fields"][1:]]
        return [(title, {**options, "fields": lines}), *fieldsets[1:-1]]

    def suggested(self, request):
        meeting = meeting_that_led_here(request)
        if meeting is None:
            regions = self.regions_of(request.user)[:2]
            return {
                "reference_year": timezone.localdate().year,
                "regions": [region.pk for region in regions if len(regions) == 1],
            }
        date = meeting.starts_on or meeting.ends_on or timezone.localdate()
        return {
            "reference_year": date.year,
            "regions": [meeting.region_id] if meeting.region_id else [],
        }

    def _children(self, request, obj):
        return [
            {
                "word": "",
                "heading": _("Commitments that led to it"),
                "add": "",
                "rows": self._rows(
                    request, obj, obj.commitments.all() if obj else None
                ),
            },
            {
                "word": "correction",
                "heading": _("Corrections"),
                "add": _("Save and add a correction")
                if obj and obj.was_ever_published
                else "",
                "rows": self._rows(
                    request, obj, obj.corrections.all() if obj else None
                ),
            },
        ]
