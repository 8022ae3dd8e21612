"""The way from a series, or one of its meetings, to the page of the next meeting."""

import datetime
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from config.admin_widgets import is_key
from consultations.models import Meeting, MeetingSeries
from regions.models import Region

AFTER, REGION, DAY = "_after", "_region", "_on"
ADD = "consultations.add_meeting"


@dataclass(frozen=True)
class Start:
    """What the form that leads to the next meeting asks and sends."""

    url: str = ""
    hidden: dict[str, int] = field(default_factory=dict)
    regions: list[Region] = field(default_factory=list)
    # Whether it may go without a choice of the region.
    keeps_region: bool = False
    asks_for_day: bool = False
    # Why there is nothing to begin, in the place of all the rest.
    why_not: str = ""


def start_of_next(user, last: Meeting | None, series: MeetingSeries) -> Start | None:
    """Return how the meeting after ``last`` begins; without one, the first of ``series``.

    Regions that have had their one meeting are not offered, nor those of which ``user``
    enters no meetings; where nothing is left to begin, it says why. None for a user
    who enters no meetings at all.
    """
    if not user.has_perm(ADD):
        return None
    enters_all = user.may_place(ADD, [])
    if last is None:
        return Start(_address(), {"series": series.pk}, [], True, asks_for_day=False)
    regions = Region.objects.all()
    if series.one_per_region:
        had = series.meetings.exclude(state=Meeting.State.CANCELLED)
        regions = regions.exclude(
            pk__in=had.filter(region__isnull=False).values("region")
        )
    offered = [one for one in regions if enters_all or user.may_place(ADD, [one.pk])]
    keeps_region = enters_all or (
        not series.one_per_region and user.may_place(ADD, last.region_ids())
    )
    if not offered and not keeps_region:
        return Start(why_not=_why_not(bool(regions)))
    return Start(_address(), {AFTER: last.pk}, offered, keeps_region, asks_for_day=True)


def _why_not(is_some_region_left: bool) -> str:
    if is_some_region_left:
        return _(
            "The next meeting of the series is not yours to begin: the regions that "
            "are left have their own editors."
        )
    return _(
        "The next meeting of the series is not offered: every region has had its one "
        "meeting."
    )


def _address() -> str:
    return reverse("admin:consultations_meeting_add")


Beginning = tuple[Meeting, Region | None, datetime.date | None]


def read_beginning(request, model_admin) -> None:
    """Keep for ``beginning_of`` what the address names, where the reader may see it."""
    request.beginning = None
    key = request.GET.get(AFTER, "")
    if request.method != "GET" or not is_key(key):
        return
    meetings = Meeting.objects.select_related("region", "series")
    old = meetings.filter(pk=key).first()
    if old is None or not model_admin.has_view_permission(request, old):
        return
    region = request.GET.get(REGION, "")
    request.beginning = (
        old,
        Region.objects.filter(pk=region).first() if is_key(region) else None,
        _day(request.GET.get(DAY, "")),
    )


def _day(text: str) -> datetime.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def beginning_of(request) -> Beginning | None:
    """Return the meeting, the region and the day that a new meeting begins from."""
    return getattr(request, "beginning", None)
