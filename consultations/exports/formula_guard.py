"""Keep a spreadsheet from running a text as a formula, in a way that can be undone.

The patterns keep to what Python and PostgreSQL read alike, so that a database can apply
the same rule.
"""

import re

# White space, control characters, zero-width and bidirectional marks: a spreadsheet or
# whoever copies the cell may drop them, and what follows then begins the cell.
PASSED_OVER = (
    r"[\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
SIGN = r"[=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b-]"
# Apostrophes are counted in, or nobody could tell a guarded text from one that began
# with an apostrophe of its own.
RISKY = rf"\A'*(?:[\t\r\n]|{PASSED_OVER}*{SIGN})"

DIGIT = r"[0-9\u0660-\u0669\u06f0-\u06f9]"
SPACE = r"[ \u00a0\u202f]"
MARK = r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
EDGE = rf"(?:{SPACE}|{MARK})*"
NUMBER = (
    rf"[+-](?:{DIGIT}+(?:(?:{SPACE}|[.,'\u066b\u066c]){DIGIT}+)*|[.,]{DIGIT}+)"
    rf"(?:[eE][+-]?{DIGIT}+)?{SPACE}?[%\u066a]?"
)
# International form (E.164): a plus sign and 8 to 15 digits, however they are grouped.
TELEPHONE = (
    rf"(?=(?:[^0-9]*[0-9]){{8,15}}[^0-9]*\Z)"
    rf"\+[0-9](?:(?:{SPACE}|[.-])?(?:[0-9]|\([0-9]+\)))*"
)
HARMLESS = rf"\A{EDGE}(?:{NUMBER}|{TELEPHONE}){EDGE}\Z"

# Code points, from and to: what begins with one of these needs no further look.
PLAIN = ((0x0621, 0x064A), (0x61, 0x7A), (0x41, 0x5A), (0x30, 0x39))

_risky = re.compile(RISKY)
_harmless = re.compile(HARMLESS)


def would_run(text: str) -> bool:
    """Say whether ``text`` must not stand in a cell without an apostrophe in front."""
    return bool(_risky.match(text)) and not _harmless.match(text)


def guard(text: str) -> str:
    """Return ``text`` with an apostrophe in front if a spreadsheet would run it.

    Numbers and telephone numbers are left as they are.
    """
    return f"'{text}" if would_run(text) else text


def unguard(cell: str) -> str:
    """Return the text that ``guard`` made ``cell`` of."""
    if cell.startswith("'") and would_run(cell[1:]):
        return cell[1:]
    return cell
