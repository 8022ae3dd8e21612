"""Attendance of published meetings, until there are so many rows of it, in DATABASE_URL.

The generator gives figures to one meeting in eight, as real reports do. A file of a
million rows takes more.
"""

import os
import random
import sys
from itertools import batched, islice

import django

ROWS_AT_ONCE = 50_000
CATEGORIES_A_MEETING = 14


def fill(rows: int) -> None:
    from django.db import transaction

    from config.models import DataVersion
    from consultations.models import Attendance, Meeting
    from tests.bench.generator import analyse
    from tests.bench.insertion import Insertion

    there = Attendance.objects.filter(meeting__in=Meeting.objects.published())
    if (missing := rows - there.count()) <= 0:
        return
    insertion = Insertion()
    with transaction.atomic():
        for some in batched(islice(more_rows(there), missing), ROWS_AT_ONCE):
            insertion.insert(Attendance, list(some))
            missing -= len(some)
        insertion.finish()
        DataVersion.raise_by_one()
    if missing:
        raise SystemExit(f"There are too few meetings: {missing} rows are missing.")
    analyse()


def more_rows(there):
    """Yield rows that a meeting does not have yet, meeting by meeting."""
    from consultations.models import Attendance, Meeting
    from stakeholders.models import ParticipantCategory

    pick = random.Random(22)
    categories = list(ParticipantCategory.objects.values_list("pk", flat=True))
    taken = set(there.values_list("meeting", "category"))
    meetings = list(
        Meeting.objects.published().order_by("pk").values_list("pk", flat=True)
    )
    for meeting in meetings:
        for category in pick.sample(categories, CATEGORIES_A_MEETING):
            if (meeting, category) in taken:
                continue
            invited = pick.choice([None, pick.randint(0, 80)])
            present = pick.randint(0, 60)
            yield Attendance(
                meeting_id=meeting,
                category_id=category,
                invited=invited,
                present=present,
                women=pick.choice([None, pick.randint(0, present)]),
                youth=pick.choice([None, pick.randint(0, present)]),
            )


def main(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    fill(rows)


if __name__ == "__main__":
    main(int(sys.argv[1]))
