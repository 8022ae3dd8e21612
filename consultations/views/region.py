from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from consultations.models import Meeting, PartnershipAgreement
from consultations.reports import map_figures, region_figures
from regions.map import draw_regions
from regions.models import Region

SHOWN = 20


@require_safe
def region_list(request):
    """The twelve regions as a map and as a table: held, announced, nothing known."""
    figures = region_figures()
    return render(
        request,
        "consultations/region_list.html",
        {
            "region_figures": figures,
            "map": draw_regions([row.region for row in figures], map_figures(figures)),
        },
    )


@require_safe
def region_detail(request, slug):
    """What is known of one region, also when that is almost nothing."""
    region = get_object_or_404(
        Region.objects.select_related("seat_province"), slug=slug
    )
    meetings = Meeting.objects.published().filter(region=region)
    agreements = PartnershipAgreement.objects.published().filter(regions=region)
    return render(
        request,
        "consultations/region_detail.html",
        {
            "region": region,
            "provinces": region.provinces.all(),
            "meetings": meetings.for_list()[:SHOWN],
            "meeting_count": meetings.count(),
            "agreements": agreements.for_list()[:SHOWN],
            "agreement_count": agreements.count(),
        },
    )
