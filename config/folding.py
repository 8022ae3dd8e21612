"""One spelling for what writers of Arabic and French vary, so that search can compare.

A folded text is for comparing, never for showing. Folding changes letters one by one:
it takes no letter off a word and knows no word. That ماي and مايو are one month, or that
فجيج and فكيك are one town, is for the other names of a thing to say.

Three choices cost something, and are made all the same:

* ؤ is read as و and ئ as ي, because what hurried writers leave out is the hamza above
  the letter (الرييس, شوون). Those who put it on another letter (مسؤول, مسئول) are not
  brought together: that would make و and ي one letter.
* ء by itself is a letter and stays. Without it ماء would be ما, and نساء would be نسا.
* ى is read as ي and ة as ه, as many type them, which makes على and علي one word.
"""

import re
import unicodedata
from typing import NamedTuple

# أ إ آ ؤ ئ are not here: Unicode takes them apart into a letter and a mark.
_LETTERS = {
    "ا": "ٱٲٳ",
    "ي": "ىیۍېےؽؾؿ",
    "ه": "ةۃہھە",
    # The hard g of Moroccan names is written with any of these: أكادير, أگادير, أݣادير.
    "ك": "کڪگݣڭݢ",
    "ف": "ڤڥڢ",
    "ق": "ڨڧ",
    "ب": "پ",
    "ج": "چ",
    "ز": "ژ",
    "ae": "æ",
    "d": "đ",
    "i": "ı",
    "l": "ł",
    "o": "ø",
    "oe": "œ",
}
_PUNCTUATION = {
    # Among them the acute and the two half rings that stand for hamza and ayn.
    "'": "`´‘’‚‛′‵ʹʻʼʽʾʿˈ＇\u05f3",
    '"': "“”„‟«»‹›″‶〝〞〟＂\u05f4",
    "-": "\u2212\u2043\u02d7",  # the dashes are found by their category
    ",": "،\u066b",  # ٫ sets off decimals and ٬ thousands: a comma and a dot in Morocco
    ".": "۔\u066c",
    ";": "؛",
    "?": "؟",
    "%": "٪",
}
# Tatweel, the small letters of the Quran and the high hamza: letters only to Unicode.
_LEFT_OUT = "ـ\u06e5\u06e6\u0674"
# Ends and parts of the Quran's verses stand between two words.
_BETWEEN_WORDS = "\u06dd\u06de\u06e9"

_STATED = {
    variant: one
    for forms in (_LETTERS, _PUNCTUATION)
    for one, variants in forms.items()
    for variant in variants
}
_STATED |= dict.fromkeys(_LEFT_OUT, "") | dict.fromkeys(_BETWEEN_WORDS, " ")

_WORD = re.compile(r"[^\W_]+")


def _is_mark(character: str) -> bool:
    """Say whether a character is only ever seen on another one."""
    return (
        unicodedata.category(character) in {"Mn", "Me"}
        or unicodedata.combining(character) != 0
    )


def _fold_character(character: str) -> str:
    """Return what one character becomes, whatever stands beside it."""
    if (stated := _STATED.get(character)) is not None:
        return stated
    if _is_mark(character):
        return ""
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    # What is not seen: zero-width and bidi controls, soft hyphen, NUL; and halves of
    # surrogate pairs, which no database and no file can hold.
    if category in {"Cc", "Cf", "Cs"}:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    # What Unicode holds to be equal comes first, or U+1FFD, which is "´", would miss it.
    for form in ("NFD", "NFKD"):
        parts = unicodedata.normalize(form, character)
        if parts != character:
            # The presentation forms of the tashkeel come apart into a space and a mark,
            # yet stand in the middle of words.
            if parts[0] == " " and all(map(_is_mark, parts[1:])):
                return ""
            return "".join(map(_fold_character, parts))
    lower = character.casefold()
    if lower != character:
        return "".join(map(_fold_character, lower))
    return character


class _FoldedCharacters(dict):
    """What each character becomes, by its number: computed once where texts are made of it.

    The rest is computed each time rather than kept, so that no text makes it grow.
    """

    def __missing__(self, code: int) -> str:
        return _fold_character(chr(code))


_FOLDED = _FoldedCharacters(
    (code, _fold_character(chr(code)))
    for block in (
        range(0x0900),  # Latin, Arabic and what lies between
        range(0x1E00, 0x2200),  # more Latin, spaces, punctuation
        range(0x2D30, 0x2D80),  # Tifinagh
        range(0xFB00, 0x10000),  # ligatures, presentation forms, full width
    )
    for code in block
)


def fold(text: str) -> str:
    """Return ``text`` in the one spelling that all its spellings share.

    Hamza on a letter, tashkeel, tatweel, the forms of ي ه ك, accents, case, digits,
    apostrophes, quotes, dashes and white space are brought to one form; what is not seen
    is left out. Any string will do, and folding a folded text changes nothing.
    """
    return " ".join(text.translate(_FOLDED).split())


def fold_words(text: str) -> list[str]:
    """Return the folded words of ``text`` in their order, repeated ones included.

    A word is a run of letters and digits: hyphens and apostrophes part words.
    """
    return _WORD.findall(fold(text))


class FoldedText(NamedTuple):
    """A folded text, and for each of its characters where it stood in the original."""

    text: str
    places: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the slice of the original that ``text[start:end]`` was made of."""
        return self.places[start], self.places[end - 1] + 1


def fold_in_place(text: str) -> FoldedText:
    """Return ``text`` folded as ``fold`` does, with the way back to its letters."""
    characters, places = [], []
    for place, character in enumerate(text):
        for folded in _FOLDED[ord(character)]:
            if folded == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(folded)
            places.append(place)
    if characters and characters[-1] == " ":
        characters.pop()
        places.pop()
    return FoldedText("".join(characters), places)
