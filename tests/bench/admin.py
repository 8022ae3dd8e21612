"""Queries and server time of staff's pages, at several sizes, by a client in the process.

Prints one line a page and size: queries, the median and the slowest of the requests in
milliseconds, and the bytes of the answer.
"""

import argparse
import os
import statistics
import time

import django

REQUESTS = 9


def addresses() -> dict[str, str]:
    """Return the pages to measure by name; the record pages are rich ones."""
    from django.db.models import Count

    from consultations.models import Meeting, PartnershipAgreement

    meeting = (
        Meeting.objects.published()
        .filter(region__isnull=False)
        .annotate(richness=Count("participations"))
        .order_by("-richness", "pk")
        .first()
    )
    agreement = (
        PartnershipAgreement.objects.published()
        .annotate(richness=Count("components"))
        .order_by("-richness", "pk")
        .first()
    )
    return {
        "first page": "/admin/",
        "meetings": "/admin/consultations/meeting/",
        "meetings, by gaps": f"/admin/consultations/meeting/?o=-{column_of_gaps()}",
        "meetings with gaps": "/admin/consultations/meeting/?work=gaps",
        "meeting": f"/admin/consultations/meeting/{meeting.pk}/change/",
        "new meeting": "/admin/consultations/meeting/add/",
        "next meeting": f"/admin/consultations/meeting/add/?_after={meeting.pk}",
        "autocomplete": (
            "/admin/autocomplete/?app_label=consultations&model_name=participation"
            f"&field_name=organisation&region={meeting.region_id}"
        ),
        "agreements": "/admin/consultations/partnershipagreement/",
        "agreement": (
            f"/admin/consultations/partnershipagreement/{agreement.pk}/change/"
        ),
    }


def column_of_gaps() -> int:
    """Return the number by which the list of meetings is sorted by what is missing."""
    from django.contrib import admin

    from consultations.models import Meeting

    columns = admin.site.get_model_admin(Meeting).list_display
    [place] = [
        number
        for number, column in enumerate(columns, start=1)
        if getattr(column, "__name__", "") == "missing"
    ]
    return place


def measure(size: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="bench"))
    for name, address in addresses().items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
            asked = len(queries)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
        timings = []
        for _request in range(REQUESTS):
            started = time.perf_counter()
            body = client.get(address).content
            timings.append((time.perf_counter() - started) * 1000)
        print(
            f"{connection.vendor:10} {size:7} {name:20} {asked:4} queries "
            f"{statistics.median(timings):8.1f} ms {max(timings):8.1f} ms "
            f"{len(body):8} bytes",
            flush=True,
        )


def main(sizes: list[int]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command

    from accounts.models import User
    from tests.bench.generator import Generator, analyse

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("bench")
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
