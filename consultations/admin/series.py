from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.admin import StaffModelAdmin
from consultations.admin.next_meeting import start_of_next
from consultations.forms.next_meeting import last_of
from consultations.models import MeetingSeries


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(StaffModelAdmin):
    position = 7
    list_display = [
        "title_ar",
        "code",
        "announced_from",
        "announced_to",
        "planned_number",
        "meetings_recorded",
        "one_per_region",
    ]
    list_filter = ["one_per_region"]
    date_hierarchy = "announced_from"
    search_fields = ["title_ar", "title_fr", "title_en", "code"]
    names_to_search = ("title_ar", "title_fr", "title_en", "code")
    fieldsets = [
        (None, {"fields": ["code", "title_ar", "slogan_ar"]}),
        (
            _("French and English"),
            {
                "classes": ["collapse"],
                "fields": ["title_fr", "title_en", "slogan_fr", "slogan_en"],
            },
        ),
        (
            _("What was announced"),
            {
                "fields": [
                    ("announced_from", "announced_to"),
                    ("programme_starts_year", "programme_ends_year"),
                    "planned_number",
                ]
            },
        ),
        (_("Rules"), {"fields": ["one_per_region", "summary_due_days"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_meeting_count()

    def get_readonly_fields(self, request, obj=None):
        # The code stands in addresses: never changed once it is there.
        return ["code"] if obj else []

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        if obj is not None:
            context["next_meeting"] = start_of_next(request.user, last_of(obj), obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=_("meetings recorded"), ordering="meeting_count")
    def meetings_recorded(self, series):
        return series.meeting_count
