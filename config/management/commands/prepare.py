"""Brings a database and the static files up to the code, in one process.

script/server runs it at every start, so it must be quick and change nothing when there
is nothing to do.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import (
    DatabaseError,
    NotSupportedError,
    OperationalError,
    connection,
)
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = (
        "Migrate, make the roles, load the reference data and the real record, make a "
        "first staff account if there is none, and collect the static files if they changed."
    )
    # migrate and collectstatic run the checks that concern them.
    requires_system_checks = []

    def handle(self, *args, **options):
        try:
            reach_database(connection)
            self.migrate()
            call_command("make_roles", verbosity=0)
            call_command("load_reference_data", verbosity=0, stdout=self.stdout)
            call_command("load_records", verbosity=0, stdout=self.stdout)
            self.make_first_account()
            self.collect_static_files()
        except OperationalError as error:
            raise CommandError(explain(error, connection)) from error

    def migrate(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Migrating the database ...")
            try:
                call_command("migrate", interactive=False, verbosity=0)
            except MigrationSchemaMissing as error:
                raise CommandError(
                    "The user of DATABASE_URL may not create tables: make it the owner "
                    "of the database (ALTER DATABASE ... OWNER TO ...)."
                ) from error
            # A new version may have brought the index, or read texts differently.
            call_command("rebuild_search", verbosity=0)

    def make_first_account(self):
        """Make an account for staff and print its random password, once for ever.

        The variables of Django's ``createsuperuser`` are used where they are given; a
        password that came from there is not printed.
        """
        users = get_user_model()
        if users.objects.exists():
            return
        username = os.environ.get("DJANGO_SUPERUSER_USERNAME", "admin")
        given = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        users.objects.create_superuser(
            username=username,
            email=os.environ.get("DJANGO_SUPERUSER_EMAIL", ""),
            password=password,
            must_change_password=not given,
        )
        if given:
            self.stdout.write(f"First staff account: {username}")
        else:
            self.stdout.write(
                f"First staff account: {username}, password: {password}\n"
                "It is not shown again, and the first sign-in asks for another."
            )

    def collect_static_files(self):
        fingerprint = fingerprint_of_sources()
        # Beside the files it speaks of: whoever empties the folder empties this too.
        note = Path(settings.STATIC_ROOT) / "sources.sha256"
        if note.exists() and note.read_text(encoding="ascii") == fingerprint:
            return
        self.stdout.write("Collecting the static files ...")
        try:
            call_command("collectstatic", interactive=False, verbosity=0)
            note.write_text(fingerprint, encoding="ascii")
        except OSError as error:
            raise CommandError(
                f"Cannot write {error.filename} ({error.strerror}): make it writable "
                "for this account, or run this as its owner."
            ) from error


def reach_database(connection):
    """Open ``connection``, or raise CommandError with what is wrong and what to do."""
    try:
        connection.ensure_connection()
    except NotSupportedError as error:
        raise CommandError(f"{error} Install a newer one.") from error
    except DatabaseError as error:
        raise CommandError(explain(error, connection)) from error


def explain(error: DatabaseError, connection) -> str:
    """Return one line: why ``connection`` was refused, and what to do about it."""
    database = connection.settings_dict
    name = database["NAME"]
    reason = " ".join(str(error).split())
    if connection.vendor == "sqlite":
        return (
            f"Cannot use the database file {name} ({reason}): check that its folder "
            "exists and is writable, or correct DATABASE_URL."
        )
    server = f"{database['HOST'] or 'local socket'}:{database['PORT'] or 5432}"
    if f'database "{name}" does not exist' in reason:
        return (
            f'The server {server} has no database "{name}": create it '
            f"(createdb --encoding=UTF8 {name}), or correct DATABASE_URL."
        )
    if re.search(
        "authentication failed|no password supplied|role .* does not exist", reason
    ):
        return (
            f'The server {server} refuses the user "{database["USER"]}": correct the '
            "user or the password in DATABASE_URL."
        )
    if connection.connection is None:
        return (
            f"Cannot reach the database server {server}: start it, or correct "
            f"DATABASE_URL ({reason})."
        )
    return f"The database {name} on {server} refused the work: {reason}"


def fingerprint_of_sources() -> str:
    """Return a digest that changes with any static file and with how they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(path.encode())
            with storage.open(path) as file:
                digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()
