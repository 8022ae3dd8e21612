"""Public pages at several sizes: what each takes, how many a second, and a mixed load.

Served by gunicorn as script/server serves them, once without kept pages and once with,
beside a bare Django view and a static file of the same server. Prints Markdown.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.client import Answer, Reader, all_at_once, requests_a_second
from tests.bench.databases import TITLES, bench_folder, generated_databases
from tests.bench.server import BARE, collect_static, serve

# How often each page type is asked for in the mixed load, and in which language.
MIX = {
    "home": 10,
    "meetings, first page": 8,
    "meetings, middle page": 2,
    "meetings, last page": 1,
    "meetings, filtered": 8,
    "meetings, common word": 3,
    "meetings, rare word": 3,
    "meeting": 25,
    "agreements, first page": 4,
    "agreements, middle page": 1,
    "agreements, last page": 1,
    "agreements, filtered": 4,
    "agreement": 12,
    "regions": 3,
    "region": 6,
    "participants": 1,
    "participant": 2,
    "organisation": 2,
    "follow-up": 2,
    "follow-up, filtered": 2,
    "search, common word": 3,
    "search, rare word": 3,
    "about": 1,
    "accessibility": 1,
    "privacy": 1,
}
LANGUAGES = {"": 60, "/fr": 30, "/en": 10}


def measure(name: str, size: int, url: str, folder: Path, sheet: str, chosen) -> dict:
    """Return the figures of one database, by page type, and those of the mixed load."""
    addresses = read_addresses(url)
    pages, bare = {}, {"without": [], "with": []}
    with serve(url, folder, kept_pages=0, gunicorn=chosen.gunicorn) as port:
        reader = Reader(port)
        missing = [
            page
            for page, paths in addresses.items()
            if reader.get(paths[0]).status == 404
        ]
        if missing:
            print(f"Not there, left out: {', '.join(missing)}", file=sys.stderr)
        addresses = {
            page: paths for page, paths in addresses.items() if page not in missing
        }
        warm_up(port, addresses)
        for page, paths in addresses.items():
            pages[page] = uncached(port, paths, url, chosen.samples)
            pages[page]["per_second"] = requests_a_second(
                port, paths[0], chosen.seconds
            )
            if len(pages) % 8 == 1:
                bare["without"].append(requests_a_second(port, BARE, chosen.seconds))
    with serve(url, folder, gunicorn=chosen.gunicorn) as port:
        reader = Reader(port)
        warm_up(port, addresses)
        static = requests_a_second(port, sheet, chosen.seconds)
        for page, paths in addresses.items():
            answer = reader.get(paths[0])
            pages[page]["bytes"] = answer.bytes
            if answer.etag:
                all_at_once(port, 8, [paths[0]] * 16)
                pages[page]["kept_per_second"] = requests_a_second(
                    port, paths[0], chosen.seconds
                )
                pages[page]["unchanged_per_second"] = requests_a_second(
                    port, paths[0], chosen.seconds, etag=answer.etag
                )
            if len(pages) and list(addresses).index(page) % 8 == 0:
                bare["with"].append(requests_a_second(port, BARE, chosen.seconds))
    return {
        "database": name,
        "meetings": size,
        "pages": pages,
        "bare": statistics.median(bare["with"]),
        "bare_in_the_first_run": statistics.median(bare["without"]),
        "static": static,
        "mixed": mixed(url, folder, addresses, chosen),
        "stampede": stampede(url, folder, chosen),
    }


def read_addresses(url: str) -> dict[str, list[str]]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.addresses"],
        env={**os.environ, "DATABASE_URL": url},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(told)


def warm_up(port: int, addresses: dict[str, list[str]]) -> None:
    """Let both processes load what they load once, templates and figures."""
    paths = [paths[0] for paths in addresses.values()]
    all_at_once(port, 8, paths * 3)


def uncached(port: int, paths: list[str], url: str, samples: int) -> dict:
    reader = Reader(port)
    raise_data_version(url)
    cold = reader.get(paths[0], timed=True).server
    all_at_once(port, 8, [paths[0]] * 12)
    answers = []
    for number in range(samples):
        answer = reader.get(paths[number % len(paths)], timed=True)
        if answer.status != 200:
            raise SystemExit(f"{paths[number % len(paths)]}: {answer.status}")
        answers.append(answer.server)
    wall = [answer["wall"] for answer in answers]
    return {
        "queries": int(max(answer["queries"] for answer in answers)),
        "cpu": statistics.median(answer["cpu"] for answer in answers),
        "p50": statistics.median(wall),
        "p95": percentile(wall, 95),
        "db_p95": percentile([answer["db"] for answer in answers], 95),
        "cold": cold["wall"],
    }


def raise_data_version(url: str) -> None:
    """Change the public record as another process would."""
    subprocess.run(
        [sys.executable, "-c",
         "import django; django.setup();"
         "from config.models import DataVersion; DataVersion.raise_by_one()"],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
        },
        check=True,
    )  # fmt: skip


def mixed(url: str, folder: Path, addresses: dict[str, list[str]], chosen) -> dict:
    """Return waits in ms of the mixed load, on a server that has just started."""
    pick = random.Random(16)
    kinds = [kind for kind in MIX if kind in addresses]
    types = {}
    paths = []
    for _number in range(chosen.requests):
        (kind,) = pick.choices(kinds, [MIX[kind] for kind in kinds])
        (language,) = pick.choices(list(LANGUAGES), LANGUAGES.values())
        path = language + pick.choice(addresses[kind])
        types[path] = kind
        paths.append(path)
    with serve(url, folder, gunicorn=chosen.gunicorn) as port:
        warm_up(port, addresses)
        answers = all_at_once(port, chosen.clients, paths)
    by_type = {kind: [] for kind in kinds}
    for path, answer in answers:
        by_type[types[path]].append(answer)
    return {"all": waits([answer for _path, answer in answers])} | {
        kind: waits(answers) for kind, answers in by_type.items() if answers
    }


def waits(answers: list[Answer]) -> dict:
    milliseconds = [answer.seconds * 1000 for answer in answers]
    return {
        "requests": len(answers),
        "errors": sum(answer.status != 200 for answer in answers),
        **{f"p{part}": percentile(milliseconds, part) for part in (50, 95, 99)},
        "max": max(milliseconds),
    }


def stampede(url: str, folder: Path, chosen) -> dict:
    """Return the waits of all clients asking for the home page right after a change."""
    with serve(url, folder, gunicorn=chosen.gunicorn) as port:
        all_at_once(port, chosen.clients, ["/"] * chosen.clients)
        raise_data_version(url)
        answers = all_at_once(port, chosen.clients, ["/"] * chosen.clients)
    return waits([answer for _path, answer in answers])


def percentile(values: list[float], part: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


def print_result(result: dict) -> None:
    print(f"\n### {TITLES[result['database']]}, {result['meetings']:,} meetings\n")
    print(
        f"Bare view {result['bare']:,.0f} requests a second "
        f"({result['bare_in_the_first_run']:,.0f} in the run without kept pages), "
        f"style sheet {result['static']:,.0f}.\n"
    )
    print(
        "| page | queries | CPU ms | server ms p50 | p95 | queries' ms p95 | first after "
        "a change | requests/s | kept | × bare | 304 | × bare | kB sent |"
    )
    print("|---|" + "---:|" * 12)
    for page, row in result["pages"].items():
        cells = [
            row["queries"],
            *(f"{row[name]:.1f}" for name in ("cpu", "p50", "p95", "db_p95", "cold")),
            f"{row['per_second']:,.0f}",
        ]
        for name in ("kept_per_second", "unchanged_per_second"):
            if name in row:
                cells += [f"{row[name]:,.0f}", f"{row[name] / result['bare']:.2f}"]
            else:
                cells += ["–", "–"]
        cells.append(f"{row['bytes'] / 1000:.1f}")
        print(f"| {page} | " + " | ".join(map(str, cells)) + " |")
    print("\n| mixed load | requests | errors | p50 ms | p95 | p99 | max |")
    print("|---|" + "---:|" * 6)
    waited = result["mixed"] | {"home, all at once after a change": result["stampede"]}
    for kind, row in waited.items():
        cells = [f"{row['requests']:,}", str(row["errors"])]
        cells += [f"{row[name]:.0f}" for name in ("p50", "p95", "p99", "max")]
        print(f"| {kind} | " + " | ".join(cells) + " |")
    sys.stdout.flush()


def print_growth(results: list[dict]) -> None:
    """Print how the largest compares with the smallest, for each database."""
    for name in dict.fromkeys(result["database"] for result in results):
        runs = sorted(
            (one for one in results if one["database"] == name),
            key=lambda one: one["meetings"],
        )
        small, large = runs[0], runs[-1]
        if small is large:
            continue
        print(
            f"\n### {TITLES[name]}: {large['meetings']:,} beside "
            f"{small['meetings']:,} meetings\n"
        )
        print("| page | queries | server ms p50 | times as long |")
        print("|---|---:|---:|---:|")
        for page, after in large["pages"].items():
            before = small["pages"].get(page)
            if before:
                print(
                    f"| {page} | {before['queries']} / {after['queries']} "
                    f"| {before['p50']:.1f} / {after['p50']:.1f} "
                    f"| {after['p50'] / before['p50']:.2f} |"
                )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench pages")
    parser.add_argument(
        "--meetings", nargs="+", type=int, default=[1_000, 10_000, 100_000]
    )
    parser.add_argument(
        "--databases", nargs="+", choices=list(TITLES), default=list(TITLES)
    )
    parser.add_argument(
        "--keep",
        type=Path,
        help="a folder in which the databases stay for the next run",
    )
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, help="of the mixed load; 10,000")
    parser.add_argument(
        "--gunicorn", default="", help="options beyond those of gunicorn.conf.py"
    )
    chosen = parser.parse_args(arguments)
    chosen.gunicorn = chosen.gunicorn.split()
    chosen.requests = chosen.requests or (1_000 if chosen.quick else 10_000)
    chosen.samples = 12 if chosen.quick else 60
    chosen.seconds = 1 if chosen.quick else 3
    print(
        f"{platform.platform()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores; requests a second by "
        f"{'wrk' if shutil.which('wrk') else 'threads of Python'}, 8 connections."
    )
    results = []
    with bench_folder(chosen.keep) as folder:
        sheet = collect_static(folder)
        with generated_databases(
            folder, chosen.databases, sorted(chosen.meetings)
        ) as databases:
            for name, size, url in databases:
                results.append(measure(name, size, url, folder, sheet, chosen))
                print_result(results[-1])
        print_growth(results)
        if chosen.keep:
            (folder / "pages.json").write_text(json.dumps(results, indent=1))
