"""Files of a million rows: how fast, beside what limits them, and what pages wait meanwhile.

Served by gunicorn as script/server serves them. Prints Markdown.
"""

import argparse
import contextlib
import http.client
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.client import Reader
from tests.bench.databases import TITLES, bench_folder, generated_databases
from tests.bench.pages import percentile, read_addresses, warm_up
from tests.bench.server import collect_static, serve

FILES = ("attendance", "meetings")
LISTS = ("meetings, ", "agreements, ", "follow-up")
PIECE = 1 << 16


@dataclass(frozen=True)
class File:
    """A file that was fetched: its lines without the keys, and seconds."""

    rows: int
    bytes: int
    first: float
    seconds: float


def fetched(port: int, path: str) -> File:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    started = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status}")
    piece = response.read1(PIECE)
    first = time.perf_counter() - started
    size, lines = 0, 0
    while piece:
        size += len(piece)
        lines += piece.count(b"\n")
        piece = response.read1(PIECE)
    seconds = time.perf_counter() - started
    connection.close()
    return File(lines - 1, size, first, seconds)


def measure(name: str, url: str, folder: Path, chosen) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.bench.attendance", str(chosen.rows)],
        env={**os.environ, "DATABASE_URL": url},
        check=True,
    )
    print(f"\n### {TITLES[name]}\n")
    if "files" in chosen.parts:
        files(name, url, folder, chosen)
    if "pages" in chosen.parts:
        starvation(url, folder, chosen)


def files(name: str, url: str, folder: Path, chosen) -> None:
    print(
        "| file | rows | MB | first byte ms | s | rows/s | MB/s | memory above idle MiB |"
        " the limit s | × limit | django-import-export rows/s | × it |"
    )
    print("|---|" + "---:|" * 11)
    for file in FILES:
        print_row(file, *beside_its_limits(name, url, folder, file, chosen))


def beside_its_limits(name, url, folder, file, chosen) -> tuple:
    """Return the runs, the peak above idle in kB, the limit's seconds and the other's."""
    statement = asked(url, "sql", file)
    path = f"/data/{file}.csv"
    runs, limits = [], []
    # One process, so that its memory is that of whoever sends the file.
    with serve(url, folder, gunicorn=["--workers=1", *chosen.gunicorn]) as port:
        fetched(port, "/data/regions.csv")
        Reader(port).get("/meetings/")
        memory(port)
        idle = memory(port)["now"]
        for _run in range(chosen.repeats):
            runs.append(fetched(port, path))
            limits.append(limit(name, url, statement))
        peak = memory(port)["peak"]
    other = None
    if chosen.import_export:
        other = json.loads(
            asked(url, "import_export", file, str(chosen.other_rows), chosen=chosen)
        )
    return runs, peak - idle, statistics.median(limits), other


