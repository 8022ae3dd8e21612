"""One meeting as its page shows it: the whole record, in a constant number of queries."""

import operator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from consultations.dates import meeting_days, meeting_time, period_in_words
from consultations.dossiers.attendance import PublicAttendance, public_attendance
from consultations.dossiers.chain import Chain, build_chain, progress_on
from consultations.dossiers.description import describe_meeting
from consultations.dossiers.evidence import Evidence, evidence_of, evidence_parts
from consultations.models import (
    AgendaItem,
    AgreementStep,
    AidDistribution,
    Attendance,
    Commitment,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
    Publication,
    is_public,
)


@dataclass(frozen=True)
class Heard:
    """A category, and who of it took part."""

    category: object
    participations: list[Participation]


@dataclass(frozen=True)
class Neighbours:
    """The meetings before and after one, in its series or in its region."""

    previous: Meeting | None
    next: Meeting | None

    def __bool__(self):
        return self.previous is not None or self.next is not None


@dataclass(frozen=True)
class MeetingDossier:
    description: str
    days: str
    time: str
    series_window: str
    chairs: list[Participation]
    heard: list[Heard]
    attendance: PublicAttendance
    agenda: list[AgendaItem]
    visits: list[AgendaItem]
    chain: Chain
    agreements_unrecorded: bool
    aid: list[AidDistribution]
    evidence: Evidence
    in_series: Neighbours
    in_region: Neighbours
    related: list[tuple[str, Meeting]]


def _parts() -> list:
    return [
        "provinces",
        "themes",
        Prefetch(
            "participations",
            Participation.objects.select_related(
                "category", "organisation", "person", "office", "on_behalf_of"
            ),
        ),
        Prefetch("attendances", Attendance.objects.select_related("category")),
        Prefetch("agenda_items", AgendaItem.objects.select_related("presenter")),
        Prefetch(
            "expectations",
            Expectation.objects.select_related("category", "organisation", "theme"),
        ),
        Prefetch(
            "commitments",
            Commitment.objects.select_related("owner", "theme").prefetch_related(
                "answers"
            ),
        ),
        Prefetch(
            "aid_distributions",
            AidDistribution.objects.select_related("programme", "legal_basis"),
        ),
        *evidence_parts(),
    ]


def _keys_of_agreements(meeting: Meeting) -> QuerySet:
    # One list of keys: two, either of which would do, make PostgreSQL read all rows.
    return (
        AgreementStep.objects.filter(meeting=meeting)
        .order_by()
        .values("agreement")
        .union(
            Commitment.objects.filter(meeting=meeting).order_by().values("agreement")
        )
    )


def _has_agreements(meeting: Meeting) -> bool:
    """Say whether an agreement is recorded for the meeting, whoever may see it."""
    keys = _keys_of_agreements(meeting)
    return PartnershipAgreement.objects.filter(pk__in=keys).exists()


def _agreements_of(
    meeting: Meeting, *, is_preview: bool, among: QuerySet | None = None
) -> list[PartnershipAgreement]:
    """Return the agreements that had a step here or that it led to, drafts in previews.

    With ``among``, only those of them.
    """
    shown = ~Q(publication=Publication.WITHDRAWN) if is_preview else is_public()
    keys = _keys_of_agreements(meeting)
    if among is None:
        among = PartnershipAgreement.objects.all()
    agreements = (
        among.filter(shown, pk__in=keys).prefetch_related("steps").order_by("reference")
    )
    for agreement in agreements:
        agreement.steps_here = [
            step for step in agreement.steps.all() if step.meeting_id == meeting.pk
        ]
    return list(agreements)


def _heard(participations: list[Participation]) -> list[Heard]:
    ordered = sorted(
        participations, key=lambda one: (one.category.order, one.category.code)
    )
    return [
        Heard(category, list(rows))
        for category, rows in groupby(ordered, key=lambda one: one.category)
    ]


