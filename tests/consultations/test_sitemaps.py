from xml.etree import ElementTree

import pytest

from tests.factories.consultations import MeetingFactory, PartnershipAgreementFactory
from tests.factories.regions import RegionFactory

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
    paths = [
        "/",
        "/meetings/",
        "/agreements/",
        "/follow-up/",
        "/regions/",
        "/about/",
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
    MeetingFactory(region=RegionFactory(oriental=True))
    PartnershipAgreementFactory()

    answers = {
        url: client.get(url.removeprefix("http://testserver")).status_code
        for url in pages(client)
    }

    assert set(answers.values()) == {200}


def test_unknown_section_is_not_found(client):
    assert client.get("/sitemap-persons.xml").status_code == 404
