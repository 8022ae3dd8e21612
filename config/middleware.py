"""What holds for every request: staff's own language, and a database that is away."""

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.template import loader
from django.urls import reverse, translate_url
from django.utils.translation import get_language


class DatabaseUnavailableMiddleware:
    """Answer 503 with Retry-After, not 500, while the database cannot be reached."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, OperationalError | InterfaceError):
            # Three languages and no context: nothing here may touch the database.
            body = loader.get_template("503.html").template.source
            return HttpResponse(body, status=503, headers={"Retry-After": "30"})
        return None


class StaffLanguageMiddleware:
    """Lead staff to the administration in the language that they once chose.

    Without a choice the address decides: Arabic without prefix, whatever the browser
    asks for.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "GET" and request.path_info.startswith(
            reverse("admin:index")
        ):
            language = getattr(request.user, "language", "")
            if language and language != get_language():
                return HttpResponseRedirect(
                    translate_url(request.get_full_path(), language)
                )
        return self.get_response(request)
