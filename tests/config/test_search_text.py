import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.folding import fold, fold_in_place
from config.search_text import (
    MAX_WORDS,
    hits_in,
    is_found_by,
    parts_asked_for,
    read_query,
    terms_of,
)


def found(text, query):
    return is_found_by(read_query(query), [text])


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
        ("ولي العهد", "والي", False),
        ("والي الجهة", "والي", True),
        ("لقاء", "!؟", True),
        ("نسبة 100%", "%", True),
        ("protection de l’enfance", "la protection de l'enfance", True),
        ("protection", "la protection", True),
        ("protection", "la", False),
        ("التشاورية", "تشاو*", True),
        ("التشاورية", "تش*", False),
    ],
)
def test_what_is_found_by_what(title, query, is_found):
    assert found(title, query) is is_found


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("حضانة في وجدة", ["حضانة", "وجدة"]),
        ("Crèche à Oujda, crèche", ["Crèche", "Oujda"]),
        ("وُجْدَةُ 12 يناير 2022", ["وُجْدَةُ", "12 يناير 2022"]),
        ("convention AG-2022-0003 signée", ["convention", "AG-2022-0003", "signée"]),
        ("Fès-Meknès", ["Fès", "Meknès"]),
        ("oud* الأربعاء 12/01/2022", ["oud*", "12/01/2022"]),
        ("في", ["في"]),
        ("!!", []),
        ("", []),
    ],
)
def test_query_is_taken_apart_as_it_was_typed(query, parts):
    assert parts_asked_for(query) == parts


@given(st.text())
def test_no_part_asks_for_what_the_query_does_not(text):
    conditions = set(read_query(text).conditions)

    for part in parts_asked_for(text):
        assert set(read_query(part).conditions) <= conditions or len(conditions) == (
            MAX_WORDS
        )


def test_words_past_the_limit_are_left_out():
    words = " ".join(f"كلمة{n}" for n in range(MAX_WORDS))

    assert found(words, words + " " + " ".join(f"أخرى{n}" for n in range(500)))


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("اللِّقَاءُ بوجْدَةَ، يومَ", "وجدة لقاء", ["اللِّقَاءُ", "بوجْدَةَ"]),
        ("عمالة وجـــدة-أنجاد", "وجده", ["وجـــدة"]),
        ("يوم 12 يناير 2022 بفاس", "12/1/2022", ["12 يناير 2022"]),
        ("في يناير ثم 12 و1", "12/1/2022", []),
        ("Rencontre de Fès-Meknès", "fes", ["Fès"]),
        ("AG-2022-0003 و AG-2022-0013", "AG 2022 3", ["AG-2022-0003"]),
        ("Ouarzazate", "ouar*", ["Ouarzazate"]),
    ],
)
def test_hits_are_the_original_letters(text, query, marked):
    hits = hits_in(text, read_query(query))

    assert [text[start:end] for start, end, _met in hits] == marked


# Letters that fold to none, one and several; companions, digits, marks, joins.
LETTERS = "وفبكلانسيةىأؤءـَُ 12/-é‌ﻻabsx§*'"
texts = st.text(alphabet=LETTERS, max_size=40)


@given(texts)
def test_folding_in_place_is_folding(text):
    folded = fold_in_place(text)

    assert folded.text == fold(text)
    assert len(folded.places) == len(folded.text)
    assert folded.places == sorted(folded.places)


@given(texts, texts)
def test_hits_of_all_conditions_are_what_being_found_means(text, query):
    query = read_query(query)
    met = frozenset().union(*(met for _start, _end, met in hits_in(text, query)))

    assert (len(met) == len(query.conditions)) is is_found_by(query, [text])


@given(texts)
def test_a_text_of_few_words_is_found_by_itself(text):
    query = read_query(text.replace("*", " "))

    assert is_found_by(query, [text])


@given(texts)
def test_terms_part_at_spaces(text):
    assert [term for term in terms_of([text]) if not term or " " in term] == []
