"""Answers before files: whoever sends a long file gives way to whoever waits for a page.

Both share the processors of the machine, and in a process the lock of Python's
interpreter. A page takes some milliseconds of them, a file of a million rows as many
seconds.
"""

import mmap
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing

# How long one piece of a file waits at most, in seconds: files are slower beside many
# readers of pages, and never stand still.
PATIENCE = 0.1
LOOKS_EVERY = 0.002
# A request that takes longer than that keeps no file back: it may be lost with its process.
LONGEST_ANSWER = 5

# A place a process. gunicorn.conf.py imports this module before the processes part, so
# that all of them look at the same memory.
_PLACES = 256
_shared = memoryview(mmap.mmap(-1, 8 * _PLACES)).cast("d")


class _Answering:
    """The requests of this process that are being answered; bodies sent later not counted."""

    def __init__(self):
        self._lock = threading.Lock()
        self._number = 0

    def __enter__(self):
        with self._lock:
            self._number += 1
            # By the clock of the machine, the same in every process.
            _shared[os.getpid() % _PLACES] = time.monotonic()

    def __exit__(self, *_exception):
        with self._lock:
            self._number -= 1
            if not self._number:
                _shared[os.getpid() % _PLACES] = 0


_answering = _Answering()
# Of the files that a process sends, one is read at a time: the databases of the others
# wait with them.
_reading = threading.Lock()


class AnswersFirstMiddleware:
    """Let files know that somebody waits for an answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with _answering:
            return self.get_response(request)


def somebody_waits() -> bool:
    """Say whether any process is at work on an answer."""
    return max(_shared) > time.monotonic() - LONGEST_ANSWER


def giving_way(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield ``pieces``, a generator's, each read when nobody waits for an answer."""
    with closing(pieces):
        while True:
            until = time.monotonic() + PATIENCE
            while somebody_waits() and time.monotonic() < until:
                time.sleep(LOOKS_EVERY)
            has_turn = _reading.acquire(timeout=max(0, until - time.monotonic()))
            try:
                piece = next(pieces, None)
            finally:
                if has_turn:
                    _reading.release()
            if piece is None:
                return
            yield piece
