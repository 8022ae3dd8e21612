import pytest
from django.utils import translation

from config.translations import coverage_of, texts_of
from consultations.models import Discrepancy, Meeting, PartnershipAgreement
from tests.factories.consultations import (
    AgreementPartyFactory,
    AgreementStepFactory,
    CommitmentFactory,
    DiscrepancyFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
)
from tests.factories.stakeholders import OrganisationFactory

pytestmark = pytest.mark.django_db


def lacking(record):
    """Return what the list annotates, which must be what the record's page counts."""
    row = type(record).objects.with_untranslated().get(pk=record.pk)
    annotated = {
        code: getattr(row, f"untranslated_{code}") for code in ("ar", "fr", "en")
    }
    coverage = coverage_of(record, record.translated_parts)
    assert annotated == {one.language: one.lacking for one in coverage}
    return annotated


def gaps(record, language):
    [found] = [
        one
        for one in coverage_of(record, record.translated_parts)
        if one.language == language
    ]
    return [(str(gap.label), gap.count) for gap in found.gaps]


def test_every_text_in_three_languages_is_looked_at():
    assert texts_of(Discrepancy) == ["statements", "settled"]
    assert texts_of(Meeting) == [
        *("title", "city", "venue", "summary", "objectives", "key_messages")
    ]


def test_every_part_with_such_texts_is_looked_at():
    for model in (Meeting, PartnershipAgreement):
        parts = {
            relation.get_accessor_name()
            for relation in model._meta.related_objects
            if relation.on_delete.__name__ == "CASCADE"
            and texts_of(relation.related_model)
        }

        assert set(model.translated_parts) == parts


def test_text_written_nowhere_lacks_nothing():
    meeting = MeetingFactory(title_fr="a", title_en="a", summary_ar="")

    assert lacking(meeting) == {"ar": 0, "fr": 0, "en": 0}


def test_text_of_the_record_that_lacks_a_language_is_counted():
    meeting = MeetingFactory(title_fr="a", summary_ar="ملخص", city_fr="Oujda")

    assert lacking(meeting) == {"ar": 1, "fr": 1, "en": 3}


def test_texts_of_the_parts_are_counted_each():
    meeting = MeetingFactory(title_fr="a", title_en="a")
    ExpectationFactory.create_batch(2, meeting=meeting, answer_ar="جواب")
    CommitmentFactory(meeting=meeting, text_fr="a", text_en="a")
    CommitmentFactory(meeting=meeting, text_ar="", text_fr="a", text_en="a")
    DiscrepancyFactory(meeting=meeting)
    ExpectationFactory()

    assert lacking(meeting) == {"ar": 1, "fr": 5, "en": 5}


def test_texts_of_an_agreement_and_its_parts_are_counted():
    agreement = PartnershipAgreementFactory(title_fr="a", title_en="a")
    AgreementStepFactory(agreement=agreement, place_ar="وجدة")
    AgreementPartyFactory(agreement=agreement, organisation=OrganisationFactory())

    assert lacking(agreement) == {"ar": 0, "fr": 1, "en": 1}


def test_page_names_the_texts_and_the_parts_that_lack_a_language():
    meeting = MeetingFactory(summary_ar="ملخص", summary_fr="Résumé", title_fr="")
    ExpectationFactory.create_batch(2, meeting=meeting)

    with translation.override("en"):
        assert gaps(meeting, "fr") == [
            ("title (French)", 1),
            ("expectations and recommendations", 2),
        ]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_filter_finds_what_the_count_counts(language):
    whole = MeetingFactory(title_fr="a", title_en="a")
    own = MeetingFactory(**{"title_fr": "a", "title_en": "a", f"city_{language}": ""})
    other = "ar" if language != "ar" else "fr"
    setattr(own, f"city_{other}", "وجدة")
    own.save()
    of_part = MeetingFactory(title_fr="a", title_en="a")
    texts = {"text_ar": "نص", "text_fr": "a", "text_en": "a", f"text_{language}": ""}
    ExpectationFactory(meeting=of_part, **texts)

    found = Meeting.objects.untranslated(language)

    assert set(found) == {own, of_part}
    assert whole not in found


@pytest.mark.parametrize("count", [1, 3])
def test_reading_how_far_a_record_is_written_takes_a_query_a_part(
    count, django_assert_num_queries
):
    meeting = MeetingFactory()
    ExpectationFactory.create_batch(count, meeting=meeting)

    with django_assert_num_queries(len(Meeting.translated_parts)):
        coverage_of(meeting, meeting.translated_parts)
