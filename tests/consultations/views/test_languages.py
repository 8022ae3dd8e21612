"""Arabic on French and English pages says that it is Arabic, to machines and to readers."""

import unicodedata
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from consultations.models import (
    AgendaItem,
    AgreementParty,
    Expectation,
    Meeting,
    Participation,
    PartnershipAgreement,
    Progress,
    Source,
)
from consultations.reports import organisation_figures
from consultations.search import index_records
from regions.models import Province, Region
from stakeholders.models import Organisation, ParticipantCategory
from tests.consultations.views.records import full_agreement, full_meeting
from tests.factories.consultations import MeetingFactory

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
        if {"script", "title", "textarea", "option", "pre"} & set(names):
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


def addresses():
    yield reverse("home")
    for name in (
        "meeting_list",
        "agreement_list",
        "region_list",
        "participant_list",
        "follow_up",
        "statistics",
        "report_attendance",
        "report_coverage",
        "report_agreements",
        "report_commitments",
        "about",
        "privacy",
        "accessibility",
    ):
        yield reverse(f"consultations:{name}")
    yield f"{reverse('consultations:search')}?q=oujda"
    for records in (Meeting, PartnershipAgreement):
        for record in records.objects.published():
            yield record.get_absolute_url()
    # Of pages that are much alike, some.
    for thing in (*Region.objects.all()[::3], *ParticipantCategory.objects.all()[::7]):
        yield thing.get_absolute_url()
    for pk in sorted(organisation_figures())[::12]:
        yield reverse("consultations:organisation_detail", args=[pk])


def unmarked_on(client, pages):
    return {
        page: texts
        for page in pages
        if (texts := unmarked(client.get(page).content.decode()))
    }


@pytest.mark.walk
def test_no_arabic_text_of_the_shipped_record_goes_without_its_language(
    reference_data, client
):
    call_command("load_records", verbosity=0)
    pages = []
    for language in MARKS:
        with translation.override(language):
            pages += addresses()

    assert unmarked_on(client, pages) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_text_that_is_there_in_arabic_alone_goes_without_its_language(
    client, language
):
    meeting, agreement = full_meeting(1), full_agreement(1)
    Region.objects.update(name_fr="Région", name_en="Region")
    Province.objects.update(name_fr="Province", name_en="Province")
    for model, texts in {
        Meeting: {"venue_note": "القاعة", "coverage_note": "إعلان", "city_ar": "وجدة"},
        Source: {"note": "ملاحظة", "via": "هسبريس"},
        Participation: {"on_behalf_of_office": "الكاتب العام"},
        AgendaItem: {"presenter_note": "خبير", "sites_ar": "مركز", "place_ar": "وجدة"},
        AgreementParty: {"signed_on_behalf_of": "المجلس"},
        Progress: {"verified_by": "اللجنة"},
        Organisation: {"other_names": "الجمعية المغربية"},
        Expectation: {"answer_ar": "جواب"},
    }.items():
        model.objects.update(**texts)
    index_records(Meeting.objects.all(), PartnershipAgreement.objects.all())
    withdrawn = MeetingFactory(withdrawn=True)
    with translation.override(language):
        pages = [
            # The map has no outline of made-up regions.
            *(
                page
                for page in addresses()
                if not page.endswith(f"/{language}/") and "/regions/" not in page
            ),
            f"{reverse('consultations:meeting_list')}?q=لقاء",
            f"{reverse('consultations:follow_up')}?q=التزام",
            f"{reverse('consultations:follow_up')}?q=التزام+غطغط",
            f"{reverse('consultations:search')}?q=لقاء",
            f"{reverse('consultations:search')}?q=وجدة+غطغط+لقاء",
            withdrawn.get_absolute_url(),
        ]
        inside = meeting.get_absolute_url(), agreement.get_absolute_url()

    assert unmarked_on(client, pages) == {}
    for page in inside:
        html = client.get(page).content.decode()
        assert html.count(f'<small class="lang-mark">{MARKS[language]}</small>') > 5
