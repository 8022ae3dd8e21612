"""The files of the data contract: one address a table and form, in no language."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

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
from consultations.views.record import base_url_of


def to_any_site(response):
    """Let programs of any site read an answer that holds nothing but what is public."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Content-Language"] = ", ".join(LANGUAGES)
    return response


def as_it_is(request) -> None:
    """Send the answer as it is made: it is compressed, and would only be made longer."""
    request.META.pop("HTTP_ACCEPT_ENCODING", None)


def if_not_known(
    request: HttpRequest, make: Callable[[], HttpResponse], language: str = ""
) -> HttpResponse:
    """Return what ``make`` does, or 304 to who has it; ``language`` if it depends on it."""
    etag = _etag(request, language)
    response = get_conditional_response(request, etag=etag) or make()
    if response.status_code < 400:
        response["ETag"] = etag
    # Asked again every time: a record may be withdrawn at any moment.
    response["Cache-Control"] = "no-cache"
    return to_any_site(response)


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
    writer = FORMS[form]
    # Their addresses have no language: it is the one that the reader's browser asks for.
    language = translation.get_language_from_request(request)

    def make():
        with translation.override(language):
            response = stream(
                dataset,
                filters.apply(dataset.published()),
                form=form,
                base_url=base_url_of(request),
                selection=filters.selection.items(),
            )
        if request.method == "HEAD":
            response.streaming_content = ()
        response["Link"] = _described_by(request, dataset.name, form)
        return response

    if writer.is_compressed:
        as_it_is(request)
    response = if_not_known(
        request, make, language if writer.varies_by_language else ""
    )
    if writer.varies_by_language:
        patch_vary_headers(response, ["Accept-Language"])
    return response


def _described_by(request: HttpRequest, name: str, form: str) -> str:
    """Return where a program reads what the columns of a file are."""
    if form == "csv" and not request.GET:  # the one file that CSVW names, as it is
        address, kind = "csv_metadata", "application/csvm+json"
    else:
        address, kind = "table_schema", "application/json"
    described_by = request.build_absolute_uri(reverse(address, args=[name]))
    return f'<{described_by}>; rel="describedby"; type="{kind}"'


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

    def lines():
        yield _("This file was not made: its address cannot be followed.")
        for problem in problems:
            yield _("%(parameter)s: %(reason)s") % {
                "parameter": problem.parameter,
                "reason": problem.reason,
            }

    return told(lines, status=400)


def told(lines: Callable[[], Iterable[str]], *, status: int) -> HttpResponse:
    """Return an answer in place of a file: ``lines``, in all three languages."""
    paragraphs = []
    for language in LANGUAGES:
        with translation.override(language):
            paragraphs.append("".join(f"{line}\n" for line in lines()))
    return to_any_site(
        HttpResponse(
            "\n".join(paragraphs),
            status=status,
            content_type="text/plain; charset=utf-8",
        )
    )
