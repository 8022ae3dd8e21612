"""The portal's settings, with the pages that it is measured beside; never shipped."""

import os

from config.settings import *  # noqa: F403 -- the same in all else

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.timing.TimingMiddleware", *MIDDLEWARE]  # noqa: F405 -- comes with the star
STATIC_ROOT = os.environ["BENCH_STATIC_ROOT"]
ALLOWED_HOSTS = ["127.0.0.1"]
