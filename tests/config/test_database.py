import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database import read_database_url


def test_empty_address_is_the_file_beside_the_project(tmp_path):
    file = tmp_path / "a folder, 100% #1?" / "portal.sqlite3"

    database = read_database_url("", default_file=file)

    assert database == {"ENGINE": "django.db.backends.sqlite3", "NAME": file}


def test_sqlite_address_names_a_file(tmp_path):
    database = read_database_url("sqlite:////srv/portal.sqlite3", tmp_path)

    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == "/srv/portal.sqlite3"


def test_postgresql_address_is_read_and_waits_five_seconds_for_its_server(tmp_path):
    database = read_database_url("postgres://ministry:p%40ss@db:5433/portal", tmp_path)

    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "portal",
        "USER": "ministry",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": 5433,
        "OPTIONS": {"connect_timeout": 5, "options": "-c jit=off"},
    }


def test_postgresql_address_may_state_its_own_options(tmp_path):
    url = "postgres://ministry@db/portal?sslmode=require&connect_timeout=9&options=-cjit%3Don"

    database = read_database_url(url, tmp_path)

    assert database["OPTIONS"] == {
        "sslmode": "require",
        "connect_timeout": 9,
        "options": "-cjit=on",
    }


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgres//portal",
        "postgres://ministry:secret@db:port/portal",
        "postgres://ministry:secret@db",
        "mysql://ministry:secret@db/portal",
        "unknown://ministry:secret@db/portal",
    ],
)
def test_wrong_address_is_refused_without_repeating_it(tmp_path, url):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL is not") as caught:
        read_database_url(url, tmp_path)

    assert "secret" not in str(caught.value)
