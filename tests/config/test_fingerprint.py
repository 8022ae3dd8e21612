import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from config.fingerprint import code_fingerprint

PARTS = (
    "accounts",
    "config",
    "consultations",
    "locale",
    "regions",
    "stakeholders",
    "templates",
    "requirements.lock",
)


@pytest.fixture
def copy(tmp_path):
    """The portal as another machine has it, in a folder of its own."""
    for name in PARTS:
        source, target = settings.BASE_DIR / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(source, target)
    return tmp_path


def fingerprint(folder, **environment):
    return subprocess.run(
        [sys.executable, "-B", "-c",
         "import django; django.setup();"
         "from config.fingerprint import code_fingerprint; print(code_fingerprint())"],
        cwd=folder,
        env={
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "any",
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()  # fmt: skip


def test_machines_with_the_same_code_agree(copy, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "portal"
    shutil.copytree(copy, other)
    (other / "config" / "__pycache__").mkdir()
    (other / "config" / "__pycache__" / "any.pyc").write_bytes(b"x")

    assert fingerprint(copy) == fingerprint(
        other,
        SECRET_KEY="another",
        DATABASE_URL="postgres://portal@db/portal",
        LOG_LEVEL="DEBUG",
        PYTHONHASHSEED="7",
    )


def test_whatever_pages_are_made_of_changes_it(copy):
    seen = [fingerprint(copy)]
    for name in (
        "templates/home.html",
        "locale/fr/LC_MESSAGES/django.mo",
        "config/template_tags.py",
        "regions/map.py",
        "requirements.lock",
    ):
        with (copy / name).open("ab") as file:
            file.write(b"\n")
        seen.append(fingerprint(copy))
    (copy / "staticfiles").mkdir()
    (copy / "staticfiles" / "staticfiles.json").write_text('{"hash": "1"}')
    seen.append(fingerprint(copy))
    seen.append(fingerprint(copy, CONTACT_EMAIL="contact@example.org"))

    assert len(set(seen)) == len(seen)


def test_it_is_read_once_a_process():
    assert code_fingerprint() is code_fingerprint()
