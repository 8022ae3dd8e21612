"""The settings of the tests: the same, with what would only slow them down left out."""

import os

os.environ.setdefault("SECRET_KEY", "tests")
os.environ.setdefault("HTTPS", "off")

from config.settings import *  # noqa: F403 -- the environment must be set first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405 -- comes with the star
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Static files are looked up when asked for: no warning where collectstatic never ran.
WHITENOISE_AUTOREFRESH = True
# Factories change the record without a new data version; tests of what is kept switch it on.
KEEP_PUBLIC_FIGURES = False
KEEP_PUBLIC_PAGES = False
# No release, and nothing kept: a test that needs them says where.
DATA_ROOT = BASE_DIR / "tests" / "no-data-files"  # noqa: F405 -- comes with the star
