"""The portal served as script/server does, on a port of its own, beside a bare view."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BARE = "/bench/bare"


def environment(url: str, folder: Path, *, kept_pages: int) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "SECRET_KEY": "for measuring only",
        "HTTPS": "off",
        "DEBUG": "off",
        "DATABASE_URL": url,
        "BENCH_STATIC_ROOT": str(folder / "static"),
        "PAGE_CACHE_ENTRIES": str(kept_pages),
    }


def collect_static(folder: Path) -> str:
    """Collect the static files; return the address of the style sheet."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"],
        cwd=ROOT,
        env=environment("", folder, kept_pages=0),
        check=True,
    )
    sheet = next((folder / "static" / "css").glob("site.????????????.css"))
    return f"/static/css/{sheet.name}"


@contextlib.contextmanager
def serve(
    url: str, folder: Path, *, kept_pages: int = 2000, gunicorn: list[str] = ()
) -> Iterator[int]:
    """Serve the database that ``url`` names and yield the port.

    ``gunicorn`` are options beyond those of gunicorn.conf.py.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi"),
            *("--bind", f"127.0.0.1:{port}"),
            *gunicorn,
        ],
        cwd=ROOT,
        env=environment(url, folder, kept_pages=kept_pages),
    )
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait(server: subprocess.Popen, port: int) -> None:
    for _time in range(200):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5)
            return
        time.sleep(0.1)
    raise SystemExit("The portal does not start; see above.")
