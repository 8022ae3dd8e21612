import datetime
import re

import pytest

from tests.factories.consultations import (
    AgreementPartyFactory,
    CommitmentFactory,
    ExpectationFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ThemeFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    OrganisationKindFactory,
    ParticipantCategoryFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


def words(html):
    """Return what a page says, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page(client, organisation, prefix="/en"):
    return client.get(f"{prefix}/organisations/{organisation.pk}/")


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_at_any_size(
    client, count, django_assert_num_queries
):
    organisation = OrganisationFactory()
    for day in range(1, count + 1):
        meeting = MeetingFactory(
            region=RegionFactory(), starts_on=datetime.date(2022, 1, day)
        )
        ParticipationFactory(
            meeting=meeting,
            organisation=organisation,
            person=PersonFactory(),
            office=OfficeFactory(),
        )
        party = AgreementPartyFactory(organisation=organisation)
        party.agreement.regions.add(RegionFactory())
        ExpectationFactory(
            meeting=meeting, organisation=organisation, theme=ThemeFactory()
        )
        CommitmentFactory(
            meeting=meeting, owner=organisation, agreement=party.agreement
        )

    # where it appears, in four; itself; participations; agreements, their regions and
    # its part in them; expectations, commitments late and newest; the date of the data
    with django_assert_num_queries(14):
        dossier = page(client, organisation).context["dossier"]

    assert [
        len(found)
        for found in (
            dossier.attended,
            dossier.agreements,
            dossier.follow_up.expectations,
            dossier.follow_up.commitments,
        )
    ] == [count] * 4


def test_page_states_who_the_organisation_is(client):
    organisation = OrganisationFactory(
        name_en="Regional council of Oriental",
        category=ParticipantCategoryFactory(code="councils", name_en="Councils"),
        kind=OrganisationKindFactory(name_en="Regional council"),
        region=RegionFactory(oriental=True),
        website="https://oriental.example/",
        other_names="CRO\nمجلس الجهة الشرقية",
    )
    CommitmentFactory(owner=organisation)

    html = page(client, organisation).content.decode()

    facts = html.split('<dl class="meta">')[1].split("</dl>")[0]
    assert words(facts) == (
        "Participant category Councils Kind of organisation Regional council Territory "
        "Oriental Website https://oriental.example/ Other names and spellings CRO "
        "مجلس الجهة الشرقية"
    )
    assert '<a href="/en/participants/councils/">' in facts
    assert '<a href="/en/regions/oriental/">' in facts


@pytest.mark.parametrize(
    ("where", "said"), [({"country": "BF"}, "foreign body ( BF )"), ({}, "National")]
)
def test_page_tells_foreign_bodies_from_national_ones(client, where, said):
    organisation = OrganisationFactory(**where)
    CommitmentFactory(owner=organisation)

    html = page(client, organisation).content.decode()

    assert f"Territory {said}" in words(html.split('<dl class="meta">')[1])


def test_page_says_in_what_capacity_it_took_part_newest_meeting_first(client):
    organisation = OrganisationFactory()
    for day, capacity in ((1, "host"), (2, "chair")):
        ParticipationFactory(
            meeting=MeetingFactory(
                title_en=f"Meeting {day}",
                starts_on=datetime.date(2022, 1, day),
                region=RegionFactory(code=f"0{day}", name_en=f"Region {day}"),
            ),
            organisation=organisation,
            capacity=capacity,
        )
    undated = MeetingFactory(title_en="Meeting 3", announced_only=True, undated=True)
    for capacity in ("partner", "speaker"):
        ParticipationFactory(
            meeting=undated, organisation=organisation, capacity=capacity
        )

    html = page(client, organisation).content.decode()

    body = html.split("<tbody>")[1].split("</tbody>")[0]
    assert [words(row) for row in body.split("</tr>")[:-1]] == [
        "Meeting 2 Sunday 2 January 2022 Region 2 chair",
        "Meeting 1 Saturday 1 January 2022 Region 1 host",
        "Meeting 3 announced not mentioned in the sources National partner speaker",
    ]


def test_page_states_its_part_in_each_agreement(client):
    organisation = OrganisationFactory()
    known, unknown = PartnershipAgreementFactory.create_batch(2, title_en="Agreement")
    AgreementPartyFactory(
        agreement=known, organisation=organisation, role="funder", contribution=5000
    )
    AgreementPartyFactory(agreement=known, role="implementer", contribution=777)
    AgreementPartyFactory(agreement=unknown, organisation=organisation)

    html = page(client, organisation).content.decode()

    body = html.split('id="agreements"')[1].split("<tbody>")[1].split("</tbody>")[0]
    assert [words(row) for row in body.split("</tr>")[:-1]] == [
        f"Agreement {unknown.reference} status unknown role not stated not mentioned in "
        "the sources",
        f"Agreement {known.reference} status unknown funder MAD 5,000",
    ]


def test_page_cuts_its_lists_and_says_of_how_many(client, monkeypatch):
    monkeypatch.setattr("consultations.dossiers.organisation.SHOWN", 1)
    organisation = OrganisationFactory()
    for _ in range(2):
        ParticipationFactory(organisation=organisation)
        AgreementPartyFactory(organisation=organisation)

    html = page(client, organisation).content.decode()

    assert html.count("The latest 1 of 2 are shown.") == 2


def test_page_names_persons_in_an_office_or_with_consent_only(client):
    organisation = OrganisationFactory()
    for person, office in (
        (PersonFactory(name_fr="Named Official"), OfficeFactory(president=True)),
        (PersonFactory(name_fr="Willing Guest", consents_to_be_named=True), None),
        (PersonFactory(name_fr="Private Guest"), None),
    ):
        ParticipationFactory(organisation=organisation, person=person, office=office)

    html = page(client, organisation, "/fr").content.decode()

    assert "Président du conseil régional – Named Official" in words(html)
    assert "Willing Guest" in html
    assert "Private Guest" not in html


@pytest.mark.parametrize(
    "appear",
    [
        lambda one: OrganisationFactory(),
        lambda one: ParticipationFactory(
            organisation=one, meeting=MeetingFactory(draft=True)
        ),
        lambda one: ParticipationFactory(
            organisation=one, meeting=MeetingFactory(withdrawn=True)
        ),
        lambda one: AgreementPartyFactory(
            organisation=one, agreement=PartnershipAgreementFactory(draft=True)
        ),
        lambda one: CommitmentFactory(owner=one, meeting=MeetingFactory(draft=True)),
        lambda one: ExpectationFactory(
            organisation=one, meeting=MeetingFactory(withdrawn=True)
        ),
    ],
    ids=["nowhere", "draft", "withdrawn", "agreement", "commitment", "expectation"],
)
def test_organisation_that_no_published_record_names_is_not_found(client, appear):
    organisation = OrganisationFactory(name_ar="هيئة مكتومة")
    appear(organisation)
    ParticipationFactory()

    response = client.get(f"/organisations/{organisation.pk}/")

    assert response.status_code == 404
    assert "مكتومة" not in response.content.decode()


@pytest.mark.parametrize(
    "appear",
    [
        lambda one: ParticipationFactory(organisation=one),
        lambda one: AgreementPartyFactory(organisation=one),
        lambda one: CommitmentFactory(owner=one),
        lambda one: ExpectationFactory(organisation=one),
    ],
    ids=["participation", "agreement", "commitment", "expectation"],
)
def test_organisation_has_a_page_wherever_it_appears(client, appear):
    organisation = OrganisationFactory(name_ar="هيئة علنية")
    appear(organisation)

    html = client.get(organisation.get_absolute_url()).content.decode()

    assert "<h1>هيئة علنية</h1>" in html


def test_drafts_of_a_public_organisation_stay_hidden(client):
    organisation = OrganisationFactory()
    ParticipationFactory(organisation=organisation)
    draft = MeetingFactory(draft=True, title_ar="لقاء مكتوم")
    agreement = PartnershipAgreementFactory(draft=True, title_ar="اتفاقية مكتومة")
    ParticipationFactory(organisation=organisation, meeting=draft)
    AgreementPartyFactory(organisation=organisation, agreement=agreement)
    CommitmentFactory(owner=organisation, meeting=draft, text_ar="التزام مكتوم")
    CommitmentFactory(owner=organisation, agreement=agreement)
    ExpectationFactory(organisation=organisation, meeting=draft, text_ar="انتظار مكتوم")

    html = client.get(organisation.get_absolute_url()).content.decode()

    assert "مكتوم" not in html
    assert agreement.reference not in html


@pytest.mark.parametrize("pk", ["0", "9" * 40, "-1", "x"])
def test_unknown_organisation_is_not_found(client, pk):
    ParticipationFactory(organisation=OrganisationFactory())

    assert client.get(f"/organisations/{pk}/").status_code == 404
