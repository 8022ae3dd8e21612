"""When a session of the staff is over: unused for a while, or open for a day's work."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

SIGNED_IN_AT = "signed_in_at"
USED_AT = "used_at"
# A session is written no oftener than this, however many pages are asked for.
FINENESS = timedelta(minutes=1)


def begin(session) -> None:
    """Note in ``session`` that somebody has just signed in; drop what is long over."""
    now = timezone.now().timestamp()
    session[SIGNED_IN_AT] = session[USED_AT] = now
    session.clear_expired()


def reason_to_end(session) -> str:
    """Return why ``session`` is over, in a word of the log, or nothing."""
    now = timezone.now().timestamp()
    if now - session.get(SIGNED_IN_AT, now) >= settings.SESSION_HOURS * 3600:
        return "absolute"
    if now - session.get(USED_AT, now) >= settings.SESSION_IDLE_MINUTES * 60:
        return "idle"
    return ""


def use(session) -> None:
    """Note that ``session`` is in use."""
    now = timezone.now().timestamp()
    session.setdefault(SIGNED_IN_AT, now)
    if now - session.get(USED_AT, 0) >= FINENESS.total_seconds():
        session[USED_AT] = now
