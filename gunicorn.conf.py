"""How the portal is served: gunicorn reads this file in the folder it is started in."""

import gc
import os

from config import precedence  # noqa: F401 -- here, so that its processes share what it keeps

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads, so that a long export or a slow phone does not hold a whole worker.
worker_class = "gthread"
threads = 8
# A search for unused cycles through all that a process keeps stops all its threads for a
# tenth of a second and more: only after many objects that nothing but it would free.
gc.set_threshold(20_000, 20, 100)
timeout = 60
control_socket_disable = True
loglevel = "warning"
