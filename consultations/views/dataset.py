"""What the files hold, for programs: schemas, the package of all tables, the catalogue."""

import json

from django.http import Http404, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from config.localization import LANGUAGES
from consultations.catalogue.csvw import csv_metadata
from consultations.catalogue.table_schema import table_schema
from consultations.exports import DATASETS


def as_json(data: dict, content_type: str = "application/json") -> HttpResponse:
    """Return ``data`` as a file that programs of any site may read."""
    response = HttpResponse(
        json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n",
        content_type=content_type,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Content-Language": ", ".join(LANGUAGES),
        },
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
