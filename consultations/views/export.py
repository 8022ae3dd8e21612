"""The files of the data contract: one address a table and form, in no language."""

import hashlib
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.fingerprint import code_fingerprint
from config.localization import LANGUAGES
from config.public_state import public_state
from consultations.exports import DATASETS, FORMS, stream
from consultations.forms.filters import FilterProblem


@require_safe
def export(
    request: HttpRequest, name: str, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Send what the filters in the address select, in the order of the list's page.

    The filters are those of the page. A file cannot say what it left out, so that a
    parameter which cannot be followed is refused.
    """
    if name not in DATASETS or form not in FORMS:
        raise Http404
    dataset = DATASETS[name]
    filters = dataset.filters(request.GET, is_export=True)
    if filters.problems:
        return refusal(filters.problems)
    # Their addresses have no language: it is the one that the reader's browser asks for.
    language = translation.get_language_from_request(request)
    etag = _etag(request, language if FORMS[form].varies_by_language else "")
    # Asked again every time: a record may be withdrawn at any moment.
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if answered := get_conditional_response(request, etag=etag):
        for name, value in headers.items():
            answered[name] = value
        return answered
    with translation.override(language):
        response = stream(
            dataset,
            filters.apply(dataset.published()),
            form=form,
            base_url=f"{request.scheme}://{request.get_host()}",
            selection=filters.selection.items(),
        )
    if request.method == "HEAD":
        response.streaming_content = ()
    for name, value in headers.items():
        response[name] = value
    response["Content-Language"] = ", ".join(LANGUAGES)
    described_by = request.build_absolute_uri(
        reverse("csv_metadata", args=[dataset.name])
    )
    response["Link"] = (
        f'<{described_by}>; rel="describedby"; type="application/csvm+json"'
    )
    if FORMS[form].varies_by_language:
        patch_vary_headers(response, ["Accept-Language"])
    return response


def _etag(request: HttpRequest, language: str) -> str:
    """Return the tag of a file: another for every state of the public record.

    Taken before the rows are read, so that a file may be newer than its tag, never older.
    """
    parts = (
        *public_state(),
        code_fingerprint(),
        request.build_absolute_uri(),
        language,
    )
    digest = hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=16)
    return f'W/"{digest.hexdigest()}"'


def refusal(problems: Sequence[FilterProblem]) -> HttpResponse:
    """Return a 400 that names each parameter and why, in all three languages."""
    paragraphs = []
    for language in LANGUAGES:
        with translation.override(language):
            lines = [_("This file was not made: its address cannot be followed.")]
            lines += [
                _("%(parameter)s: %(reason)s")
                % {"parameter": problem.parameter, "reason": problem.reason}
                for problem in problems
            ]
        paragraphs.append("".join(f"{line}\n" for line in lines))
    return HttpResponse(
        "\n".join(paragraphs),
        status=400,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Language": ", ".join(LANGUAGES)},
    )
