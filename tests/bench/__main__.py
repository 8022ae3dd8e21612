"""Benchmarks, apart from the tests: they measure and print, and judge nothing.

python -m tests.bench pages [--meetings 15 10000]
python -m tests.bench search [--meetings 1000 10000 100000]
"""

import argparse
import os
import subprocess
import sys

from tests.bench.databases import empty_databases


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    benches = parser.add_subparsers(dest="bench", required=True)
    pages = benches.add_parser("pages", help="queries and server time of each page")
    pages.add_argument("--meetings", nargs="+", default=["15", "10000"])
    search = benches.add_parser("search", help="what finding costs, and the index")
    search.add_argument("--meetings", nargs="+", default=["1000", "10000"])
    chosen = parser.parse_args()
    with empty_databases() as urls:
        for name, url in urls.items():
            print(f"# {name}", flush=True)
            subprocess.run(
                [sys.executable, "-m", f"tests.bench.{chosen.bench}", *chosen.meetings],
                env={**os.environ, "DATABASE_URL": url},
                check=True,
            )


if __name__ == "__main__":
    main()
