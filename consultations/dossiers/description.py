"""A record in one sentence: for search engines and for whoever gets the link."""

from textwrap import shorten

from django.utils.translation import gettext as _

from config.localization import LocalizedText
from consultations.models import Meeting, PartnershipAgreement

LENGTH = 160  # what search engines and messengers show


def _own_words(text: LocalizedText) -> str:
    """Return the beginning of a text, empty where it is not in the reader's language."""
    return "" if text.is_fallback else shorten(text, LENGTH, placeholder="…")


def _facts(*facts) -> str:
    return shorten(
        " – ".join(str(one) for one in facts if one), LENGTH, placeholder="…"
    )


def state_in_words(meeting: Meeting) -> str:
    """Return whether it was held, and what is known of it."""
    return _facts(meeting.get_state_display(), meeting.get_coverage_display())


def describe_meeting(meeting: Meeting, days: str) -> str:
    """Return the beginning of the summary, or what is known without one."""
    return _own_words(meeting.summary) or _facts(
        meeting.type.name,
        meeting.region.name if meeting.region else _("National"),
        days,
        state_in_words(meeting),
    )


def describe_agreement(agreement: PartnershipAgreement) -> str:
    """Return the beginning of the purpose, or what is known without one."""
    return _own_words(agreement.purpose) or _facts(
        agreement.instrument.name if agreement.instrument else _("Agreement"),
        ", ".join(str(region.name) for region in agreement.regions.all())
        or _("National"),
        agreement.status.label,
        agreement.reference,
    )
