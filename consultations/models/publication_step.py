"""The steps of a record on its way to the public: who took which, when, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultations.models.source_reference import (
    OfMeetingOrAgreement,
    of_meeting_or_agreement,
)


class PublicationStep(OfMeetingOrAgreement):
    """One step, written with it and never changed: a table of its own, not the history.

    The history keeps states of a record; this keeps decisions about it, with what was
    said to whom. ``services`` alone writes it.
    """

    meeting, agreement = of_meeting_or_agreement("publication_steps")

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("step", "submitted for review")
        RETURNED = "returned", pgettext_lazy("step", "returned with a remark")
        PUBLISHED = "published", pgettext_lazy("step", "published")
        SCHEDULED = "scheduled", pgettext_lazy("step", "set for a later publication")
        CALLED_OFF = "called_off", pgettext_lazy("step", "publication called off")
        WITHDRAWN = "withdrawn", pgettext_lazy("step", "withdrawn")
        REOPENED = "reopened", pgettext_lazy("step", "taken up again as a draft")

    kind = models.CharField(_("step"), max_length=10, choices=Kind, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    publish_at = models.DateTimeField(
        _("to be published at"), null=True, editable=False
    )
    remark = models.TextField(_("remark or reason"), blank=True, editable=False)
    is_override = models.BooleanField(
        _("own publication"),
        default=False,
        editable=False,
        help_text=_("Published by an author of the record, without a second person."),
    )

    class Meta(OfMeetingOrAgreement.Meta):
        abstract = False
        verbose_name = _("step of publication")
        verbose_name_plural = _("steps of publication")
        ordering = ["-pk"]
        constraints = [
            *OfMeetingOrAgreement.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_override=False)
                | (Q(kind__in=["published", "scheduled"]) & ~Q(remark="")),
                name="publicationstep_override_says_why",
                violation_error_message=_(
                    "Say why you publish a record that you made yourself."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["returned", "withdrawn"]) | ~Q(remark=""),
                name="publicationstep_refusal_says_why",
                violation_error_message=_("Say what is to be changed."),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
