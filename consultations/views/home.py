from collections import Counter

from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.charts import draw_time_line
from consultations.models import Meeting, PartnershipAgreement
from consultations.reports import (
    key_figures,
    map_figures,
    meetings_by_month,
    region_figures,
)
from regions.map import draw_regions

LATEST = 3


@require_safe
def home(request):
    """What the portal is, its key figures, the map, the latest records, ways in."""
    figures = region_figures()
    meetings = Meeting.objects.published()
    months = sum(meetings_by_month().values(), Counter())
    return render(
        request,
        "home.html",
        {
            "key": key_figures(),
            "region_figures": figures,
            "regions_held": sum(1 for row in figures if row.held),
            "map": draw_regions([row.region for row in figures], map_figures(figures)),
            "meetings": meetings.held().for_list()[:LATEST],
            "upcoming": meetings.upcoming().for_list()[:LATEST],
            "time_line": draw_time_line(months),
            "agreements": PartnershipAgreement.objects.published().for_list()[:LATEST],
        },
    )
