import pytest
from django.db import models
from django.utils import translation

from config.localization import (
    LANGUAGES,
    LocalizedText,
    current_language,
    in_three_languages,
    listed,
    localized,
    localized_name,
    pick_language,
    written_in,
)

ALL = {"ar": "لقاء", "fr": "Rencontre", "en": "Meeting"}


class Titled:
    """Anything with the columns that ``localized`` and ``written_in`` read."""

    title = localized("title")
    note_text = written_in("note")

    def __init__(self, texts, note="", language="ar"):
        for code in LANGUAGES:
            setattr(self, f"title_{code}", texts.get(code, ""))
        self.note, self.language = note, language


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [("ar", "لقاء", "rtl"), ("fr", "Rencontre", "ltr"), ("en", "Meeting", "ltr")],
)
def test_localized_reads_the_readers_language(language, text, direction):
    with translation.override(language):
        title = Titled(ALL).title

    assert (title, title.language, title.direction) == (text, language, direction)
    assert not title.is_fallback


@pytest.mark.parametrize(
    ("language", "texts", "found"),
    [
        ("fr", {"ar": "لقاء", "en": "Meeting"}, "ar"),
        ("en", {"ar": "لقاء", "fr": "Rencontre"}, "ar"),
        ("en", {"fr": "Rencontre"}, "fr"),
        ("ar", {"fr": "Rencontre", "en": "Meeting"}, "fr"),
        ("ar", {"en": "Meeting"}, "en"),
        ("fr", {"en": "Meeting"}, "en"),
    ],
)
def test_localized_falls_back_and_says_so(language, texts, found):
    with translation.override(language):
        title = Titled(texts).title

    assert (title, title.language, title.is_fallback) == (texts[found], found, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_localized_without_any_text_is_empty_and_no_fallback(language):
    with translation.override(language):
        title = Titled({}).title

    assert (title, title.language, title.is_fallback) == ("", language, False)


def test_localized_is_read_from_the_class_as_itself():
    assert isinstance(Titled.title, localized)
    assert isinstance(Titled.note_text, written_in)


@pytest.mark.parametrize(
    ("reader", "written", "is_fallback"),
    [("ar", "ar", False), ("fr", "ar", True), ("ar", "fr", True), ("fr", "fr", False)],
)
def test_written_in_marks_a_text_in_another_language(reader, written, is_fallback):
    with translation.override(reader):
        note = Titled(ALL, "تحت الرعاية السامية", written).note_text

    assert note == "تحت الرعاية السامية"
    assert (note.language, note.is_fallback) == (written, is_fallback)


def test_written_in_takes_an_unnamed_language_for_arabic():
    assert Titled(ALL, "نص", "").note_text.language == "ar"


@pytest.mark.parametrize(
    ("active", "language"), [("fr-ca", "fr"), ("ar-ma", "ar"), ("de", "ar")]
)
def test_current_language_is_one_of_three(active, language):
    with translation.override(active):
        assert current_language() == language


def test_current_language_without_any_is_arabic():
    with translation.override(None):
        assert current_language() == "ar"


def test_pick_language_takes_arabic_where_the_readers_is_missing():
    with translation.override("en"):
        assert pick_language({"ar": "لقاء"}) == LocalizedText("لقاء", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_localized_name_is_the_readers_column(language):
    with translation.override(language):
        assert localized_name("name") == f"name_{language}"


def test_in_three_languages_makes_columns_that_may_stay_empty():
    columns = in_three_languages(models.CharField, "title", max_length=30)

    assert [(column.blank, column.max_length) for column in columns] == [(True, 30)] * 3
    with translation.override("en"):
        assert [str(column.verbose_name) for column in columns] == [
            "title (Arabic)",
            "title (French)",
            "title (English)",
        ]


@pytest.mark.parametrize(
    ("language", "text"),
    [("ar", "بركان، جرادة"), ("fr", "بركان, جرادة"), ("en", "بركان, جرادة")],
)
def test_listed_puts_the_comma_of_the_reader_between_names(language, text):
    with translation.override(language):
        assert listed(["بركان", "جرادة"]) == text
