import pytest
from django.utils import translation

from consultations.catalogue.table_schema import table_schema
from consultations.exports import DATASETS
from consultations.exports.columns import Datatype
from regions.models import Province

TYPES = {
    Datatype.STRING: ("string", None),
    Datatype.LIST: ("string", None),
    Datatype.URL: ("string", "uri"),
    Datatype.INTEGER: ("integer", None),
    Datatype.DECIMAL: ("number", None),
    Datatype.BOOLEAN: ("boolean", None),
    Datatype.DATE: ("date", None),
    Datatype.DATETIME: ("datetime", None),
}


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_schema_has_the_columns_of_the_file_with_their_types(dataset):
    schema = table_schema(dataset, DATASETS)

    assert [
        (field["name"], (field["type"], field.get("format")))
        for field in schema["fields"]
    ] == [(column.key, TYPES[column.datatype]) for column in dataset.columns]
    assert schema["missingValues"] == [""]


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_schema_heads_every_column_in_every_language(dataset):
    fields = {one["name"]: one for one in table_schema(dataset, DATASETS)["fields"]}

    for language in ("ar", "fr", "en"):
        with translation.override(language):
            for column in dataset.columns:
                heading = fields[column.key]["titles"][language]
                assert heading.casefold() == column.label.casefold()
                said = fields[column.key].get("descriptions", {}).get(language, "")
                assert said == column.description


def test_schema_leads_to_the_tables_that_its_columns_refer_to(places):
    schema = table_schema(places["parts"], places)

    assert schema["primaryKey"] == ["code", "area"]
    assert schema["foreignKeys"] == [
        {"fields": ["area"], "reference": {"resource": "areas", "fields": ["code"]}},
        {"fields": ["seat_of"], "reference": {"resource": "", "fields": ["code"]}},
    ]
    neighbours = schema["fields"][3]
    assert (neighbours["references"], neighbours["separator"]) == ("parts.code", " | ")
    assert "foreignKeys" not in table_schema(places["areas"], places)


def test_schema_names_what_a_cell_may_hold(places):
    fields = {
        one["name"]: one for one in table_schema(places["parts"], places)["fields"]
    }

    assert fields["kind"]["constraints"] == {"enum": list(Province.Kind.values)}
    assert fields["code"]["constraints"] == {"required": True}
    [code] = table_schema(places["areas"], places)["fields"]
    assert code["constraints"] == {"required": True, "unique": True}
