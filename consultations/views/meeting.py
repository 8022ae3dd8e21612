from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from consultations.dossiers.meeting import read_meeting
from consultations.forms.filters import MeetingFilterForm
from consultations.linked_data import meeting_data
from consultations.models import Meeting
from consultations.views.record import (
    FilteredListView,
    WithdrawnIsGoneMixin,
    base_url_of,
    record_context,
    records_by_key,
)


class MeetingListView(FilteredListView):
    form_class = MeetingFilterForm
    context_object_name = "meetings"
    datasets = ("meetings",)
    heading = _("Consultation meetings")
    crumb = _("Meetings")
    lead = _(
        "Each meeting with who was heard, what was expected, what was committed to and "
        "agreed on, and what became of it."
    )
    template_name = "consultations/meeting_list.html"

    def records(self, index, rows):
        return records_by_key(
            Meeting.objects.published().for_list(), [index.keys[row] for row in rows]
        )


class MeetingDetailView(WithdrawnIsGoneMixin, DetailView):
    model = Meeting
    queryset = Meeting.objects.select_related("region", "series", "type")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | meeting_page_context(
            self.object, base_url_of(self.request)
        )


def meeting_page_context(meeting, base_url, *, is_preview=False, agreements=None):
    """Return what ``consultations/meeting_detail.html`` shows of ``meeting``.

    A preview shows a draft as the public will see it, under a banner that says so, and
    with the agreements that are still drafts themselves: those among ``agreements``.
    """
    dossier = read_meeting(meeting, is_preview=is_preview, agreements=agreements)
    return record_context(meeting, base_url) | {
        "meeting": meeting,
        "dossier": dossier,
        "linked_data": None if is_preview else meeting_data(meeting, dossier, base_url),
        "is_preview": is_preview,
    }
