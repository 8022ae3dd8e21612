"""All tables in one file, each with its count and checksum, read in one state.

Made once a public state and portal, and kept on disk: whoever comes later gets the same
file. The same state gives the same bytes on every machine.
"""

import datetime
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connections, router, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.fingerprint import code_fingerprint
from config.localization import LANGUAGES
from config.models import DataVersion
from config.public_state import PublicState, last_change, read_public_state
from consultations.catalogue import texts
from consultations.catalogue.tables import Table, all_tables
from consultations.exports.columns import Scope
from consultations.exports.writers.delimited import CSV

PACKAGES_KEPT = 4  # of one folder: a portal may be known by several addresses
UNFINISHED = "unfinished-"
# Longer than any takes: its maker was killed.
GIVEN_UP_AFTER = 6 * 3600  # seconds
LONGEST_WAIT = 15  # seconds for somebody else's package
BETWEEN_TRIES = 0.1  # seconds
TRIES = 5
# The tables are the same text over and over; more effort gains little.
COMPRESSION = {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 6}


class BusyError(Exception):
    """Another package is being made, and that takes longer than a reader waits."""


class UnsteadyError(Exception):
    """The record changed during each of several readings."""


def package_key(base_url: str, state: PublicState) -> str:
    """Return what makes a package what it is, as one word."""
    parts = (tuple(state), code_fingerprint(), base_url)
    return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()


def open_package(base_url: str, *, keep: bool = True) -> IO[bytes]:
    """Return the package of the current state, open for reading.

    It is kept for the next reader unless ``keep`` is false: an address that any visitor
    can make up is none to keep files for. One is made at a time; raise BusyError where
    that is another one for too long.
    """
    if not settings.KEEP_PUBLIC_FIGURES:
        return _made_for_one(base_url)
    folder = Path(settings.DATA_ROOT) / "packages"
    if keep and (kept := _kept(folder, package_key(base_url, read_public_state()))):
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    with _turn(folder):
        if not keep:
            return _made_for_one(base_url)
        if kept := _kept(folder, package_key(base_url, read_public_state())):
            return kept
        drop_unfinished(folder)
        handle, unfinished = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                state = write_package(file, base_url)
            path = folder / f"{package_key(base_url, state)}.zip"
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        _drop_older(folder)
        return path.open("rb")


def _made_for_one(base_url: str) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- whoever asked closes it
    write_package(file, base_url)
    file.seek(0)
    return file


def descriptor_of(package: IO[bytes]) -> dict:
    """Return what a package says of itself."""
    with zipfile.ZipFile(package) as archive:
        return json.loads(archive.read("datapackage.json"))


def write_package(
    file: IO[bytes], base_url: str, *, release: datetime.date | None = None
) -> PublicState:
    """Write the package into ``file`` and return the state that it holds.

    What becomes public by itself, or on another day, during the reading makes it begin
    again: ``file`` must be able to go back.
    """
    for _attempt in range(TRIES):
        file.seek(0)
        file.truncate()
        with _one_snapshot():
            state = read_public_state()
            _write(file, base_url, state, release)
            if read_public_state() == state:
                return state
    raise UnsteadyError("The record changed during each reading; try again later.")


def _write(
    file: IO[bytes], base_url: str, state: PublicState, release: datetime.date | None
) -> None:
    made = _valid_from(state)
    scope = Scope(base_url, state.today)
    with zipfile.ZipFile(file, "w", **COMPRESSION) as archive:
        resources = [_add_table(archive, table, scope, made) for table in all_tables()]
        package = _descriptor(base_url, state, made, release) | {"resources": resources}
        for language in LANGUAGES:
            with translation.override(language):
                text = render_to_string(
                    "consultations/data/readme.txt",
                    {
                        "package": package,
                        "language": language,
                        "made": made,
                        "contact": settings.CONTACT_EMAIL,
                        "resources": [
                            one
                            | {"said": one["descriptions"].get(language, "")}
                            | {"heading": one["titles"][language]}
                            for one in resources
                        ],
                        "licence_name": settings.LICENCE_NAME,
                        "licence_url": settings.LICENCE_URL,
                    },
                )
            archive.writestr(_entry(f"README.{language}.txt", made), text)
        archive.writestr(
            _entry("datapackage.json", made),
            json.dumps(package, ensure_ascii=False, indent=2) + "\n",
        )


