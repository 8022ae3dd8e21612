"""What every row of history carries beside its state: its author, and its change set.

The rows of one transaction are one change: the save of a page with its inlines, a step
of the publication, a load. They share a key, so that history can tell them as one.
"""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

ATTRIBUTE = "change_set_of_history"
# Of the rows that keep an account, the page that confirms its deletion names so many.
NAMED_AT_MOST = 20


def current_change_set() -> uuid.UUID:
    """Return the key that all rows of history written in this transaction share.

    Two requests never share one, nor two transactions of a request. Outside of a
    transaction each row has its own. After a rollback the key may serve again: no row
    of the transaction that was rolled back has it.
    """
    request = getattr(HistoricalRecords.context, "request", None)
    holder = transaction.get_connection() if request is None else request
    change_set = holder.__dict__.setdefault(ATTRIBUTE, uuid.uuid4())
    # With every row, because a savepoint that is rolled back takes its callbacks along.
    transaction.on_commit(lambda: holder.__dict__.pop(ATTRIBUTE, None))
    return change_set


def keep_authors(collector, field, sub_objs, using):
    """Refuse to delete an account that history names; such an account is deactivated."""
    named = [row.instance for row in sub_objs[:NAMED_AT_MOST]]
    raise models.ProtectedError(
        _("History names this account: it can be deactivated, not deleted."), set(named)
    )


class Changed(models.Model):
    """What the rows of every table of history have beside the columns of a state."""

    change_set = models.UUIDField(default=current_change_set, editable=False)

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """The states of a model's rows, each with its change set, authors kept for good."""

    def __init__(self, *, bases=(Changed,), **options):
        super().__init__(bases=bases, **options)

    def _get_history_user_fields(self):
        # The package would let an account go and leave its rows without author.
        author = models.ForeignKey(
            settings.AUTH_USER_MODEL,
            null=True,
            related_name=self.user_related_name,
            on_delete=keep_authors,
        )
        return {"history_user": author}
