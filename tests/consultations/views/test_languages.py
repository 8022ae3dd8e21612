"""Arabic on French and English pages says that it is Arabic, to machines and to readers."""

import unicodedata
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from consultations.models import Meeting, PartnershipAgreement
from consultations.reports import organisation_figures
from regions.models import Region
from stakeholders.models import ParticipantCategory

VOID = {"meta", "link", "input", "br", "img", "hr", "path", "rect", "use"}
MARKS = {"fr": "en arabe", "en": "in Arabic"}


class UnmarkedArabic(HTMLParser):
    """Collect the texts of a page that hold Arabic letters outside of ``lang="ar"``."""

    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        names = [tag for tag, _language in self.open]
        # Machines read these with a language of their own; words typed are the reader's.
        if {"script", "title", "textarea", "option"} & set(names):
            return
        language = next((one for _tag, one in reversed(self.open) if one), None)
        if language != "ar" and any(
            unicodedata.bidirectional(letter) == "AL" for letter in data
        ):
            self.found.append(f"{'>'.join(names[-4:])}: {data.strip()}")


def unmarked(html):
    reader = UnmarkedArabic()
    reader.feed(html)
    return reader.found


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    """The shipped record, loaded once for the pages of all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference_data", verbosity=0)
        call_command("load_records", verbosity=0)
        yield
        transaction.set_rollback(True)


def addresses():
    yield reverse("home")
    for name in (
        "meeting_list",
        "agreement_list",
        "region_list",
        "participant_list",
        "follow_up",
        "about",
        "privacy",
        "accessibility",
    ):
        yield reverse(f"consultations:{name}")
    yield f"{reverse('consultations:search')}?q=oujda"
    for records in (Meeting, PartnershipAgreement):
        for record in records.objects.published():
            yield record.get_absolute_url()
    for thing in (*Region.objects.all(), *ParticipantCategory.objects.all()):
        yield thing.get_absolute_url()
    for pk in organisation_figures():
        yield reverse("consultations:organisation_detail", args=[pk])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_arabic_text_of_the_shipped_record_goes_without_its_language(
    shipped, db, client, language
):
    with translation.override(language):
        pages = list(addresses())

    found = {
        page: texts
        for page in pages
        if (texts := unmarked(client.get(page).content.decode()))
    }

    assert found == {}
