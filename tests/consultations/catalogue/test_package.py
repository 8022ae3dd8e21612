import csv
import datetime
import fcntl
import hashlib
import io
import itertools
import json
import os
import zipfile

import pytest
from django.utils import timezone

from config.models import DataVersion
from consultations import services
from consultations.catalogue import package
from consultations.catalogue.package import (
    PACKAGES_KEPT,
    BusyError,
    UnsteadyError,
    descriptor_of,
    open_package,
    write_package,
)
from consultations.exports import DATASETS
from consultations.models import Meeting
from tests.factories.consultations import (
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory

BASE_URL = "http://testserver"
TABLES = {f"{name}.csv" for name in (*DATASETS, "dictionary", "withdrawn")}

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept_packages(settings, tmp_path):
    """The folder in which packages are kept."""
    settings.KEEP_PUBLIC_FIGURES = True
    settings.DATA_ROOT = tmp_path
    return tmp_path / "packages"


def files_of(package) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def made() -> dict[str, bytes]:
    with open_package(BASE_URL) as package:
        return files_of(package)


@pytest.fixture
def record():
    ParticipationFactory(meeting=MeetingFactory(region=RegionFactory(oriental=True)))
    PartnershipAgreementFactory()


def test_package_holds_every_table_as_it_is_fetched_alone(client, record):
    files = made()

    assert files.keys() - {f"README.{code}.txt" for code in ("ar", "fr", "en")} == (
        TABLES | {"datapackage.json"}
    )
    assert {name: content for name, content in files.items() if name in TABLES} == {
        name: client.get(f"/data/{name}").getvalue() for name in TABLES
    }


def test_package_counts_and_signs_every_table(record):
    files = made()
    package = json.loads(files["datapackage.json"])

    assert {
        one["path"]: (one["bytes"], one["hash"], one["rows"])
        for one in package["resources"]
    } == {
        name: (
            len(files[name]),
            f"sha256:{hashlib.sha256(files[name]).hexdigest()}",
            len(list(csv.reader(io.StringIO(files[name].decode(), newline="")))) - 1,
        )
        for name in TABLES
    }
    for resource in package["resources"]:
        heading = files[resource["path"]].decode().split("\r\n")[0]
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert heading.split(",") == fields


def test_package_credits_the_census_where_it_rests_on_it(record):
    package = json.loads(made()["datapackage.json"])

    assert {one["name"] for one in package["resources"] if "sources" in one} == {
        name
        for name, dataset in DATASETS.items()
        if dataset.model._meta.app_label == "regions"
    }
    assert package["licenses"] == [
        {
            "name": "CC-BY-4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
            "title": "CC BY 4.0",
        }
    ]


def test_same_state_makes_the_same_bytes(record, clock):
    DataVersion.raise_by_one()
    first, second = io.BytesIO(), io.BytesIO()
    write_package(first, BASE_URL)
    clock.move(datetime.timedelta(seconds=5))

    write_package(second, BASE_URL)

    assert first.getvalue() == second.getvalue()


def test_package_is_made_once_a_state(kept_packages, record):
    with open_package(BASE_URL) as first, open_package(BASE_URL) as second:
        assert first.name == second.name
    assert len(list(kept_packages.glob("*.zip"))) == 1

    DataVersion.raise_by_one()
    with open_package(BASE_URL) as third:
        assert third.name != first.name


def test_a_kept_package_asks_no_table(kept_packages, record, django_assert_num_queries):
    open_package(BASE_URL).close()

    with django_assert_num_queries(1), open_package(BASE_URL) as package:
        assert descriptor_of(package)["homepage"] == f"{BASE_URL}/data/"


def test_only_the_latest_packages_are_kept(kept_packages):
    for _number in range(PACKAGES_KEPT + 2):
        DataVersion.raise_by_one()
        with open_package(BASE_URL) as package:
            latest = package.name

    kept = {str(path) for path in kept_packages.glob("*")}
    assert latest in kept
    assert len(kept - {str(kept_packages / "turn")}) == PACKAGES_KEPT


def test_nothing_is_kept_for_a_made_up_address(kept_packages):
    with open_package("http://testserver:4711", keep=False) as package:
        assert files_of(package).keys() >= TABLES

    assert list(kept_packages.glob("*.zip")) == []


@pytest.mark.parametrize("keep", [True, False])
def test_who_waits_too_long_for_another_package_is_told(
    kept_packages, keep, monkeypatch
):
    monkeypatch.setattr(package, "LONGEST_WAIT", 0.2)
    kept_packages.mkdir()

    with (kept_packages / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with pytest.raises(BusyError):
            open_package(BASE_URL, keep=keep)

    open_package(BASE_URL, keep=keep).close()


def test_what_a_killed_maker_left_is_deleted(kept_packages):
    kept_packages.mkdir()
    left, begun = kept_packages / "unfinished-1", kept_packages / "unfinished-2"
    left.write_bytes(b"PK")
    begun.write_bytes(b"PK")
    os.utime(left, (0, 0))

    open_package(BASE_URL).close()

    assert (left.exists(), begun.exists()) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_package_is_read_in_one_state_and_lets_go_of_it(record):
    assert b"2022-01-12" not in made()["withdrawn.csv"]

    MeetingFactory()  # would fail in a transaction that only reads

    rows = made()["meetings.csv"].count(b"\r\n") - 1
    assert rows == Meeting.objects.count()


def test_a_record_that_never_holds_still_is_refused(monkeypatch):
    beginning = timezone.now()
    days = itertools.count()
    monkeypatch.setattr(
        timezone, "now", lambda: beginning + datetime.timedelta(days=next(days))
    )

    with pytest.raises(UnsteadyError):
        write_package(io.BytesIO(), BASE_URL)


def test_package_tells_of_a_withdrawn_record_that_it_was_there(record, staff):
    meeting = MeetingFactory(
        slug="2022-02-02-withdrawn", title_ar="عنوان لم يعد منشورا"
    )
    services.withdraw(meeting, by=staff, reason="=بطلب من الجهة")
    draft = MeetingFactory(draft=True, title_ar="مسودة لم تنشر قط")

    files = made()

    [row] = csv.DictReader(io.StringIO(files["withdrawn.csv"].decode(), newline=""))
    assert row["withdrawn_at"].startswith(timezone.now().strftime("%Y-%m-%dT"))
    assert row | {"withdrawn_at": ""} == {
        "dataset": "meetings",
        "identifier": "2022-02-02-withdrawn",
        "url": f"{BASE_URL}/meetings/2022-02-02-withdrawn/",
        "withdrawn_at": "",
        "reason": "'=بطلب من الجهة",
    }
    everything = b"".join(files.values()).decode()
    assert meeting.title_ar not in everything
    assert draft.slug not in everything


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_package_is_explained_in_each_language(record, language):
    files = made()
    text = files[f"README.{language}.txt"].decode()

    package = json.loads(files["datapackage.json"])
    for resource in package["resources"]:
        assert resource["path"] in text
        assert resource["titles"][language] in text
        assert resource["descriptions"][language] in text
    assert package["version"] in text
    assert "&" not in text
