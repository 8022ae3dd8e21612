import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import RestrictedError
from django.utils import translation

from consultations.models import Source
from tests.factories.consultations import (
    AgreementStepFactory,
    CommitmentFactory,
    CorrectionFactory,
    DiscrepancyFactory,
    DocumentFactory,
    MeetingFactory,
    ParticipationFactory,
    PartnershipAgreementFactory,
    ProgressFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

PARTS = [SourceFactory, DiscrepancyFactory, DocumentFactory, CorrectionFactory]


@pytest.mark.parametrize("factory", [*PARTS, ProgressFactory])
def test_part_belongs_to_a_meeting_or_to_an_agreement(factory):
    meeting, agreement = MeetingFactory(), PartnershipAgreementFactory()

    assert factory(meeting=meeting).record == meeting
    assert factory(agreement=agreement).record == agreement


def test_progress_may_be_that_of_a_commitment():
    commitment = CommitmentFactory()

    assert ProgressFactory(commitment=commitment).record == commitment


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org/a", "//example.org", "example"]
)
@pytest.mark.parametrize("factory", [SourceFactory, DocumentFactory])
def test_address_is_one_of_the_web(factory, url):
    part = factory(meeting=MeetingFactory())
    part.url = url

    with pytest.raises(ValidationError) as refusal:
        part.full_clean()

    assert list(refusal.value.message_dict) == ["url"]


@pytest.mark.parametrize("name", ["minutes.html", "minutes.svg", "minutes.exe", "a"])
def test_document_that_a_browser_would_run_is_refused(name):
    document = DocumentFactory(meeting=MeetingFactory())
    document.file = name

    with pytest.raises(ValidationError) as refusal:
        document.full_clean()

    assert list(refusal.value.message_dict) == ["file"]


def test_source_is_called_by_its_publisher_and_title():
    meeting = MeetingFactory()

    assert str(SourceFactory(meeting=meeting, title="لقاء")) == "جريدة: لقاء"
    assert str(SourceFactory(meeting=meeting)) == "جريدة"


def test_parts_are_called_by_what_they_say():
    meeting = MeetingFactory()

    assert str(DocumentFactory(meeting=meeting)) == "محضر"
    assert str(CorrectionFactory(meeting=meeting)) == "تصحيح المكان"
    assert str(ProgressFactory(meeting=meeting)) == "انطلاق الأشغال"
    assert str(ProgressFactory(meeting=meeting, note="", percent=0)) == "0 %"
    with translation.override("en"):
        assert str(DiscrepancyFactory(meeting=meeting)) == "who chaired"


def test_progress_without_note_or_percentage_is_called_what_it_is():
    progress = ProgressFactory(meeting=MeetingFactory(), note="", beneficiaries=0)

    with translation.override("en"):
        assert str(progress) == "progress report"


def test_progress_stands_by_date_and_undated_first():
    meeting = MeetingFactory()
    late = ProgressFactory(meeting=meeting, reported_on=datetime.date(2023, 1, 1))
    undated = ProgressFactory(meeting=meeting)

    assert list(meeting.progress_reports.all()) == [undated, late]


def test_source_that_a_part_rests_on_stays():
    meeting = MeetingFactory()
    source = SourceFactory(meeting=meeting)
    ProgressFactory(meeting=meeting, source=source)

    with pytest.raises(RestrictedError):
        source.delete()

    assert meeting.progress_reports.get().source == source


@pytest.mark.parametrize(
    ("factory", "owner", "part"),
    [
        (MeetingFactory, "meeting", ParticipationFactory),
        (PartnershipAgreementFactory, "agreement", AgreementStepFactory),
    ],
)
def test_draft_goes_with_its_parts_and_what_they_rest_on(factory, owner, part):
    draft = factory(draft=True)
    source = SourceFactory(**{owner: draft})
    part(**{owner: draft}, source=source)

    draft.delete()

    assert not Source.objects.exists()
    assert not part._meta.model.objects.exists()