def asked(url: str, *arguments: str, chosen=None) -> str:
    """Return what tests.bench.peers says, with the packages of another environment."""
    environment = {**os.environ, "DATABASE_URL": url}
    if chosen:
        environment["PYTHONPATH"] = str(chosen.import_export)
    return subprocess.run(
        [sys.executable, "-m", "tests.bench.peers", *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def memory(port: int) -> dict[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/bench/memory")
    return json.loads(connection.getresponse().read())


def limit(name: str, url: str, statement: str) -> float:
    """Return the seconds that the database's own program takes for the same query."""
    if name == "sqlite":
        command = ["sqlite3", "-readonly", "-csv", url.removeprefix("sqlite:///")]
        asked = f"{statement};"
    else:
        command = ["psql", "--quiet", "--no-psqlrc", url]
        asked = f"COPY ({statement}) TO STDOUT (FORMAT csv);"
    if shutil.which(command[0]) is None:
        raise SystemExit(f"{command[0]} is not found, beside which files are measured.")
    started = time.perf_counter()
    subprocess.run(
        command, input=asked, text=True, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def print_row(file, runs, above_idle, limit_seconds, other) -> None:
    seconds = statistics.median(run.seconds for run in runs)
    rows, size = runs[0].rows, runs[0].bytes
    cells = [
        f"{rows:,}",
        f"{size / 1e6:.0f}",
        f"{max(run.first for run in runs) * 1000:.0f}",
        f"{seconds:.1f}",
        f"{rows / seconds:,.0f}",
        f"{size / 1e6 / seconds:.1f}",
        f"{above_idle / 1024:.1f}",
        f"{limit_seconds:.1f}",
        f"{limit_seconds / seconds:.2f}",
    ]
    if other:
        speed = other["rows"] / other["seconds"]
        cells += [
            f"{speed:,.0f} ({other['rows']:,} rows in {other['memory'] / 1024:,.0f} MiB)",
            f"{rows / seconds / speed:.1f}",
        ]
    else:
        cells += ["not found", "–"]
    print(f"| {file} | " + " | ".join(cells) + " |", flush=True)


def starvation(url: str, folder: Path, chosen) -> None:
    """Print what list pages wait for, alone and beside readers of files."""
    addresses = {
        page: paths
        for page, paths in read_addresses(url).items()
        if page.startswith(LISTS)
    }
    paths = [path for some in addresses.values() for path in some[:8]]
    print(
        f"\n| list pages beside {chosen.files} files of {chosen.rows:,} rows | requests "
        "| idle p50 ms | p95 | beside files p50 | p95 | × p95 | rows of files/s |"
    )
    print("|---|" + "---:|" * 7)
    for label, kept in (("made for each request", 0), ("kept, as shipped", 2000)):
        with serve(url, folder, kept_pages=kept, gunicorn=chosen.gunicorn) as port:
            warm_up(port, addresses)
            warm_up(port, {path: [path] for path in paths})
            idle = waits(port, paths, chosen)
            with readers_of_files(port, chosen.files) as sent:
                time.sleep(2)
                beside = waits(port, paths, chosen)
                speed = sent()
        cells = [f"{len(idle):,}"]
        for values in (idle, beside):
            cells += [f"{percentile(values, part):.1f}" for part in (50, 95)]
        cells.append(f"{percentile(beside, 95) / percentile(idle, 95):.1f}")
        print(
            f"| {label} | " + " | ".join([*cells, f"{speed:,.0f}"]) + " |", flush=True
        )


def waits(port: int, paths: list[str], chosen) -> list[float]:
    """Return milliseconds from request to answer, one reader after another's."""
    reader, waited = Reader(port), []
    for number in range(chosen.samples):
        path = paths[number % len(paths)]
        answer = reader.get(path)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        waited.append(answer.seconds * 1000)
        time.sleep(0.02)
    return waited


@contextlib.contextmanager
def readers_of_files(port: int, number: int):
    """Fetch the largest file again and again in processes of their own.

    Yields a function that returns how many rows a second they got so far.
    """
    command = [sys.executable, "-m", "tests.bench.exports", "fetch", str(port)]
    with contextlib.ExitStack() as stack:
        readers = []
        for _reader in range(number):
            reader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            stack.callback(reader.wait)
            stack.callback(reader.kill)
            readers.append(reader)
        yield lambda: sum(_rows_a_second(reader) for reader in readers)


def _rows_a_second(reader: subprocess.Popen) -> float:
    reader.terminate()
    return float(reader.communicate(timeout=60)[0])


def fetch_endlessly(port: int) -> None:
    """Fetch until told to end, then print how many rows a second came."""
    import signal

    rows, started = 0, time.perf_counter()

    def end(*_signal):
        print(rows / (time.perf_counter() - started), flush=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        connection.request("GET", f"/data/{FILES[0]}.csv")
        response = connection.getresponse()
        while piece := response.read1(PIECE):
            rows += piece.count(b"\n")
        connection.close()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench exports")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of attendance")
    parser.add_argument("--meetings", type=int, default=100_000)
    parser.add_argument(
        "--databases", nargs="+", choices=list(TITLES), default=list(TITLES)
    )
    parser.add_argument(
        "--keep",
        type=Path,
        help="a folder in which the databases stay for the next run",
    )
    parser.add_argument(
        "--import-export",
        type=Path,
        help="a folder of packages that holds django-import-export, which the portal "
        "does not need; left out without it",
    )
    parser.add_argument(
        "--other-rows",
        type=int,
        default=100_000,
        help="how many rows django-import-export writes: all take minutes",
    )
    parser.add_argument(
        "--parts", nargs="+", choices=["files", "pages"], default=["files", "pages"]
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--samples", type=int, default=400, help="requests for lists")
    parser.add_argument("--files", type=int, default=4, help="sent beside the lists")
    parser.add_argument(
        "--gunicorn", default="", help="options beyond those of gunicorn.conf.py"
    )
    chosen = parser.parse_args(arguments)
    chosen.gunicorn = chosen.gunicorn.split()
    print(
        f"{platform.platform()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the beginning; "
        f"medians of {chosen.repeats}, the slowest first byte."
    )
    with bench_folder(chosen.keep) as folder:
        collect_static(folder)
        with generated_databases(
            folder, chosen.databases, [chosen.meetings]
        ) as databases:
            for name, _size, url in databases:
                measure(name, url, folder, chosen)


if __name__ == "__main__":
    _module, _fetch, port = sys.argv
    fetch_endlessly(int(port))
