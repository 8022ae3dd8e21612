"""States of the data that were frozen to be cited, each in a folder of its own.

A release is written beside its place and moved there in one step: it is there whole or
not at all. Nothing here changes one.
"""

import datetime
import errno
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from config.models import DataVersion
from consultations.catalogue.package import (
    UNFINISHED,
    descriptor_of,
    drop_unfinished,
    write_package,
)

logger = logging.getLogger(__name__)
PACKAGE, DESCRIPTOR, CHECKSUMS = FILES = (
    "portal.zip",
    "datapackage.json",
    "SHA256SUMS",
)


class ReleaseExistsError(Exception):
    """There is a release of that day, and a release never changes."""


@dataclass(frozen=True)
class Release:
    """A frozen state: its day, which names it, and where it lies."""

    day: datetime.date
    folder: Path

    @property
    def path(self) -> str:
        """The address of its package, after the portal's own."""
        return f"/data/releases/{self.day.isoformat()}/{PACKAGE}"

    @property
    def descriptor(self) -> dict:
        return json.loads((self.folder / DESCRIPTOR).read_text(encoding="utf-8"))

    @property
    def checksums(self) -> dict[str, str]:
        """The SHA-256 of each file, as it was when the release was made."""
        lines = (self.folder / CHECKSUMS).read_text(encoding="ascii").splitlines()
        return {name: digest for digest, name in (line.split("  ") for line in lines)}

    @property
    def sha256(self) -> str:
        return self.checksums[PACKAGE]

    @property
    def size(self) -> int:
        return (self.folder / PACKAGE).stat().st_size

    def damaged(self) -> list[str]:
        """Return the files that are no longer what they were."""
        return [
            name
            for name, digest in self.checksums.items()
            if not (self.folder / name).exists()
            or _digest(self.folder / name) != digest
        ]


def _root() -> Path:
    return Path(settings.DATA_ROOT) / "releases"


def releases() -> list[Release]:
    """Return all releases, the latest first."""
    return sorted(_found(), key=lambda release: release.day, reverse=True)


def _found() -> Iterator[Release]:
    if not _root().is_dir():
        return
    for folder in _root().iterdir():
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", folder.name):
            continue
        # What is damaged is told to the operator; the others are there all the same.
        try:
            day = datetime.date.fromisoformat(folder.name)
        except ValueError:
            logger.error("%s is named after no day.", folder)
            continue
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            logger.error("The release %s lacks %s.", folder.name, ", ".join(missing))
            continue
        yield Release(day, folder)


def release_file(day: str, name: str) -> Path | None:
    """Return where a file of a release lies, None if there is no such release."""
    path = _root() / day / name
    return path if path.is_file() else None


def freeze(base_url: str, day: datetime.date) -> Release:
    """Write the release of a day, from the state of the record as it is now.

    Raise ReleaseExistsError if the day has one.
    """
    folder = _root() / day.isoformat()
    if folder.exists():
        raise ReleaseExistsError(f"There is a release of {day.isoformat()} already.")
    _root().mkdir(parents=True, exist_ok=True)
    drop_unfinished(_root())
    unfinished = Path(tempfile.mkdtemp(dir=_root(), prefix=UNFINISHED))
    try:
        with (unfinished / PACKAGE).open("w+b") as file:
            write_package(file, base_url, release=day)
            descriptor = descriptor_of(file)
        (unfinished / DESCRIPTOR).write_text(
            json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n",
            encoding="utf-8",
        )
        sums = "".join(
            f"{_digest(unfinished / name)}  {name}\n" for name in (PACKAGE, DESCRIPTOR)
        )
        (unfinished / CHECKSUMS).write_text(sums, encoding="ascii")
        for name in FILES:
            _to_disk(unfinished / name)
            (unfinished / name).chmod(0o444)
        unfinished.chmod(0o755)
        try:
            unfinished.rename(folder)  # refused where somebody else was quicker
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            raise ReleaseExistsError(
                f"There is a release of {day.isoformat()} already."
            ) from error
        _to_disk(_root())
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    DataVersion.make_anew()  # the page that lists it is kept
    return Release(day, folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    """Wait until a file, or what a folder holds, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
