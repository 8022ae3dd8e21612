"""What finding costs, at several sizes, on the database of the day.

Prints a line a query: how many are found, then the median and the 95th percentile in
milliseconds of the newest thousand hits (what a page shows, with its capped count), of the
primary keys of all hits, and of a page of the list that asks the database to filter. Then
what the index weighs and how long it took to write.
"""

import argparse
import os
import statistics
import time

import django

REPEATS = 40
ASKED_FOR = 1001
QUERIES = {
    "common word": "الطفولة",
    "in nearly all": "المشاركون",
    "rare word": "4711",
    "no hit": "غطغطغط",
    "two words": "الطفولة الشرق",
    "three words": "لقاء الطفولة وجدة",
    "French": "protection de l’enfance",
    "day": "12 يناير 2022",
    "month": "يناير 2022",
    "year": "2022",
    "beginning": "تمكين*",
}


def timed(function) -> tuple[str, list]:
    """Return the median and the 95th percentile of a function, and what it returned."""
    outcome = function()
    timings = []
    for _repeat in range(REPEATS):
        started = time.perf_counter()
        function()
        timings.append((time.perf_counter() - started) * 1000)
    timings.sort()
    median, late = statistics.median(timings), timings[int(REPEATS * 0.95) - 1]
    return f"{median:7.1f}/{late:5.1f}", outcome


def measure(size: int) -> None:
    from django.db import connection

    from config.search_index import kinds_of_document, query_of
    from consultations.models import (
        AgreementDocument,
        Commitment,
        CommitmentDocument,
        Expectation,
        ExpectationDocument,
        Meeting,
        MeetingDocument,
        PartnershipAgreement,
    )

    def compare(name, model, document, text):
        query = query_of(text)
        newest, _pks = timed(lambda: document.newest_pks(query, ASKED_FOR))
        every, pks = timed(lambda: document.all_pks(query, published_only=True))
        page, _rows = timed(
            lambda: list(model.objects.published().search(text).values_list("pk")[:20])
        )
        print(f"  {name:28} {len(pks):7} {newest} {every} {page}", flush=True)

    print(f"{connection.vendor}, {size} meetings: found, newest, all, page", flush=True)
    for name, text in QUERIES.items():
        compare(f"meetings: {name}", Meeting, MeetingDocument, text)
    for model, document, text in (
        (PartnershipAgreement, AgreementDocument, "اتفاقية"),
        (PartnershipAgreement, AgreementDocument, "AG-2022-900001"),
        (Expectation, ExpectationDocument, "المشاركون"),
        (Commitment, CommitmentDocument, "مركز"),
    ):
        compare(f"{document.__name__}: {text}", model, document, text)
    for document in kinds_of_document():
        print(f"  {document.__name__:28} {weight(document):7.1f} MB", flush=True)


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
        Generator(seed=so_far + 1).generate(size - so_far, offset=so_far)
        so_far = size
        started = time.perf_counter(), time.process_time()
        rebuild()
        print(
            f"  comparing the whole index: {time.perf_counter() - started[0]:.0f} s, "
            f"{time.process_time() - started[1]:.0f} s of it in Python",
            flush=True,
        )
        analyse()
        measure(size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="+", type=int)
    main(sorted(parser.parse_args().sizes))
