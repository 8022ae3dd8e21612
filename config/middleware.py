"""What holds for every request: staff meet the administration in their language."""

from django.http import HttpResponseRedirect
from django.urls import reverse, translate_url
from django.utils.translation import get_language


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
