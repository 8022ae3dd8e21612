"""Pages about the portal itself; what they state of the operator comes from settings."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.exports import DATASETS


@require_safe
def about(request):
    """How the record is made, what it rests on, and under which licence it stands."""
    return render(request, "consultations/about.html", {"datasets": DATASETS})


@require_safe
def accessibility(request):
    """The statement: the standard aimed at, what was checked and how, what is known."""
    return render(request, "consultations/accessibility.html")


@require_safe
def privacy(request):
    """What is kept of readers, and of the persons that the record names."""
    return render(request, "consultations/privacy.html")
