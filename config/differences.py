"""How one text became another, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A word, a sign or white space. Vowel signs and hyphens belong to their word.
TOKEN = re.compile(r"\s+|[^\s.,;:!?()\[\]{}«»“”\"،؛؟…]+|[^\s]")
# Above this product of lengths, comparing takes longer than a reader waits.
MOST_COMPARED = 4_000_000
# An unchanged stretch of more tokens is cut, and so many are left on each side.
LONG_STRETCH = 120
LEFT_ON_EACH_SIDE = 30
CUT = " […] "


class Mark(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    mark: Mark
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return ``after`` in pieces, with what stood in ``before`` and is gone between them.

    The pieces that are not added make up ``before``, those that are not removed
    ``after``, but for long stretches that did not change, which are cut.
    """
    return _cut(
        [Piece(mark, "".join(tokens)) for mark, tokens in _marked(before, after)]
    )


def _marked(before: str, after: str) -> list[tuple[Mark, list[str]]]:
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    start = _length_in_common(old, new)
    end = _length_in_common(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    pieces = [(Mark.SAME, old[:start])]
    if len(middle_old) * len(middle_new) > MOST_COMPARED:
        pieces += [(Mark.REMOVED, middle_old), (Mark.ADDED, middle_new)]
    else:
        matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        for tag, i, j, k, m in matcher.get_opcodes():
            if tag == "equal":
                pieces.append((Mark.SAME, middle_old[i:j]))
            else:
                pieces += [
                    (Mark.REMOVED, middle_old[i:j]),
                    (Mark.ADDED, middle_new[k:m]),
                ]
    pieces.append((Mark.SAME, old[len(old) - end :]))
    return _joined([piece for piece in pieces if piece[1]])


def _length_in_common(one: list[str], other: list[str]) -> int:
    length = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        length += 1
    return length


def _joined(pieces):
    """Take white space between two changes into both: a reader sees one change."""
    joined: list[tuple[Mark, list[str]]] = []
    removed: list[str] = []
    added: list[str] = []

    def finish():
        for mark, tokens in ((Mark.REMOVED, removed), (Mark.ADDED, added)):
            if tokens:
                joined.append((mark, list(tokens)))
                tokens.clear()

    for position, (mark, tokens) in enumerate(pieces):
        if mark == Mark.REMOVED:
            removed += tokens
        elif mark == Mark.ADDED:
            added += tokens
        elif (
            removed
            and added
            and position + 1 < len(pieces)
            and "".join(tokens).isspace()
        ):
            removed += tokens
            added += tokens
        else:
            finish()
            joined.append((mark, tokens))
    finish()
    return joined


def _cut(pieces: list[Piece]) -> list[Piece]:
    cut = []
    for position, piece in enumerate(pieces):
        tokens = TOKEN.findall(piece.text)
        if piece.mark != Mark.SAME or len(tokens) <= LONG_STRETCH:
            cut.append(piece)
            continue
        begins = "".join(tokens[:LEFT_ON_EACH_SIDE]) if position else ""
        is_last = position == len(pieces) - 1
        ends = "" if is_last else "".join(tokens[-LEFT_ON_EACH_SIDE:])
        cut.append(Piece(Mark.SAME, f"{begins}{CUT}{ends}"))
    return cut
