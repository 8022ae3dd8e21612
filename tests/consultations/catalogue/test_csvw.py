import pytest

from consultations.catalogue.csvw import csv_metadata
from consultations.exports import DATASETS
from consultations.exports.columns import Datatype
from regions.models import Province


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_metadata_describes_the_file_beside_it(dataset):
    described = csv_metadata(dataset)

    assert described["url"] == f"{dataset.name}.csv"
    columns = described["tableSchema"]["columns"]
    assert [one["titles"]["und"] for one in columns] == list(dataset.keys)
    assert [one["name"] for one in columns] == list(dataset.keys)
    assert {language for one in columns for language in one["titles"]} == {
        "und",
        "ar",
        "fr",
        "en",
    }


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_metadata_takes_lists_apart(dataset):
    columns = csv_metadata(dataset)["tableSchema"]["columns"]

    assert {one["name"] for one in columns if one.get("separator") == " | "} == {
        column.key for column in dataset.columns if column.datatype == Datatype.LIST
    }


def test_metadata_tells_keys_codes_and_meanings(places):
    described = csv_metadata(places["parts"])

    schema = described["tableSchema"]
    assert schema["primaryKey"] == ["code", "area"]
    assert schema["columns"][1] == {
        "name": "area",
        "titles": {"und": "area", "ar": "Area", "fr": "Area", "en": "Area"},
        "datatype": "string",
        "required": True,
        "dc:description": [
            {"@value": "Where it lies.", "@language": language}
            for language in ("ar", "fr", "en")
        ],
    }
    kind = schema["columns"][4]
    assert kind["datatype"] == {
        "base": "string",
        "format": "|".join(Province.Kind.values),
    }
