import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from accounts.models import User
from config.management.commands import prepare
from consultations.models import Meeting
from regions.models import Region
from tests.factories.accounts import UserFactory

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="needs PostgreSQL"
)


@pytest.fixture
def static_root(settings, tmp_path):
    """One style sheet to collect, and an empty folder to collect it into."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "site.css").write_text("body { margin: 0 }")
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder"
    ]
    settings.STATIC_ROOT = tmp_path / "collected"
    return settings.STATIC_ROOT


def said_by(step, output):
    """Run a step of the command; return what it printed."""
    output.seek(0)
    output.truncate()
    step()
    return output.getvalue()


@pytest.fixture
def output():
    return StringIO()


@pytest.fixture
def command(output):
    return prepare.Command(stdout=output, no_color=True)


@pytest.mark.django_db
def test_prepare_does_every_step_and_finds_nothing_to_do_again(static_root):
    outputs = []
    for _run in range(2):
        output = StringIO()
        call_command("prepare", stdout=output)
        outputs.append(output.getvalue())

    assert Region.objects.count() == 12
    assert Meeting.objects.count() == 15
    assert User.objects.count() == 1
    assert (static_root / "site.css").exists()
    assert outputs[1] == ""


@pytest.mark.django_db
def test_first_account_has_a_password_that_is_shown_once(command, output):
    first = said_by(command.make_first_account, output)
    second = said_by(command.make_first_account, output)

    password = re.search(r"account: admin, password: (\S{16,})\n", first)[1]
    user = authenticate(username="admin", password=password)
    assert (user.is_superuser, user.must_change_password) == (True, True)
    assert second == ""
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_first_account_is_taken_from_the_environment(command, output, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "amina")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "given by the operator")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "amina@example.org")

    printed = said_by(command.make_first_account, output)

    assert printed == "First staff account: amina\n"
    user = authenticate(username="amina", password="given by the operator")
    assert (user.email, user.is_superuser) == ("amina@example.org", True)
    assert not user.must_change_password


@pytest.mark.django_db
def test_no_account_is_made_where_there_is_one(command, output):
    user = UserFactory()

    assert said_by(command.make_first_account, output) == ""
    assert list(User.objects.all()) == [user]


def test_static_files_are_collected_only_when_one_changed(
    static_root, tmp_path, command, output
):
    source = tmp_path / "sources" / "site.css"
    collect = command.collect_static_files

    first = said_by(collect, output)
    (static_root / "site.css").unlink()
    unchanged = said_by(collect, output)
    source.write_text("body { margin: 1em }")
    changed = said_by(collect, output)

    said = "Collecting the static files ...\n"
    assert [first, unchanged, changed] == [said, "", said]
    assert (static_root / "site.css").read_text() == "body { margin: 1em }"


def test_folder_that_cannot_be_written_is_named(static_root, command):
    static_root.touch()  # a file where the folder should be

    with pytest.raises(CommandError) as caught:
        command.collect_static_files()

    assert str(caught.value) == (
        f"Cannot write {static_root} (Not a directory): make it writable "
        "for this account, or run this as its owner."
    )


def server_connection(**changes):
    """Return another connection to this run's PostgreSQL, with ``changes``."""
    return DatabaseWrapper({**connection.settings_dict, **changes})


@on_postgresql
@pytest.mark.django_db
def test_unknown_database_is_told_how_to_be_made():
    server = server_connection(NAME="no_such_database")

    with pytest.raises(CommandError) as caught:
        prepare.reach_database(server)

    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"]
    assert str(caught.value) == (
        f'The server {host}:{port} has no database "no_such_database": create it '
        "(createdb --encoding=UTF8 no_such_database), or correct DATABASE_URL."
    )


@on_postgresql
@pytest.mark.django_db
def test_refused_user_is_named_and_the_password_is_not():
    server = server_connection(USER="nobody_here", PASSWORD="a secret")

    with pytest.raises(CommandError, match='refuses the user "nobody_here"') as caught:
        prepare.reach_database(server)

    assert "a secret" not in str(caught.value)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_user_who_may_not_create_tables_is_told_who_may():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole FROM pg_roles WHERE rolname = user")
        if not cursor.fetchone()[0]:
            pytest.skip("the user of DATABASE_URL may not create users")
        cursor.execute("CREATE USER portal_reader PASSWORD 'reader'")
    database = connection.settings_dict
    try:
        result = subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=settings.BASE_DIR,
            env={
                "PATH": os.environ["PATH"],
                "SECRET_KEY": "any",
                "DATABASE_URL": "postgres://portal_reader:reader@"
                f"{database['HOST']}:{database['PORT']}/postgres",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP USER portal_reader")

    assert result.returncode == 1
    assert result.stderr == (
        "CommandError: The user of DATABASE_URL may not create tables: make it the "
        "owner of the database (ALTER DATABASE ... OWNER TO ...).\n"
    )
