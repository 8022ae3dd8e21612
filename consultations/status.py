"""Where an agreement stands: derived from its steps and its period, never typed.

The rule stands here twice, as a function and as an ORM expression, and one table of
cases holds both to each other (``tests/consultations/test_status.py``):

1. Steps dated after today have not happened yet.
2. A suspension or a resumption is taken back by a signature or an entry into force of a
   later date (it had put off the signing, not the agreement), a completion or a
   termination by a resumption of a later date.
3. Of the steps that are left and decide (all but amendments), the one of the highest
   rank wins: proposed, approved, initialled, signed, entered into force, suspended or
   resumed, completed or terminated; so a council's approval after the signature, or a
   signature after the day from which the agreement took effect, sets nothing back.
   Within a rank a later date wins, an undated step comes before every dated one, and of
   two alike the one entered last wins.
4. What was signed, entered into force, was suspended or resumed has expired once its
   period is past. What was only signed is in force while its period runs, and stays
   signed where no period is known.
5. Without a deciding step the period alone speaks: running, past, or unknown.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import pgettext_lazy


class StepKind(models.TextChoices):
    """A step in the life of an agreement."""

    PROPOSED = "proposed", pgettext_lazy("step", "proposed")
    APPROVED = "approved", pgettext_lazy("step", "approved")
    INITIALLED = "initialled", pgettext_lazy("step", "initialled")
    SIGNED = "signed", pgettext_lazy("step", "signed")
    ENTERED_INTO_FORCE = (
        "entered_into_force",
        pgettext_lazy("step", "entered into force"),
    )
    AMENDED = "amended", pgettext_lazy("step", "amended")
    SUSPENDED = "suspended", pgettext_lazy("step", "suspended")
    RESUMED = "resumed", pgettext_lazy("step", "resumed")
    COMPLETED = "completed", pgettext_lazy("step", "completed")
    TERMINATED = "terminated", pgettext_lazy("step", "terminated")


class Status(models.TextChoices):
    """Where an agreement stands on a given day."""

    PROPOSED = "proposed", pgettext_lazy("agreement", "proposed")
    APPROVED = "approved", pgettext_lazy("agreement", "approved")
    INITIALLED = "initialled", pgettext_lazy("agreement", "initialled")
    SIGNED = "signed", pgettext_lazy("agreement", "signed")
    IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
    SUSPENDED = "suspended", pgettext_lazy("agreement", "suspended")
    COMPLETED = "completed", pgettext_lazy("agreement", "completed")
    TERMINATED = "terminated", pgettext_lazy("agreement", "terminated")
    EXPIRED = "expired", pgettext_lazy("agreement", "expired")
    UNKNOWN = "unknown", pgettext_lazy("agreement", "status unknown")


RANKS = {
    StepKind.PROPOSED: 1,
    StepKind.APPROVED: 2,
    StepKind.INITIALLED: 3,
    StepKind.SIGNED: 4,
    StepKind.ENTERED_INTO_FORCE: 5,
    StepKind.SUSPENDED: 6,
    StepKind.RESUMED: 6,
    StepKind.COMPLETED: 7,
    StepKind.TERMINATED: 7,
}
# What a deciding step says when no period changes it.
MEANINGS = {
    StepKind.PROPOSED: Status.PROPOSED,
    StepKind.APPROVED: Status.APPROVED,
    StepKind.INITIALLED: Status.INITIALLED,
    StepKind.SIGNED: Status.SIGNED,
    StepKind.ENTERED_INTO_FORCE: Status.IN_FORCE,
    StepKind.SUSPENDED: Status.SUSPENDED,
    StepKind.RESUMED: Status.IN_FORCE,
    StepKind.COMPLETED: Status.COMPLETED,
    StepKind.TERMINATED: Status.TERMINATED,
}
# Steps, and those that take them back where they bear a later date.
TAKEN_BACK = (
    (
        (StepKind.SUSPENDED, StepKind.RESUMED),
        (StepKind.SIGNED, StepKind.ENTERED_INTO_FORCE),
    ),
    ((StepKind.COMPLETED, StepKind.TERMINATED), (StepKind.RESUMED,)),
)
# Once one of these is the last step, a past period ends the agreement.
EXPIRING = (
    StepKind.SIGNED,
    StepKind.ENTERED_INTO_FORCE,
    StepKind.SUSPENDED,
    StepKind.RESUMED,
)


@dataclass(frozen=True)
class Step:
    """A step as the rule sees it; ``order`` tells which of two was entered last."""

    kind: str
    date: datetime.date | None = None
    order: int = 0


def deciding_step(steps: Iterable[Step], today: datetime.date) -> Step | None:
    """Return the step that the status follows from, None if there is none."""
    happened = [
        step
        for step in steps
        if step.kind in RANKS and (step.date is None or step.date <= today)
    ]

    def is_taken_back(step):
        return any(
            step.kind in kinds and later.kind in takers and later.date > step.date
            for kinds, takers in TAKEN_BACK
            for later in happened
            if step.date and later.date
        )

    return max(
        (step for step in happened if not is_taken_back(step)),
        key=lambda step: (
            RANKS[step.kind],
            step.date or datetime.date.min,
            step.order,
        ),
        default=None,
    )


def derive_status(
    steps: Iterable[Step],
    *,
    period_starts_on: datetime.date | None = None,
    period_ends_on: datetime.date | None = None,
    today: datetime.date,
) -> Status:
    """Return the status on ``today`` of an agreement with these steps and period."""
    is_past = period_ends_on is not None and period_ends_on < today
    is_running = (
        not is_past and period_starts_on is not None and period_starts_on <= today
    )
    step = deciding_step(steps, today)
    if step is None:
        if is_past:
            return Status.EXPIRED
        return Status.IN_FORCE if is_running else Status.UNKNOWN
    if is_past and step.kind in EXPIRING:
        return Status.EXPIRED
    if is_running and step.kind == StepKind.SIGNED:
        return Status.IN_FORCE
    return MEANINGS[step.kind]


def deciding_step_expression(today: datetime.date, steps: models.QuerySet) -> Subquery:
    """Return ``deciding_step`` as an expression over agreements: the kind of the step.

    ``steps`` are all agreement steps, unfiltered.
    """
    taken_back = Q()
    for kinds, takers in TAKEN_BACK:
        later = steps.filter(
            agreement=OuterRef("agreement"),
            kind__in=takers,
            date__gt=OuterRef("date"),
            date__lte=today,
        )
        taken_back |= Q(Exists(later), kind__in=kinds)
    return Subquery(
        steps.filter(agreement=OuterRef("pk"), kind__in=RANKS)
        .filter(Q(date__isnull=True) | Q(date__lte=today))
        .exclude(taken_back)
        .order_by(
            Case(
                *(When(kind=kind, then=Value(rank)) for kind, rank in RANKS.items())
            ).desc(),
            F("date").desc(nulls_last=True),
            "-pk",
        )
        .values("kind")[:1]
    )


def status_expression(today: datetime.date) -> Case:
    """Return ``derive_status`` as an expression over agreements.

    They must be annotated with ``deciding_step`` (see above).
    """
    is_past = Q(period_ends_on__lt=today)
    is_running = Q(period_starts_on__lte=today)
    # Each branch may rely on the ones above it having been refused.
    return Case(
        When(is_past & Q(deciding_step__in=EXPIRING), then=Value(Status.EXPIRED)),
        When(
            is_running & Q(deciding_step=StepKind.SIGNED), then=Value(Status.IN_FORCE)
        ),
        *(
            When(deciding_step=kind, then=Value(status))
            for kind, status in MEANINGS.items()
        ),
        When(is_past, then=Value(Status.EXPIRED)),
        When(is_running, then=Value(Status.IN_FORCE)),
        default=Value(Status.UNKNOWN),
        output_field=models.CharField(),
    )
