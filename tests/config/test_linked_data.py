import datetime
import json
import re

import pytest
from django.template import RequestContext, Template
from django.utils import translation

from config.linked_data import as_data_block, portal, without_unknown

HOSTILE = "</script><script>alert(1)</script>&amp;<!--\u2028\u2029\"'\\ \u202e"


def read_blocks(html):
    """Return the data blocks of a page, each as a reader of JSON-LD finds it."""
    return [
        json.loads(block)
        for block in re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL
        )
    ]


@pytest.mark.parametrize("sign", ["<", ">", "&", "\u2028", "\u2029"])
def test_no_text_can_end_the_block(sign):
    block = as_data_block({"name": f"a{sign}b"})

    inner = block.removeprefix('<script type="application/ld+json">')
    assert sign not in inner.removesuffix("</script>")
    assert read_blocks(block)[0]["name"] == f"a{sign}b"


def test_hostile_text_comes_back_whole():
    block = as_data_block({"name": HOSTILE, HOSTILE: 1})

    assert block.count("<") == 2
    assert read_blocks(block) == [
        {"@context": "https://schema.org", "name": HOSTILE, HOSTILE: 1}
    ]


def test_what_is_unknown_is_left_out_and_zero_is_not_unknown():
    known = {"a": 0, "b": False, "c": "x"}

    assert without_unknown({**known, "d": None, "e": "", "f": [], "g": {}}) == known


def test_portal_names_the_ministry_and_a_search_that_takes_the_words(settings):
    settings.CONTACT_EMAIL = ""
    with translation.override("fr"):
        ministry, site = portal("https://p.ma", "/fr/search/")["@graph"]

    assert ministry["@type"] == "GovernmentOrganization"
    assert "email" not in ministry
    assert site["url"] == "https://p.ma/fr/"
    assert site["inLanguage"] == "fr"
    assert site["publisher"] == {"@id": ministry["@id"]}
    assert site["potentialAction"]["target"]["urlTemplate"] == (
        "https://p.ma/fr/search/?q={search_term}"
    )


def test_portal_states_its_licence_and_when_it_last_changed(settings):
    settings.LICENCE_URL = "https://licence.example/"
    changed = datetime.datetime(2026, 7, 4, 9, 30, tzinfo=datetime.UTC)

    _ministry, site = portal("https://p.ma", "/search/", changed)["@graph"]
    _ministry, empty = portal("https://p.ma", "/search/")["@graph"]

    assert site["license"] == "https://licence.example/"
    assert site["dateModified"] == "2026-07-04T10:30:00+01:00"
    assert "dateModified" not in empty


CRUMBS = Template(
    "{% firstof title as current %}"
    '{% include "components/breadcrumbs.html" with current=current'
    ' parent="A & B" parent_url="/meetings/" second=second second_url=url only %}'
)


def crumbs(rf, **values):
    with translation.override("en"):
        return CRUMBS.render(RequestContext(rf.get("/en/here/?x=1"), values))


def test_crumbs_say_the_same_to_readers_and_to_machines(rf):
    html = crumbs(rf, title=HOSTILE, second="Oriental", url="/regions/oriental/")

    [trail] = read_blocks(html)
    assert [(one["name"], one["item"]) for one in trail["itemListElement"]] == [
        ("Home", "http://testserver/en/"),
        ("A & B", "http://testserver/meetings/"),
        ("Oriental", "http://testserver/regions/oriental/"),
        (HOSTILE, "http://testserver/en/here/"),
    ]
    assert [one["position"] for one in trail["itemListElement"]] == [1, 2, 3, 4]
    assert "<script>alert" not in html
    assert html.count("<li") == 4


def test_crumb_without_an_address_is_not_a_step(rf):
    [trail] = read_blocks(crumbs(rf, title="T", second="Oriental", url=""))

    assert [one["name"] for one in trail["itemListElement"]] == ["Home", "A & B", "T"]
