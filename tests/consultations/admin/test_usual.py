import datetime

import pytest
from django.urls import reverse

from consultations.admin import usual
from tests.factories.consultations import (
    AgreementPartyFactory,
    DatedMeetingFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def offered(client, model="participation", field="organisation", **asked):
    """Return the names that the autocomplete of a field offers, in their order."""
    answer = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "consultations",
            "model_name": model,
            "field_name": field,
            **asked,
        },
    )
    return [one["text"] for one in answer.json()["results"]]


@pytest.fixture
def region():
    return RegionFactory()


def test_bodies_of_the_region_come_first_by_how_often_they_took_part(
    staff_client, region
):
    alone, own, often, once, party = [
        OrganisationFactory(name_ar=name, region=of)
        for name, of in (
            ("أ هيئة", None),
            ("ب هيئة", region),
            ("ج هيئة", None),
            ("د هيئة", None),
            ("هـ هيئة", None),
        )
    ]
    for number in range(2):
        meeting = MeetingFactory(region=region, draft=bool(number))
        ParticipationFactory.create_batch(2, meeting=meeting, organisation=often)
    ParticipationFactory.create_batch(
        5, meeting=MeetingFactory(region=region), organisation=once
    )
    ParticipationFactory.create_batch(9, organisation=alone)
    agreement = PartnershipAgreementFactory()
    agreement.regions.add(region)
    AgreementPartyFactory(agreement=agreement, organisation=party)
    AgreementPartyFactory(agreement=agreement, organisation=often)

    assert offered(staff_client, region=region.pk) == [
        "ج هيئة",
        "د هيئة",
        "هـ هيئة",
        "ب هيئة",
        "أ هيئة",
    ]
    assert offered(staff_client) == [
        str(one) for one in (alone, own, often, once, party)
    ]
    assert offered(staff_client, region=region.pk, term="أ") == ["أ هيئة"]


def test_persons_of_the_region_come_first(staff_client, region):
    first, signs, speaks = [PersonFactory(name_ar=name) for name in ("أ", "ب", "ج")]
    for _number in range(2):
        ParticipationFactory(meeting=MeetingFactory(region=region), person=speaks)
    agreement = PartnershipAgreementFactory()
    agreement.regions.add(region)
    AgreementPartyFactory(agreement=agreement, signed_by=signs)

    found = offered(staff_client, field="person", region=region.pk)
    of_agreement = offered(
        staff_client, "agreementparty", "signed_by", region=region.pk
    )

    assert found == of_agreement == ["ج", "ب", "أ"]
    assert offered(staff_client, field="person") == [
        str(one) for one in (first, signs, speaks)
    ]


def test_region_of_the_meeting_counts_where_a_page_names_only_that(
    staff_client, region
):
    OrganisationFactory(name_ar="أ")
    usual_one = OrganisationFactory(name_ar="ب")
    meeting = MeetingFactory(region=region)
    ParticipationFactory(meeting=meeting, organisation=usual_one)

    def found(key):
        return offered(staff_client, "commitment", "owner", meeting=key)

    assert found(meeting.pk) == ["ب", "أ"]
    assert found(MeetingFactory().pk) == ["أ", "ب"]


@pytest.mark.parametrize("asked", ["x", "", "-1", "1" * 40, "\x00"])
def test_region_that_is_none_leaves_the_order_of_names(staff_client, asked):
    names = ["أ", "ب"]
    for name in reversed(names):
        OrganisationFactory(name_ar=name)

    assert offered(staff_client, region=asked) == names
    assert offered(staff_client, meeting=asked) == names


def test_only_the_latest_records_say_what_is_usual(staff_client, region, monkeypatch):
    monkeypatch.setattr(usual, "LATEST", 1)
    OrganisationFactory(name_ar="أ")
    before, now = OrganisationFactory(name_ar="ب"), OrganisationFactory(name_ar="ج")
    ParticipationFactory(
        meeting=DatedMeetingFactory(region=region, starts_on=datetime.date(2020, 1, 1)),
        organisation=before,
    )
    ParticipationFactory(meeting=DatedMeetingFactory(region=region), organisation=now)

    assert offered(staff_client, region=region.pk) == ["ج", "أ", "ب"]


@pytest.mark.parametrize("count", [1, 30])
def test_autocomplete_asks_the_same_number_of_queries(
    staff_client, region, count, django_assert_num_queries
):
    for _number in range(count):
        ParticipationFactory(
            meeting=MeetingFactory(region=region), organisation=OrganisationFactory()
        )

    with django_assert_num_queries(6):
        found = offered(staff_client, region=region.pk)

    assert len(found) == min(count, 20)
