import re

import pytest
import segno
from django.template import Context, Template

from config.qr import MASK, QUIET_ZONE, qr_code

ADDRESS = "https://portal.example.ma/fr/meetings/2022-01-12-oriental/"


def drawn(code):
    """Return the dark units that the path of a code covers."""
    dark = set()
    pieces = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path)
    assert (
        "".join(f"M{piece[0]} {piece[1]}h{piece[2]}v1h-{piece[3]}z" for piece in pieces)
        == code.path
    )
    for x, y, length, back in pieces:
        assert length == back
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}
    return dark


@pytest.mark.parametrize("text", [ADDRESS, "a", "https://x.ma/" + "y" * 300])
def test_code_draws_each_dark_module_once_inside_its_white_margin(text):
    matrix = segno.make_qr(text, error="m", mask=MASK).matrix

    code = qr_code(text)

    assert code.size == len(matrix) + 2 * QUIET_ZONE
    assert drawn(code) == {
        (x + QUIET_ZONE, y + QUIET_ZONE)
        for y, row in enumerate(matrix)
        for x, module in enumerate(row)
        if module
    }


def test_code_stands_on_the_page_without_style_and_with_a_name():
    html = Template('{% include "components/qr.html" with address=address only %}')

    svg = html.render(Context({"address": ADDRESS}))

    assert "style=" not in svg
    assert 'fill="currentColor"' in svg
    assert ADDRESS in svg.split("<title>")[1].split("</title>")[0]
