"""The pages of the files: what there is, what it means, how to use and to cite it."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.public_state import last_change
from consultations.catalogue.contract import changes
from consultations.catalogue.overview import (
    columns_in_words,
    filters_in_words,
    overviews,
)
from consultations.catalogue.releases import releases
from consultations.catalogue.schema_org import catalog_data, dataset_data
from consultations.exports import REPORTS
from consultations.exports.columns import Datatype
from consultations.views.record import base_url_of


def reading(base_url: str, one) -> dict:
    """Return what the lines that open a dataset need, in whatever program."""
    return {
        "name": one.name,
        "address": f"{base_url}/data/{one.name}.csv",
        "excel_address": f"{base_url}/data/{one.name}.excel.csv",
        "workbook_address": f"{base_url}/data/{one.name}.xlsx",
        "dates": [
            column.key
            for column in one.dataset.columns
            if column.datatype in (Datatype.DATE, Datatype.DATETIME)
        ],
    }


@require_safe
def data_index(request):
    """Every dataset, the package of all of them, and the releases."""
    base_url, changed_at = base_url_of(request), last_change()
    every = list(overviews().values())
    return render(
        request,
        "consultations/data_index.html",
        {
            "tables": [one for one in every if one.name not in REPORTS],
            "reports": [one for one in every if one.name in REPORTS],
            "base_url": base_url,
            "reading": reading(base_url, every[0]),
            "releases": releases(),
            "changes": changes(),
            "catalog": catalog_data(every, base_url, changed_at),
        },
    )


@require_safe
def dataset_detail(request, name):
    """One dataset: its forms, and the meaning of each of its columns."""
    every = overviews()
    if name not in every:
        raise Http404
    one, base_url = every[name], base_url_of(request)
    return render(
        request,
        "consultations/dataset_detail.html",
        {
            "one": one,
            "columns": columns_in_words(one.dataset),
            "filters": filters_in_words(one.dataset),
            "reading": reading(base_url, one),
            "data": dataset_data(one, base_url, last_change()),
        },
    )
