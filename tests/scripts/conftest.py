"""Copies of the project, to run its scripts in without touching the project itself."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", ".env", ".*_cache", ".coverage*", "__pycache__", "tests",
    "*.sqlite3*", "staticfiles", "media", "docs",
)  # fmt: skip


def link_environment(folder: Path) -> None:
    """Give the copy in ``folder`` the packages of this run, as if installed there."""
    environment = folder / ".venv"
    environment.mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != "installed.lock":
            (environment / part.name).symlink_to(part)
    shutil.copy(folder / "requirements.lock", environment / "installed.lock")


def environment_of(home: Path, **variables) -> dict[str, str]:
    """Return the environment of a user who has set nothing but ``variables``."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), **variables}


def run_script(folder: Path, *words, cwd=None, user=None, **variables):
    """Run ``script/<word> …`` of the copy; return the finished process."""
    name, *arguments = words
    return subprocess.run(
        [folder / "script" / name, *arguments],
        cwd=cwd or folder,
        env=environment_of(folder, **variables),
        user=user,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def open_folder():
    """A temporary folder that other accounts may pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def project_copy(tmp_path):
    """A copy of the project with neither .venv nor .env nor a database."""
    return shutil.copytree(PROJECT, tmp_path / "portal", ignore=LEFT_BEHIND)


@pytest.fixture
def installed_copy(project_copy):
    """The same with its packages installed."""
    link_environment(project_copy)
    return project_copy
