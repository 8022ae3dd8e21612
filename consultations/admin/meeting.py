from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import RelatedInUseFilter, StaffStackedInline, StaffTabularInline
from config.dates import day_in_words
from config.localization import LANGUAGE_NAMES, listed
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
    SourcedOptions,
    SourceInline,
)
from consultations.admin.followup import AidDistributionInline
from consultations.admin.next_meeting import (
    beginning_of,
    read_beginning,
    start_of_next,
)
from consultations.admin.publication import (
    PUBLICATION_FIELDS,
    RecordAdmin,
    StandingFilter,
    UntranslatedFilter,
)
from consultations.admin.worklist import WorkFilter
from consultations.dates import until_in_words
from consultations.forms.meeting_admin import (
    AttendanceForm,
    MeetingAdminForm,
    TermLabel,
)
from consultations.forms.next_meeting import (
    CARRIED_OVER,
    begin_after,
    still_the_same,
    take_over,
    take_over_rows,
    usual_participants,
)
from consultations.models import (
    AgendaItem,
    AgreementStep,
    Attendance,
    Commitment,
    Meeting,
    Participation,
    PartnershipAgreement,
    Publication,
)
from consultations.validators import (
    validate_one_meeting_a_region,
    validate_provinces_lie_in,
)
from consultations.views.meeting import meeting_page_context
from stakeholders.models import ParticipantCategory

# The dates of a list, without the weekday.
FORMATS = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT", "year": "Y"}


class ParticipationInline(SourcedOptions, StaffStackedInline):
    model = Participation
    fk_name = "meeting"
    related = ("category", "organisation", "person", "office", "on_behalf_of")
    autocomplete_fields = ["organisation", "person", "office", "on_behalf_of"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("category", "capacity"),
                    ("person", "office", "organisation"),
                    ("office_stated_ar", "description_ar"),
                ]
            },
        ),
        (
            FRENCH_AND_ENGLISH,
            {
                "classes": ["collapse"],
                "fields": [
                    ("office_stated_fr", "description_fr"),
                    ("office_stated_en", "description_en"),
                ],
            },
        ),
        (
            gettext_lazy("On behalf of, order and source"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("on_behalf_of", "on_behalf_of_office"),
                    ("order", "source"),
                ],
            },
        ),
    ]

    def initial_rows(self, request, obj):
        """Return those who usually take part, where a meeting is begun from another."""
        beginning = None if obj else beginning_of(request)
        return usual_participants(*beginning) if beginning else []


class AttendanceInline(SourcedOptions, StaffTabularInline):
    model = Attendance
    form = AttendanceForm
    identified_by = "category"
    related = ("category",)
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "category",
                    "invited",
                    "present",
                    "women",
                    "youth",
                    "with_disabilities",
                    "source",
                ]
            },
        )
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "category":
            field.widget = TermLabel()
        return field

    def initial_rows(self, request, obj):
        """Return a row for each category in use that the meeting has none of yet."""
        missing = ParticipantCategory.objects.active()
        if obj is not None:
            missing = missing.exclude(attendances__meeting=obj)
        return [{"category": pk} for pk in missing.values_list("pk", flat=True)]

    def get_max_num(self, request, obj=None, **kwargs):
        # Each category has its row: no button that would add another.
        if self.max_num == 0:  # nothing may be added
            return 0
        recorded = obj.attendances.count() if obj else 0
        return recorded + len(self.rows_to_begin_with(request, obj))


class AgendaItemInline(SourcedOptions, StaffStackedInline):
    model = AgendaItem
    begins_with_a_row = True
    related = ("presenter",)
    autocomplete_fields = ["presenter"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "presenter", "presenter_note"),
                    "title_ar",
                ]
            },
        ),
        (
            gettext_lazy("Field visit"),
            {
                "classes": ["collapse"],
                "fields": [("date", "place_ar"), "sites_ar"],
            },
        ),
        (
            FRENCH_AND_ENGLISH,
            {
                "classes": ["collapse"],
                "fields": [
                    ("title_fr", "title_en"),
                    ("place_fr", "place_en"),
                    "sites_fr",
                    "sites_en",
                ],
            },
        ),
        (MORE, {"classes": ["collapse"], "fields": [("order", "source")]}),
    ]


class MyRegionsFilter(admin.SimpleListFilter):
    """The meetings of the regions that the reader works on."""

    title = gettext_lazy("my regions")
    parameter_name = "mine"

    def __init__(self, request, params, model, model_admin):
        # Django makes the filter anew for the facets of each of the others.
        if not hasattr(request, "my_regions"):
            request.my_regions = list(model_admin.regions_of(request.user))
        self.regions = request.my_regions
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [("yes", _("My regions"))] if self.regions else []

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(region__in=self.regions)
        return queryset


class SummaryFilter(admin.SimpleListFilter):
    """The meetings that lack their summary in a language."""

    title = gettext_lazy("summary missing")
    parameter_name = "without_summary"

    def lookups(self, request, model_admin):
        return list(LANGUAGE_NAMES.items())

    def queryset(self, request, queryset):
        if self.value() in LANGUAGE_NAMES:
            return queryset.filter(**{f"summary_{self.value()}": ""})
        return queryset


