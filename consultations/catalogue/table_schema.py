"""A dataset in the words of Frictionless Table Schema."""

from collections.abc import Mapping, Sequence

from consultations.catalogue import texts
from consultations.exports.columns import Column, Dataset, Datatype
from consultations.exports.expressions import LIST_SEPARATOR

TYPES = {
    Datatype.STRING: {"type": "string"},
    # Version 1 of Table Schema knows no lists: what reads version 1 must read this.
    Datatype.LIST: {"type": "string", "separator": LIST_SEPARATOR},
    Datatype.URL: {"type": "string", "format": "uri"},
    Datatype.INTEGER: {"type": "integer"},
    Datatype.DECIMAL: {"type": "number"},
    Datatype.BOOLEAN: {
        "type": "boolean",
        "trueValues": ["true"],
        "falseValues": ["false"],
    },
    Datatype.DATE: {"type": "date"},
    Datatype.DATETIME: {"type": "datetime"},
}


def table_schema(dataset: Dataset, datasets: Mapping[str, Dataset]) -> dict:
    """Return the schema of a dataset's file; its keys lead into ``datasets``."""
    schema = schema_of(dataset.columns, dataset.primary_key)
    if keys := foreign_keys(dataset, datasets):
        schema["foreignKeys"] = keys
    return schema


def schema_of(columns: Sequence[Column], primary_key: Sequence[str] = ()) -> dict:
    """Return the schema of a table that holds ``columns``."""
    schema = {
        "fields": [_field(column, primary_key) for column in columns],
        "missingValues": [""],
    }
    if primary_key:
        schema["primaryKey"] = list(primary_key)
    return schema


def foreign_keys(dataset: Dataset, datasets: Mapping[str, Dataset]) -> list[dict]:
    """Return which cells hold a value of which column of another table.

    A list holds several in one cell, for which Table Schema has no words; its field says
    so by ``references``.
    """
    return [
        {
            "fields": [column.key],
            "reference": {
                # What refers to its own table says so by an empty name.
                "resource": "" if table == dataset.name else table,
                "fields": [key],
            },
        }
        for column in dataset.columns
        if column.references and column.datatype != Datatype.LIST
        for table, _dot, key in [column.references.partition(".")]
        if table in datasets
    ]


def _field(column: Column, primary_key: Sequence[str]) -> dict:
    headings, meanings = texts.heading(column), texts.meaning(column)
    field = {
        "name": column.key,
        **TYPES[column.datatype],
        "title": headings["en"],
        "titles": headings,
    }
    if meanings:
        field |= {"description": meanings["en"], "descriptions": meanings}
    if column.references:
        field["references"] = column.references
    constraints = {}
    if codes := [code for code in column.values if code]:
        constraints["enum"] = codes
    if column.key in primary_key:
        constraints["required"] = True
        if len(primary_key) == 1:
            constraints["unique"] = True
    if constraints:
        field["constraints"] = constraints
    return field
