"""What history costs: 1,000 meetings saved new and again, with it and without.

python -m tests.bench.history_cost

It works in the database of DATABASE_URL, in a transaction that it takes back.
"""

import datetime
import os
import statistics
import time

import django
from django.test.utils import override_settings

MEETINGS = 1000
ROUNDS = 3


def seconds_to_save() -> tuple[float, float]:
    """Return the seconds for the first saves and for saving the same meetings again."""
    from django.db import transaction

    from tests.factories.consultations import MeetingFactory, MeetingTypeFactory
    from tests.factories.regions import RegionFactory

    with transaction.atomic():
        region, kind = RegionFactory(), MeetingTypeFactory()
        meetings = [
            MeetingFactory.build(
                region=region,
                type=kind,
                starts_on=datetime.date(2022, 1, 1) + datetime.timedelta(days=day),
                summary_ar="انعقد اللقاء. " * 60,
            )
            for day in range(MEETINGS)
        ]
        started = time.perf_counter()
        for meeting in meetings:
            meeting.save()
        saved = time.perf_counter()
        for meeting in meetings:
            meeting.city_ar = "وجدة"
            meeting.save()
        saved_again = time.perf_counter()
        transaction.set_rollback(True)
    return saved - started, saved_again - saved


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    print(f"{MEETINGS} meetings on {connection.vendor}, median of {ROUNDS}:")
    for is_kept, label in ((False, "without history"), (True, "with history")):
        with override_settings(SIMPLE_HISTORY_ENABLED=is_kept):
            rounds = [seconds_to_save() for _round in range(ROUNDS)]
        first, again = (
            statistics.median(column) for column in zip(*rounds, strict=True)
        )
        print(f"{label}: {first:.2f} s new, {again:.2f} s saved again")


if __name__ == "__main__":
    main()
