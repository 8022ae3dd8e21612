"""The list of what the files promise: ``python -m tests.contract`` adds what is new.

A column that is gone or stands elsewhere than it stood is named, and nothing is written:
the files may only grow at their ends.
"""

import csv
import sys

import django
from django.utils import timezone


def broken(datasets, promised) -> list[str]:
    """Return the promises that the declarations do not keep."""
    kept = {}
    for promise in promised:
        kept.setdefault(promise.dataset, []).append(promise.column)
    return [
        f"{name}: {', '.join(columns)}"
        for name, columns in kept.items()
        if name not in datasets or list(datasets[name].keys[: len(columns)]) != columns
    ]


def lines(datasets, promised, today):
    """Yield every column with the day since when it is there."""
    since = {(one.dataset, one.column): one.since for one in promised}
    for name, dataset in datasets.items():
        for key in dataset.keys:
            yield name, key, since.get((name, key), today).isoformat()


def main() -> int:
    django.setup()
    from consultations.catalogue.contract import FILE, promises
    from consultations.exports import DATASETS

    promised = promises() if FILE.exists() else ()
    if problems := broken(DATASETS, promised):
        print("The files no longer hold what was promised:", *problems, sep="\n  ")  # noqa: T201
        return 1
    rows = list(lines(DATASETS, promised, timezone.localdate()))
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["dataset", "column", "since"])
        writer.writerows(rows)
    print(f"{len(rows)} columns, {len(rows) - len(promised)} of them new.")  # noqa: T201
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    sys.exit(main())
