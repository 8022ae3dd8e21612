import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.scripts.conftest import (
    LEFT_BEHIND,
    PROJECT,
    environment_of,
    free_port,
    link_environment,
    run_script,
)

TOOLS = ["bash", "cat", "cmp", "dirname", "env", "grep", "id", "rm", "tail"]
UNREACHABLE_INDEX = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_NO_CACHE_DIR": "1",
    "PIP_RETRIES": "0",
}
SECONDS_OF_A_SECOND_START = 5


def write_program(path: Path, *lines: str) -> Path:
    """Write a shell program that stands in for one of the machine's own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_path(tmp_path):
    """A PATH with the tools of every machine and a Python that is too old."""
    folder = tmp_path / "path"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    write_program(folder / "python3", "exit 1")
    return folder


def test_server_without_a_new_python_says_which_to_install(project_copy, bare_path):
    result = run_script(project_copy, "server", "--prepare", PATH=str(bare_path))

    assert result.returncode == 1
    assert result.stderr == (
        "server: no Python 3.12 or newer in PATH or among pyenv's versions: "
        "install one (for example: pyenv install 3.12) and run this again.\n"
    )
    assert not (project_copy / ".venv").exists()


@pytest.mark.parametrize("words", [["server", "--prepare"], ["test"]])
def test_scripts_without_a_venv_module_say_what_to_install(
    project_copy, bare_path, words
):
    python = bare_path / "python3.12"
    write_program(
        python, 'case "$2" in *ensurepip*) exit 1 ;; esac', f'echo "{python}"'
    )

    result = run_script(project_copy, *words, PATH=str(bare_path))

    assert result.returncode == 1
    assert result.stderr == (
        f"{words[0]}: {python} has no venv module: install it (Debian and Ubuntu: "
        "apt-get install python3-venv) and run this again.\n"
    )


def test_server_finds_a_python_among_those_of_pyenv(project_copy, bare_path, tmp_path):
    python = tmp_path / "pyenv" / "versions" / "3.12.9" / "bin" / "python3"
    write_program(
        python, '[ "$2" = venv ] && echo "tried" && exit 1', f'echo "{python}"'
    )

    result = run_script(
        project_copy,
        "server",
        "--prepare",
        PATH=str(bare_path),
        PYENV_ROOT=str(tmp_path / "pyenv"),
    )

    assert result.stderr == f"server: {python} cannot make .venv: tried\n"


def test_server_remakes_a_broken_environment_and_explains_an_unreachable_index(
    project_copy,
):
    broken = project_copy / ".venv" / "bin"
    broken.mkdir(parents=True)
    (broken / "python").symlink_to("/nowhere/python3.12")
    shutil.copy(project_copy / "requirements.lock", broken.parent / "installed.lock")
    python = Path(sys.base_prefix) / "bin"

    result = run_script(
        project_copy,
        "server",
        "--prepare",
        PATH=f"{python}:{os.environ['PATH']}",
        **UNREACHABLE_INDEX,
    )

    assert result.returncode == 1
    assert result.stderr == (
        "server: the packages could not be installed: pip cannot reach a package index "
        "that has them: check the network, or name a reachable index in PIP_INDEX_URL "
        "(details: .venv/pip.log).\n"
    )
    assert (project_copy / ".venv" / "pyvenv.cfg").exists()
    assert not (project_copy / ".venv" / "installed.lock").exists()


def test_server_installs_only_when_the_lock_changed(installed_copy):
    with (installed_copy / "requirements.lock").open("a") as lock:
        lock.write("another-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    # pip runs in the copy, and must not reach into the environment of this run.
    (installed_copy / ".venv" / "bin").unlink()
    python = write_program(
        installed_copy / ".venv" / "bin" / "python",
        '[ "$2" = pip ] && echo "ERROR: asked to install" && exit 1',
        "exit 0",
    )

    result = run_script(installed_copy, "server", "--prepare")

    assert python.exists()
    assert result.stderr == (
        "server: the packages could not be installed: ERROR: asked to install "
        "(details: .venv/pip.log).\n"
    )


def test_server_names_the_busy_port_before_any_work(project_copy):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]

        result = run_script(project_copy, "server", PORT=str(port))

    assert result.returncode == 1
    assert result.stderr == (
        f"server: port {port} is in use: stop what runs there, or choose another "
        f"(PORT={port % 65535 + 1} script/server).\n"
    )
    assert not (project_copy / ".venv").exists()


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1", "123456789012345678901"])
def test_server_refuses_what_is_not_a_port(project_copy, port):
    result = run_script(project_copy, "server", PORT=port)

    assert result.returncode == 1
    assert result.stderr == (
        f"server: PORT is '{port}', which is not a port: "
        "give a number from 1 to 65535.\n"
    )


@pytest.mark.parametrize("arguments", [["--serve"], ["--prepare", "--debug"]])
def test_server_refuses_unknown_arguments(project_copy, arguments):
    result = run_script(project_copy, "server", *arguments)

    assert result.returncode == 2
    assert result.stderr.startswith("Usage: script/server [--prepare | --debug]\n")


@contextmanager
def unwritable(folder):
    """Let the user of ``yield`` read ``folder`` and write nothing into it."""
    folder.chmod(0o555)
    try:
        # Root may write anywhere, so an account without rights tries in its place.
        yield "nobody" if os.geteuid() == 0 else None
    finally:
        folder.chmod(0o755)


def test_server_in_an_unwritable_folder_says_how_to_make_it_writable(open_folder):
    folder = shutil.copytree(PROJECT, open_folder / "portal", ignore=LEFT_BEHIND)

    with unwritable(folder) as user:
        result = run_script(folder, "server", "--prepare", user=user)

    assert result.returncode == 1
    assert result.stderr == (
        f"server: cannot write into {folder}: run this as the folder's owner, or make "
        f"the folder yours (chown -R \"$(id -un)\" '{folder}').\n"
    )


WRONG_ADDRESS = (
    "Wrong settings: DATABASE_URL is not an address of a database: write "
    "postgres://user:password@host:5432/name or sqlite:////folder/file.sqlite3 "
    "(percent-encode special characters of the password), or leave it out.\n"
)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", WRONG_ADDRESS),
        ("postgres//portal", WRONG_ADDRESS),
        ("postgres://portal:secret@host:port/portal", WRONG_ADDRESS),
        ("postgres://portal:secret@host", WRONG_ADDRESS),
        ("mysql://portal:secret@host/portal", WRONG_ADDRESS),
        (
            "sqlite:////nowhere/portal.sqlite3",
            "CommandError: Cannot use the database file /nowhere/portal.sqlite3 "
            "(unable to open database file): check that its folder exists and is "
            "writable, or correct DATABASE_URL.\n",
        ),
    ],
)
def test_server_with_a_wrong_database_url_says_one_line(installed_copy, url, message):
    result = run_script(installed_copy, "server", "--prepare", DATABASE_URL=url)

    assert result.returncode == 1
    assert result.stderr == message


def test_server_without_its_database_server_says_one_line(installed_copy):
    port = free_port()
    url = f"postgres://portal:secret@127.0.0.1:{port}/portal"

    result = run_script(installed_copy, "server", "--prepare", DATABASE_URL=url)

    assert result.returncode == 1
    assert re.fullmatch(
        rf"CommandError: Cannot reach the database server 127\.0\.0\.1:{port}: start "
        r"it, or correct DATABASE_URL \(.*Connection refused.*\)\.\n",
        result.stderr,
    )
    assert "secret" not in result.stderr


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A copy after its first ``script/server --prepare``, and what that printed.

    Started from another folder, with no package index in reach and outside git.
    """
    folder = tmp_path_factory.mktemp("prepared") / "the portal"
    shutil.copytree(PROJECT, folder, ignore=LEFT_BEHIND)
    link_environment(folder)
    result = run_script(folder, "server", "--prepare", cwd="/", **UNREACHABLE_INDEX)
    assert result.returncode == 0, result.stderr
    return folder, result.stdout


