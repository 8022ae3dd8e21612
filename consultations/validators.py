"""Rules over related rows; rules over one row are constraints of their models."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.localization import listed
from config.template_tags import quantity
from consultations.models import Meeting
from consultations.models.followup import AmountNote


def validate_provinces_lie_in(regions: Iterable, provinces: Iterable) -> None:
    """Refuse provinces outside ``regions``; no regions means the whole country."""
    regions = list(regions)
    if not regions:
        return
    known = {region.pk for region in regions}
    strangers = [
        province.full_name for province in provinces if province.region_id not in known
    ]
    if strangers:
        raise ValidationError(
            {
                "provinces": _("Outside of %(regions)s: %(provinces)s.")
                % {
                    "regions": listed(regions),
                    "provinces": listed(strangers),
                }
            }
        )


def validate_one_meeting_a_region(meeting: Meeting) -> None:
    """Refuse a second meeting of a region in a series that has one for each."""
    if not (meeting.series_id and meeting.region_id and meeting.series.one_per_region):
        return
    if meeting.state == Meeting.State.CANCELLED:
        return
    others = (
        Meeting.objects.filter(series=meeting.series_id, region=meeting.region_id)
        .exclude(pk=meeting.pk)
        .exclude(state=Meeting.State.CANCELLED)
    )
    if other := others.first():
        raise ValidationError(
            {
                "region": _(
                    "The series has one meeting a region, and this region has its own "
                    "already: %(meeting)s (%(slug)s)."
                )
                % {"meeting": other, "slug": other.slug}
            }
        )


def validate_held_is_past(state: str | None, starts_on: date | None) -> None:
    """Refuse a meeting that was held and whose day has not come."""
    if state != Meeting.State.HELD or not starts_on:
        return
    if starts_on > timezone.localdate():
        raise ValidationError(
            {
                "state": _(
                    "This day is to come: until then the meeting is announced, not held."
                )
            }
        )


def validate_contributions(
    amount: Decimal | None, amount_note: str, contributions: Iterable[Decimal | None]
) -> None:
    """Refuse contributions that together exceed an amount said to be exact."""
    if amount is None or amount_note != AmountNote.EXACT:
        return
    total = sum((part for part in contributions if part is not None), Decimal(0))
    if total > amount:
        raise ValidationError(
            _(
                "The contributions of the parties add up to %(total)s dirhams, more than "
                "the exact amount of %(amount)s."
            )
            % {"total": quantity(total), "amount": quantity(amount)}
        )


def validate_expectations_of_meeting(meeting_id: int | None, expectations) -> None:
    """Refuse expectations that were raised at another meeting."""
    strangers = [one for one in expectations if one.meeting_id != meeting_id]
    if strangers:
        raise ValidationError(
            {
                "answers": _("Raised at another meeting: %(texts)s.")
                % {
                    "texts": pgettext("between two texts", "; ").join(
                        str(one) for one in strangers
                    )
                }
            }
        )


def validate_source_of_record(source, record) -> None:
    """Refuse a source that belongs to another record than the part resting on it."""
    if source is not None and source.record != record:
        raise ValidationError(
            {
                "source": _("This source belongs to another record: %(record)s.")
                % {"record": source.record}
            }
        )
