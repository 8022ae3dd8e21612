from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.localization import current_language
from consultations.dossiers.category import organisations_of_category, read_category
from consultations.reports import category_reports, organisation_figures

ORGANISATIONS_SHOWN = 300


@require_safe
def participant_list(request):
    """The categories of participants, and how often each of them was heard."""
    reports = [one for one in category_reports() if one.is_shown]
    return render(
        request,
        "consultations/participant_list.html",
        {
            "reports": reports,
            "largest": max((report.heard.meetings for report in reports), default=0),
            "shows_present": any(one.heard.present is not None for one in reports),
            "shows_expectations": any(one.expectations for one in reports),
        },
    )


@require_safe
def participant_detail(request, code):
    """Where one category was heard and where not, who is of it, what it raised."""
    reports = {report.category.code: report for report in category_reports()}
    if code not in reports:
        raise Http404
    report = reports[code]
    category = report.category
    public = organisation_figures()
    organisations = [
        one
        for one in organisations_of_category(category.pk, current_language())
        if one.pk in public
    ]
    return render(
        request,
        "consultations/participant_detail.html",
        {
            "report": report,
            "category": category,
            "dossier": read_category(category.pk),
            "organisations": organisations[:ORGANISATIONS_SHOWN],
            "organisation_count": len(organisations),
        },
    )
