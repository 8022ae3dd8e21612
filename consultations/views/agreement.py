from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from consultations.dossiers.agreement import read_agreement
from consultations.forms.filters import AgreementFilterForm
from consultations.linked_data import agreement_data
from consultations.models import PartnershipAgreement
from consultations.reports import amounts_by_status, sum_of_amounts
from consultations.views.record import (
    FilteredListView,
    WithdrawnIsGoneMixin,
    base_url_of,
    record_context,
    records_by_key,
)


class AgreementListView(FilteredListView):
    form_class = AgreementFilterForm
    context_object_name = "agreements"
    datasets = ("agreements",)
    heading = _("Partnership agreements")
    crumb = _("Agreements")
    lead = _(
        "Agreements between the ministry and its partners, at whatever step they are: "
        "proposed, approved, signed or later. The status follows from the steps that "
        "are recorded."
    )
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
    queryset = PartnershipAgreement.objects.select_related("instrument", "programme")
    slug_field = "reference"
    slug_url_kwarg = "reference"
    context_object_name = "agreement"
    template_name = "consultations/agreement_detail.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | agreement_page_context(
            self.object, base_url_of(self.request)
        )


def agreement_page_context(agreement, base_url, *, is_preview=False):
    """Return what ``consultations/agreement_detail.html`` shows of ``agreement``.

    A preview shows a draft as the public will see it, under a banner that says so.
    """
    dossier = read_agreement(agreement)
    return record_context(agreement, base_url) | {
        "agreement": agreement,
        "dossier": dossier,
        "linked_data": None
        if is_preview
        else agreement_data(agreement, dossier, base_url),
        "is_preview": is_preview,
    }
