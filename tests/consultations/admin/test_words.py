"""No page leaves a word in another language than its reader's."""

import re
from functools import cache
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings
from django.urls import reverse

from tests import catalogues
from tests.catalogues import DOMAINS
from tests.consultations.admin.test_pages import FACTORIES, pages_of
from tests.factories.consultations import (
    AgreementStepFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

PACKAGES = ("django", "django.contrib.admin", "django.contrib.auth", "simple_history")
SPOKEN = ("alt", "aria-label", "data-label", "placeholder", "title")
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
# What staff may write as they like: not words of the page.
DATA = {"option", "textarea", "script", "style"}


class SpokenText(HTMLParser):
    """Collect what a page says in its own language: text, labels, buttons."""

    def __init__(self):
        super().__init__()
        self.texts = []
        self.open = []

    @property
    def is_silent(self):
        return any(tag in DATA or is_foreign for tag, is_foreign in self.open)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        is_foreign = tag != "html" and ("lang" in attributes or "dir" in attributes)
        if tag not in EMPTY:
            self.open.append((tag, is_foreign))
        if is_foreign or self.is_silent:
            return
        spoken = [attributes.get(name) for name in SPOKEN]
        if tag == "input" and attributes.get("type") in ("submit", "button"):
            spoken.append(attributes.get("value"))
        self.texts += filter(None, spoken)

    def handle_endtag(self, tag):
        while self.open and any(tag == name for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data):
        if data.strip() and not self.is_silent:
            self.texts.append(" ".join(data.split()))


def spoken_in(html):
    parser = SpokenText()
    parser.feed(html)
    return parser.texts


@cache
def latin_words_of_arabic():
    """Return the Latin words that Arabic texts hold on purpose, such as CSV and ISO."""
    texts = []
    for domain in DOMAINS:
        texts += [e.msgstr for e in catalogues.read_catalogue("ar", domain)]
        for package in PACKAGES:
            path = catalogues.locale_of(package) / "ar/LC_MESSAGES" / f"{domain}.mo"
            if path.exists():
                texts += [entry.msgstr for entry in polib.mofile(str(path))]
    return set(re.findall(r"[A-Za-z]{2,}", " ".join(texts)))


@cache
def english_phrases():
    """Return what is said in English and otherwise in French, in small letters."""
    french = {}
    for package in (*PACKAGES, None):
        entries = (
            polib.mofile(
                str(catalogues.locale_of(package) / "fr/LC_MESSAGES/django.mo")
            )
            if package
            else catalogues.read_catalogue("fr", "django")
        )
        for entry in entries:
            french.setdefault(entry.msgid.lower(), set()).add(entry.msgstr.lower())
    said = set().union(*french.values())
    return {
        english
        for english, texts in french.items()
        if len(english) > 2 and english not in texts and english not in said
    }


def left_in_english(html, language):
    """Return the texts of a page that its reader was not meant to get in English."""
    if language == "fr":
        return [
            text
            for text in spoken_in(html)
            if text.lower().strip(" :") in english_phrases()
        ]
    return [
        text
        for text in spoken_in(html)
        for word in text.split()
        # A word with a digit or a sign is a code, an address, a file, a hidden password.
        if not re.search(r"[\d_@./*-]", word)
        and set(re.findall(r"[A-Za-z]{2,}", word)) - latin_words_of_arabic()
    ]


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("name", FACTORIES)
def test_administration_leaves_no_word_in_english(staff_client, staff, language, name):
    row = FACTORIES[name]()
    prefix = "" if language == "ar" else f"/{language}"
    pages = [prefix + page for page in pages_of(name, row)]
    pages.append(prefix + reverse(f"admin:{name}_history", args=[row.pk]))

    left = {}
    for page in pages:
        response = staff_client.get(page, follow=True)
        assert response.status_code == 200
        html = response.text.replace(staff.username, "")
        for column in ("name_fr", "name_en"):
            if foreign := getattr(row, column, ""):
                html = html.replace(foreign, "")
        left[page] = left_in_english(html, language)

    assert left == {page: [] for page in pages}


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize(
    "name", ["consultations_theme", "stakeholders_person", "consultations_commitment"]
)
def test_page_that_confirms_a_deletion_leaves_no_word_in_english(
    staff_client, staff, language, name
):
    row = FACTORIES[name]()
    prefix = "" if language == "ar" else f"/{language}"

    page = staff_client.get(prefix + reverse(f"admin:{name}_delete", args=[row.pk]))

    assert page.status_code == 200
    assert left_in_english(page.text.replace(staff.username, ""), language) == []


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_public_pages_leave_no_word_in_english(client, reference_data, language):
    meeting = MeetingFactory(undated=True)
    SourceFactory(meeting=meeting)
    agreement = PartnershipAgreementFactory()
    AgreementStepFactory(agreement=agreement, meeting=meeting)
    prefix = "" if language == "ar" else f"/{language}"
    pages = (
        *("/", "/meetings/", "/agreements/", "/regions/", "/about/", "/nowhere/"),
        *(
            "/meetings/?q=قرن&year=x",
            "/agreements/?status=unknown",
            "/regions/oriental/",
        ),
        *(meeting.get_absolute_url(), agreement.get_absolute_url()),
    )

    left = {}
    for page in pages:
        html = client.get(prefix + page).text.replace(settings.LICENCE_NAME, "")
        left[page] = left_in_english(html, language)

    assert left == {page: [] for page in pages}


def test_english_left_in_a_page_is_found():
    html = (
        '<p>بحث <img alt="Search"></p><p lang="en">English</p><p>CSV AG-2022-0003</p>'
    )

    assert left_in_english(html, "ar") == ["Search"]
    assert left_in_english(html, "fr") == ["Search"]
