import re
from pathlib import Path

from django.http import HttpResponse, JsonResponse
from django.urls import path

from config import urls

handler500 = urls.handler500

BODY = "<!doctype html><title>bare</title>" + "<p>Ten kilobytes of page.</p>" * 350


def bare(request):
    """The least that Django can do behind the portal's middleware: no query, no template."""
    return HttpResponse(BODY)


def memory(request):
    """Tell what memory this process holds and held at most, in kB, and forget the latter."""
    status = Path("/proc/self/status").read_text()
    told = {
        name: int(re.search(rf"{line}:\s+(\d+) kB", status)[1])
        for name, line in (("now", "VmRSS"), ("peak", "VmHWM"))
    }
    Path("/proc/self/clear_refs").write_text("5")
    return JsonResponse(told)


urlpatterns = [
    path("bench/bare", bare),
    path("bench/memory", memory),
    *urls.urlpatterns,
]
