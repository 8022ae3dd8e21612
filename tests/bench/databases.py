"""Empty databases to measure in: a SQLite file, and a PostgreSQL cluster of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def empty_databases() -> Iterator[dict[str, str]]:
    """Yield DATABASE_URL by name of database; PostgreSQL only where it is found."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103 -- the account that runs PostgreSQL passes through
        urls = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
        with contextlib.ExitStack() as stack:
            if programs := postgresql_programs():
                urls["PostgreSQL"] = stack.enter_context(cluster(programs, folder))
            yield urls


def postgresql_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, None where there is none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextlib.contextmanager
def cluster(programs: Path, folder: str) -> Iterator[str]:
    """Run a throw-away cluster, as an ordinary user when started by root."""
    home = Path(folder) / "cluster"
    home.mkdir(mode=0o700)
    prefix = []
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(program, *arguments):
        subprocess.run(
            [*prefix, programs / program, "-D", home / "data", *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "-U", "portal", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
    run("pg_ctl", "start", "-w", "-l", home / "log", "-o", options)
    try:
        yield f"postgres://portal@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "stop", "-m", "immediate")
