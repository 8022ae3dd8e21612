"""A dataset in the words of CSV on the Web."""

from django.conf import settings

from consultations.catalogue import texts
from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import LIST_SEPARATOR

DATATYPES = {
    Datatype.STRING: "string",
    Datatype.LIST: "string",
    Datatype.URL: "anyURI",
    Datatype.INTEGER: "integer",
    Datatype.DECIMAL: "decimal",
    Datatype.BOOLEAN: {"base": "boolean", "format": "true|false"},
    Datatype.DATE: {"base": "date", "format": "yyyy-MM-dd"},
    Datatype.DATETIME: "dateTime",
}


def csv_metadata(dataset: Dataset) -> dict:
    """Return what stands beside a dataset's file, at its address and ``-metadata.json``.

    Keys that lead to other tables are left to the Table Schema: by CSVW a table can refer
    only to tables that the same document describes, each of which a reader would fetch.
    """
    schema = {"columns": [_column(column, dataset) for column in dataset.columns]}
    if dataset.primary_key:
        schema["primaryKey"] = list(dataset.primary_key)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{dataset.name}.csv",
        "dc:title": _natural(texts.title(dataset)),
        "dc:description": _natural(texts.description(dataset)),
        "dc:license": {"@id": settings.LICENCE_URL},
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": schema,
    }


def _column(column: Column, dataset: Dataset) -> dict:
    described = {
        "name": column.key,
        # The first row of the file holds the key, which is of no language.
        "titles": {"und": column.key, **texts.heading(column)},
        "datatype": DATATYPES[column.datatype],
    }
    if codes := [code for code in column.values if code]:
        described["datatype"] = {
            "base": "string",
            "format": "|".join(codes),
        }
    if column.datatype == Datatype.LIST:
        described["separator"] = LIST_SEPARATOR
    if column.key in dataset.primary_key:
        described["required"] = True
    if meaning := texts.meaning(column):
        described["dc:description"] = _natural(meaning)
    return described


def _natural(by_language: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"@value": text, "@language": language}
        for language, text in by_language.items()
    ]
