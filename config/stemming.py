"""The light stem: what Arabic writes in one with a word, and the plural of French.

Everything here is about folded words (``config/folding.py``) and knows no database.

* The article, and what is written in one with it (وال، بال، كال، فال، لل …), is taken
  off on both sides, in the index and in the query: ``stem``.
* One-letter companions (و ف ب ك ل) are never taken off in the index, because letters do
  not tell بوجدة (in Oujda) from وجدة (Oujda). A query asks for its word with each of
  them in front instead, and leaves out what is a word of its own: ``forms``.

``config/data/words.txt`` lists words that own their first letter, names of places and
persons, and words that the shipped record attests; the names in the database come on top.
"""

import re
from collections.abc import Set
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

ARTICLE = "ال"
# The article with what may stand before it, longest first: «لل» is ل and the article.
WITH_ARTICLE = tuple(
    sorted(
        (
            before + article
            for before in ("", "و", "ف")
            for article in (ARTICLE, "بال", "كال", "لل")
        ),
        key=len,
        reverse=True,
    )
)
COMPANIONS = ("و", "ف", "ب", "ك", "ل", "وب", "ول", "وك", "فب", "فل")
SHORTEST_STEM = 3
# Nouns whose adjective names the same matter, unlike اجتماع (meeting), اجتماعي (social).
SAME_MATTER = {
    "تشاور": "تشاوري",
    "تنسيق": "تنسيقي",
    "تواصل": "تواصلي",
    "تضامن": "تضامني",
}
# One, several and two of a feminine noun.
FEMININE = ("ه", "ات", "تان", "تين")
_ARABIC = re.compile(r"[\u0621-\u064a]+")
_LATIN = re.compile(r"[a-z]+")
# Words on s that would be another word without it.
_SINGULAR_ON_S = {"cours", "fonds", "corps", "alors", "temps", "discours", "secours"}
# Endings that leave a word the same word: its plurals, its feminine, whose it is.
_ENDINGS_WRITTEN = (
    "ه ات اتها اته اتهم ي يا يه يات يين يون ين ون ان ا ها هم نا ته تها تهم تنا تين تان "
    "ت وا"
)
_ENDINGS = ("", *_ENDINGS_WRITTEN.split())
_WORDS_FILE = Path(__file__).parent / "data" / "words.txt"


class Lexicon(NamedTuple):
    """What is known of words, all folded and without the article.

    ``owners`` are words whose first letter is no companion, ``names`` words of names,
    ``attested`` other words.
    """

    owners: Set[str]
    names: Set[str]
    attested: Set[str]

    def owns_first_letter(self, word: str) -> bool:
        return word in self.names or word in self.owners

    def knows(self, word: str) -> bool:
        return word in self.names or word in self.owners or word in self.attested

    def with_names(self, names: Set[str]) -> "Lexicon":
        return self._replace(names=self.names | names) if names else self


# Nothing is known: every ending is tried.
NOTHING = Lexicon(frozenset(), frozenset(), frozenset())


@cache
def shipped_lexicon() -> Lexicon:
    """Return what the project ships, without the names of any database."""
    sections: dict[str, list[str]] = {}
    for line in _WORDS_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            words.extend(line.split())
    return Lexicon(
        owners=frozenset(
            word.removesuffix(".") + ending
            for word in sections["owners"]
            for ending in ([""] if word.endswith(".") else _ENDINGS)
        ),
        names=frozenset(sections["names"]),
        attested=frozenset(sections["attested"]),
    )


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return what ``word`` is indexed under; certain by its letters and shipped words."""
    if is_arabic(word):
        return _without_article(word)
    if _LATIN.fullmatch(word):
        return _singular(word)
    return word


def _without_article(word: str) -> str:
    lexicon = shipped_lexicon()
    if lexicon.owns_first_letter(word):
        return word
    for prefix in WITH_ARTICLE:
        if not word.startswith(prefix):
            continue
        rest = word.removeprefix(prefix)
        # للقاء is ل with لقاء, والتزام is و with التزام: the letters are the word's own.
        own = (ARTICLE if prefix.endswith(ARTICLE) else "ل") + rest
        if prefix != ARTICLE and lexicon.owns_first_letter(own):
            return own
        if len(rest) >= SHORTEST_STEM:
            return rest
    return word


def _singular(word: str) -> str:
    """Return a French or English word without the s, x or aux of its plural.

    Adjectives on -ale are read as those on -al, for French agrees them.
    """
    if len(word) < 5 or word in _SINGULAR_ON_S:
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux") and len(word) >= 6:
        return word[:-2] + "l"
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("ale") and len(word) >= 6:
        word = word[:-1]
    return word


def forms(word: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the stems of which a text that holds ``word`` has one."""
    base = stem(word)
    if not is_arabic(word):
        return frozenset([base])
    if base == word:
        base = _without_companion(word, lexicon)
    found = set()
    for one in (base, *_inflected(base, lexicon)):
        found.add(one)
        found.update(_with_companions(one, lexicon))
    return frozenset(found)


