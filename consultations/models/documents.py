"""What each record, expectation and commitment is found by; see config/search_index.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.search_index import SearchDocument, with_its_row


class MeetingDocument(SearchDocument):
    """Newest day first, undated meetings last."""

    record = models.OneToOneField(
        "consultations.Meeting",
        on_delete=with_its_row,
        related_name="+",
        verbose_name=_("meeting"),
    )

    class Meta:
        verbose_name = _("search document of a meeting")
        verbose_name_plural = _("search documents of meetings")


class AgreementDocument(SearchDocument):
    """Latest reference first, as in the register."""

    record = models.OneToOneField(
        "consultations.PartnershipAgreement",
        on_delete=with_its_row,
        related_name="+",
        verbose_name=_("agreement"),
    )

    class Meta:
        verbose_name = _("search document of an agreement")
        verbose_name_plural = _("search documents of agreements")


class ExpectationDocument(SearchDocument):
    """That of the newest meeting first."""

    record = models.OneToOneField(
        "consultations.Expectation",
        on_delete=with_its_row,
        related_name="+",
        verbose_name=_("expectation"),
    )

    class Meta:
        verbose_name = _("search document of an expectation")
        verbose_name_plural = _("search documents of expectations")


class CommitmentDocument(SearchDocument):
    """That of the newest meeting first."""

    record = models.OneToOneField(
        "consultations.Commitment",
        on_delete=with_its_row,
        related_name="+",
        verbose_name=_("commitment"),
    )

    class Meta:
        verbose_name = _("search document of a commitment")
        verbose_name_plural = _("search documents of commitments")
