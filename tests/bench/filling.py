"""Tables and generated rows in the empty database of DATABASE_URL."""

import os
import sys
import time

import django


def main(meetings: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.bench.generator import Generator, analyse

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    Generator().generate(meetings)
    analyse()
    seconds = time.perf_counter() - started
    print(
        f"{connection.vendor}: {meetings:,} meetings made in {seconds:.0f} s",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
