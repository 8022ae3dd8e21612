"""The database that DATABASE_URL names."""

import warnings
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ENGINES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}
CONNECT_TIMEOUT_SECONDS = 5  # libpq's own would keep a page waiting for minutes


def read_database_url(url: str, default_file: Path) -> dict:
    """Return Django's settings of the database that ``url`` names.

    An empty ``url`` means SQLite in ``default_file``. Raise ImproperlyConfigured, with
    how to write it, when it names none. The address itself is left out of the message:
    it may hold a password.
    """
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": default_file}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would print the address
            database = environ.Env.db_url_config(url)
    except ValueError:
        database = {}
    if database.get("ENGINE") not in ENGINES or not database.get("NAME"):
        raise ImproperlyConfigured(
            "DATABASE_URL is not an address of a database: write "
            "postgres://user:password@host:5432/name or sqlite:////folder/file.sqlite3 "
            "(percent-encode special characters of the password), or leave it out."
        )
    if database["ENGINE"] == "django.db.backends.postgresql":
        options = database.setdefault("OPTIONS", {})
        options.setdefault("connect_timeout", CONNECT_TIMEOUT_SECONDS)
        # Compiling a page's query takes seconds and saves milliseconds.
        options.setdefault("options", "-c jit=off")
    return database
