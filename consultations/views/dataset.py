"""What the files hold, for programs: schemas, the package of all tables, the catalogue."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import IO

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.page_cache import is_own_host
from config.public_state import last_change, public_state
from consultations.catalogue.csvw import csv_metadata
from consultations.catalogue.dcat import catalog
from consultations.catalogue.overview import overviews
from consultations.catalogue.package import (
    BusyError,
    descriptor_of,
    open_package,
)
from consultations.catalogue.releases import release_file, releases
from consultations.catalogue.table_schema import table_schema
from consultations.catalogue.tables import DICTIONARY, WITHDRAWN
from consultations.exports import DATASETS
from consultations.exports.columns import Scope
from consultations.exports.writers.delimited import CSV, EXCEL_CSV
from consultations.forms.filters import NoFilterForm
from consultations.views.export import (
    as_it_is,
    if_not_known,
    refusal,
    to_any_site,
    told,
)
from consultations.views.record import base_url_of


def as_json(data: dict, content_type: str = "application/json") -> HttpResponse:
    """Return ``data`` as a file that programs of any site may read."""
    response = to_any_site(
        HttpResponse(
            json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n",
            content_type=content_type,
        )
    )
    patch_cache_control(response, no_cache=True)
    return response


def _dataset(name: str):
    try:
        return DATASETS[name]
    except KeyError as error:
        raise Http404 from error


@require_safe
def schema(request, name):
    """The columns of a dataset as Frictionless Table Schema."""
    return as_json(table_schema(_dataset(name), DATASETS))


@require_safe
def metadata(request, name):
    """The columns of a dataset as CSV on the Web, with headings in each language."""
    return as_json(csv_metadata(_dataset(name)), "application/csvm+json")


@require_safe
def table(request, name, form):
    """The dictionary, or what was withdrawn: tables that follow from the others."""
    tables = {one.name: one for one in (DICTIONARY, WITHDRAWN)}
    forms = {one.extension: one for one in (CSV, EXCEL_CSV)}
    one, writer = tables[name], forms[form]
    if request.GET:
        return refusal(NoFilterForm(request.GET, is_export=True).problems)
    today = public_state().today

    def make():
        rows = one.rows(Scope(base_url_of(request), today))
        response = StreamingHttpResponse(
            () if request.method == "HEAD" else writer.encode(one.columns, rows),
            content_type=writer.content_type,
        )
        response["Content-Disposition"] = (
            f'attachment; filename="{name}_{today.isoformat()}.{form}"'
        )
        return response

    return if_not_known(request, make)


def as_zip(request, file, name: str) -> FileResponse:
    """Return a package as it lies on disk."""
    as_it_is(request)
    return to_any_site(
        FileResponse(
            file, as_attachment=True, filename=name, content_type="application/zip"
        )
    )


def of_the_package(request, make: Callable[[IO[bytes]], HttpResponse]) -> HttpResponse:
    """Return what ``make`` does of the package, 304 to who has it, 503 while it is made."""

    def answer():
        try:
            package = open_package(base_url_of(request), keep=is_own_host(request))
        except BusyError:
            response = told(
                lambda: [_("The file is being made: ask for it again in a minute.")],
                status=503,
            )
            response["Retry-After"] = "60"
            return response
        return make(package)

    return if_not_known(request, answer)


@require_safe
def portal_zip(request):
    """All tables in one file, with what they hold in three languages."""
    name = f"portal_{public_state().today.isoformat()}.zip"
    return of_the_package(request, lambda package: as_zip(request, package, name))


@require_safe
def datapackage(request):
    """The files of all tables with their schemas, counts and checksums."""

    def make(package):
        with closing(package):
            return as_json(descriptor_of(package))

    return of_the_package(request, make)


@require_safe
def dcat(request):
    """The catalogue that other catalogues harvest."""
    every = list(overviews().values())
    return as_json(
        catalog(every, releases(), base_url_of(request), last_change()),
        "application/ld+json",
    )


@require_safe
def release(request, day, name):
    """A file of a release, as it was made."""
    path = release_file(day, name)
    if path is None:
        raise Http404
    if path.suffix == ".zip":
        response = as_zip(request, path.open("rb"), f"portal_{day}.zip")
    else:
        kind = "application/json" if path.suffix == ".json" else "text/plain"
        response = to_any_site(HttpResponse(path.read_bytes(), content_type=kind))
    patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    return response
