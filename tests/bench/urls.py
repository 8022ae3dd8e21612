from django.http import HttpResponse
from django.urls import path

from config import urls

handler500 = urls.handler500

BODY = "<!doctype html><title>bare</title>" + "<p>Ten kilobytes of page.</p>" * 350


def bare(request):
    """The least that Django can do behind the portal's middleware: no query, no template."""
    return HttpResponse(BODY)


urlpatterns = [path("bench/bare", bare), *urls.urlpatterns]
