import datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.exports import DATASETS
from consultations.models import Meeting
from tests.factories.consultations import (
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import OrganisationFactory

pytestmark = pytest.mark.django_db

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def read(client, path):
    response = client.get(path)
    assert response["Content-Type"] == "application/xml"
    return ElementTree.fromstring(response.content)  # noqa: S314 -- the portal's own


def pages(client):
    """Return every address that the sitemap leads to, with its alternates."""
    index = read(client, "/sitemap.xml")
    return {
        url.find("s:loc", NAMES).text: {
            link.get("hreflang"): link.get("href")
            for link in url.iterfind("x:link", NAMES)
        }
        for section in index.iterfind("s:sitemap/s:loc", NAMES)
        for url in read(client, section.text.removeprefix("http://testserver")).iter(
            "{http://www.sitemaps.org/schemas/sitemap/0.9}url"
        )
    }


def test_sitemap_names_every_public_page_in_three_languages(client):
    meeting = MeetingFactory(region=RegionFactory(oriental=True))
    agreement = PartnershipAgreementFactory()
    MeetingFactory(draft=True)
    MeetingFactory(withdrawn=True)
    PartnershipAgreementFactory(draft=True)
    organisation = OrganisationFactory()
    category = ParticipationFactory(meeting=meeting, organisation=organisation).category
    ParticipationFactory(
        meeting=MeetingFactory(draft=True),
        category=category,
        organisation=OrganisationFactory(category=category),
    )
    paths = [
        "/",
        "/meetings/",
        "/agreements/",
        "/follow-up/",
        "/regions/",
        "/participants/",
        "/statistics/",
        "/statistics/attendance/",
        "/statistics/coverage/",
        "/statistics/agreements/",
        "/statistics/commitments/",
        "/data/",
        *(f"/data/{name}/" for name in DATASETS),
        "/about/",
        "/accessibility/",
        "/privacy/",
        f"/participants/{category.code}/",
        f"/participants/{organisation.category.code}/",
        f"/organisations/{organisation.pk}/",
        "/regions/oriental/",
        f"/meetings/{meeting.slug}/",
        f"/agreements/{agreement.reference}/",
    ]

    found = pages(client)

    assert set(found) == {
        f"http://testserver{prefix}{path}"
        for prefix in ("", "/fr", "/en")
        for path in paths
    }
    assert found["http://testserver/fr/meetings/"] == {
        "ar": "http://testserver/meetings/",
        "fr": "http://testserver/fr/meetings/",
        "en": "http://testserver/en/meetings/",
        "x-default": "http://testserver/meetings/",
    }


def test_every_page_of_the_sitemap_is_there(client):
    meeting = MeetingFactory(region=RegionFactory(oriental=True))
    ParticipationFactory(meeting=meeting, organisation=OrganisationFactory())
    PartnershipAgreementFactory()

    # The other languages are the same addresses behind a prefix.
    arabic = {languages["ar"] for languages in pages(client).values()}
    answers = {
        url: client.get(url.removeprefix("http://testserver")).status_code
        for url in arabic
    }

    assert set(answers.values()) == {200}


def test_unknown_section_is_not_found(client):
    assert client.get("/sitemap-persons.xml").status_code == 404


def test_sitemap_is_cut_into_files_that_leave_no_address_out(
    client, monkeypatch, django_assert_num_queries
):
    MeetingFactory.create_batch(5)
    addresses = set(pages(client))

    monkeypatch.setattr("consultations.sitemaps.MeetingSitemap.limit", 4)

    assert set(pages(client)) == addresses
    with django_assert_num_queries(2):  # how many there are, and two of them
        second = read(client, "/sitemap-meetings.xml?p=2")
    assert len(second) == 4


def test_index_of_sitemaps_dates_the_records_and_reads_none(client):
    MeetingFactory.create_batch(3)
    latest = Meeting.objects.latest("updated_at").updated_at

    with CaptureQueriesContext(connection) as queries:
        index = read(client, "/sitemap.xml")

    dates = {
        one.findtext("s:loc", "", NAMES): one.findtext("s:lastmod", "", NAMES)
        for one in index.iterfind("s:sitemap", NAMES)
    }
    dated = datetime.datetime.fromisoformat(
        dates["http://testserver/sitemap-meetings.xml"]
    )
    assert dated == latest.replace(microsecond=dated.microsecond)
    assert not any("slug" in one["sql"] for one in queries if "_meeting" in one["sql"])
