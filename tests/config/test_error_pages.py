"""The page of an address that does not exist, which also proves the base template."""

import re

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path


def page(request):
    return HttpResponse()


pages = (
    [
        path("meetings/", page, name="meeting_list"),
        path("agreements/", page, name="agreement_list"),
        path("regions/", page, name="region_list"),
        path("participants/", page, name="participant_list"),
        path("follow-up/", page, name="follow_up"),
        path("statistics/", page, name="statistics"),
        path("data/", page, name="data_index"),
        path("search/", page, name="search"),
        path("about/", page, name="about"),
        path("accessibility/", page, name="accessibility"),
        path("privacy/", page, name="privacy"),
    ],
    "consultations",
)
urlpatterns = i18n_patterns(
    path("admin/", admin.site.urls),
    path("", page, name="home"),
    path("", include(pages)),
    prefix_default_language=False,
)


@pytest.fixture
def not_found(client):
    def get(address):
        response = client.get(address)
        assert response.status_code == 404
        return response.content.decode()

    return get


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("prefix", "language", "direction", "font"),
    [
        ("", "ar", "rtl", "vazirmatn-ar"),
        ("/fr", "fr", "ltr", "vazirmatn-latin"),
        ("/en", "en", "ltr", "vazirmatn-latin"),
    ],
)
def test_404_is_in_the_language_of_the_address(
    not_found, prefix, language, direction, font
):
    html = not_found(f"{prefix}/no-such/?a=1")

    assert re.findall(r'<html lang="(\w+)" dir="(\w+)">', html) == [
        (language, direction)
    ]
    assert re.findall(r'rel="preload" href="/static/fonts/([\w-]+)-wght', html) == [
        font
    ]
    assert re.findall(r'<form class="search" role="search" action="([^"]+)"', html) == [
        f"{prefix}/search/"
    ]
    assert re.findall(r'class="langs".*?</nav>', html, re.DOTALL)[0].count("<a ") == 2
    switches = {
        "/no-such/?a=1": "ar",
        "/fr/no-such/?a=1": "fr",
        "/en/no-such/?a=1": "en",
    }
    offered = dict(re.findall(r'<a href="([^"]+)" lang="(\w+)"', html))
    assert offered == {
        address: code for address, code in switches.items() if code != language
    }


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_404_asks_not_to_be_indexed_and_names_no_canonical_address(not_found):
    html = not_found("/no-such/")

    assert re.findall(r'<meta name="robots" content="(\w+)">', html) == ["noindex"]
    assert re.findall(r'rel="(canonical|alternate)"', html) == []


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_404_escapes_the_address_it_repeats(not_found):
    html = not_found('/en/no-such/?a="><script>alert(1)</script>')

    assert "<script>alert" not in html
