import csv
import fcntl
import io
import json
import zipfile

import pytest
from django.utils import timezone, translation

from config.models import DataVersion
from consultations import services
from consultations.catalogue import package
from consultations.catalogue.csvw import csv_metadata
from consultations.catalogue.table_schema import table_schema
from consultations.catalogue.tables import DICTIONARY, WITHDRAWN
from consultations.exports import DATASETS
from tests.factories.consultations import MeetingFactory
from tests.factories.regions import RegionFactory

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
        (one.name, column.key)
        for one in (*DATASETS.values(), DICTIONARY, WITHDRAWN)
        for column in one.columns
    ]

    plain = client.get("/data/dictionary.csv").getvalue().decode()
    excel = client.get("/data/dictionary.excel.csv").getvalue().decode()

    rows = list(csv.DictReader(io.StringIO(plain, newline="")))
    assert [(row["dataset"], row["column"]) for row in rows] == columns
    assert excel.startswith("\ufeffdataset;column;order;type;label_ar")
    with translation.override("fr"):
        first = next(iter(DATASETS.values())).columns[0]
        assert rows[0]["label_fr"].casefold() == first.label.casefold()


@pytest.mark.parametrize("count", [1, 4])
def test_withdrawn_records_take_the_same_queries_at_any_number(
    client, count, staff, django_assert_num_queries
):
    for _number in range(count):
        services.withdraw(MeetingFactory(), by=staff, reason="سجل مكرر")

    with django_assert_num_queries(3):  # the state, meetings, agreements
        content = client.get("/data/withdrawn.csv").getvalue().decode()

    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["reason"] for row in rows] == ["سجل مكرر"] * count


@pytest.mark.parametrize("path", ["/data/withdrawn.csv", "/data/dictionary.csv"])
def test_tables_of_the_package_are_sent_again_only_after_a_change(client, path):
    first = client.get(path)
    first.getvalue()

    known = client.get(path, headers={"if-none-match": first["ETag"]})

    assert (known.status_code, known["Cache-Control"]) == (304, "no-cache")
    DataVersion.raise_by_one()
    assert client.get(path, headers={"if-none-match": first["ETag"]}).getvalue()


def test_package_that_is_being_made_is_asked_for_later(
    client, settings, tmp_path, monkeypatch
):
    settings.KEEP_PUBLIC_FIGURES = True
    settings.DATA_ROOT = tmp_path
    monkeypatch.setattr(package, "LONGEST_WAIT", 0)
    (tmp_path / "packages").mkdir()

    with (tmp_path / "packages" / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        response = client.get("/data/portal.zip")

    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "ETag" not in response
    assert "The file is being made" in response.content.decode()


@pytest.mark.parametrize(
    ("address", "describes"),
    [
        ("/data/meetings.csv", "/data/meetings.csv-metadata.json"),
        ("/data/meetings.csv?region=oriental", "/data/meetings.schema.json"),
        ("/data/meetings.excel.csv", "/data/meetings.schema.json"),
        ("/data/meetings.xlsx", "/data/meetings.schema.json"),
    ],
)
def test_files_say_to_any_site_what_describes_them(client, address, describes):
    RegionFactory(oriental=True)

    response = client.get(address, headers={"accept-encoding": "gzip"})

    assert response["Access-Control-Allow-Origin"] == "*"
    assert f'<http://testserver{describes}>; rel="describedby"' in response["Link"]
    assert response.has_header("Content-Encoding") is not address.endswith("xlsx")
    assert client.get(describes).status_code == 200


def test_dictionary_refuses_a_filter(client):
    response = client.get("/data/dictionary.csv", {"region": "oriental"})

    assert response.status_code == 400
    assert "region=oriental" in response.content.decode()
