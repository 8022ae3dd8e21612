"""What the public record is like at a moment, and what is kept as long as it stays so.

The public record is one thing as long as three things stay the same: the data version;
the day, because a commitment or an agreement can run out by date alone; and the latest
moment at which something became public by itself, having been set for it.
"""

import datetime
from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache, wraps
from threading import RLock
from typing import NamedTuple

from django.conf import settings
from django.db import connections, models, router
from django.utils import timezone

from config.models import DataVersion

NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)
NUMBER = "(SELECT {number} FROM {table} WHERE {key} = 1)"
MOMENTS = (
    "(SELECT MAX({moment}) FROM {table} WHERE {moment} <= %s), "
    "(SELECT MIN({moment}) FROM {table} WHERE {moment} > %s)"
)
_scheduled: list[tuple[type[models.Model], str]] = []


def turns_with(model: type[models.Model], moment: str) -> None:
    """Let the state turn at each ``moment``, a column of ``model`` with an index.

    The models whose rows become public by themselves live above this one, and say so
    when their app starts.
    """
    if (model, moment) not in _scheduled:
        _scheduled.append((model, moment))
        _query.cache_clear()


class PublicState(NamedTuple):
    """The key of everything that follows from the public record.

    Whatever else can change what a page says is a further field: each stands in the
    keys of what is kept. A later state is the greater.
    """

    data_version: int
    today: datetime.date
    moment: datetime.datetime = NEVER


class _Request:
    """The state as one request met it, read when it is first asked for."""

    read: tuple[PublicState, datetime.datetime | None] | None = None


_request: ContextVar[_Request | None] = ContextVar("public_state", default=None)


def _read() -> tuple[PublicState, datetime.datetime | None]:
    """Return the state, and the next moment that is set for a publication: one query."""
    now = timezone.now()
    connection = connections[router.db_for_read(DataVersion)]
    parameter = connection.ops.adapt_datetimefield_value(now)
    # Every request for a page asks it: past the ORM it is a tenth of the time.
    sql = _query(connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter] * (2 * len(_scheduled)))
        number, *moments = cursor.fetchone()
    moments = [_as_moment(moment) for moment in moments]
    passed = max(filter(None, moments[::2]), default=NEVER)
    coming = min(filter(None, moments[1::2]), default=None)
    return PublicState(number or 0, timezone.localdate(), passed), coming


@cache
def _query(alias: str) -> str:
    quote = connections[alias].ops.quote_name
    table = quote(DataVersion._meta.db_table)
    columns = [NUMBER.format(table=table, number=quote("number"), key=quote("id"))]
    columns += [
        MOMENTS.format(table=quote(model._meta.db_table), moment=quote(name))
        for model, name in _scheduled
    ]
    return "SELECT " + ", ".join(columns)


def _as_moment(value) -> datetime.datetime | None:
    """Return a moment as the database gave it: SQLite has text, in UTC."""
    if isinstance(value, str):
        return datetime.datetime.fromisoformat(value).replace(tzinfo=datetime.UTC)
    return value


def read_public_state() -> PublicState:
    """Return the state as the database has it now: one query."""
    return _read()[0]


def _read_once() -> tuple[PublicState, datetime.datetime | None]:
    request = _request.get()
    if request is None:
        return _read()
    if request.read is None:
        request.read = _read()
    return request.read


def public_state() -> PublicState:
    """Return the state that the current request goes by, the same all through it.

    What is computed afterwards may be newer than its key, never older: a key that has
    passed is not asked for again. Outside a request the database is asked each time.
    """
    return _read_once()[0]


def next_publication() -> datetime.datetime | None:
    """Return when something becomes public next by itself; no query more in a request."""
    return _read_once()[1]


def last_change() -> datetime.datetime | None:
    """Return when the public record last changed, by itself or by somebody: one query.

    None before anything was published.
    """
    now = timezone.now()
    moments = {
        f"moment_{number}": models.Subquery(
            model._base_manager.filter(**{f"{name}__lte": now})
            .order_by(f"-{name}")
            .values(name)[:1]
        )
        for number, (model, name) in enumerate(_scheduled)
    }
    found = DataVersion.objects.annotate(**moments).values_list("changed_at", *moments)
    return max(filter(None, found.first() or ()), default=None)


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