class AgreementFilter(admin.SimpleListFilter):
    """The meetings with or without an agreement that is recorded."""

    title = gettext_lazy("agreements")
    parameter_name = "with_agreements"

    def lookups(self, request, model_admin):
        return [("yes", _("With agreements")), ("no", _("Without agreements"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(agreements_recorded__gt=0)
        if self.value() == "no":
            return queryset.filter(agreements_recorded=0)
        return queryset


@admin.register(Meeting)
class MeetingAdmin(SaysWhatIsMissing, RecordAdmin):
    form = MeetingAdminForm
    inlines = [
        ParticipationInline,
        AttendanceInline,
        AgendaItemInline,
        SourceInline,
        DiscrepancyInline,
        DocumentInline,
        AidDistributionInline,
    ]
    save_as = True
    position = 1
    list_display = [
        "__str__",
        "region",
        "when",
        "state",
        "standing",
        "people_present",
        "agreements",
        missing_column(Meeting),
        "not_translated",
    ]
    list_filter = [
        MyRegionsFilter,
        "publication",
        StandingFilter,
        ("region", RelatedInUseFilter),
        ("series", RelatedInUseFilter),
        ("type", RelatedInUseFilter),
        "state",
        "coverage",
        AgreementFilter,
        SummaryFilter,
        WorkFilter,
        MissingFilter,
        UntranslatedFilter,
    ]
    list_select_related = ["region"]
    date_hierarchy = "sorts_on"
    search_fields = ["title_ar"]
    search_help_text = gettext_lazy(
        "Words of the title, the region, the place, those who took part …"
    )
    autocomplete_fields = ["region", "provinces", "themes", "follows", "part_of"]
    readonly_fields = ("slug", *PUBLICATION_FIELDS)
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title_ar",
                    ("type", "state"),
                    ("series", "order_in_series", "order_basis"),
                ]
            },
        ),
        (
            gettext_lazy("When"),
            {
                "fields": [
                    ("starts_on", "ends_on", "date_precision"),
                    ("date_basis", "date_note"),
                    ("starts_at", "ends_at", "part_of_day"),
                ]
            },
        ),
        (
            gettext_lazy("Where"),
            {
                "fields": [
                    ("region", "provinces"),
                    ("city_ar", "venue_ar"),
                    "mode",
                ]
            },
        ),
        (
            gettext_lazy("Text in Arabic"),
            {
                "fields": [
                    "summary_ar",
                    "is_official_summary",
                    "objectives_ar",
                    "key_messages_ar",
                    "themes",
                    "slogan",
                    "patronage",
                ]
            },
        ),
        (
            FRENCH_AND_ENGLISH,
            {
                "classes": ["collapse"],
                "fields": [
                    "title_fr",
                    ("city_fr", "venue_fr"),
                    "summary_fr",
                    "objectives_fr",
                    "key_messages_fr",
                    "title_en",
                    ("city_en", "venue_en"),
                    "summary_en",
                    "objectives_en",
                    "key_messages_en",
                ],
            },
        ),
        (
            gettext_lazy("Numbers"),
            {
                "fields": [
                    "agreements_reported",
                    ("stated_total", "stated_total_unit", "stated_total_note"),
                ]
            },
        ),
        (
            gettext_lazy("Announcement, what is known, notes"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("coverage", "coverage_note"),
                    ("announced_on", "first_announced_for"),
                    "announcement_note",
                    "type_note",
                    "order_note",
                    "scope_note",
                    "venue_note",
                    "note",
                    "language",
                    ("follows", "part_of"),
                ],
            },
        ),
        (
            gettext_lazy("Publication"),
            {
                "fields": [
                    ("publication", "slug"),
                    ("published_at", "publish_at", "withdrawal_reason"),
                    ("created_by", "created_at", "updated_at", "version"),
                ]
            },
        ),
    ]
    children = {
        "expectation": ("expectation", "meeting"),
        "commitment": ("commitment", "meeting"),
        "agreement": ("partnershipagreement", "meeting"),
        "progress": ("progress", "meeting"),
        "correction": ("correction", "meeting"),
    }

    # Lists

    def get_queryset(self, request):
        meetings = super().get_queryset(request)
        if request.resolver_match.url_name.endswith("_changelist"):
            return (
                meetings.with_people_present()
                .with_agreements_recorded()
                .defer(
                    *(
                        f"{text}_{language}"
                        for text in ("summary", "objectives", "key_messages")
                        for language in LANGUAGE_NAMES
                    ),
                )
            )
        return meetings

    @admin.display(description=gettext_lazy("date"), ordering="sorts_on")
    def when(self, meeting):
        """The date, as precise as it is known."""
        days = [
            day_in_words(day, FORMATS[meeting.date_precision])
            for day in (meeting.starts_on, meeting.ends_on)
            if day and meeting.date_precision in FORMATS
        ]
        if not days:
            return _("date not stated")
        if not meeting.starts_on:
            return until_in_words(days[0], meeting.date_precision)
        return " – ".join(dict.fromkeys(days))

    @admin.display(description=gettext_lazy("present"), ordering="people_present")
    def people_present(self, meeting):
        return meeting.people_present

    @admin.display(
        description=gettext_lazy("agreements"), ordering="agreements_recorded"
    )
    def agreements(self, meeting):
        return meeting.agreements_recorded

    # The page of one meeting

    public_template = "consultations/meeting_detail.html"

    def preview_context(self, request, obj, base_url):
        return meeting_page_context(
            obj,
            base_url,
            is_preview=True,
            agreements=request.user.within_reach(
                "view", PartnershipAgreement.objects.all()
            ),
        )

    def left_unpublished(self, records):
        keys = [record.pk for record in records]
        pairs = [
            pair
            for part in (AgreementStep, Commitment)
            for pair in part.objects.filter(meeting__in=keys, agreement__isnull=False)
            .order_by()
            .values_list("meeting", "agreement")
            .distinct()
        ]
        hidden = PartnershipAgreement.objects.filter(
            pk__in={agreement for _meeting, agreement in pairs},
            publication__in=[Publication.DRAFT, Publication.IN_REVIEW],
        ).order_by("reference")
        return {key: [one for one in hidden if (key, one.pk) in pairs] for key in keys}

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    def validate_restored(self, obj):
        super().validate_restored(obj)
        validate_provinces_lie_in(
            [obj.region] if obj.region_id else [], obj.provinces.all()
        )
        validate_one_meeting_a_region(obj)

    # The next meeting of a series, begun from the one before

    def suggested(self, request):
        beginning = beginning_of(request)
        if beginning is None:
            return super().suggested(request)
        return {**super().suggested(request), **begin_after(*beginning)}

    def add_view(self, request, form_url="", extra_context=None):
        read_beginning(request, self)
        return super().add_view(request, form_url, extra_context)

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        if obj is not None and obj.series_id:
            context["next_meeting"] = start_of_next(request.user, obj, obj.series)
        if request.method == "GET" and (beginning := beginning_of(request)):
            context["begun_from"], _region, context["begun_on"] = beginning
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id and request.method == "POST" and "_saveasnew" in request.POST:
            request.copied_from = self.get_object(request, unquote(object_id))
            extra_context = {**(extra_context or {}), "carried_over": CARRIED_OVER}
            if request.copied_from and CARRIED_OVER not in request.POST:
                request.typed = request.POST
                request.POST = self._for_the_next(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _for_the_next(self, request):
        old = request.copied_from
        # Its own copy: a bound form writes into its instance when it is cleaned.
        form_class = self.get_form(
            request,
            old,
            change=True,
            fields=flatten_fieldsets(self.get_fieldsets(request)),
        )
        return take_over(request.POST, form_class(request.POST, instance=old))

    def get_formset_kwargs(self, request, obj, inline, prefix):
        options = super().get_formset_kwargs(request, obj, inline, prefix)
        if options.get("save_as_new") and hasattr(request, "typed"):
            old = request.copied_from
            rows = inline.get_formset(request, old)(
                data=request.typed,
                files=request.FILES,
                instance=old,
                prefix=prefix,
                queryset=inline.get_queryset(request),
            )
            options["data"], options["files"] = take_over_rows(rows)
        return options

    def response_add(self, request, obj, post_url_continue=None):
        if old := getattr(request, "copied_from", None):
            taken_over = [str(field.verbose_name) for field in still_the_same(old, obj)]
            if number := obj.participations.count():
                part = Participation._meta.verbose_name_plural
                taken_over.append(f"{part} ({number})")
            self.message_user(
                request,
                _(
                    "Taken over from “%(record)s”, to be checked: %(parts)s. "
                    "Everything else of it was left out."
                )
                % {"record": old, "parts": listed(taken_over)},
                messages.WARNING,
            )
        return super().response_add(request, obj, post_url_continue)

    def _children(self, request, obj):
        return [
            {
                "word": "expectation",
                "heading": _("Expectations and recommendations"),
                "add": _("Save and add an expectation"),
                "rows": self._rows(
                    request, obj, obj.expectations.all() if obj else None
                ),
            },
            {
                "word": "commitment",
                "heading": _("Commitments"),
                "add": _("Save and add a commitment"),
                "rows": self._rows(
                    request, obj, obj.commitments.all() if obj else None
                ),
            },
            {
                "word": "agreement",
                "heading": _("Agreements"),
                "add": _("Save and add an agreement"),
                "rows": self._rows(
                    request,
                    obj,
                    PartnershipAgreement.objects.filter(steps__meeting=obj)
                    .distinct()
                    .order_by("reference")
                    if obj
                    else None,
                ),
            },
            {
                "word": "progress",
                "heading": _("Progress"),
                "add": _("Save and add a progress report"),
                "rows": self._rows(
                    request, obj, obj.progress_reports.all() if obj else None
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
