import pytest

from config.stemming import stem
from consultations.search import nearest_spelling, refresh_search_text
from consultations.search.spelling import _slips, everyday_words
from tests.factories.consultations import MeetingFactory, ParticipationFactory
from tests.factories.stakeholders import OfficeFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("ورزازاث", "ورزازات", 1),
        ("ورزازت", "ورزازات", 1),
        ("ورزاازت", "ورزازات", 1),
        ("wojda", "oujda", 2),
        ("oudja", "oujda", 1),
        ("", "اب", 2),
        ("نفس", "نفس", 0),
    ],
)
def test_slips_are_letters_wrong_missing_added_or_exchanged(one, other, slips):
    assert _slips(one, other) == _slips(other, one) == slips


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("ورزازاث", "ورزازات"),
        ("الورزازاط", "ورزازات"),
        ("oudja", "Oujda"),
        ("Ouarz", "Ouarzazate"),
        ("لقاء ورزازاث", "لقاء ورزازات"),
        ("ورزازات", ""),
        ("غطغطغط", ""),
        ("12345", ""),
        ("اب", ""),
        ("", ""),
        ("أ" * 200, ""),
    ],
)
def test_nearest_spelling_is_of_what_is_found(text, nearest):
    MeetingFactory(title_ar="لقاء وَرْزازات", title_fr="Ouarzazate et Oujda")

    # As it stands in the text, signs included.
    assert nearest_spelling(text).replace("\u064e", "").replace("\u0652", "") == nearest


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("casa", "Casablanca"),
        ("كازا", "الدار البيضاء"),
        ("المعاقين", "في وضعية إعاقة"),
        ("جمعيات المعاقين", "جمعيات في وضعية إعاقة"),
        ("handicapés", "situation de handicap"),
        ("المشردين", "بدون مأوى"),
        ("SDF", "sans abri"),
        # What the record holds itself is found, not exchanged; nor is what is longer.
        ("إعاقة", ""),
        ("casanova", ""),
        # Nothing of it is found.
        ("elderly", ""),
    ],
)
def test_everyday_words_are_exchanged_for_those_of_the_record(text, offered):
    MeetingFactory(
        title_ar="لقاء جمعيات الأشخاص في وضعية إعاقة بالدار البيضاء",
        title_fr="Personnes en situation de handicap à Casablanca",
        title_en="Meeting",
        summary_ar="دعم الأشخاص بدون مأوى",
        summary_fr="Personnes sans abri",
    )

    assert nearest_spelling(text) == offered


def test_first_phrase_that_finds_something_is_offered():
    MeetingFactory(title_ar="لقاء ذوي الإعاقة في وضعية إعاقة")

    assert nearest_spelling("معاق") == "ذوي الإعاقة"


def test_everyday_words_are_read_as_search_reads_words():
    known = everyday_words()

    assert known["معاقين"] == ["ذوي الإعاقة", "في وضعية إعاقة", "إعاقة"]
    assert all(word == stem(word) for word in known)
    assert all(phrase for phrases in known.values() for phrase in phrases)


def test_what_is_not_public_is_never_offered():
    MeetingFactory(title_ar="مسودة عن ميزانيات", draft=True)
    ParticipationFactory(person=PersonFactory(name_ar="ميزانيان"))

    assert nearest_spelling("ميزانيت") == ""


def test_nearest_spelling_is_no_other_name_of_a_person():
    ParticipationFactory(
        meeting=(meeting := MeetingFactory(title_ar="لقاء حول التشغيل")),
        person=PersonFactory(name_ar="نزيهة العلمي", other_names="نزيهة القنيطري"),
        office=OfficeFactory(),
    )
    refresh_search_text(meeting)

    assert nearest_spelling("القنيطرى العلمى") == ""  # both are found as they are
    assert nearest_spelling("العلمش") == "العلمي"
    assert nearest_spelling("القنيطرش") == ""


def test_looking_for_a_spelling_is_bounded(django_assert_max_num_queries):
    for number in range(30):
        MeetingFactory(title_ar=f"كلمات{chr(0x0628 + number % 20)}{number}")

    with django_assert_max_num_queries(150):
        nearest_spelling("كلماث كلماذ كلماظ كلماغ كلماض")
