import datetime
import errno
import hashlib
import io
import json
import pathlib
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.models import DataVersion
from config.public_state import last_change
from consultations import services
from consultations.catalogue.releases import ReleaseExistsError, freeze, releases
from consultations.models import Meeting
from tests.factories.consultations import MeetingFactory

pytestmark = pytest.mark.django_db

BASE_URL = "https://portal.example"
DAY = datetime.date(2026, 11, 25)


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.DATA_ROOT = tmp_path
    return tmp_path / "releases"


def test_release_holds_the_package_and_its_checksums(root):
    release = freeze(BASE_URL, DAY)

    folder = root / "2026-11-25"
    content = (folder / "portal.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        described = json.loads(archive.read("datapackage.json"))
    assert described == release.descriptor
    assert described["id"] == f"{BASE_URL}/data/releases/2026-11-25/portal.zip"
    assert described["version"].startswith("2026.11.25+")
    assert release.sha256 == hashlib.sha256(content).hexdigest()
    assert [path.name for path in root.iterdir()] == ["2026-11-25"]
    assert [one.day for one in releases()] == [DAY]


def test_a_release_makes_kept_pages_anew_and_changes_nothing():
    MeetingFactory()
    DataVersion.raise_by_one()
    before, changed_at = DataVersion.current(), last_change()

    freeze(BASE_URL, DAY)

    assert DataVersion.current() == before + 1
    assert last_change() == changed_at


def test_a_damaged_release_hides_no_other(client, root, caplog):
    whole = freeze(BASE_URL, DAY)
    (root / "2026-02-30").mkdir()
    (root / "2026-02-28").mkdir()

    assert releases() == [whole]
    assert whole.path in client.get("/data/").content.decode()
    assert sorted(record.getMessage() for record in caplog.records)[-1].startswith(
        "The release 2026-02-28 lacks portal.zip"
    )


def test_a_full_disk_is_not_taken_for_an_earlier_release(root, monkeypatch):
    def refuse(self, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "rename", refuse)

    with pytest.raises(OSError, match="No space left"):
        freeze(BASE_URL, DAY)

    assert list(root.iterdir()) == []


def test_a_release_never_changes(root):
    freeze(BASE_URL, DAY)
    before = (root / "2026-11-25" / "portal.zip").read_bytes()
    MeetingFactory()

    with pytest.raises(ReleaseExistsError):
        freeze(BASE_URL, DAY)

    assert (root / "2026-11-25" / "portal.zip").read_bytes() == before
    assert [path.name for path in root.iterdir()] == ["2026-11-25"]


def test_the_next_release_tells_what_was_withdrawn(client, staff):
    meeting = MeetingFactory(slug="2022-02-02-withdrawn")
    first = freeze(BASE_URL, DAY)
    services.withdraw(Meeting.objects.get(pk=meeting.pk), by=staff, reason="سجل مكرر")
    second = freeze(BASE_URL, DAY + datetime.timedelta(days=1))

    def table(release, name):
        with zipfile.ZipFile(release.folder / "portal.zip") as archive:
            return archive.read(name).decode()

    assert "2022-02-02-withdrawn" in table(first, "meetings.csv")
    assert "2022-02-02-withdrawn" not in table(first, "withdrawn.csv")
    assert "2022-02-02-withdrawn" not in table(second, "meetings.csv")
    assert "2022-02-02-withdrawn" in table(second, "withdrawn.csv")


@pytest.mark.parametrize("name", ["portal.zip", "datapackage.json", "SHA256SUMS"])
def test_release_is_sent_as_it_lies_there(client, root, name):
    freeze(BASE_URL, DAY)

    response = client.get(f"/data/releases/2026-11-25/{name}")

    assert response.getvalue() == (root / "2026-11-25" / name).read_bytes()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path", ["2026-11-24/portal.zip", "2026-11-25/turn", "../portal.zip", "portal.zip"]
)
def test_what_is_no_release_is_not_found(client, path):
    freeze(BASE_URL, DAY)

    assert client.get(f"/data/releases/{path}").status_code == 404


def test_command_says_where_the_release_is(capsys):
    call_command("release", BASE_URL)

    [release] = releases()
    assert release.day == timezone.localdate()
    assert capsys.readouterr().out.splitlines() == [
        f"{BASE_URL}/data/releases/{release.day.isoformat()}/portal.zip",
        f"SHA-256 {release.sha256}",
    ]
    with pytest.raises(CommandError, match="There is a release of"):
        call_command("release", BASE_URL)


@pytest.mark.parametrize("address", [None, "portal.example", "https://a/b/"])
def test_command_wants_the_address_of_the_portal(address):
    with pytest.raises(CommandError, match="Give the portal's own address"):
        call_command("release", *filter(None, [address]))

    assert releases() == []


def test_check_finds_a_release_that_was_touched(root, capsys):
    freeze(BASE_URL, DAY)
    call_command("release", "--check")
    assert capsys.readouterr().out == "1 releases, all as they were made.\n"
    path = root / "2026-11-25" / "portal.zip"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(CommandError, match="not what it was"):
        call_command("release", "--check")

    assert capsys.readouterr().err == "2026-11-25: portal.zip\n"
