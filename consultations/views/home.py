from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.models import Meeting, PartnershipAgreement
from consultations.reports import key_figures, map_figures, region_figures
from regions.map import draw_regions

LATEST = 3


@require_safe
def home(request):
    """What the portal is, its key figures, the map with its table, the latest records."""
    figures = region_figures()
    return render(
        request,
        "home.html",
        {
            "key": key_figures(),
            "region_figures": figures,
            "regions_held": sum(1 for row in figures if row.held),
            "map": draw_regions([row.region for row in figures], map_figures(figures)),
            "meetings": Meeting.objects.published().for_list()[:LATEST],
            "agreements": PartnershipAgreement.objects.published().for_list()[:LATEST],
        },
    )
