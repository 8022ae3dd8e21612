import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config import differences as module
from config.differences import CUT, Mark, Piece, differences

texts = st.text(st.sampled_from("اب ت،.\n-"), max_size=60)


def written(pieces):
    """Return pieces with what was removed in [-…-] and what was added in {+…+}."""
    marks = {Mark.SAME: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "{{+{}+}}"}
    return "".join(marks[piece.mark].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("لقاء وجدة", "لقاء وجدة", "لقاء وجدة"),
        ("ترأسه والي الجهة.", "ترأسه عامل الجهة.", "ترأسه [-والي-]{+عامل+} الجهة."),
        ("الأسرة والطفولة", "الأسرة، والطفولة", "الأسرة{+،+} والطفولة"),
        ("أول\nثان", "أول\nثان\nثالث", "أول\nثان{+\nثالث+}"),
        ("وجدة أنجاد", "بركان", "[-وجدة أنجاد-]{+بركان+}"),
        ("حضر والي الجهة", "غاب عامل الجهة", "[-حضر والي-]{+غاب عامل+} الجهة"),
        ("مَرحبا", "مرحبا", "[-مَرحبا-]{+مرحبا+}"),
        ("", "جديد", "{+جديد+}"),
    ],
)
def test_changed_words_are_marked_and_no_others(before, after, marked):
    assert written(differences(before, after)) == marked


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@example("ا ب", "ا  ب")
@given(texts, texts)
def test_pieces_make_up_both_texts(before, after):
    pieces = differences(before, after)

    assert "".join(p.text for p in pieces if p.mark != Mark.ADDED) == before
    assert "".join(p.text for p in pieces if p.mark != Mark.REMOVED) == after


def test_long_stretches_without_a_change_are_cut():
    words = [f"كلمة{number}" for number in range(300)]
    before = " ".join(words)

    begins, removed, added, ends = differences(
        before, before.replace("كلمة150", "أخرى")
    )

    assert (removed, added) == (
        Piece(Mark.REMOVED, "كلمة150"),
        Piece(Mark.ADDED, "أخرى"),
    )
    assert begins.text.startswith(CUT)
    assert begins.text.endswith("كلمة149 ")
    assert ends.text.startswith(" كلمة151")
    assert ends.text.endswith(CUT)
    assert len(begins.text.split()) == 16


def test_huge_texts_are_told_without_comparing_them(monkeypatch):
    monkeypatch.setattr(module, "MOST_COMPARED", 8)

    pieces = differences("أ ب ج د هـ", "أ ز ج ح هـ")

    assert written(pieces) == "أ [-ب ج د-]{+ز ج ح+} هـ"
