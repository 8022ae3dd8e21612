"""One agreement as its page shows it, in a constant number of queries."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from consultations.dates import period_in_words
from consultations.dossiers.chain import Chain, build_chain, progress_on
from consultations.dossiers.description import describe_agreement
from consultations.dossiers.evidence import Evidence, evidence_of, evidence_parts
from consultations.models import (
    AgreementComponent,
    AgreementParty,
    AgreementStep,
    AidDistribution,
    Commitment,
    Discrepancy,
    Expectation,
    Meeting,
    PartnershipAgreement,
    is_public,
)
from consultations.status import Step, StepKind, deciding_step

# What sources disagree on and the head of the page states: to be read right beside it.
HEAD_MATTERS = (Discrepancy.Matter.STATUS, Discrepancy.Matter.AMOUNT)

# What a meeting does to an agreement that is still to be signed.
BEFORE = (StepKind.PROPOSED, StepKind.APPROVED, StepKind.INITIALLED)


@dataclass(frozen=True)
class ComponentsOfKind:
    """Components of one kind that follow each other, the first of them numbered."""

    kind: str
    first: int
    components: list[AgreementComponent]


@dataclass(frozen=True)
class AgreementDossier:
    """``caveats`` are the discrepancies about what the head of the page states."""

    description: str
    period: str
    parties: list[AgreementParty]
    contributions: Decimal | None
    parties_without_contribution: int
    components: list[ComponentsOfKind]
    steps: list[AgreementStep]
    meetings: list[Meeting]
    led_to_it: list[Meeting]
    signed_at: list[Meeting]
    chain: Chain
    aid: list[AidDistribution]
    evidence: Evidence
    caveats: list[Discrepancy]
    related: list[tuple[str, PartnershipAgreement]]


def _parts() -> list:
    published = Meeting.objects.published()
    return [
        "regions",
        "provinces",
        "themes",
        "target_groups",
        Prefetch(
            "parties",
            AgreementParty.objects.select_related(
                "organisation", "signed_by", "signatory_office"
            ),
        ),
        Prefetch("components", AgreementComponent.objects.all()),
        Prefetch(
            "steps",
            AgreementStep.objects.prefetch_related(Prefetch("meeting", published)),
        ),
        Prefetch(
            "commitments",
            Commitment.objects.published()
            .select_related("owner", "theme", "meeting")
            .prefetch_related(
                Prefetch(
                    "answers",
                    Expectation.objects.select_related(
                        "category", "organisation", "theme"
                    ),
                ),
            ),
        ),
        Prefetch(
            "aid_distributions",
            AidDistribution.objects.filter(is_public("meeting")).select_related(
                "programme", "meeting"
            ),
        ),
        *evidence_parts(),
    ]


def _related(
    agreement: PartnershipAgreement,
) -> list[tuple[str, PartnershipAgreement]]:
    """Return the published agreements that this one is tied to, and by what tie."""
    tied = Q(amends=agreement) | Q(based_on=agreement)
    for pk in filter(None, (agreement.amends_id, agreement.based_on_id)):
        tied |= Q(pk=pk)
    # The few that are tied are found by their keys; asked for what is published too, a
    # database may read all of that instead.
    others = PartnershipAgreement.objects.filter(tied).order_by()
    related = []
    for other in sorted(others, key=attrgetter("reference")):
        if not other.is_published:
            continue
        if other.pk == agreement.amends_id:
            related.append(("amends", other))
        if other.pk == agreement.based_on_id:
            related.append(("based_on", other))
        if other.amends_id == agreement.pk:
            related.append(("amended_by", other))
        if other.based_on_id == agreement.pk:
            related.append(("applied_by", other))
    return related


def _meetings_of(steps, commitments) -> list[Meeting]:
    """Return the published meetings of its steps and commitments, earliest first."""
    meetings = {step.meeting.pk: step.meeting for step in steps if step.meeting}
    meetings |= {one.meeting.pk: one.meeting for one in commitments}
    return sorted(meetings.values(), key=lambda one: (one.sorts_on, one.pk))


def _meetings_that_led_to_it(meetings, steps, commitments) -> list[Meeting]:
    """Return those of ``meetings`` that committed to it or took a step before it."""
    led = {one.meeting.pk for one in commitments}
    led |= {step.meeting.pk for step in steps if step.meeting and step.kind in BEFORE}
    return [one for one in meetings if one.pk in led]


def _meetings_where_signed(meetings, steps, led_to_it) -> list[Meeting]:
    """Return those of ``meetings`` whose only tie is that it was signed there."""
    signed = {
        step.meeting.pk
        for step in steps
        if step.meeting and step.kind == StepKind.SIGNED
    }
    return [one for one in meetings if one.pk in signed and one not in led_to_it]


def _public_steps(agreement: PartnershipAgreement) -> list[AgreementStep]:
    """Return its steps, the one that the status follows from marked."""
    steps = list(agreement.steps.all())
    deciding = deciding_step(
        [Step(step.kind, step.date, step.pk) for step in steps], timezone.localdate()
    )
    for step in steps:
        step.is_deciding = deciding is not None and step.pk == deciding.order
    return steps


def _by_kind(components: list[AgreementComponent]) -> list[ComponentsOfKind]:
    """Return the components in their order, so that each kind is named but once a run."""
    runs, first = [], 1
    for _kind, run in groupby(components, key=attrgetter("kind")):
        of_kind = list(run)
        runs.append(ComponentsOfKind(of_kind[0].get_kind_display(), first, of_kind))
        first += len(of_kind)
    return runs


def read_agreement(agreement: PartnershipAgreement) -> AgreementDossier:
    """Return everything that the page of ``agreement`` shows beside its own columns.

    Meetings and agreements that are not public themselves are left out.
    """
    prefetch_related_objects([agreement], *_parts())
    parties = list(agreement.parties.all())
    components = list(agreement.components.all())
    steps = _public_steps(agreement)
    commitments = list(agreement.commitments.all())
    expectations = {
        answered.pk: answered for one in commitments for answered in one.answers.all()
    }
    evidence = evidence_of(agreement)
    progress = progress_on(commitments, [agreement])
    evidence.mark(parties, components, steps, progress)
    aid = list(agreement.aid_distributions.all())
    meetings = _meetings_of(steps, commitments)
    led_to_it = _meetings_that_led_to_it(meetings, steps, commitments)
    given = [one.contribution for one in parties if one.contribution is not None]
    return AgreementDossier(
        description=describe_agreement(agreement),
        period=period_in_words(agreement.period_starts_on, agreement.period_ends_on),
        parties=parties,
        contributions=sum(given, Decimal(0)) if given else None,
        parties_without_contribution=len(parties) - len(given),
        components=_by_kind(components),
        steps=steps,
        meetings=meetings,
        led_to_it=led_to_it,
        signed_at=_meetings_where_signed(meetings, steps, led_to_it),
        chain=build_chain(
            expectations.values(), commitments, [agreement], progress, aid=aid
        ),
        aid=aid,
        evidence=evidence,
        caveats=[one for one in evidence.discrepancies if one.matter in HEAD_MATTERS],
        related=_related(agreement),
    )
