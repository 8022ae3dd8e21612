"""What waits for a member of staff: one list, counted on the first page and opened as a list.

A line of the first page and the list behind it are the same condition over the same
rows, so that the count is that of the rows.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib import admin
from django.db.models import Count, Exists, Model, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.admin_filters import UncountedFilter
from consultations.completeness import is_incomplete
from consultations.models import (
    Commitment,
    Meeting,
    MeetingSeries,
    PartnershipAgreement,
    Publication,
    PublicationStep,
)
from consultations.status import Status

ENDING_WITHIN = datetime.timedelta(days=90)
OVER = (Status.COMPLETED, Status.TERMINATED, Status.EXPIRED)
# So many records are named on the first page where somebody left a remark on them.
NAMED = 5


class Desk:
    """One person on one day: what the conditions ask about, read once."""

    def __init__(self, user):
        self.user = user
        self.today = timezone.localdate()

    @cached_property
    def regions(self) -> list[int]:
        """The regions that the person works on; empty for all."""
        return list(self.user.regions.values_list("pk", flat=True))

    @cached_property
    def summary_deadlines(self) -> list[int]:
        """The numbers of days within which series want their summaries."""
        return list(
            MeetingSeries.objects.filter(summary_due_days__isnull=False)
            .order_by()
            .values_list("summary_due_days", flat=True)
            .distinct()
        )


Condition = Callable[[type[Model], Desk], Q]


def _among(records) -> Q:
    return Q(pk__in=records.order_by().values("pk"))


def own_drafts(model, desk: Desk) -> Q:
    """Drafts that the person began and that nobody sent back."""
    return Q(publication=Publication.DRAFT, created_by=desk.user) & ~_among(
        model.objects.returned()
    )


def returned(model, desk: Desk) -> Q:
    """Own drafts that review sent back."""
    return Q(created_by=desk.user) & _among(model.objects.returned())


def scheduled(model, desk: Desk) -> Q:
    """Records whose publication is set for a moment to come."""
    return _among(model.objects.scheduled())


def in_review(model, desk: Desk) -> Q:
    """What others sent to review: nobody reviews their own record."""
    return Q(publication=Publication.IN_REVIEW) & ~Q(created_by=desk.user)


def submitted(model, desk: Desk) -> Q:
    """Records that the person sent to review and that nobody decided on yet."""
    key = PublicationStep.key_of(model)
    sent = PublicationStep.objects.filter(
        kind=PublicationStep.Kind.SUBMITTED, by=desk.user, **{f"{key}__isnull": False}
    )
    return Q(publication=Publication.IN_REVIEW) & Q(pk__in=sent.order_by().values(key))


def summary_overdue(model, desk: Desk) -> Q:
    """Meetings held that still lack their summary after the days of their series."""
    overdue = Q(pk__in=[])
    for days in desk.summary_deadlines:
        last_day = desk.today - datetime.timedelta(days=days)
        overdue |= _among(
            model.objects.held()
            .over_before(last_day)
            .filter(series__summary_due_days=days, summary_ar="")
        )
    return overdue & ~Q(publication=Publication.WITHDRAWN)


def ending(model, desk: Desk) -> Q:
    """Agreements whose period ends soon and that nothing has ended before."""
    soon = model.objects.filter(
        period_ends_on__range=(desk.today, desk.today + ENDING_WITHIN)
    )
    running = soon.with_status(desk.today).exclude(current_status__in=OVER)
    return ~Q(publication=Publication.WITHDRAWN) & _among(running)


def late(model, desk: Desk) -> Q:
    return _among(model.objects.late(desk.today))


def with_gaps(model, desk: Desk) -> Q:
    return ~Q(publication=Publication.WITHDRAWN) & is_incomplete(model)


def alike(model, desk: Desk) -> Q:
    """Meetings of one region on one day; stops of one tour are meant to be so."""
    others = model.objects.filter(
        # Named one by one, so that an index leads from the region to the day.
        publication__in=[
            Publication.DRAFT,
            Publication.IN_REVIEW,
            Publication.PUBLISHED,
        ],
        sorts_on=OuterRef("sorts_on"),
        date_precision=model.DatePrecision.DAY,
        part_of__isnull=True,
    ).exclude(pk=OuterRef("pk"))
    return (
        Q(date_precision=model.DatePrecision.DAY, part_of__isnull=True)
        & ~Q(publication=Publication.WITHDRAWN)
        & (
            Q(Exists(others.filter(region=OuterRef("region"))))
            | Q(Exists(others.filter(region__isnull=True)), region__isnull=True)
        )
    )


def remarks(model, keys: Iterable[int]) -> dict[int, str]:
    """Return what was said of each of the records ``keys`` when it was sent back."""
    key = PublicationStep.key_of(model)
    steps = PublicationStep.objects.filter(
        kind=PublicationStep.Kind.RETURNED, **{f"{key}__in": list(keys)}
    )
    return dict(steps.order_by("pk").values_list(key, "remark"))


@dataclass(frozen=True)
class Work:
    """Something to be done, and the records of each model with which it is.

    ``key`` stands in the addresses of the lists. The rows are those that the person may
    do ``action`` with; a notice is of their own regions only.
    """

    key: str
    label: Promise
    action: str
    models: tuple[type[Model], ...]
    condition: Condition
    is_notice: bool = False
    remarks: Callable[[type[Model], Iterable[int]], Mapping[int, str]] | None = None

    def rows(self, queryset, desk: Desk):
        """Return the rows of ``queryset`` that wait."""
        reachable = desk.user.within_reach(self.action, queryset)
        return reachable.filter(self.asked(queryset.model, desk))

    def asked(self, model, desk: Desk) -> Q:
        asked = self.condition(model, desk)
        if self.is_notice and desk.regions:
            asked &= OF_REGIONS[model](desk.regions)
        return asked


OF_REGIONS: Mapping[type[Model], Callable[[list[int]], Q]] = {
    Meeting: lambda keys: Q(region__in=keys),
    Commitment: lambda keys: Q(meeting__region__in=keys),
    PartnershipAgreement: lambda keys: _among(
        PartnershipAgreement.objects.filter(regions__in=keys)
    ),
}
RECORDS = (Meeting, PartnershipAgreement)
WORK = (
    Work(
        "returned", _("Returned to you"), "change", RECORDS, returned, remarks=remarks
    ),
    Work("review", _("Waiting for your review"), "publish", RECORDS, in_review),
    Work(
        "scheduled",
        _("Set for a later publication"),
        "publish",
        RECORDS,
        scheduled,
    ),
    Work("drafts", _("Your drafts"), "change", RECORDS, own_drafts),
    Work(
        "submitted",
        _("Submitted by you, waiting for review"),
        "view",
        RECORDS,
        submitted,
    ),
    Work(
        "overdue",
        _("Summaries overdue"),
        "view",
        (Meeting,),
        summary_overdue,
        is_notice=True,
    ),
    Work(
        "ending",
        _("Ending within 90 days"),
        "view",
        (PartnershipAgreement,),
        ending,
        is_notice=True,
    ),
    Work("late", _("Past their date"), "view", (Commitment,), late, is_notice=True),
    Work("alike", _("Possible duplicates"), "change", (Meeting,), alike),
    Work("gaps", _("Records with gaps"), "change", RECORDS, with_gaps),
)


@dataclass(frozen=True)
class Line:
    """A link of the first page: how many records of one model wait."""

    name: str
    count: int
    url: str
    named: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Waiting:
    """A heading of the first page, with what stands under it."""

    key: str
    label: Promise
    lines: list[Line]

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)


class WorkFilter(UncountedFilter):
    """The rows behind a line of the first page."""

    title = _("work")
    parameter_name = "work"

    def lookups(self, request, model_admin):
        return [(work.key, work.label) for work in _of_model(model_admin.model)]

    def queryset(self, request, queryset):
        for work in _of_model(queryset.model):
            if work.key == self.value():
                return work.rows(queryset, Desk(request.user))
        return queryset


def _of_model(model) -> list[Work]:
    return [work for work in WORK if model in work.models]


def waiting_for(request) -> list[Waiting]:
    """Return what waits for the person who asks, without what nothing waits of.

    The rows of each model are read once for each action, however many lines there are.
    """
    desk = Desk(request.user)
    by_rows = defaultdict(list)
    for work in WORK:
        for model in work.models:
            by_rows[model, work.action].append(work)
    counts = {}
    for (model, action), lines in by_rows.items():
        rows = desk.user.within_reach(action, _rows_of_list(model, request))
        counted = rows.order_by().aggregate(
            **{work.key: Count("pk", filter=work.asked(model, desk)) for work in lines}
        )
        counts |= {(key, model): count for key, count in counted.items()}
    found = [
        Waiting(
            work.key,
            work.label,
            [
                _line(work, model, counts[work.key, model], request, desk)
                for model in work.models
                if counts[work.key, model]
            ],
        )
        for work in WORK
    ]
    return [one for one in found if one.lines]


def _rows_of_list(model, request):
    return admin.site.get_model_admin(model).get_queryset(request)


def _line(work: Work, model, count: int, request, desk: Desk) -> Line:
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    named = []
    if work.remarks:
        rows = work.rows(_rows_of_list(model, request), desk)
        records = list(rows.order_by("-updated_at", "-pk")[:NAMED])
        said = work.remarks(model, [record.pk for record in records])
        named = [
            {
                "label": str(record),
                "url": reverse(f"{page}_change", args=[record.pk]),
                "remark": said.get(record.pk, ""),
            }
            for record in records
        ]
    return Line(
        capfirst(str(model._meta.verbose_name_plural)),
        count,
        f"{reverse(f'{page}_changelist')}?{WorkFilter.parameter_name}={work.key}",
        named,
    )


admin.site.waiting_for = waiting_for
