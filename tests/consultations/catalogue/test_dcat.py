import datetime

import pytest

from consultations.catalogue.dcat import catalog
from consultations.catalogue.overview import overviews
from consultations.catalogue.releases import freeze
from consultations.exports import DATASETS, FORMS

pytestmark = pytest.mark.django_db

BASE_URL = "https://portal.example"
CHANGED = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)


def described(releases=()):
    graph = catalog(list(overviews().values()), list(releases), BASE_URL, CHANGED)
    return {node["@id"]: node for node in graph["@graph"]}


def test_catalogue_lists_every_dataset_and_the_package():
    nodes = described()

    listed = [
        one["@id"] for one in nodes[f"{BASE_URL}/data/catalog.jsonld"]["dcat:dataset"]
    ]
    assert listed == [
        *(f"{BASE_URL}/data/{name}/" for name in DATASETS),
        f"{BASE_URL}/data/datapackage.json",
    ]
    assert {nodes[one]["@type"] for one in listed} == {"dcat:Dataset"}


def test_a_dataset_can_be_had_in_every_form():
    nodes = described()

    for name in DATASETS:
        node = nodes[f"{BASE_URL}/data/{name}/"]
        assert [
            one["dcat:downloadURL"]["@id"] for one in node["dcat:distribution"]
        ] == [f"{BASE_URL}/data/{name}.{form}" for form in FORMS]
        assert {one["@language"] for one in node["dct:title"]} == {"ar", "fr", "en"}
        titles = [one["dct:title"][2]["@value"] for one in node["dcat:distribution"]]
        assert titles == ["CSV", "CSV for Excel", "Excel workbook", "JSON"]
        assert ("dct:provenance" in node) is (name in ("regions", "provinces"))
        assert node["dct:modified"]["@value"] == "2026-11-24T12:00:00+00:00"


def test_a_release_stands_with_its_checksum(settings, tmp_path):
    settings.DATA_ROOT = tmp_path
    release = freeze(BASE_URL, datetime.date(2026, 11, 25))

    package = described([release])[f"{BASE_URL}/data/datapackage.json"]

    *_current, frozen = package["dcat:distribution"]
    assert frozen["@id"] == f"{BASE_URL}/data/releases/2026-11-25/portal.zip"
    assert frozen["spdx:checksum"]["spdx:checksumValue"]["@value"] == release.sha256
    assert frozen["dcat:byteSize"]["@value"] == str(release.size)


@pytest.mark.parametrize(
    ("email", "key", "value"),
    [
        ("data@ministry.example", "vcard:hasEmail", "mailto:data@ministry.example"),
        ("", "vcard:hasURL", f"{BASE_URL}/about/"),
    ],
)
def test_catalogue_says_whom_to_ask(settings, email, key, value):
    settings.CONTACT_EMAIL = email

    node = described()[f"{BASE_URL}/data/datapackage.json"]

    assert node["dcat:contactPoint"][key] == {"@id": value}
