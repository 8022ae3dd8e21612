"""What it costs to read the state of the record, which each request for a page does."""

import os
import time

import django

TIMES = 2000


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from config.models import DataVersion
    from config.public_state import read_public_state

    call_command("migrate", verbosity=0)
    DataVersion.raise_by_one()

    def by_the_orm():
        return DataVersion.objects.filter(pk=1).values_list("number", flat=True).first()

    def by_a_new_connection():
        connection.close()
        read_public_state()

    for name, read, times in (
        ("as it is read", read_public_state, TIMES),
        ("by the ORM", by_the_orm, TIMES),
        ("with a new connection", by_a_new_connection, TIMES // 10),
    ):
        read()
        started = time.perf_counter()
        for _time in range(times):
            read()
        milliseconds = (time.perf_counter() - started) / times * 1000
        print(f"{connection.vendor:10} {name:22} {milliseconds:7.3f} ms")


if __name__ == "__main__":
    main()
