import pytest

from tests.factories.consultations import MeetingFactory


def test_robots_keep_out_of_the_administration_in_each_language(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /fr/admin/",
        "Disallow: /en/admin/",
        "Sitemap: http://testserver/sitemap.xml",
    ]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/ar/", "/"),
        ("/ar/meetings/", "/meetings/"),
        ("/ar/meetings/?year=2022&q=%25", "/meetings/?year=2022&q=%25"),
        ("/ar//evil.example/", "/evil.example/"),
        ("/ar///evil.example/", "/evil.example/"),
    ],
)
def test_arabic_prefix_leads_to_the_same_page_of_this_host(client, path, target):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, target)


@pytest.mark.django_db
def test_arabic_prefix_does_not_lead_to_another_host_by_a_backslash(client):
    MeetingFactory()

    assert client.get("/ar/\\evil.example/").status_code == 404
