"""The one way in which the public record changes.

Whatever saves a record or a part of it calls ``record_changed`` in the same
transaction. Publication goes through the steps below and nowhere else: each is checked
under a lock of the record, saved with the history, and written down as a
``PublicationStep``. What the public can see raises the data version, by which caches
and ETags are kept. Who may take a step is asked by the administration, not here.
"""

import datetime
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.concurrency import refuse_if_changed
from config.models import DataVersion
from consultations.models import (
    Correction,
    Meeting,
    PartnershipAgreement,
    Publication,
    PublicationStep,
)
from consultations.search import refresh_search_text

Record = Meeting | PartnershipAgreement
Kind = PublicationStep.Kind


@transaction.atomic
def record_changed(record: Record) -> None:
    """Say that ``record`` or a part of it was saved: refresh what follows from it."""
    refresh_search_text(record)
    if record.was_ever_published:
        DataVersion.raise_by_one()


# What stands in the way of a step: asked by the pages that confirm it, and again under
# the lock by the step itself.


def check_submit(record: Record) -> None:
    if record.publication != Publication.DRAFT:
        raise ValidationError(
            _("Only a draft is submitted; this record is: %(state)s.")
            % {"state": record.standing}
        )
    validate_publishable(record)


def check_send_back(record: Record) -> None:
    if record.publication != Publication.IN_REVIEW:
        raise ValidationError(_("Only a record in review can be returned."))


def check_publish(record: Record) -> None:
    if record.is_published:
        raise ValidationError(_("It is published already."))
    if record.publication == Publication.WITHDRAWN:
        raise ValidationError(
            _("A withdrawn record is first taken up again as a draft.")
        )
    validate_publishable(record)


def check_call_off(record: Record) -> None:
    if not record.is_scheduled:
        raise ValidationError(_("No later publication is set for this record."))


def check_withdraw(record: Record) -> None:
    if not record.is_published:
        raise ValidationError(_("Only a published record can be withdrawn."))


def check_return_to_draft(record: Record) -> None:
    if record.is_published:
        raise ValidationError(
            _("A published record is withdrawn first, with a reason.")
        )
    if record.publication == Publication.DRAFT:
        raise ValidationError(_("It is a draft already."))
    if record.is_scheduled:
        raise ValidationError(_("Its later publication is called off first."))


def validate_publishable(record: Record) -> None:
    """Raise ValidationError, with what is missing named, where it is not to be public."""
    if not record.title_ar:
        raise ValidationError(
            {"title_ar": _("A published record needs its title in Arabic.")}
        )
    # Read whole where they are read ahead, for many records at once.
    if not record.sources.all() and not getattr(record, "is_official_summary", False):
        raise ValidationError(
            _("A published record needs a source: add one under “sources”.")
        )


def is_own(record: Record, user) -> bool:
    """Say whether ``user`` is an author of ``record``, whom somebody else publishes.

    Authors are who made the record and who submitted it for the review it is in; of a
    record that nobody submitted, who saved it last. What a reviewer mends in a record
    that is in review does not make an author of the reviewer.
    """
    if user is None:
        return False
    if record.created_by_id == user.pk:
        return True
    if record.publication == Publication.DRAFT:
        return _last_saver(record) == user.pk
    submitted = (
        step.by_id
        for step in record.publication_steps.all()
        if step.kind == Kind.SUBMITTED
    )
    return next(submitted, None) == user.pk


def _last_saver(record: Record) -> int | None:
    if not hasattr(record, "last_saved_by"):
        record = type(record).objects.with_last_saver().get(pk=record.pk)
    return record.last_saved_by


# The steps


def submit(record: Record, *, by, expected_version: str | None = None) -> Record:
    """Hand a draft over for review; what publication demands is demanded here."""

    def take(record):
        check_submit(record)
        record.publication = Publication.IN_REVIEW
        return PublicationStep(kind=Kind.SUBMITTED)

    return _take_step(record, by, take, expected_version)


