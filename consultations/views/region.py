from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.charts import draw_time_line
from consultations.dossiers.region import read_region
from consultations.reports import map_figures, region_figures, region_reports
from regions.map import draw_regions, mark_region

# Fewer are seen at a glance in the list itself.
ENOUGH_FOR_A_TIME_LINE = 5


@require_safe
def region_list(request):
    """The twelve regions as a map and as tables: held, announced, nothing known."""
    figures = region_figures()
    return render(
        request,
        "consultations/region_list.html",
        {
            "region_figures": figures,
            "map": draw_regions([row.region for row in figures], map_figures(figures)),
            "reports": region_reports(),
        },
    )


@require_safe
def region_detail(request, slug):
    """What is known of one region, also when that is almost nothing."""
    reports = region_reports()
    place = next(
        (number for number, one in enumerate(reports) if one.region.slug == slug), None
    )
    if place is None:
        raise Http404
    report = reports[place]
    return render(
        request,
        "consultations/region_detail.html",
        {
            "region": report.region,
            "report": report,
            "gaps": report.gaps,
            "dossier": read_region(report.region.pk),
            "time_line": draw_time_line(report.months)
            if report.meetings.held >= ENOUGH_FOR_A_TIME_LINE
            else None,
            "map": mark_region(report.region.iso_code),
            "previous": reports[place - 1].region if place else None,
            "next": reports[place + 1].region if place + 1 < len(reports) else None,
        },
    )
