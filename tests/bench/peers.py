"""What files are measured beside, in the database of DATABASE_URL.

python -m tests.bench.peers sql attendance: the one query of a dataset, as text.
python -m tests.bench.peers import_export attendance 100000: django-import-export writing so
many of the same rows and columns; prints rows, seconds and memory as JSON.
"""

import argparse
import json
import os
import resource
import time

import django


def query_of(name: str):
    from django.utils import timezone

    from consultations.exports import DATASETS
    from consultations.exports.columns import Scope

    dataset = DATASETS[name]
    records = dataset.filters({}, is_export=True).apply(dataset.published())
    scope = Scope("http://127.0.0.1", timezone.localdate())
    return dataset, records, dataset.query(records, scope)


def sql(name: str) -> str:
    from django.db import connection

    _dataset, _records, query = query_of(name)
    statement, parameters = query.query.get_compiler(connection=connection).as_sql()
    if connection.vendor == "postgresql":
        return connection.ops.compose_sql(statement, parameters)
    with connection.cursor() as cursor:
        return connection.ops.last_executed_query(
            cursor, statement.replace("%%", "%"), parameters
        )


def import_export(name: str, rows: int) -> dict:
    from django.utils import timezone
    from import_export import fields, resources

    from consultations.exports.columns import Scope

    dataset, records, _query = query_of(name)
    scope = Scope("http://127.0.0.1", timezone.localdate())
    # The cells as the database works them out: by methods of a resource each row would
    # ask several queries more.
    cells = {
        f"cell_of_{column.key}": column.expression(scope) for column in dataset.columns
    }
    selected = dataset.annotate(dataset.rows_of(records), scope).annotate(**cells)
    kind = type(
        "Rows",
        (resources.Resource,),
        {
            key: fields.Field(attribute=f"cell_of_{key}", column_name=key)
            for key in dataset.keys
        },
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    exported = kind().export(queryset=selected[:rows])
    size = len(exported.csv.encode())
    return {
        "rows": len(exported),
        "bytes": size,
        "seconds": time.perf_counter() - started,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers")
    parser.add_argument("what", choices=["sql", "import_export"])
    parser.add_argument("dataset")
    parser.add_argument("rows", nargs="?", type=int)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    if chosen.what == "sql":
        print(sql(chosen.dataset))
    else:
        print(json.dumps(import_export(chosen.dataset, chosen.rows)))


if __name__ == "__main__":
    main()
