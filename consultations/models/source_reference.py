"""What rests on a source, and what belongs to a meeting or an agreement alike."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Sourced(models.Model):
    """A part of a record that may rest on a source of its own."""

    source = models.ForeignKey(
        "consultations.Source",
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("source"),
        help_text=_("Leave empty if it rests on the record's sources as a whole."),
    )

    class Meta:
        abstract = True


def of_meeting_or_agreement(plural: str):
    """Return the two keys of which exactly one is set, read back by ``plural``."""
    return tuple(
        models.ForeignKey(
            f"consultations.{model}",
            on_delete=models.CASCADE,
            related_name=plural,
            null=True,
            blank=True,
            verbose_name=label,
        )
        for model, label in (
            ("Meeting", _("meeting")),
            ("PartnershipAgreement", _("agreement")),
        )
    )


class OfMeetingOrAgreement(models.Model):
    """Something that belongs to a meeting or to an agreement, never to both."""

    record_keys = ("meeting", "agreement")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, agreement__isnull=True)
                | Q(meeting__isnull=True, agreement__isnull=False),
                name="%(class)s_belongs_to_a_meeting_or_an_agreement",
                violation_error_message=_(
                    "Name the meeting or the agreement that this belongs to, not both."
                ),
            )
        ]

    @staticmethod
    def key_of(model: type[models.Model]) -> str:
        """Return the column that names a record of ``model``."""
        return "meeting" if model._meta.model_name == "meeting" else "agreement"

    @property
    def record(self):
        """The meeting or the agreement that this belongs to."""
        return self.meeting or self.agreement