def read_database(folder):
    with closing(sqlite3.connect(folder / "portal.sqlite3")) as database:
        return list(database.iterdump())


def read_files(folder):
    """Return time and size of everything the scripts write, but for the database."""
    files = [folder / ".env", *(folder / "staticfiles").rglob("*")]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in files}


def test_prepare_prints_a_password_that_opens_the_admin(prepared):
    folder, printed = prepared
    password = re.search(r"account: admin, password: (\S+)\n", printed)[1]

    check = subprocess.run(
        [".venv/bin/python", "manage.py", "shell", "--no-imports", "-c",
         "from django.contrib.auth import authenticate as a;"
         f"print(a(username='admin', password='{password}').is_superuser)"],
        cwd=folder, env=environment_of(folder), capture_output=True, text=True,
        check=True,
    )  # fmt: skip

    assert check.stdout == "True\n"


def test_prepare_writes_a_secret_key_that_only_the_owner_reads(prepared):
    folder, _printed = prepared

    written = dict(
        line.split("=", 1)
        for line in (folder / ".env").read_text().splitlines()
        if not line.startswith("#")
    )

    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert written.keys() == {"SECRET_KEY", "HTTPS"}
    assert written["HTTPS"] == "off"
    assert len(set(written["SECRET_KEY"])) > 20
    assert len(written["SECRET_KEY"]) > 70