def candidates(word: str) -> frozenset[str]:
    """Return every word that ``forms`` may look up or return, whatever is known."""
    if not is_arabic(word):
        return frozenset()
    bases = {word, stem(word)}
    if stem(word) == word:
        bases.update(
            rest
            for companion in COMPANIONS
            if len(rest := word.removeprefix(companion)) >= SHORTEST_STEM
        )
    found = {one for base in bases for one in (base, *_other_endings(base, NOTHING))}
    return frozenset(
        companion + one for one in found for companion in ("", *COMPANIONS)
    )


def is_arabic(word: str) -> bool:
    return _ARABIC.fullmatch(word) is not None


def _without_companion(word: str, lexicon: Lexicon) -> str:
    """Return the word known to us that ``word`` writes in one with a companion."""
    if lexicon.owns_first_letter(word):
        return word
    for companion in COMPANIONS:
        rest = word.removeprefix(companion)
        if rest != word and len(rest) >= SHORTEST_STEM and lexicon.knows(rest):
            return rest
    return word


def _with_companions(base: str, lexicon: Lexicon):
    """Yield ``base`` behind each companion, but for what is another word."""
    if len(base) < SHORTEST_STEM or (len(base) == 3 and not lexicon.knows(base)):
        return
    for companion in COMPANIONS:
        written = companion + base
        # بوجدة is no form of جدة: its و belongs to وجدة.
        is_another = any(
            lexicon.owns_first_letter(written[start:])
            for start in range(len(companion))
        )
        if not is_another:
            yield written


def _inflected(base: str, lexicon: Lexicon):
    """Yield other endings of ``base`` that do not change what it says.

    The regular plurals and the feminine dual (جمعية، جمعيات، جمعيتان; لقاء، لقاءات;
    مسنون، مسنين), the feminine of adjectives on ي, and the adjectives of SAME_MATTER.
    Names have no plural.
    """
    names = shipped_lexicon().names  # those of organisations are ordinary words
    if base in names:
        return
    for other in _other_endings(base, lexicon):
        if other not in names:
            yield other


def _other_endings(base: str, lexicon: Lexicon):
    long = len(base) >= 5
    if adjective := SAME_MATTER.get(base):
        yield adjective
        yield f"{adjective}ه"
        yield f"{adjective}ات"
    if long and base.endswith("ه"):
        yield from (base[:-1] + ending for ending in FEMININE[1:])
    elif long and base.endswith(FEMININE):
        ending = next(one for one in FEMININE if base.endswith(one))
        word = base.removesuffix(ending)
        yield from (word + one for one in FEMININE if one != ending)
        if ending == "ات" and f"{word}ه" not in lexicon.attested:
            yield word
    elif (
        len(base) >= 4 and base[-1] not in "ايوه" and f"{base}ه" not in lexicon.attested
    ):
        yield f"{base}ات"
    if long and base.endswith("يه"):
        yield base[:-1]
    elif len(base) >= 4 and base.endswith("ي"):
        yield f"{base}ه"
    if long and base.endswith("ون"):
        yield f"{base[:-2]}ين"
    elif long and base.endswith("ين"):
        yield f"{base[:-2]}ون"
