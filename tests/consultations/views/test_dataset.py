import json

import pytest

from consultations.catalogue.csvw import csv_metadata
from consultations.catalogue.table_schema import table_schema
from consultations.exports import DATASETS

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
