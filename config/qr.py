"""The address of a page as a code that a telephone reads off paper."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno

QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 demands
# One of the eight patterns that a code may be masked with; every reader takes any of
# them, and to look for the most even one costs five times the rest.
MASK = 2


@dataclass(frozen=True)
class QrCode:
    """``path`` draws the dark modules in a square of ``size`` units."""

    size: int
    path: str


def draw_qr_code(text: str) -> QrCode:
    """Return the code of ``text``, readable with up to 15 % of it damaged."""
    matrix = segno.make_qr(text, error="m", mask=MASK).matrix
    steps = []
    for y, row in enumerate(matrix):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                steps.append(
                    f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
                )
            x += length
    return QrCode(len(matrix) + 2 * QUIET_ZONE, "".join(steps))


# Addresses are asked for again and again. A secret is drawn, and not kept.
qr_code = lru_cache(maxsize=256)(draw_qr_code)