def _related(meeting: Meeting, others: list[Meeting]) -> list[tuple[str, Meeting]]:
    """Return those of ``others`` that the meeting is tied to, and by what tie."""
    related = []
    for other in others:
        if other.pk == meeting.follows_id:
            related.append(("follows", other))
        if other.pk == meeting.part_of_id:
            related.append(("part_of", other))
        if other.follows_id == meeting.pk:
            related.append(("followed_by", other))
        if other.part_of_id == meeting.pk:
            related.append(("has_part", other))
    return related


def _neighbours(meeting: Meeting, others: list[Meeting], place) -> Neighbours:
    """Return those right before and after ``meeting``, in the order that ``place`` gives.

    ``place`` is None for a meeting that has no place in that order.
    """
    if (here := place(meeting)) is None:
        return Neighbours(None, None)
    placed = [(place(one), one) for one in others if place(one) is not None]
    before = [pair for pair in placed if pair[0] < here]
    after = [pair for pair in placed if pair[0] > here]
    first = operator.itemgetter(0)
    found = Neighbours(
        max(before, key=first)[1] if before else None,
        min(after, key=first)[1] if after else None,
    )
    for other in filter(None, (found.previous, found.next)):
        other.days = meeting_days(other)
    return found


def read_meeting(
    meeting: Meeting, *, is_preview: bool = False, agreements: QuerySet | None = None
) -> MeetingDossier:
    """Return everything that the page of ``meeting`` shows beside its own columns.

    Agreements and meetings that are not public themselves are left out, whoever asks;
    a preview shows agreements that may be published with it, those among ``agreements``.
    """
    prefetch_related_objects([meeting], *_parts())
    participations = list(meeting.participations.all())
    attendances = list(meeting.attendances.all())
    agenda = list(meeting.agenda_items.all())
    agreements = _agreements_of(meeting, is_preview=is_preview, among=agreements)
    public = {agreement.pk for agreement in agreements}
    aid = list(meeting.aid_distributions.all())
    for distribution in aid:
        basis = distribution.legal_basis
        distribution.public_legal_basis = (
            basis if basis and (basis.pk in public or basis.is_published) else None
        )
    named = {row.person_id for row in participations if row.public_person}
    for item in agenda:
        person = item.presenter
        item.public_presenter = (
            person.name
            if person and (person.pk in named or person.consents_to_be_named)
            else ""
        )
    expectations, commitments = meeting.expectations.all(), meeting.commitments.all()
    progress = progress_on(commitments, agreements, meeting)
    evidence = evidence_of(meeting)
    evidence.mark(
        participations,
        attendances,
        agenda,
        expectations,
        commitments,
        aid,
        progress,
    )
    reported = meeting.agreements_reported
    others = list(Meeting.objects.around(meeting))
    days = meeting_days(meeting)
    return MeetingDossier(
        description=describe_meeting(meeting, days),
        days=days,
        time=meeting_time(meeting),
        series_window=period_in_words(series.announced_from, series.announced_to)
        if (series := meeting.series)
        else "",
        chairs=[row for row in participations if row.chairs],
        heard=_heard(participations),
        attendance=public_attendance(
            attendances, {row.category_id for row in participations}
        ),
        agenda=[item for item in agenda if item.kind != AgendaItem.Kind.FIELD_VISIT],
        visits=[item for item in agenda if item.kind == AgendaItem.Kind.FIELD_VISIT],
        chain=build_chain(
            expectations,
            commitments,
            agreements,
            progress,
            aid=aid,
            legal_bases=[
                one.public_legal_basis for one in aid if one.public_legal_basis
            ],
            has_hidden=not agreements and _has_agreements(meeting),
        ),
        agreements_unrecorded=reported is not None and reported > len(agreements),
        aid=aid,
        evidence=evidence,
        in_series=_neighbours(meeting, others, meeting.place_in_series),
        in_region=_neighbours(meeting, others, meeting.place_in_region),
        related=_related(meeting, others),
    )
