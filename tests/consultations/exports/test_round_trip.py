"""Whatever a text holds, every form brings it back through the reader that docs give."""

import csv
import io
import json
import os
import re

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from consultations.exports import FORMS
from consultations.models import AgendaItem
from tests.consultations.exports.test_formula_guard import begins_a_formula
from tests.factories.consultations import MeetingFactory

# How many texts: 500 in the suite, 5000 before a release.
ROUND_TRIPS = int(os.environ.get("ROUND_TRIPS", "500"))
TEXTS_A_FILE = 10

SPACES = " \t\r\n\u00a0\u202f\u3000\u200b\ufeff"
BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202e\u2066\u2067\u2069"
SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
# Neither PostgreSQL nor a form takes NUL, and nothing can encode half a surrogate pair.
anything = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
arabic = st.characters(min_codepoint=0x600, max_codepoint=0x6FF)
special = st.sampled_from(
    [
        *SPACES,
        *BIDI,
        *SIGNS,
        *"\"'`,;|&<>_x005F\\",
        *map(chr, range(1, 32)),
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\ufffe",
        "\uffff",
        "🕌",
        "👩🏽\u200d🦽",
        "_x000D_",
        "]]>",
    ]
)
telephone = st.from_regex(
    r"\+212[ .-]?5[0-9]{2}[ .-]?[0-9]{2}[ .-]?[0-9]{4}", fullmatch=True
)
negative = st.decimals(max_value=0, allow_nan=False, places=2).map(str)
texts = st.one_of(
    st.text(anything, max_size=40),
    st.text(arabic, max_size=40),
    st.lists(special, max_size=12).map("".join),
    st.lists(st.one_of(special, arabic), max_size=20).map("".join),
    st.builds(
        "{}{}{}".format,
        st.text(st.sampled_from([*SPACES, *BIDI, "'"]), max_size=3),
        st.sampled_from([*SIGNS]),
        st.text(anything, max_size=20),
    ),
    telephone,
    negative,
)


@pytest.fixture(scope="module")
def reader():
    """The functions that the page for analysts gives, as it gives them."""
    page = (settings.BASE_DIR / "docs/analysts.md").read_text()
    (source,) = re.findall(r"```python\n(import re\n.*?)```", page, flags=re.S)
    functions: dict = {}
    exec(source, functions)  # noqa: S102 -- what analysts are told to run
    return functions


def read(form: str, content: bytes, reader) -> list[str]:
    """Return the texts of a file, read as the page for analysts says."""
    if form == "json":
        return [row["sites_ar"] or "" for row in json.loads(content)]
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        keys, *rows = book.worksheets[0].iter_rows(values_only=True)
        place = keys.index("sites_ar")
        return [reader["from_workbook"](row[place]) for row in rows]
    file = io.StringIO(content.decode("utf-8-sig"), newline="")
    rows = csv.DictReader(file, delimiter=";" if form == "excel.csv" else ",")
    return [reader["original"](row["sites_ar"]) for row in rows]


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=ROUND_TRIPS // TEXTS_A_FILE,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(written=st.lists(texts, min_size=TEXTS_A_FILE, max_size=TEXTS_A_FILE))
def test_texts_come_back_from_the_database_through_every_form(written, reader):
    AgendaItem.objects.all().delete()
    meeting = MeetingFactory()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, order=order, kind="field_visit", sites_ar=text)
        for order, text in enumerate(written)
    )

    told = {
        form: read(form, Client().get(f"/data/agenda.{form}").getvalue(), reader)
        for form in FORMS
    }

    assert told == dict.fromkeys(FORMS, written)
    # What a spreadsheet looks into is a number or a telephone number, untouched.
    looked_into = cells_that_run()
    assert [cell for cell in looked_into if not looks_like_a_number(cell)] == []
    assert [cell for cell in looked_into if cell not in written] == []


def cells_that_run() -> list[str]:
    """Return the cells of the two CSV forms that a spreadsheet would look into."""
    return [
        cell
        for form, delimiter in (("csv", ","), ("excel.csv", ";"))
        for row in csv.reader(
            io.StringIO(
                Client().get(f"/data/agenda.{form}").getvalue().decode("utf-8-sig"),
                newline="",
            ),
            delimiter=delimiter,
        )
        for cell in row
        if begins_a_formula(cell)
    ]


def looks_like_a_number(cell: str) -> bool:
    """Say, in other words than the guard's, whether a cell is a number or a telephone."""
    return any(map(str.isdigit, cell)) and all(
        sign.isdigit() or sign in "+-.,'()%٪٫٬eE" + SPACES + BIDI for sign in cell
    )
