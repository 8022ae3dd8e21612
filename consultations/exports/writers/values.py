"""What several forms write alike."""

import datetime


def in_utc(value: datetime.datetime) -> str:
    """Return a moment as ISO 8601 writes it, to the second."""
    # Casablanca's clock changes around Ramadan: in UTC no hour comes twice.
    moment = value.astimezone(datetime.UTC).isoformat(timespec="seconds")
    return moment.replace("+00:00", "Z")
