"""Leave to read one record before it is public, for somebody without an account."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.source_reference import (
    OfMeetingOrAgreement,
    of_meeting_or_agreement,
)

# A dot, because a colon does not survive every mail program.
SIGNER = signing.TimestampSigner(sep=".", salt="consultations.preview_link")


class PreviewLinkQuerySet(models.QuerySet):
    def in_force(self):
        """Links that still open: neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def behind(self, token: str):
        """Return the link in force that ``token`` stands for, None if there is none.

        The signature keeps tokens from being guessed and bounds their life whatever the
        row says; the row lets one be revoked.
        """
        lifetime = timedelta(days=settings.PREVIEW_LINK_DAYS)
        try:
            pk = int(SIGNER.unsign(token, max_age=lifetime))
        except (signing.BadSignature, ValueError):
            return None
        links = self.in_force().select_related("meeting", "agreement")
        return links.filter(pk=pk).first()


class PreviewLink(OfMeetingOrAgreement):
    """A link that shows one record as the public will see it, and nothing else."""

    meeting, agreement = of_meeting_or_agreement("preview_links")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta(OfMeetingOrAgreement.Meta):
        abstract = False
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-pk"]
        constraints = [*OfMeetingOrAgreement.Meta.constraints]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    def save(self, *args, **kwargs):
        if self.expires_at is None:
            self.expires_at = self.made_at + timedelta(days=settings.PREVIEW_LINK_DAYS)
        super().save(*args, **kwargs)

    @property
    def token(self) -> str:
        """What the address holds: made anew each time, dated as the link itself."""
        stamp = signing.b62_encode(int(self.made_at.timestamp()))
        value = f"{self.pk}{SIGNER.sep}{stamp}"
        return f"{value}{SIGNER.sep}{SIGNER.signature(value)}"

    def get_absolute_url(self):
        return reverse("consultations:preview", args=[self.token])
