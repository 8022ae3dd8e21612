import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.excerpts import ELLIPSIS, excerpt, with_marks
from config.localization import LocalizedText
from config.search_text import conditions_met, read_query
from config.template_tags import marked_hits

FILLER = "كلام كثير لا صلة له بالبحث " * 30


def cut(text, query, **options):
    return excerpt(LocalizedText(text, "ar"), read_query(query), **options)


def test_short_text_is_whole():
    assert cut("لقاء  وجدة\nأمس", "وجدة") == "لقاء وجدة أمس"


def test_piece_is_around_the_hit_and_cuts_no_word():
    piece = cut(f"{FILLER}وفد من بوجدة وبركان {FILLER}", "وجدة")

    assert "بوجدة" in piece
    assert piece.startswith(ELLIPSIS)
    assert piece.endswith(f" {ELLIPSIS}")
    assert set(piece.strip(f"{ELLIPSIS} ").split()) <= set(
        f"{FILLER} وفد من بوجدة وبركان".split()
    )
    assert len(piece) <= 230


def test_hits_far_apart_are_two_pieces():
    piece = cut(f"وجدة {FILLER}بركان {FILLER}", "وجدة بركان")

    assert conditions_met(piece, read_query("وجدة بركان")) == {0, 1}
    assert len(piece) <= 230


def test_piece_of_a_text_without_a_hit_is_its_beginning():
    assert cut(FILLER, "وجدة").startswith(FILLER[:100])


@given(st.text(alphabet="وجدة فاس\n<&ـَ", max_size=500), st.integers(20, 80))
def test_piece_is_never_much_longer_than_asked_for(text, length):
    assert len(cut(text, "وجدة فاس", length=length)) <= length + 6


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("لقاء بوجدة", "وجدة", "لقاء <mark>بوجدة</mark>"),
        ("<b>وجدة</b>", "وجدة", "&lt;b&gt;<mark>وجدة</mark>&lt;/b&gt;"),
        ("<وجدة>", "وجدة", "&lt;<mark>وجدة</mark>&gt;"),
        ("فاس", "وجدة", "فاس"),
        ("", "وجدة", ""),
    ],
)
def test_marks_are_put_around_escaped_text(text, query, html):
    assert with_marks(text, read_query(query)) == html


@given(st.text(alphabet="وجدة فاس<>&\"'mark/ـَ", max_size=60))
def test_no_text_makes_markup_of_its_own(text):
    html = with_marks(text, read_query("وجدة فاس mark"))

    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        (LocalizedText("لقاء وجدة", "ar"), "وجدة", "لقاء <mark>وجدة</mark>"),
        (LocalizedText("لقاء وجدة", "ar"), "", "لقاء وجدة"),
        (LocalizedText("لقاء وجدة", "ar"), None, "لقاء وجدة"),
        (None, "وجدة", ""),
        (
            LocalizedText("Oujda", "fr", is_fallback=True),
            read_query("oujda"),
            '<span lang="fr" dir="ltr"><mark>Oujda</mark></span> '
            '<small class="lang-mark">بالفرنسية</small>',
        ),
    ],
)
def test_marked_hits_marks_the_language_as_well(text, words, html):
    assert marked_hits(text, words) == html
