import pytest

from config.changes import announce_change
from config.models import DataVersion
from consultations.models import Meeting, PartnershipAgreement
from consultations.search import NAMED_BY
from tests.factories.consultations import (
    AgreementPartyFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_announce_change_raises_the_data_version():
    announce_change(RegionFactory())

    assert DataVersion.current() == 1


def test_records_are_found_by_the_new_name_of_an_organisation():
    organisation = OrganisationFactory(name_ar="جمعية الأمل")
    meeting = MeetingFactory()
    ParticipationFactory(meeting=meeting, organisation=organisation)
    agreement = PartnershipAgreementFactory()
    AgreementPartyFactory(agreement=agreement, organisation=organisation)
    announce_change(organisation)

    organisation.name_ar = "جمعية الوفاء"
    organisation.save()
    announce_change(organisation)

    assert list(Meeting.objects.search("الوفاء")) == [meeting]
    assert list(PartnershipAgreement.objects.search("الوفاء")) == [agreement]
    assert not Meeting.objects.search("الأمل").exists()


def test_records_are_no_longer_found_by_a_name_without_consent():
    person = PersonFactory(name_ar="سعاد بناني", consents_to_be_named=True)
    meeting = MeetingFactory()
    ParticipationFactory(meeting=meeting, person=person)
    announce_change(person)
    assert Meeting.objects.search("بناني").exists()

    person.consents_to_be_named = False
    person.save()
    announce_change(person)

    assert not Meeting.objects.search("بناني").exists()


def test_deleted_thing_changes_no_record():
    region = RegionFactory()
    region.delete()

    announce_change(region)

    assert DataVersion.current() == 1


def test_ways_to_the_records_are_those_of_the_models():
    # Each path must be one that a query can follow.
    for ways in NAMED_BY.values():
        for model, way in zip((Meeting, PartnershipAgreement), ways, strict=True):
            if way:
                model.objects.filter(**{f"{way}__isnull": True}).exists()
