"""What follows from a change of something that records name.

Regions, organisations and terms live below the records and do not know them; the app
that does know registers what is to follow when it starts.
"""

from collections.abc import Callable

from django.db import models, transaction

from config.models import DataVersion

_followers: list[Callable[[models.Model], None]] = []


def follow_changes(follower: Callable[[models.Model], None]) -> None:
    """Call ``follower`` with each thing that ``announce_change`` is told of."""
    if follower not in _followers:
        _followers.append(follower)


@transaction.atomic
def announce_change(thing: models.Model) -> None:
    """Say that ``thing`` was saved, or deleted; call inside the change's transaction.

    Anything that records name stands on public pages, so the data version rises.
    """
    for follower in _followers:
        follower(thing)
    DataVersion.raise_by_one()
