"""The records of one region, newest first and cut to what its page shows."""

from dataclasses import dataclass

from config.public_state import kept_per_state
from consultations.dossiers.follow_up import MEETINGS_WALKED, FollowUp, follow_up
from consultations.models import (
    Commitment,
    Expectation,
    Meeting,
    PartnershipAgreement,
)
from regions.models import Province

SHOWN = 6


@dataclass(frozen=True)
class RegionDossier:
    provinces: list[Province]
    upcoming: list[Meeting]
    meetings: list[Meeting]
    agreements: list[PartnershipAgreement]
    follow_up: FollowUp


@kept_per_state(entries=16)
def read_region(region: int) -> RegionDossier:
    """Return what the page of a region lists, in a constant number of queries."""
    meetings = Meeting.objects.published().filter(region=region)
    of_region = {"meeting__region": region}
    return RegionDossier(
        provinces=list(Province.objects.filter(region=region)),
        upcoming=list(meetings.upcoming().for_list()[:SHOWN]),
        meetings=list(meetings.not_upcoming().for_list()[:SHOWN]),
        agreements=list(
            PartnershipAgreement.objects.published()
            .filter(regions=region)
            .for_list()[:SHOWN]
        ),
        follow_up=follow_up(
            Expectation.objects.filter(**of_region),
            Commitment.objects.filter(**of_region),
            order=MEETINGS_WALKED,
        ),
    )
