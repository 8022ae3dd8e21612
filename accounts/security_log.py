"""What happens around signing in, as lines of JSON without personal data (law 09-08).

A line names an account by its number only. Where an event came from is a digest under
the secret key and the day: lines of one day can be brought together, and nobody can read
an address out of them.
"""

import json
import logging

from django.utils import timezone
from django.utils.crypto import salted_hmac

logger = logging.getLogger("portal.security")


class JsonLine(logging.Formatter):
    """One object a line, with its time in UTC first."""

    def format(self, record):
        event = {"event": record.getMessage(), **getattr(record, "about", {})}
        at = timezone.datetime.fromtimestamp(record.created, tz=timezone.UTC)
        return json.dumps({"time": at.isoformat(timespec="milliseconds"), **event})


def log_event(event: str, *, user=None, source: str | None = None, **about) -> None:
    """Write a line: what happened, to whose account (a number), from where.

    ``source`` is an address; only its digest of the day is written.
    """
    facts = {"user": user, **about}
    if source:
        facts["source"] = digest_of_the_day(source)
    logger.info(event, extra={"about": facts})


def digest_of_the_day(address: str) -> str:
    key = f"accounts.security_log.{timezone.localdate().isoformat()}"
    return salted_hmac(key, address, algorithm="sha256").hexdigest()[:12]