def test_prepare_loads_the_fifteen_events(prepared):
    folder, _printed = prepared

    with closing(sqlite3.connect(folder / "portal.sqlite3")) as database:
        count = database.execute("SELECT count(*) FROM consultations_meeting")

        assert count.fetchone() == (15,)


def test_second_prepare_is_quick_and_changes_nothing(prepared):
    folder, _printed = prepared
    database, files = read_database(folder), read_files(folder)
    started = time.monotonic()

    result = run_script(folder, "server", "--prepare", cwd="/", **UNREACHABLE_INDEX)

    assert time.monotonic() - started < SECONDS_OF_A_SECOND_START
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert read_database(folder) == database
    assert read_files(folder) == files


@contextmanager
def serving(folder, *arguments):
    """Run ``script/server`` in ``folder``; yield the address once it answers."""
    port = free_port()
    with subprocess.Popen(
        [folder / "script" / "server", *arguments],
        cwd="/",
        env=environment_of(folder, PORT=str(port), **UNREACHABLE_INDEX),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{address}/healthz", server)
            yield address
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def wait_until_it_answers(address, server):
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            assert server.poll() is None, "script/server ended"
            assert time.monotonic() < until, "script/server does not answer"
            time.sleep(0.1)
        else:
            return


def get(address):
    """Return status, content type and text of a page, whatever the status."""
    try:
        response = urllib.request.urlopen(address)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return response.status, response.headers["Content-Type"], response.read()


@pytest.mark.parametrize("arguments", [[], ["--debug"]])
def test_server_serves_pages_and_style_sheet(prepared, arguments):
    folder, _printed = prepared

    with serving(folder, *arguments) as address:
        status, _type, page = get(f"{address}/")
        sheet = re.search(r'href="(/static/css/site\.[^"]*css)"', page.decode())[1]
        sheet_status, sheet_type, _text = get(address + sheet)
        missing_status, _type, missing = get(f"{address}/no-such-page/")

    assert (status, sheet_status, missing_status) == (200, 200, 404)
    assert b'<html lang="ar" dir="rtl"' in page
    assert sheet_type.startswith("text/css")
    # The inner workings are shown to a developer and to nobody else.
    assert (b"URLconf" in missing) is (arguments == ["--debug"])
