"""script/test, run on a project of one function so that its own suite takes no time."""

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from textwrap import dedent

import psycopg
import pytest

from tests.scripts.conftest import (
    PROJECT,
    environment_of,
    link_environment,
    run_script,
)

needs_postgresql = pytest.mark.skipif(
    not (shutil.which("initdb") or [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]),
    reason="needs PostgreSQL's programs",
)
NOTHING_FOUND = {"CHROMIUM": "/nowhere/chromium", "POSTGRESQL_BIN": "/nowhere"}
FILES = {
    "pyproject.toml": """\
        [tool.pytest.ini_options]
        pythonpath = ["."]
        testpaths = ["tests"]
        markers = ["e2e", "walk"]
        [tool.coverage.run]
        parallel = true
        include = ["area.py"]
        """,
    "area.py": """\
        def area(width, height):
            if width < 0:
                return None
            return width * height
        """,
    "tests/test_area.py": """\
        import pytest

        from area import area

        def test_area_of_a_field():
            assert area(2, 3) == 6

        def test_area_of_nothing():
            assert area(-1, 3) is None

        @pytest.mark.walk
        def test_every_area():
            for width in range(100):
                assert area(width, 1) == width
        """,
    "tests/test_machine.py": """\
        import os
        import pathlib

        import psycopg
        import pytest

        def test_database_may_be_created():
            url = os.environ["DATABASE_URL"]
            if url.startswith("postgres:"):
                pathlib.Path("postgresql.txt").write_text(url)
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute("CREATE DATABASE made_by_a_test")

        @pytest.mark.e2e
        def test_browser_is_named():
            assert os.environ["CHROMIUM"] == "/bin/true"
        """,
    "tests/test_patience.py": """\
        import os
        import pathlib
        import time

        def test_waits_on_postgresql():
            if os.environ["DATABASE_URL"].startswith("postgres:"):
                while pathlib.Path("wait.txt").exists():
                    time.sleep(0.1)
        """,
}


@pytest.fixture
def small_project(tmp_path):
    """A project with the real script/test and a suite of six tests."""
    folder = tmp_path / "small"
    shutil.copytree(PROJECT / "script", folder / "script")
    shutil.copy(PROJECT / "requirements.lock", folder)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(dedent(text))
    link_environment(folder)
    return folder


def report_of(result):
    """Return what script/test says at its end, without the seconds."""
    lines = result.stdout.splitlines()
    last = len(lines) - lines[::-1].index("")
    return [line.rsplit(" (", 1)[0] for line in lines[last:]]


@needs_postgresql
def test_test_runs_everything_and_leaves_nothing(small_project, open_folder):
    result = run_script(
        small_project, "test", CHROMIUM="/bin/true", TMPDIR=str(open_folder)
    )

    report = report_of(result)
    assert report[:3] == [
        "ran: suite on SQLite",
        "ran: browser tests with /bin/true",
        "ran: coverage of lines: 100.00 %",
    ]
    assert report[3].startswith("ran: suite on PostgreSQL ")
    assert len(report) == 4
    assert result.returncode == 0
    # The walks are part of the suite on PostgreSQL.
    assert re.findall(r"(\d+) passed", result.stdout) == ["4", "1", "5"]
    assert list(open_folder.glob("portal-test.*")) == []
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect((small_project / "postgresql.txt").read_text())


def test_test_says_what_did_not_run(small_project):
    result = run_script(small_project, "test", **NOTHING_FOUND)

    assert report_of(result) == [
        "ran: suite on SQLite",
        "ran: coverage of lines: 100.00 %",
        "ran: walks through everything on SQLite",
        "did not run: browser tests, because no Chromium was found",
        "did not run: suite on PostgreSQL, because its programs were not found",
    ]
    assert result.returncode == 0


def test_test_fails_for_each_thing_that_is_wrong(small_project):
    (small_project / "tests" / "test_machine.py").unlink()
    (small_project / "tests" / "test_area.py").write_text(
        "from area import area\n\ndef test_area():\n    assert area(2, 3) == 7\n"
    )

    result = run_script(
        small_project,
        "test",
        REQUIRE_ALL="1",
        CHROMIUM="/bin/true",
        POSTGRESQL_BIN="/nowhere",
    )

    assert report_of(result) == [
        "did not run: suite on PostgreSQL, because its programs were not found",
        "FAILED: suite on SQLite",
        "FAILED: browser tests with /bin/true: no test was found",
        "FAILED: coverage of lines: 75.00 %, at least 95 % is demanded",
        "FAILED: suite on PostgreSQL: required, and its programs were not found",
        "FAILED: walks through everything on SQLite: no test was found",
    ]
    assert result.returncode == 1


def test_test_with_arguments_runs_pytest_once(small_project):
    result = run_script(small_project, "test", "-q", "tests/test_area.py")

    assert "\n3 passed in " in result.stdout
    assert report_of(result) == [
        "ran: pytest -q tests/test_area.py on SQLite",
        "did not run: PostgreSQL, the browser tests and the coverage as such, "
        "because arguments were given",
    ]
    assert result.returncode == 0


@needs_postgresql
def test_test_removes_its_cluster_when_it_is_stopped(small_project, open_folder):
    address = small_project / "postgresql.txt"
    (small_project / "wait.txt").touch()

    with subprocess.Popen(
        [small_project / "script" / "test"],
        cwd=small_project,
        env=environment_of(
            small_project, TMPDIR=str(open_folder), CHROMIUM="/nowhere/chromium"
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as script:
        until = time.monotonic() + 60
        while not (address.exists() and address.read_text()):
            assert script.poll() is None, "script/test ended"
            assert time.monotonic() < until, "script/test did not reach PostgreSQL"
            time.sleep(0.1)
        script.send_signal(signal.SIGTERM)

    assert script.returncode == 143
    assert list(open_folder.glob("portal-test.*")) == []
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(address.read_text())
