from django.views.generic import DetailView

from consultations.dossiers.agreement import read_agreement
from consultations.forms.filters import AgreementFilterForm
from consultations.models import PartnershipAgreement
from consultations.reports import amounts_by_status, sum_of_amounts
from consultations.views.record import (
    FilteredListView,
    WithdrawnIsGoneMixin,
    records_by_key,
)


class AgreementListView(FilteredListView):
    form_class = AgreementFilterForm
    context_object_name = "agreements"
    template_name = "consultations/agreement_list.html"

    def records(self, index, rows):
        return records_by_key(
            PartnershipAgreement.objects.published().for_list(),
            [index.keys[row] for row in rows],
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        by_status = amounts_by_status(self.filters.index.amounts(self.filters.bits))
        return context | {
            "amounts": sum_of_amounts(by_status.values()),
            "by_status": by_status,
        }


class AgreementDetailView(WithdrawnIsGoneMixin, DetailView):
    model = PartnershipAgreement
    queryset = PartnershipAgreement.objects.select_related(
        "instrument", "programme"
    ).defer("search_text")
    slug_field = "reference"
    slug_url_kwarg = "reference"
    context_object_name = "agreement"
    template_name = "consultations/agreement_detail.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | agreement_page_context(self.object)


def agreement_page_context(agreement, *, is_preview=False):
    """Return what ``consultations/agreement_detail.html`` shows of ``agreement``.

    A preview shows a draft as the public will see it, under a banner that says so.
    """
    return {
        "agreement": agreement,
        "dossier": read_agreement(agreement),
        "is_preview": is_preview,
    }
