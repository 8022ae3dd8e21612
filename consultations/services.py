"""The one way in which the public record changes.

Whatever saves a record or a part of it calls ``record_changed`` in the same
transaction; publication goes through ``publish`` and ``withdraw``. Both raise the
data version, by which caches and ETags are kept.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.models import DataVersion
from consultations.models import Meeting, PartnershipAgreement, Publication
from consultations.search import refresh_search_text

Record = Meeting | PartnershipAgreement


@transaction.atomic
def record_changed(record: Record) -> None:
    """Say that ``record`` or a part of it was saved: refresh what follows from it."""
    refresh_search_text(record)
    if record.was_ever_published:
        DataVersion.raise_by_one()


@transaction.atomic
def publish(record: Record, *, by) -> Record:
    """Make ``record`` public and return it.

    Raise ValidationError, with what is missing named, where it cannot be published.
    """
    record = type(record).objects.select_for_update().get(pk=record.pk)
    if record.is_published:
        return record
    validate_publishable(record)
    record.publication = Publication.PUBLISHED
    record.published_at = record.published_at or timezone.now()
    record.withdrawal_reason = ""
    _save(record, by, "published")
    return record


def validate_publishable(record: Record) -> None:
    """Raise ValidationError, with what is missing named, where it is not to be public."""
    if not record.title_ar:
        raise ValidationError(
            {"title_ar": _("A published record needs its title in Arabic.")}
        )
    if not record.sources.exists() and not getattr(
        record, "is_official_summary", False
    ):
        raise ValidationError(
            _("A published record needs a source: add one under “sources”.")
        )


@transaction.atomic
def withdraw(record: Record, *, by, reason: str) -> Record:
    """Take ``record`` out of the public record, for a reason that its page states."""
    record = type(record).objects.select_for_update().get(pk=record.pk)
    if not record.is_published:
        raise ValidationError(_("Only a published record can be withdrawn."))
    if not reason.strip():
        raise ValidationError(_("Give the reason of the withdrawal."))
    record.publication = Publication.WITHDRAWN
    record.withdrawal_reason = reason.strip()
    _save(record, by, "withdrawn")
    return record


@transaction.atomic
def return_to_draft(record: Record, *, by) -> Record:
    """Take up a withdrawn record, or one in review, as a draft again.

    Its public page goes on to say why it was withdrawn, until it is published anew.
    """
    record = type(record).objects.select_for_update().get(pk=record.pk)
    if record.is_published:
        raise ValidationError(
            _("A published record is withdrawn first, with a reason.")
        )
    record.publication = Publication.DRAFT
    _save(record, by, "draft")
    return record


def _save(record: Record, by, reason: str) -> None:
    record._history_user = by
    record._change_reason = reason
    record.save()
    refresh_search_text(record)
    DataVersion.raise_by_one()
