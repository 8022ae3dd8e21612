import datetime

import pytest

from consultations.dossiers.organisation import read_organisation
from tests.factories.consultations import (
    AgreementPartyFactory,
    MeetingFactory,
    ParticipationFactory,
)
from tests.factories.stakeholders import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_parts_in_one_meeting_stand_together():
    organisation = OrganisationFactory()
    old, new = (
        MeetingFactory(starts_on=datetime.date(year, 1, 1)) for year in (2020, 2022)
    )
    chair, speaker = (
        ParticipationFactory(meeting=new, organisation=organisation, order=order)
        for order in (1, 2)
    )
    guest = ParticipationFactory(meeting=old, organisation=organisation)
    ParticipationFactory(meeting=new)

    attended = read_organisation(organisation.pk).attended

    assert [(one.meeting, one.participations) for one in attended] == [
        (new, [chair, speaker]),
        (old, [guest]),
    ]


def test_agreement_stands_once_with_all_that_the_organisation_is_in_it():
    organisation = OrganisationFactory()
    funder = AgreementPartyFactory(organisation=organisation, role="funder", order=1)
    also = AgreementPartyFactory(
        agreement=funder.agreement,
        organisation=organisation,
        role="implementer",
        order=2,
    )
    AgreementPartyFactory(agreement=funder.agreement)

    (agreement,) = read_organisation(organisation.pk).agreements

    assert agreement.parties_here == [funder, also]
