"""One organisation: the published records that name it, newest first and cut."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch

from config.public_state import kept_per_state
from consultations.dates import meeting_days
from consultations.dossiers.follow_up import (
    LONG_TEXTS_OF_MEETING,
    NEWEST_MEETING_FIRST,
    FollowUp,
    follow_up,
)
from consultations.models import (
    AgreementParty,
    Commitment,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
    is_public,
)

SHOWN = 20


@dataclass(frozen=True)
class Attended:
    """A meeting, and in what capacity those of the organisation took part in it."""

    meeting: Meeting
    participations: list[Participation]

    @property
    def days(self) -> str:
        return meeting_days(self.meeting)


@dataclass(frozen=True)
class OrganisationDossier:
    attended: list[Attended]
    agreements: list[PartnershipAgreement]
    follow_up: FollowUp


@kept_per_state(entries=64)
def read_organisation(organisation: int) -> OrganisationDossier:
    """Return what the page of an organisation lists, in a constant number of queries.

    The ``parties_here`` of an agreement are those that the organisation is.
    """
    participations = (
        Participation.objects.filter(is_public("meeting"), organisation=organisation)
        .select_related("meeting__region", "person", "office")
        .defer(*LONG_TEXTS_OF_MEETING)
        .order_by(*NEWEST_MEETING_FIRST)[:SHOWN]
    )
    parties = AgreementParty.objects.filter(organisation=organisation)
    return OrganisationDossier(
        attended=[
            Attended(meeting, list(rows))
            for meeting, rows in groupby(participations, key=lambda row: row.meeting)
        ],
        agreements=list(
            PartnershipAgreement.objects.published()
            .filter(pk__in=parties.values("agreement"))
            .for_list()
            .prefetch_related(Prefetch("parties", parties, to_attr="parties_here"))[
                :SHOWN
            ]
        ),
        follow_up=follow_up(
            Expectation.objects.filter(organisation=organisation),
            Commitment.objects.filter(owner=organisation),
        ),
    )
