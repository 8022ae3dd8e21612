import pytest

from config.folding import fold_words
from config.stemming import Lexicon, candidates, forms, shipped_lexicon, stem


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("الشرق", "شرق"),
        ("والشرق", "شرق"),
        ("بالشرق", "شرق"),
        ("وبالشرق", "شرق"),
        ("كالشرق", "شرق"),
        ("فالشرق", "شرق"),
        ("للنساء", "نساء"),
        ("وللنساء", "نساء"),
        # Two letters would be left: they are taken for a word of their own.
        ("والي", "والي"),
        ("الي", "الي"),
        ("بالغ", "بالغ"),
        # ل with a word that begins with ل, not the article.
        ("للقاء", "لقاء"),
        ("للجنة", "لجنه"),
        ("للغة", "لغه"),
        # «ال» that is the word's own.
        ("التزام", "التزام"),
        ("الالتزام", "التزام"),
        ("والتزام", "التزام"),
        ("آليات", "اليات"),
        # One-letter companions stay: letters do not tell whose they are.
        ("بوجدة", "بوجده"),
        ("ورزازات", "ورزازات"),
        ("femmes", "femme"),
        ("régionaux", "regional"),
        ("régionales", "regional"),
        ("réseaux", "reseau"),
        ("fonds", "fonds"),
        ("cours", "cours"),
        ("Fès", "fes"),
        ("2022", "2022"),
    ],
)
def test_stem_takes_off_what_is_certain(word, expected):
    assert stem(*fold_words(word)) == expected


@pytest.mark.parametrize(
    ("word", "among"),
    [
        ("وجدة", "بوجده لوجده ووجده"),
        ("فاس", "بفاس وفاس لفاس"),
        ("سلا", "بسلا وسلا"),
        ("جمعية", "وجمعيه جمعيات وجمعيات جمعيتان"),
        ("جمعيات", "جمعيه"),
        ("لقاء", "لقاءات بلقاء"),
        ("لقاءات", "لقاء"),
        ("مسنون", "مسنين ومسنين"),
        ("اجتماعي", "اجتماعيه واجتماعيه"),
        ("تشاور", "تشاوري تشاوريه"),
        ("بوجدة", "وجده"),
        ("وحصيلة", "حصيله"),
    ],
)
def test_a_word_is_asked_for_in_all_its_forms(word, among):
    assert set(among.split()) <= forms(*fold_words(word), shipped_lexicon())


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("جدة", "وجده"),
        ("جدة", "بوجده"),
        ("رزازات", "ورزازات"),
        ("زارة", "وزاره"),
        ("جنة", "لجنه"),
        ("حدة", "وحده"),
        ("اجتماع", "اجتماعيه"),
        ("عمال", "عمالات"),
        ("عمالة", "عمال"),
        ("خميس", "خميسات"),
        ("الخميسات", "خميس"),
        ("ورزازات", "ورزازه"),
        ("طا", "بطا"),
    ],
)
def test_a_word_is_no_form_of_another(word, other):
    assert other not in forms(*fold_words(word), shipped_lexicon())


def test_a_name_of_the_database_owns_its_first_letter():
    lexicon = shipped_lexicon()
    assert "وقاص" in forms("قاص", lexicon._replace(attested={"قاص"}))

    assert "وقاص" not in forms(
        "قاص", lexicon._replace(attested={"قاص"}).with_names({"وقاص"})
    )


def test_a_short_word_takes_a_companion_only_if_it_is_known():
    unknown = Lexicon(frozenset(), frozenset(), frozenset())

    assert forms("قرض", unknown) == {"قرض"}
    assert "بقرض" in forms("قرض", unknown._replace(attested={"قرض"}))


def test_shipped_words_are_folded_and_have_no_article():
    for words in shipped_lexicon():
        assert [word for word in words if fold_words(word) != [word]] == []
    assert "الشرق" not in shipped_lexicon().names


@pytest.mark.parametrize(
    "word",
    ["وجدة", "بوجدة", "وبالشرق", "للنساء", "جمعيات", "والي", "فاس", "تشاور", "ولبنان"],
)
@pytest.mark.parametrize(
    "names", [set(), {"وجده", "جده"}, {"وبالشرق"}, {"لبنان", "ولبنان"}]
)
def test_candidates_are_all_that_may_be_looked_up(word, names):
    (word,) = fold_words(word)
    lexicon = shipped_lexicon().with_names(names)

    assert forms(word, lexicon) <= candidates(word)
