import pytest

from config.search_text import MAX_WORDS, matches, search_text
from consultations.models import Meeting
from tests.factories.consultations import MeetingFactory


def test_search_text_keeps_folded_words():
    assert search_text(["الشَّرق", "", "Fès-Meknès"]) == " الشرق fes meknes "


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "query", "is_found"),
    [
        ("لقاء وجدة", "وجدة", True),
        ("لقاء بوجدة", "جدة", False),
        ("مؤسسات الإسلام", "سلا", False),
        ("جهة الشرق", "شرق", True),
        ("الجهة الشرقية", "شرقية", True),
        ("لقاء فاس-مكناس", "مكناس فاس", True),
        ("لقاء فاس", "فاس مكناس", False),
        ("وزارة التضامن والإدماج الاجتماعي", "الإدماج الاجتماعي", True),
        ("دعم للنساء", "النساء", True),
        ("التمكين الاقتصادي للنساء", "نساء", True),
        ("الاقتصاد الاجتماعي والتضامني", "التضامني", True),
        ("عرض وحصيلة", "الحصيلة", True),
        ("لقاء بوجدة", "وجدة", True),
        ("لقاء بوركينا فاسو", "فاس", False),
        ("لقاء فاس", "فاس", True),
        ("ولي العهد", "والي", False),
        ("والي الجهة", "والي", True),
        ("لقاء وجدة", "جدة", False),
        ("لقاء", "!؟", True),
        ("نسبة 100%", "%", True),
        ("لقاء", "_", True),
    ],
)
def test_matches_asks_for_the_beginning_of_words(title, query, is_found):
    MeetingFactory(title_ar=title)

    assert Meeting.objects.filter(matches(query)).exists() is is_found


@pytest.mark.django_db
def test_matches_leaves_out_what_is_past_its_limit():
    MeetingFactory(title_ar=" ".join(f"كلمة{n}" for n in range(MAX_WORDS)))
    query = " ".join(f"كلمة{n}" for n in range(MAX_WORDS + 500))

    assert Meeting.objects.filter(matches(query)).count() == 1
