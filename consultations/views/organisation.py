from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.other_names import split_other_names
from consultations.dossiers.organisation import read_organisation
from consultations.reports import organisation_figures
from stakeholders.models import Organisation


@require_safe
def organisation_detail(request, pk):
    """What the published record says of one organisation; 404 where it says nothing."""
    figures = organisation_figures().get(pk)
    if figures is None:
        raise Http404
    organisation = get_object_or_404(
        Organisation.objects.select_related("category", "kind", "region"),
        pk=pk,
    )
    return render(
        request,
        "consultations/organisation_detail.html",
        {
            "organisation": organisation,
            "other_names": split_other_names(organisation.other_names),
            "figures": figures,
            "dossier": read_organisation(pk),
        },
    )
