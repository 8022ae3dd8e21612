import re

import pytest

from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db

CONTACT_PAGES = ("/en/about/", "/en/accessibility/", "/en/privacy/")


def words(html):
    """Return what a page says, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("path", CONTACT_PAGES)
def test_page_gives_the_address_that_the_settings_name(client, settings, path):
    settings.CONTACT_EMAIL = "portal@ministry.example"
    settings.CONTACT_ADDRESS = "47, avenue Ibn Sina <Agdal>, Rabat"

    html = client.get(path).content.decode()

    contact = html.split('<h2 id="contact">')[1].split("</article>")[0]
    assert (
        '<a href="mailto:portal@ministry.example" dir="ltr">portal@ministry.example</a>'
    ) in contact
    assert "47, avenue Ibn Sina &lt;Agdal&gt;, Rabat" in contact


@pytest.mark.parametrize("path", CONTACT_PAGES)
def test_page_says_whom_to_turn_to_where_the_settings_name_no_contact(
    client, settings, path
):
    settings.CONTACT_EMAIL = settings.CONTACT_ADDRESS = ""

    html = client.get(path).content.decode()

    assert 'id="contact"' not in html
    assert "mailto:" not in html
    assert "the regional coordinations of the ministry receive corrections" in html


@pytest.mark.parametrize(
    ("number", "said"), [("", False), ("D-W-123/2026", True)], ids=["none", "one"]
)
def test_privacy_page_states_the_declaration_of_the_settings(
    client, settings, number, said
):
    settings.PERSONAL_DATA_DECLARATION = number

    html = words(client.get("/en/privacy/").content.decode())

    assert ("Number of the declaration to the CNDP: D-W-123/2026 ." in html) is said


@pytest.mark.parametrize(
    ("prefix", "laws"),
    [
        ("", ("09.08", "31.13")),
        ("/fr", ("09-08", "31-13")),
        ("/en", ("09-08", "31-13")),
    ],
)
def test_privacy_page_names_both_laws_in_each_language(client, prefix, laws):
    html = client.get(f"{prefix}/privacy/").content.decode()

    assert [law for law in laws if law not in html] == []


def test_links_within_the_portal_about_itself_lead_somewhere(client):
    RegionFactory(code="02")
    pages = ("/en/", "/en/about/", "/en/privacy/", "/en/accessibility/")
    html = {path: client.get(path).content.decode() for path in pages}
    ids = set(re.findall(r'id="([\w-]+)"', html["/en/about/"]))

    named = set(re.findall(r'href="/en/about/#([\w-]+)"', "".join(html.values())))

    assert named == {"credits", "method", "words", "errors"}
    assert named - ids == set()
