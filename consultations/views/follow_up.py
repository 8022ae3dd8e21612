from django.utils.translation import gettext_lazy as _

from consultations.dossiers.follow_up import read_follow_up
from consultations.facets import COMMITMENT
from consultations.forms.filters import FollowUpFilterForm
from consultations.models import Commitment, Expectation
from consultations.views.record import FilteredListView


class FollowUpView(FilteredListView):
    """Every expectation and commitment, where it stands and what became of it."""

    form_class = FollowUpFilterForm
    context_object_name = "items"
    heading = _("Follow-up of expectations and commitments")
    crumb = _("Follow-up")
    lead = _(
        "Every expectation, recommendation and commitment of the meetings, where it "
        "stands today, what the ministry answered and what was done."
    )
    template_name = "consultations/follow_up.html"
    datasets = ("expectations", "commitments")

    def records(self, index, rows):
        return read_follow_up(index.reference(row) for row in rows)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        index, bits = self.filters.index, self.filters.bits
        made = bits & index.values["kind"].get(COMMITMENT, 0)
        return context | {
            "asked": _by_state(index, bits ^ made, Expectation.State),
            "made": _by_state(index, made, Commitment.State),
            "late": index.counts("late", bits)["true"],
        }


def _by_state(index, bits, states):
    counts = index.counts("state", bits)
    return [(state, counts[state.value]) for state in states if counts.get(state.value)]
