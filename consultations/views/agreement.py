from django.views.generic import DetailView

from consultations.dossiers.agreement import read_agreement
from consultations.forms.filters import AgreementFilterForm
from consultations.models import PartnershipAgreement
from consultations.reports import agreement_amounts
from consultations.views.record import FilteredListView, WithdrawnIsGoneMixin


class AgreementListView(FilteredListView):
    model = PartnershipAgreement
    form_class = AgreementFilterForm
    context_object_name = "agreements"
    template_name = "consultations/agreement_list.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        selected = self.filters.apply(PartnershipAgreement.objects.published())
        context["amounts"] = agreement_amounts(selected)
        if "year" in self.filters.selection:
            context["undated_left_out"] = self.filters.undated(
                PartnershipAgreement.objects.published()
            ).count()
        return context


class AgreementDetailView(WithdrawnIsGoneMixin, DetailView):
    model = PartnershipAgreement
    queryset = PartnershipAgreement.objects.select_related("instrument", "programme")
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
