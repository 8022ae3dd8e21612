from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def about(request):
    """How the record is made, what it rests on, and under which licence it stands."""
    return render(request, "consultations/about.html")
