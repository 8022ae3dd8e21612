"""Benchmarks, apart from the tests: they measure and print, and judge nothing.

python -m tests.bench pages [--help]
python -m tests.bench admin [--meetings 15 10000]
python -m tests.bench state
python -m tests.bench lists [--meetings 1000 100000]
python -m tests.bench search [--meetings 1000 10000 100000]
python -m tests.bench exports [--rows 1000000] [--help]
"""

import argparse
import os
import subprocess
import sys

from tests.bench import exports, pages
from tests.bench.databases import empty_databases


def admin(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench admin")
    parser.add_argument("--meetings", nargs="+", default=["15", "10000"])
    on_each_database("admin", parser.parse_args(arguments).meetings)


def lists(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench lists")
    parser.add_argument("--meetings", nargs="+", default=["1000", "100000"])
    on_each_database("lists", parser.parse_args(arguments).meetings)


def search(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench search")
    parser.add_argument("--meetings", nargs="+", default=["1000", "10000"])
    on_each_database("search", parser.parse_args(arguments).meetings)


def state(arguments: list[str]) -> None:
    argparse.ArgumentParser(prog="python -m tests.bench state").parse_args(arguments)
    on_each_database("state", [])


def on_each_database(bench: str, arguments: list[str]) -> None:
    with empty_databases() as urls:
        for name, url in urls.items():
            print(f"# {name}", flush=True)
            subprocess.run(
                [sys.executable, "-m", f"tests.bench.{bench}", *arguments],
                env={**os.environ, "DATABASE_URL": url},
                check=True,
            )


BENCHES = {
    "pages": pages.main,
    "lists": lists,
    "search": search,
    "admin": admin,
    "state": state,
    "exports": exports.main,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", epilog="Each has a --help of its own."
    )
    parser.add_argument("bench", choices=BENCHES)
    chosen = parser.parse_args(sys.argv[1:2])
    BENCHES[chosen.bench](sys.argv[2:])


if __name__ == "__main__":
    main()
