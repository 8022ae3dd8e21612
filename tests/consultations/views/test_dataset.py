import csv
import io
import json
import zipfile

import pytest
from django.utils import timezone, translation

from config.models import DataVersion
from consultations.catalogue.csvw import csv_metadata
from consultations.catalogue.table_schema import table_schema
from consultations.exports import DATASETS
from tests.factories.consultations import MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", DATASETS)
def test_every_dataset_has_its_schema_at_its_address(client, name):
    response = client.get(f"/data/{name}.schema.json")

    assert json.loads(response.content) == table_schema(DATASETS[name], DATASETS)
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", DATASETS)
def test_every_file_leads_to_its_metadata(client, name):
    link = client.get(f"/data/{name}.csv")["Link"]

    address = f"http://testserver/data/{name}.csv-metadata.json"
    assert link == f'<{address}>; rel="describedby"; type="application/csvm+json"'
    response = client.get(address)
    assert json.loads(response.content) == csv_metadata(DATASETS[name])
    assert response["Content-Type"] == "application/csvm+json"


@pytest.mark.parametrize("end", ["schema.json", "csv-metadata.json"])
def test_what_is_no_dataset_is_not_described(client, end):
    assert client.get(f"/data/nothing.{end}").status_code == 404
    assert client.post(f"/data/{next(iter(DATASETS))}.{end}").status_code == 405


def test_package_is_sent_whole_and_once(client):
    MeetingFactory()
    response = client.get("/data/portal.zip", headers={"accept-encoding": "gzip"})

    today = timezone.localdate().isoformat()
    content = response.getvalue()
    assert response["Content-Disposition"] == (
        f'attachment; filename="portal_{today}.zip"'
    )
    assert response["Content-Type"] == "application/zip"
    assert not response.has_header("Content-Encoding")
    assert response["Content-Length"] == str(len(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        described = json.loads(archive.read("datapackage.json"))
    assert client.get("/data/datapackage.json").json() == described


@pytest.mark.parametrize("path", ["/data/portal.zip", "/data/datapackage.json"])
def test_package_that_the_reader_has_is_not_sent_again(client, path):
    first = client.get(path)
    etag, _content = first["ETag"], first.getvalue()

    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    DataVersion.raise_by_one()
    response = client.get(path, headers={"if-none-match": etag})
    assert (response.status_code, bool(response.getvalue())) == (200, True)
    assert response["ETag"] != etag


def test_dictionary_is_a_table_too(client):
    columns = [
        (dataset.name, column.key)
        for dataset in DATASETS.values()
        for column in dataset.columns
    ]

    plain = client.get("/data/dictionary.csv").getvalue().decode()
    excel = client.get("/data/dictionary.excel.csv").getvalue().decode()

    rows = list(csv.DictReader(io.StringIO(plain, newline="")))
    assert [(row["dataset"], row["column"]) for row in rows] == columns
    assert excel.startswith("\ufeffdataset;column;order;type;label_ar")
    with translation.override("fr"):
        first = next(iter(DATASETS.values())).columns[0]
        assert rows[0]["label_fr"].casefold() == first.label.casefold()


def test_dictionary_refuses_a_filter(client):
    response = client.get("/data/dictionary.csv", {"region": "oriental"})

    assert response.status_code == 400
    assert "region=oriental" in response.content.decode()
