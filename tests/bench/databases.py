"""Databases to measure in: SQLite files, and a PostgreSQL cluster of its own."""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

BENCH = Path(__file__).resolve().parent
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
FIRST = "postgres"  # the database that every cluster has


@contextlib.contextmanager
def empty_databases() -> Iterator[dict[str, str]]:
    """Yield DATABASE_URL by name of database; PostgreSQL only where it is found."""
    with bench_folder() as folder, contextlib.ExitStack() as stack:
        urls = {TITLES["sqlite"]: f"sqlite:///{folder}/bench.sqlite3"}
        if programs := postgresql_programs():
            server = stack.enter_context(cluster(programs, folder))
            urls[TITLES["postgresql"]] = f"{server}/{FIRST}"
        yield urls


@contextlib.contextmanager
def bench_folder(kept: Path | None = None) -> Iterator[Path]:
    """Yield a folder that is removed at the end, or ``kept``, which is not."""
    with contextlib.ExitStack() as stack:
        folder = kept or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # the account that runs PostgreSQL passes through
        yield folder.resolve()


@contextlib.contextmanager
def generated_databases(
    folder: Path, names: list[str], sizes: list[int]
) -> Iterator[Iterator[tuple[str, int, str]]]:
    """Yield an iterator over name, size and DATABASE_URL of databases of generated rows.

    Each is made when it comes to it, unless the folder holds it already.
    """
    with contextlib.ExitStack() as stack:
        servers = {"sqlite": f"sqlite:///{folder}"}
        if "postgresql" in names:
            programs = postgresql_programs()
            if programs is None:
                raise SystemExit("There is no PostgreSQL here: --databases sqlite")
            servers["postgresql"] = stack.enter_context(cluster(programs, folder))

        def databases():
            for name in names:
                for size in sizes:
                    url = f"{servers[name]}/generated_{size}"
                    if name == "sqlite":
                        url += ".sqlite3"
                    fill(size, url, done=folder / f"{name}-{size}.done")
                    yield name, size, url

        yield databases()


def fill(size: int, url: str, done: Path) -> None:
    """Make the tables and rows of a database, unless ``done`` says they are there."""
    code = _digest_of_code()
    if done.exists() and done.read_text() == code:
        return
    done.unlink(missing_ok=True)
    forget(url)
    subprocess.run(
        [sys.executable, "-m", "tests.bench.filling", str(size)],
        env={**os.environ, "DATABASE_URL": url},
        check=True,
    )
    done.write_text(code)


def _digest_of_code() -> str:
    """Return what the rows follow from: the generator and the migrations."""
    digest = hashlib.sha256()
    for path in sorted(
        [
            BENCH / "generator.py",
            BENCH / "insertion.py",
            *BENCH.parents[1].glob("*/migrations/*.py"),
        ]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def forget(url: str) -> None:
    """Remove what is left of a database, and make an empty one where that takes it."""
    server, _slash, database = url.rpartition("/")
    if url.startswith("sqlite:"):
        for rest in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + rest).unlink(missing_ok=True)
        return
    import psycopg

    with psycopg.connect(f"{server}/{FIRST}", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database}")
        connection.execute(f"CREATE DATABASE {database}")


def postgresql_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, None where there is none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextlib.contextmanager
def cluster(programs: Path, folder: Path) -> Iterator[str]:
    """Run a cluster in ``folder``, as an ordinary user when started by root."""
    home = folder / "cluster"
    prefix = []
    if os.getuid() == 0:
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(program, *arguments):
        subprocess.run(
            [*prefix, programs / program, "-D", home / "data", *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )

    if not home.exists():
        home.mkdir(mode=0o700)
        if prefix:
            shutil.chown(home, "postgres", "postgres")
        run("initdb", "-U", "portal", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust")  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
    run("pg_ctl", "start", "-w", "-l", home / "log", "-o", options)
    try:
        yield f"postgres://portal@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "stop", "-m", "fast")
