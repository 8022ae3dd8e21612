"""What the public record is like at a moment, and what is kept as long as it stays so.

The public record is one thing as long as the data version and the day stay the same:
the day, because a commitment or an agreement can run out by date alone.
"""

import datetime
from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from threading import RLock
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from config.models import DataVersion


class PublicState(NamedTuple):
    """The key of everything that follows from the public record.

    Whatever else can change what a page says is a further field: each stands in the
    keys of what is kept.
    """

    data_version: int
    today: datetime.date


class _Request:
    """The state as one request met it, read when it is first asked for."""

    state: PublicState | None = None


_request: ContextVar[_Request | None] = ContextVar("public_state", default=None)


def read_public_state() -> PublicState:
    """Return the state as the database has it now: one query."""
    return PublicState(DataVersion.current(), timezone.localdate())


def public_state() -> PublicState:
    """Return the state that the current request goes by, the same all through it.

    What is computed afterwards may be newer than its key, never older: a key that has
    passed is not asked for again. Outside a request the database is asked each time.
    """
    request = _request.get()
    if request is None:
        return read_public_state()
    if request.state is None:
        request.state = read_public_state()
    return request.state


class PublicStateMiddleware:
    """Let each request go by one state, without a query where nothing asks for it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = _request.set(_Request())
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def kept_per_state(*, entries: int = 1) -> Callable:
    """Decorate a function whose value follows from the public record and its arguments.

    The value is computed once a state and process and must not be changed by whoever
    gets it. ``entries`` is how many sets of arguments are kept, the latest used ones.
    Arguments are positional and hashable; the reader's language is one of them where
    the value holds text.
    """

    def decorate(function):
        lock = RLock()
        values: OrderedDict = OrderedDict()
        kept_for: PublicState | None = None

        @wraps(function)
        def kept(*arguments):
            nonlocal kept_for
            if not settings.KEEP_PUBLIC_FIGURES:
                return function(*arguments)
            state = public_state()
            # Held while computing, so that a change is answered by one computation.
            with lock:
                if kept_for is not None and state < kept_for:
                    return function(*arguments)
                if state != kept_for:
                    values.clear()
                    kept_for = state
                if arguments not in values:
                    values[arguments] = function(*arguments)
                    if len(values) > entries:
                        values.popitem(last=False)
                values.move_to_end(arguments)
                return values[arguments]

        def forget():
            nonlocal kept_for
            with lock:
                values.clear()
                kept_for = None

        kept.forget = forget
        return kept

    return decorate