def send_back(
    record: Record, *, by, remark: str, expected_version: str | None = None
) -> Record:
    """Return a record in review to its author as a draft, with a remark on what to do."""

    def take(record):
        check_send_back(record)
        record.publication = Publication.DRAFT
        return PublicationStep(
            kind=Kind.RETURNED,
            remark=_stated(remark, _("Say what is to be changed.")),
        )

    return _take_step(record, by, take, expected_version)


def publish(
    record: Record,
    *,
    by,
    at: datetime.datetime | None = None,
    override_reason="",
    expected_version: str | None = None,
) -> Record:
    """Make ``record`` public, at once or from the later moment ``at``, and return it.

    Its own author publishes it only for an ``override_reason``, which is kept. Raise
    ValidationError, with what is missing named, where it cannot be published. A record
    that is public already stays as it is.
    """

    def take(record):
        if record.is_published and at is None:
            return None
        check_publish(record)
        now = timezone.now()
        if at is not None and at <= now:
            raise ValidationError(_("The moment of the publication has passed."))
        is_override = is_own(record, by)
        reason = ""
        if is_override:
            reason = _stated(
                override_reason,
                _("Say why you publish a record that you made yourself."),
            )
        if not record.was_ever_published:
            record.published_at = at or now
        record.publication = Publication.PUBLISHED
        record.publish_at = at
        record.withdrawal_reason = ""
        return PublicationStep(
            kind=Kind.SCHEDULED if at else Kind.PUBLISHED,
            publish_at=at,
            remark=reason,
            is_override=is_override,
        )

    return _take_step(record, by, take, expected_version)


def call_off(record: Record, *, by, expected_version: str | None = None) -> Record:
    """Take back a publication that was set for later: the record is in review again."""

    def take(record):
        check_call_off(record)
        if not record.was_ever_published:
            record.published_at = None
        record.publication = Publication.IN_REVIEW
        record.publish_at = None
        return PublicationStep(kind=Kind.CALLED_OFF)

    return _take_step(record, by, take, expected_version)


def withdraw(
    record: Record, *, by, reason: str, expected_version: str | None = None
) -> Record:
    """Take ``record`` out of the public record, for a reason that its page states."""

    def take(record):
        check_withdraw(record)
        record.withdrawal_reason = _stated(
            reason, _("Give the reason of the withdrawal.")
        )
        record.publication = Publication.WITHDRAWN
        record.publish_at = None
        return PublicationStep(kind=Kind.WITHDRAWN, remark=record.withdrawal_reason)

    return _take_step(record, by, take, expected_version)


def return_to_draft(
    record: Record, *, by, expected_version: str | None = None
) -> Record:
    """Take up a withdrawn record, or one in review, as a draft again.

    Its public page goes on to say why it was withdrawn, until it is published anew.
    """

    def take(record):
        check_return_to_draft(record)
        record.publication = Publication.DRAFT
        return PublicationStep(kind=Kind.REOPENED)

    return _take_step(record, by, take, expected_version)


def _stated(text: str, demand: str) -> str:
    """Return ``text`` without space around it; raise ``demand`` if nothing is left."""
    if not (text := text.strip()):
        raise ValidationError(demand)
    return text


@transaction.atomic
def _take_step(
    record: Record,
    by,
    take: Callable[[Record], PublicationStep | None],
    expected_version: str | None,
) -> Record:
    """Let ``take`` change the record as it stands now, and keep who did what.

    The lock makes two who take a step at once go one after the other: the second finds
    what the first left. Who saw the record in another version than it has now takes no
    step: ChangedMeanwhile says who changed it, or a part of it.
    """
    record = type(record).objects.select_for_update().get(pk=record.pk)
    refuse_if_changed(record, expected_version)
    step = take(record)
    if step is None:
        return record
    record._history_user = by
    record._change_reason = step.kind
    record.save()
    step.by = by
    setattr(step, PublicationStep.key_of(type(record)), record)
    step.save()
    record_changed(record)
    return record


@transaction.atomic
def correct(record: Record, *, what: str, why: str, language: str, by) -> Correction:
    """Say in public that facts of ``record`` were changed: what, why, and today."""
    correction = Correction(
        corrected_on=timezone.localdate(), what=what, why=why, language=language
    )
    setattr(correction, Correction.key_of(type(record)), record)
    correction._history_user = by
    correction.save()
    return correction
