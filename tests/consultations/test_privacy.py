"""What must not be public is on no page and in no file, and what is public is there.

Every text column of every table holds marks (``marked_record``), every page and file is
fetched, and the columns of which marks are found are exactly those named here. A column
that is added is marked by itself: the test fails until it is named here or hidden.
"""

import datetime
import os
import re
import sys
from collections import Counter, defaultdict
from html import unescape
from itertools import cycle
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import translation

from config.models import DataVersion
from consultations.catalogue.releases import freeze
from consultations.exports import DATASETS, FORMS
from consultations.models import (
    Document,
    Meeting,
    PartnershipAgreement,
    is_public,
)
from consultations.reports import organisation_figures
from stakeholders.models import Organisation
from tests.consultations.marked_record import (
    KINDS,
    make_marked_record,
    text_columns,
)

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

# Set: every page in every language. Else of pages that are much alike, some.
EVERY_PAGE = bool(os.environ.get("EVERY_PAGE"))
RELEASED_ON = datetime.date(2022, 6, 1)

# What the public reads of a published record; ``_*`` stands for each language.
PUBLIC = {
    "AgendaItem": "title_* place_* sites_* presenter_note",
    "AgreementComponent": "description_*",
    "AgreementParty": "description_* signatory_office_stated signed_on_behalf_of",
    "AgreementStep": "place_* note",
    "AidDistribution": "description_* note",
    "Commitment": "text_*",
    "Correction": "what why",
    "Discrepancy": "statements_* settled_*",
    "Document": "title url file",
    "Expectation": "text_* answer_*",
    "Instrument": "code name_*",
    "Meeting": "title_* slogan patronage summary_* objectives_* key_messages_* city_* "
    "venue_* venue_note date_note order_note type_note scope_note coverage_note "
    "announcement_note stated_total_note note",
    "MeetingSeries": "code title_* slogan_*",
    "MeetingType": "code name_*",
    "Office": "name_* feminine_*",
    "Organisation": "name_* other_names website",
    "ParticipantCategory": "code name_*",
    "Participation": "description_* office_stated_* on_behalf_of_office",
    "PartnershipAgreement": "reference title_* short_label_* purpose_* territory_note note",
    "Person": "name_ar name_fr",
    "Programme": "code name_*",
    "Progress": "note verified_by",
    "Source": "publisher title url site via note",
    "TargetGroup": "code name_*",
    "Theme": "code name_*",
}
# That a record was withdrawn is told under its title and address, with the reason.
TOMBSTONE = {
    "HistoricalMeeting": "title_* withdrawal_reason",
    "HistoricalPartnershipAgreement": "title_* withdrawal_reason",
    "PartnershipAgreement": "reference",
}
# Of a public record, but of a person who holds no office and did not consent.
UNNAMED = {"Person.name_ar", "Person.name_fr"}
OF_PUBLIC_RECORDS = {"published", "in an office", "consents", "not to be named"}
# Where sources state an office, they are quoted: these are seen of others, "in an office".
STATED_OTHERWISE = {
    ("published", column)
    for column in (
        "Office.name_ar",
        "Office.feminine_ar",
        "Office.feminine_fr",
        "Office.feminine_en",
    )
}


def expand(columns):
    return {
        f"{model}.{name.replace('*', language)}"
        for model, names in columns.items()
        for name in names.split()
        for language in (("ar", "fr", "en") if "*" in name else ("",))
    }


def may_be_shown(mark):
    if mark.role == "withdrawn":
        return mark.column in expand(TOMBSTONE)
    if mark.role == "not to be named" and mark.column in UNNAMED:
        return False
    return mark.role in OF_PUBLIC_RECORDS and mark.column in expand(PUBLIC)


class Reader:
    """Somebody without an account, who fetches addresses and looks for marks."""

    def __init__(self, record):
        self.record = record
        self.client = Client()
        self.found = {}
        self.links = set()

    def fetch(self, address):
        """Return what stands there as text, nothing of a file that is not one."""
        response = self.client.get(address)
        content = response.getvalue()
        headers = "\n".join(map(repr, response.items())).encode()
        found = self.record.found_in(content) | self.record.found_in(headers)
        # A page that is not there repeats its address: what was asked for was known.
        self.found[address] = {mark for mark in found if mark.text not in address}
        if content.startswith(b"PK"):
            return ""
        text = content.decode()
        if response.status_code == 200 and text.startswith("<!doctype html>"):
            self.links |= set(re.findall(r'href="(/[^"?#]*)', text))
        return text

    def fetch_all(self, addresses):
        for address in addresses:
            if address not in self.found:
                self.fetch(address)

    def pages(self):
        """Return the addresses of the sitemaps, read on the way."""
        pages = []
        for section in _locations(self.fetch("/sitemap.xml")):
            pages += _locations(self.fetch(section))
        return pages


def _locations(text):
    for location in re.findall("<loc>(.*?)</loc>", text):
        parts = urlsplit(unescape(location))
        yield parts.path + (f"?{parts.query}" if parts.query else "")


def some_of(pages, record):
    """Return the pages of the records full of marks, and of others one language in turn.

    Of pages that hold no mark, or none of their own, one in three.
    """
    turns = cycle(range(len(settings.LANGUAGES)))
    thirds = cycle([True, False, False])
    in_full = {record.meeting.slug, record.agreement.reference}
    by_page = defaultdict(list)
    for page in pages:
        by_page[re.sub(r"^/(fr|en)/", "/", page)].append(page)
    for page, languages in by_page.items():
        section, *name = page.strip("/").split("/")
        if not name or in_full & {*name}:
            yield from languages
        elif (
            section not in ("data", "regions", "participants")
            or "0698" in page
            or next(thirds)
        ):
            yield languages[next(turns)]


