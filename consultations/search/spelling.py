"""What was meant by what was not found, in words that the record holds."""

from functools import cache
from pathlib import Path

from django.db.models import Q
from django.db.models.functions import Length

from config.folding import fold_words
from config.models import SearchWord
from config.other_names import split_other_names
from config.search_index import SearchDocument, query_of
from config.search_text import STOP_WORDS
from config.stemming import stem
from consultations.models import (
    AgreementDocument,
    CommitmentDocument,
    ExpectationDocument,
    MeetingDocument,
)
from consultations.search.waiting import newest_public_pks
from regions.models import RegionDocument
from stakeholders.models import Person

PUBLIC: tuple[type[SearchDocument], ...] = (
    MeetingDocument,
    AgreementDocument,
    ExpectationDocument,
    CommitmentDocument,
    RegionDocument,
)
# What looking for another spelling may cost, whatever is asked for.
MOST_WORDS_LOOKED_AT = 8
MOST_WORDS = 4
MOST_GUESSES = 3
MOST_CANDIDATES = 500
SHORTEST = 3
LONGEST = 30
_EVERYDAY_WORDS = Path(__file__).parent.parent / "data" / "everyday_words.txt"


def nearest_spelling(text: str) -> str:
    """Return ``text`` as it would find something published, or nothing.

    Words that nothing public holds are exchanged for the record's word for the same, or
    for the nearest word that something holds.
    """
    words = dict.fromkeys(fold_words(text))
    if len(words) > MOST_WORDS_LOOKED_AT:
        return ""
    unknown = [word for word in words if word not in STOP_WORDS and not is_found(word)]
    if not 0 < len(unknown) <= MOST_WORDS:
        return ""
    instead = {}
    for word in unknown:
        if not (meant := _same_in_the_record(word) or _nearest_word(word)):
            return ""
        instead[word] = meant
    # What was right stays as it was typed.
    suggestion = " ".join(
        " ".join(instead.get(word, word) for word in found)
        if (found := fold_words(typed)) and not instead.keys().isdisjoint(found)
        else typed
        for typed in text.split()
    )
    return suggestion if is_found(suggestion) else ""


def is_found(text: str) -> bool:
    """Say whether anything public is found by ``text``."""
    query = query_of(text)
    if query.is_hopeless:
        return False
    return any(newest_public_pks(document, query, 1) for document in PUBLIC)


@cache
def everyday_words() -> dict[str, list[str]]:
    """Return what to search for instead of everyday words, by what these stem to."""
    phrases_of = {}
    for line in _EVERYDAY_WORDS.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        words, phrases = line.split("=")
        for word in fold_words(words):
            phrases_of[stem(word)] = [one.strip() for one in phrases.split("|")]
    return phrases_of


def _same_in_the_record(word: str) -> str:
    """Return the first phrase that means the same as ``word`` and finds something."""
    phrases = everyday_words().get(stem(word), ())
    return next((phrase for phrase in phrases if is_found(phrase)), "")


def _nearest_word(word: str) -> str:
    """Return the nearest word that finds something public, as it is written."""
    base = stem(word)
    if not base.isalpha() or not SHORTEST <= len(base) <= LONGEST:
        return ""
    # One slip leaves one half of a word as it is.
    half = len(base) // 2
    candidates = (
        SearchWord.objects.annotate(length=Length("word"))
        .filter(
            Q(word__startswith=base)  # a word that was begun
            | Q(
                Q(word__startswith=base[:half])
                | Q(mirrored__startswith=base[::-1][:half]),
                length__range=(len(base) - 2, len(base) + 2),
            )
        )
        .order_by("word")
        .values_list("word", "written")[:MOST_CANDIDATES]
    )
    near = []
    for candidate, written in candidates:
        distance = _slips(base, candidate)
        allowed = 1 if len(base) < 6 else 2
        if candidate.startswith(base):
            distance = min(distance, allowed)
        if 0 < distance <= allowed:
            differs = candidate[0] != base[0]
            near.append((distance, differs, abs(len(candidate) - len(base)), written))
    for *_how_near, written in sorted(near)[:MOST_GUESSES]:
        if is_found(written) and not _is_name_not_shown(written):
            return written
    return ""


def _is_name_not_shown(word: str) -> bool:
    """Say whether some person is named so by a further name, which readers are not told.

    Records are found by the further names of whom they name; to offer one would tell it.
    """
    wanted = {stem(part) for part in fold_words(word)}
    for person in Person.objects.search(word)[:MOST_CANDIDATES]:
        further, shown = (
            {stem(part) for name in names for part in fold_words(name)}
            for names in (
                split_other_names(person.other_names),
                (person.name_ar, person.name_fr),
            )
        )
        if wanted & (further - shown):
            return True
    return False


def _slips(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many or exchanged."""
    before, above = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, against in enumerate(other, 1):
            cost = min(
                above[column] + 1,
                here[column - 1] + 1,
                above[column - 1] + (letter != against),
            )
            if (
                row > 1
                and column > 1
                and letter == other[column - 2]
                and one[row - 2] == against
            ):
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]
