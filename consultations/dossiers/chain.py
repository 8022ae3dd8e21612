"""The chain from what was expected to what was done, readable from either end.

Expectations and recommendations, commitments, agreements, what was done: each item
has its number on the page, and names the numbers of those before and after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from consultations.models import (
    AidDistribution,
    Commitment,
    Expectation,
    PartnershipAgreement,
    Progress,
)


@dataclass
class ExpectationLink:
    number: int
    expectation: Expectation
    commitments: list["CommitmentLink"] = field(default_factory=list)


@dataclass
class CommitmentLink:
    number: int
    commitment: Commitment
    is_late: bool
    expectations: list[ExpectationLink] = field(default_factory=list)
    agreement: "AgreementLink | None" = None
    progress: list["ProgressLink"] = field(default_factory=list)


@dataclass
class AgreementLink:
    number: int
    agreement: PartnershipAgreement
    is_legal_basis: bool = False
    commitments: list[CommitmentLink] = field(default_factory=list)
    progress: list["ProgressLink"] = field(default_factory=list)


@dataclass
class ProgressLink:
    """A progress report; neither commitment nor agreement means the meeting's own."""

    number: int
    progress: Progress
    commitment: CommitmentLink | None = None
    agreement: AgreementLink | None = None


@dataclass(frozen=True)
class Chain:
    """``legal_bases`` are agreements that aid was paid under, and no other tie names."""

    expectations: list[ExpectationLink]
    commitments: list[CommitmentLink]
    agreements: list[AgreementLink]
    legal_bases: list[PartnershipAgreement]
    progress: list[ProgressLink]
    aid: list[AidDistribution]
    # Agreements are recorded that the reader does not see: not “not mentioned”.
    has_hidden: bool = False

    @property
    def has_agreements(self) -> bool:
        return bool(self.agreements or self.legal_bases)

    @property
    def was_done(self) -> bool:
        """Whether anything is known to have been done: aid handed over is that too."""
        return bool(self.progress or self.aid)


def build_chain(
    expectations: Iterable[Expectation],
    commitments: Iterable[Commitment],
    agreements: Iterable[PartnershipAgreement],
    progress: Iterable[Progress],
    *,
    aid: Iterable[AidDistribution] = (),
    legal_bases: Iterable[PartnershipAgreement] = (),
    has_hidden: bool = False,
) -> Chain:
    """Return the chain of these parts, which hold what they refer to prefetched.

    Commitments hold ``answers``. ``progress`` are the reports on these commitments and
    agreements, and on the meeting itself. What is not among the parts given is not
    referred to: an agreement that is not public is not named by its commitment.
    ``legal_bases`` are the public agreements that the aid was paid under.
    """
    bases = {one.pk: one for one in legal_bases}
    today = timezone.localdate()
    expected = {
        one.pk: ExpectationLink(number, one)
        for number, one in enumerate(expectations, start=1)
    }
    agreed = {
        one.pk: AgreementLink(number, one, is_legal_basis=one.pk in bases)
        for number, one in enumerate(agreements, start=1)
    }
    committed = []
    for number, one in enumerate(commitments, start=1):
        link = CommitmentLink(
            number,
            one,
            is_late=one.is_late(today),
            expectations=[
                expected[answered.pk]
                for answered in one.answers.all()
                if answered.pk in expected
            ],
            agreement=agreed.get(one.agreement_id),
        )
        for answered in link.expectations:
            answered.commitments.append(link)
        if link.agreement:
            link.agreement.commitments.append(link)
        committed.append(link)
    return Chain(
        list(expected.values()),
        committed,
        list(agreed.values()),
        [one for pk, one in bases.items() if pk not in agreed],
        _progress(progress, committed, agreed),
        list(aid),
        has_hidden,
    )


def progress_on(commitments, agreements, meeting=None):
    """Return the reports on all of these, in one query."""
    keys = Progress.objects.filter(commitment__in=[one.pk for one in commitments])
    keys = keys.order_by().values("pk")
    others = [Progress.objects.filter(agreement__in=[one.pk for one in agreements])]
    if meeting is not None:
        others.append(Progress.objects.filter(meeting=meeting))
    # A union, because of ways that are mostly empty the databases would read all rows.
    keys = keys.union(*(other.order_by().values("pk") for other in others))
    return list(Progress.objects.filter(pk__in=keys))


def _progress(progress, committed, agreed) -> list[ProgressLink]:
    """Return all reports by date, the undated first, each tied to what it reports on."""
    commitments = {link.commitment.pk: link for link in committed}
    links = []
    for number, report in enumerate(
        sorted(
            progress,
            key=lambda one: (
                one.reported_on is not None,
                one.reported_on or timezone.localdate(),
                one.pk,
            ),
        ),
        start=1,
    ):
        link = ProgressLink(
            number,
            report,
            commitment=commitments.get(report.commitment_id),
            agreement=agreed.get(report.agreement_id),
        )
        for reported in filter(None, (link.commitment, link.agreement)):
            reported.progress.append(link)
        links.append(link)
    return links
