"""Server time of the lists at several sizes, on the database of the day.

Facets are kept, as in a running portal. Prints, for each list, what reading its facets
takes once after a change, in seconds, and by how much the process has grown; then for
first, middle and last page with several filters the queries, and the median and the
95th percentile of the requests, in milliseconds of server time and of the processor.
"""

import argparse
import os
import resource
import statistics
import time

import django

REQUESTS = 25
SELECTIONS = {
    "/meetings/": (
        "",
        "region=oriental",
        "sort=oldest",
        "sort=present",
        "q=الطفولة",
        "region=oriental&theme=childhood&from=2014-03-05&to=2024-11-20",
        "category=associations&state=held&has_agreements=true&year=2022",
    ),
    "/agreements/": ("", "sort=oldest", "status=signed", "region=oriental&year=2022"),
    "/follow-up/": ("", "sort=due", "late=true", "region=oriental&kind=commitment"),
}


def last_page(client, address: str) -> int:
    return client.get(address).context["paginator"].num_pages


def timings(client, address: str) -> tuple[list[float], list[float]]:
    taken, worked = [], []
    for _request in range(REQUESTS):
        started, busy = time.perf_counter(), time.process_time()
        response = client.get(address)
        taken.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - busy) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
    return sorted(taken), sorted(worked)


def peak() -> int:
    """Return the most memory that the process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(size: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from config.models import DataVersion

    client = Client(headers={"host": "127.0.0.1"})
    client.get("/about/")
    for path, selections in SELECTIONS.items():
        DataVersion.raise_by_one()
        before, started, busy = peak(), time.perf_counter(), time.process_time()
        client.get(path)
        print(
            f"{connection.vendor:10} {size:7} {path:12} facets "
            f"{time.perf_counter() - started:6.2f} s, "
            f"{time.process_time() - busy:6.2f} s of it here, "
            f"{peak() - before:4} MB more at most",
            flush=True,
        )
        for query in selections:
            setup_test_environment()
            last = last_page(client, f"{path}?{query}")
            django.test.utils.teardown_test_environment()
            for name, page in (("first", 1), ("middle", last // 2), ("last", last)):
                address = f"{path}?{query}&page={max(page, 1)}"
                with CaptureQueriesContext(connection) as asked:
                    client.get(address)
                    queries = len(asked)
                taken, worked = timings(client, address)
                print(
                    f"{connection.vendor:10} {size:7} {path:12} {name:6} "
                    f"{queries:3} queries "
                    f"p50 {statistics.median(taken):7.1f} ms "
                    f"p95 {taken[int(len(taken) * 0.95)]:7.1f} ms "
                    f"processor {statistics.median(worked):7.1f} ms  {query}",
                    flush=True,
                )


def main(sizes: list[int]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    from django.conf import settings

    django.setup()
    settings.KEEP_PUBLIC_FIGURES = True
    from django.core.management import call_command

    from tests.bench.generator import Generator, analyse

    call_command("migrate", verbosity=0)
    so_far = 0
    for size in sizes:
        Generator(seed=so_far + 1).generate(size - so_far, offset=so_far)
        so_far = size
        analyse()
        measure(size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="+", type=int)
    main(sorted(parser.parse_args().sizes))
