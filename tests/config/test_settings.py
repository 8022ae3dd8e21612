import ast
import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories.accounts import UserFactory


def variables_read():
    """Return the names that config/settings.py asks the environment for."""
    source = (settings.BASE_DIR / "config" / "settings.py").read_text(encoding="utf-8")
    return sorted(
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr != "read_env"
    )


def test_example_explains_every_variable_that_is_read_and_no_other():
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    _title, *paragraphs = example.split("\n\n")

    explained = []
    for paragraph in paragraphs:
        comment = r"(?:# (?![A-Z_]+=).+\n)+"
        variables = r"(?:(?:# )?[A-Z_]+=.*\n?)+"
        assert re.fullmatch(comment + variables, paragraph), paragraph
        explained += re.findall(r"^(?:# )?([A-Z_]+)=", paragraph, re.MULTILINE)

    assert sorted(explained) == variables_read()


def test_settings_without_a_secret_key_say_how_to_get_one():
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert result.stderr == (
        "Wrong settings: SECRET_KEY is not set: write one into .env (script/server "
        "does), or set DEBUG=on on a developer's machine.\n"
    )


@pytest.mark.parametrize("https", ["on", "off"])
def test_https_setting_decides_on_the_hardening(https):
    names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]

    result = subprocess.run(
        [sys.executable, "-c",
         "from django.conf import settings as s;"
         f"print([getattr(s, name) for name in {names}], s.SECURE_HSTS_SECONDS > 0)"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "any",
            "HTTPS": https,
        },
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip

    assert result.stdout == f"{[https == 'on'] * 3} {https == 'on'}\n"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HTTPS": "on"}, ["__Host-sessionid", "__Host-csrftoken", 1, False]),
        ({"HTTPS": "off"}, ["sessionid", "csrftoken", 0, False]),
        (
            {
                "HTTPS": "on",
                "TRUSTED_PROXIES": "2",
                "SECOND_FACTOR_REQUIRED": "on",
            },
            ["__Host-sessionid", "__Host-csrftoken", 2, True],
        ),
    ],
)
def test_signing_in_follows_the_environment(environment, expected):
    names = [
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "TRUSTED_PROXIES",
        "SECOND_FACTOR_REQUIRED",
    ]

    result = subprocess.run(
        [sys.executable, "-c",
         "import json; from django.conf import settings as s;"
         f"print(json.dumps([getattr(s, name) for name in {names}]))"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "any",
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip

    assert json.loads(result.stdout) == expected


@pytest.mark.django_db
def test_pages_go_out_compressed(client):
    response = client.get("/", headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < len(client.get("/").content) / 2


@pytest.mark.parametrize(
    ("environment", "pages", "kept"),
    [
        (
            {},
            {
                "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                "LOCATION": "pages",
                "OPTIONS": {"MAX_ENTRIES": 2000},
                "KEY_PREFIX": "pages",
                "TIMEOUT": 86400,
            },
            True,
        ),
        (
            {"CACHE_URL": "redis://10.0.0.5:6379/0", "PAGE_CACHE_ENTRIES": "50"},
            {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": "redis://10.0.0.5:6379/0",
                "KEY_PREFIX": "pages",
                "TIMEOUT": 86400,
            },
            True,
        ),
        ({"PAGE_CACHE_ENTRIES": "0"}, None, False),
        ({"DEBUG": "on"}, None, False),
    ],
)
def test_pages_are_kept_where_the_environment_says(environment, pages, kept):
    result = subprocess.run(
        [sys.executable, "-c",
         "import json; from django.conf import settings as s;"
         "print(json.dumps([s.CACHES['pages'], s.KEEP_PUBLIC_PAGES]))"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "any",
            "CACHE_URL": "locmemcache://",
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip

    found = json.loads(result.stdout)
    assert found[1] is kept
    assert pages is None or found[0] == pages


def test_refusals_leave_a_line_in_the_log_and_no_trace(client, caplog, db):
    client.force_login(UserFactory(roles=["analyst"]))

    client.get(reverse("admin:accounts_user_changelist"))

    [line] = [one for one in caplog.records if one.name == "django.request"]
    assert "Forbidden" in line.getMessage()
    assert line.exc_info is None