def hidden_pages():
    """Yield the pages of all that has one, whether it may be read or not."""
    with translation.override("ar"):
        for records in (Meeting, PartnershipAgreement):
            for record in records.objects.exclude(is_public()):
                address = record.get_absolute_url()
                yield from (address, f"/fr{address}", f"/en{address}")
        for organisation in Organisation.objects.exclude(pk__in=organisation_figures()):
            yield organisation.get_absolute_url()


def files():
    yield "/robots.txt"
    for name in DATASETS:
        yield f"/data/{name}.schema.json"
        yield f"/data/{name}.csv-metadata.json"
        yield from (f"/data/{name}.{form}" for form in FORMS)
    for name in ("dictionary", "withdrawn"):
        yield from (f"/data/{name}.csv", f"/data/{name}.excel.csv")
    yield from ("/data/datapackage.json", "/data/portal.zip", "/data/catalog.jsonld")
    for name in ("portal.zip", "datapackage.json", "SHA256SUMS"):
        yield f"/data/releases/{RELEASED_ON}/{name}"
    for document in Document.objects.all():
        yield f"/documents/{document.pk}/"


def questions(marks):
    """Yield searches and filters that lead as near to what is hidden as can be."""
    yield from ("/search/", "/fr/search/", "/en/search/")
    # Words that stand beside marks, those of hidden texts as well.
    for words in ("نزيهة", "Nezha", "زنقة السرو", "courriel"):
        for page in ("search", "meetings", "agreements", "follow-up"):
            yield f"/{page}/?{urlencode({'q': words})}"
    # A slip in a name: another spelling would be offered.
    names = [mark for mark in marks if mark.kind == "name" and not may_be_shown(mark)]
    # Public records are found by other names of whom they name, which are not shown.
    other = [mark for mark in names if mark.column == "Person.other_names"]
    for mark in {*other, *names[:: max(1, len(names) // 8)]}:
        slip = mark.text[:-1] + ("w" if mark.text.isascii() else "ص")
        yield f"/search/?{urlencode({'q': slip})}"
    for organisation in Organisation.objects.exclude(pk__in=organisation_figures()):
        yield f"/agreements/?party={organisation.pk}"
        yield f"/follow-up/?owner={organisation.pk}"
    yield "/meetings/?sort=present"
    yield "/data/meetings.csv?region=nowhere"


def forget_figures():
    """Let everything be counted anew: the figures of a portal that is no more are kept."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(("config.", "consultations.")):
            for kept in list(vars(module).values()):
                if callable(getattr(kept, "forget", None)):
                    kept.forget()


@pytest.fixture(scope="module")
def reader(django_db_setup, django_db_blocker, tmp_path_factory):
    """A reader who has fetched all that a portal full of marks shows to anybody."""
    folder = tmp_path_factory.mktemp("files")
    with (
        override_settings(
            MEDIA_ROOT=folder / "media", DATA_ROOT=folder, KEEP_PUBLIC_FIGURES=True
        ),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("load_reference_data", verbosity=0)
        reader = Reader(make_marked_record())
        DataVersion.raise_by_one()
        forget_figures()
        try:
            freeze("http://testserver", RELEASED_ON)
            pages = reader.pages()
            reader.fetch_all(pages if EVERY_PAGE else some_of(pages, reader.record))
            others = [*hidden_pages(), *files()]
            reader.fetch_all(others)
            reader.fetch_all(questions(reader.record.marks.values()))
            reader.links -= {*pages, *reader.found}
            yield reader
        finally:
            forget_figures()
            transaction.set_rollback(True)


def test_every_text_of_every_table_is_marked(reader):
    declared = {
        f"{model.__name__}.{column.name}"
        for model, columns in text_columns().items()
        for column in columns
    }
    marked = {mark.column for mark in reader.record.all_marks}

    # Of which the next reference is counted; it is that of the row.
    assert declared - marked == {"HistoricalPartnershipAgreement.reference"}


def test_hundreds_of_marks_of_every_kind_must_not_be_found(reader):
    hidden = [mark for mark in reader.record.all_marks if not may_be_shown(mark)]
    kinds = Counter(mark.kind for mark in hidden)

    assert len(hidden) >= 500
    assert {kind for kind in KINDS if kinds[kind] >= 100} == set(KINDS)


def test_no_page_and_no_file_shows_what_must_not_be_public(reader):
    shown = defaultdict(list)
    for address, marks in reader.found.items():
        for mark in marks:
            if not may_be_shown(mark):
                shown[f"{mark.column} ({mark.role})"].append(address)

    assert dict(shown) == {}


def test_what_is_public_is_found(reader):
    """Or else the test above would see nothing where there is something."""
    found = set().union(*reader.found.values())
    public = {
        (mark.role, mark.column)
        for mark in reader.record.all_marks
        if may_be_shown(mark)
    }

    unseen = public - {(mark.role, mark.column) for mark in found}
    assert unseen == STATED_OTHERWISE
    assert expand(PUBLIC) - {mark.column for mark in found} == set()


def test_no_page_leads_to_another_that_was_not_fetched(reader):
    elsewhere = re.compile(r"/(static|staff-language|((fr|en)/)?(admin|preview))/")

    assert {link for link in reader.links if not elsewhere.match(link)} == set()
