from django.views.generic import DetailView

from consultations.dossiers.meeting import read_meeting
from consultations.forms.filters import MeetingFilterForm
from consultations.models import Meeting
from consultations.views.record import FilteredListView, WithdrawnIsGoneMixin


class MeetingListView(FilteredListView):
    model = Meeting
    form_class = MeetingFilterForm
    context_object_name = "meetings"


class MeetingDetailView(WithdrawnIsGoneMixin, DetailView):
    model = Meeting
    queryset = Meeting.objects.select_related("region", "series", "type")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | meeting_page_context(self.object)


def meeting_page_context(meeting, *, is_preview=False):
    """Return what ``consultations/meeting_detail.html`` shows of ``meeting``.

    A preview shows a draft as the public will see it, under a banner that says so, and
    with the agreements that are still drafts themselves.
    """
    return {
        "meeting": meeting,
        "dossier": read_meeting(meeting, is_preview=is_preview),
        "is_preview": is_preview,
    }
