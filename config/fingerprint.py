"""What the code of this portal is, as one word: pages of other code are never shown.

Made of contents alone, so that several machines with the same code agree on it.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

# Of the machine, not of what pages say. Anything else that is set counts.
MACHINE_SETTINGS = {
    "ALLOWED_HOSTS",
    "CACHES",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASES",
    "DATA_ROOT",
    "LOGGING",
    "MEDIA_ROOT",
    "PAGE_CACHE_ENTRIES",
    "SECRET_KEY",
    "TRUSTED_PROXIES",
}


@cache
def code_fingerprint() -> str:
    """Return the fingerprint of code, templates, catalogues, packages and settings.

    Read once a process: whoever brings new code restarts the portal.
    """
    digest = hashlib.blake2b(digest_size=16)
    for name, path in sorted(_files()):
        digest.update(name.encode())
        digest.update(hashlib.blake2b(path.read_bytes()).digest())
    for name, value in _settings():
        digest.update(f"{name}={value!r}\n".encode())
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    """Yield by name what pages are made of: the project's files and two lists."""
    folders = {Path(app.path) for app in apps.get_app_configs()}
    folders |= {*settings.LOCALE_PATHS, *settings.TEMPLATES[0]["DIRS"]}
    for folder in folders:
        if folder.parent != settings.BASE_DIR:
            continue  # an installed package, which the lock file names
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(settings.BASE_DIR).as_posix(), path
    for path in (
        settings.BASE_DIR / "requirements.lock",
        Path(settings.STATIC_ROOT) / "staticfiles.json",
    ):
        if path.is_file():
            yield path.name, path


def _settings() -> Iterator[tuple[str, object]]:
    """Yield what config/settings.py sets; Django's own defaults are its version's."""
    for name in sorted(set(dir(settings)) - MACHINE_SETTINGS):
        if name.isupper() and settings.is_overridden(name):
            value = getattr(settings, name)
            if str(settings.BASE_DIR) not in repr(value):  # the folder may differ
                yield name, value
