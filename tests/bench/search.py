"""What finding costs, at several sizes, on the database of the day.

Prints a line a query and size: how many are found, then the median and the 95th
percentile in milliseconds of the newest hits of one kind (what a page shows, with its
capped count), of the primary keys of all hits, and of a page of the list; and what the
index weighs and how long it took to write.
"""

import argparse
import os
import statistics
import time

import django

REPEATS = 40
SHOWN = 1001
QUERIES = {
    "common": "الطفولة",
    "in half of all": "المشاركون",
    "in nearly all": "الاجتماعي",
    "rare": "4711",
    "nothing": "غطغطغط",
    "two words": "الطفولة الشرق",
    "three words": "لقاء الطفولة وجدة",
    "French": "protection de l’enfance",
    "date": "12 يناير 2022",
    "month": "يناير 2022",
    "year": "2022",
    "beginning": "تمكين*",
    "reference": "AG-2022-900001",
}


def percentiles(timings: list[float]) -> str:
    ordered = sorted(timings)
    return f"{statistics.median(ordered):7.1f} {ordered[int(len(ordered) * 0.95) - 1]:7.1f}"


def timed(function) -> tuple[str, object]:
    function()
    timings = []
    for _repeat in range(REPEATS):
        started = time.perf_counter()
        outcome = function()
        timings.append((time.perf_counter() - started) * 1000)
    return percentiles(timings), outcome


def measure(size: int) -> None:
    from django.db import connection

    from config.search_index import kinds_of_document, query_of
    from consultations.models import (
        CommitmentDocument,
        ExpectationDocument,
        Meeting,
        MeetingDocument,
        PartnershipAgreement,
    )

    print(
        f"{connection.vendor}, {size} meetings: {'query':16} {'found':>7}   "
        "newest p50 p95,  all keys p50 p95,  page of the list p50 p95 (ms)",
        flush=True,
    )
    for name, text in QUERIES.items():
        query = query_of(text)
        agreements = name == "reference"
        model = PartnershipAgreement if agreements else Meeting
        document = model.objects.all().documents()
        newest, _ = timed(lambda: document.newest_pks(query, SHOWN))  # noqa: B023
        every, pks = timed(lambda: document.all_pks(query, published_only=True))  # noqa: B023
        listed, _ = timed(
            lambda: list(model.objects.published().search(text).values_list("pk")[:20])  # noqa: B023
        )
        print(f"  {name:16} {len(pks):7}   {newest}   {every}   {listed}", flush=True)
    for document in (ExpectationDocument, CommitmentDocument):
        newest, pks = timed(
            lambda: document.newest_pks(query_of("المشاركون العمل"), SHOWN)  # noqa: B023
        )
        common, _ = timed(
            lambda: document.newest_pks(query_of("النقاش مركز"), SHOWN)  # noqa: B023
        )
        print(f"  {document.__name__}: {newest} {common}")
        for word in ("المشاركون", "تجهيز", "الشرق"):
            newest, pks = timed(lambda: document.newest_pks(query_of(word), SHOWN))  # noqa: B023
            print(f"  {document.__name__} {word}: {newest} ({len(pks)})", flush=True)
    for document in kinds_of_document():
        print(f"  {document.__name__}: {weight(document):6.1f} MB", flush=True)
    del MeetingDocument


def weight(document) -> float:
    """Return the megabytes that the documents and their index take."""
    from django.db import connection

    table = document._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name LIKE %s", [f"%{table}%"]
            )
        else:
            cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        (size,) = cursor.fetchone()
    return (size or 0) / 1e6


def main(sizes: list[int]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command

    from consultations.search import rebuild
    from tests.bench.generator import Generator, analyse

    call_command("migrate", verbosity=0)
    so_far = 0
    for size in sizes:
        started = time.perf_counter()
        Generator(seed=so_far + 1).generate(size - so_far, offset=so_far)
        print(f"  generated in {time.perf_counter() - started:.0f} s", flush=True)
        so_far = size
        started = time.perf_counter()
        rebuild()
        print(f"  compared in {time.perf_counter() - started:.0f} s", flush=True)
        analyse()
        measure(size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="+", type=int)
    main(sorted(parser.parse_args().sizes))