def _valid_from(state: PublicState) -> datetime.datetime:
    """Return since when the files say what they say: the last change, or this day."""
    midnight = datetime.datetime.combine(
        state.today, datetime.time(), timezone.get_default_timezone()
    )
    return max(filter(None, (last_change(), midnight)))


def _entry(name: str, made: datetime.datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made.astimezone(datetime.UTC).timetuple()[:6])
    entry.compress_type = COMPRESSION["compression"]
    entry.external_attr = 0o644 << 16
    return entry


def _add_table(
    archive: zipfile.ZipFile, table: Table, scope: Scope, made: datetime.datetime
) -> dict:
    """Write a table into the archive, and return what the package says of it."""
    counted = _Counted(table.rows(scope))
    digest, size = hashlib.sha256(), 0
    path = f"{table.name}.csv"
    # Without its size beforehand: past 2 GiB the entry needs its long form.
    with archive.open(_entry(path, made), "w", force_zip64=True) as entry:
        for piece in CSV.encode(table.columns, counted):
            entry.write(piece)
            digest.update(piece)
            size += len(piece)
    titles = texts.in_every_language(lambda: table.title)
    descriptions = texts.in_every_language(lambda: table.description)
    resource = {
        "name": table.name,
        "path": path,
        "profile": "tabular-data-resource",
        "title": titles["en"],
        "titles": titles,
        "description": descriptions["en"],
        "descriptions": descriptions,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest.hexdigest()}",
        "rows": counted.number,
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
        "schema": table.schema(),
    }
    if table.sources:
        resource["sources"] = [
            {"title": title, "path": path} for title, path in table.sources
        ]
    return resource


class _Counted:
    """Rows on their way, and how many have passed."""

    def __init__(self, rows: Iterable[tuple]):
        self.rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[tuple]:
        for row in self.rows:
            self.number += 1
            yield row


def _descriptor(
    base_url: str,
    state: PublicState,
    made: datetime.datetime,
    release: datetime.date | None,
) -> dict:
    titles = texts.in_every_language(
        lambda: _("The record of the regional consultation meetings")
    )
    descriptions = texts.in_every_language(
        lambda: _(
            "The consultation meetings of the Ministry of Solidarity, Social Integration "
            "and Family with its partners in the twelve regions, and what came of them."
        )
    )
    publishers = texts.in_every_language(
        lambda: _("Ministry of Solidarity, Social Integration and Family")
    )
    day = release or state.today
    package = {
        "profile": "data-package",
        "name": "consultation-meetings",
        "title": titles["en"],
        "titles": titles,
        "description": descriptions["en"],
        "descriptions": descriptions,
        "homepage": f"{base_url}/data/",
        "version": f"{day.year}.{day.month}.{day.day}+{state.data_version}",
        "created": made.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [
            {
                "name": settings.LICENCE_NAME.replace(" ", "-"),
                "path": settings.LICENCE_URL,
                "title": settings.LICENCE_NAME,
            }
        ],
        "contributors": [
            {"title": publishers["en"], "titles": publishers, "role": "publisher"}
        ],
    }
    if release:
        package["id"] = f"{base_url}/data/releases/{release.isoformat()}/portal.zip"
    return package


# Where packages are kept


def _kept(folder: Path, key: str) -> IO[bytes] | None:
    try:
        return (folder / f"{key}.zip").open("rb")
    except FileNotFoundError:
        return None


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Let one process make the package that several ask for; the others then find it."""
    last_try = time.monotonic() + LONGEST_WAIT
    with (folder / "turn").open("w") as lock:
        while True:
            try:
                # Given back with the file, whatever happens.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > last_try:
                    raise BusyError("Another package is being made.") from None
                time.sleep(BETWEEN_TRIES)
        yield


def drop_unfinished(folder: Path) -> None:
    """Delete what was begun in ``folder`` and never finished."""
    for path in folder.glob(f"{UNFINISHED}*"):
        try:
            if time.time() - path.stat().st_mtime < GIVEN_UP_AFTER:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        except FileNotFoundError:
            continue  # finished, or deleted by somebody else


def _drop_older(folder: Path) -> None:
    # Whoever is reading one goes on: an open file stays until it is closed.
    packages = sorted(
        folder.glob("*.zip"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in packages[PACKAGES_KEPT:]:
        path.unlink(missing_ok=True)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Read all tables in one state, without keeping anybody from saving."""
    connection = connections[router.db_for_read(DataVersion)]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(connection.alias):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
            yield
    else:
        # Django's own transaction would be an IMMEDIATE one, which shuts out writers.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
