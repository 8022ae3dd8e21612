"""The lines that open a file are run, in the programs that they are for.

Wherever a program is missing its test is left out and says so: ``READERS_PYTHON`` names a
Python with pandas and duckdb (else the one that runs the tests), R with readr is
``Rscript`` and LibreOffice ``soffice`` on the PATH.
"""

import csv
import html
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from consultations.exports import DATASETS, FORMS
from consultations.exports.columns import Datatype, Scope
from consultations.exports.formula_guard import guard
from consultations.exports.writers.values import in_utc
from consultations.views.data import reading
from tests.consultations.exports.whole_record import make_all
from tests.factories.consultations import AgendaItemFactory, ParticipationFactory
from tests.factories.stakeholders import OrganisationFactory

pytestmark = pytest.mark.django_db

BASE_URL = "http://testserver"
PROGRAMS = ("pandas", "R", "DuckDB", "LibreOffice")
MOST_COLUMNS = 100  # the rest of a sheet's row is empty
LONGEST = 300  # seconds that a program may take for all tables


def lines(name, base_url=BASE_URL):
    """Return the line of each program, as the page of a table prints it."""
    one = SimpleNamespace(name=name, dataset=DATASETS[name])
    page = render_to_string(
        "components/reading_lines.html", {"reading": reading(base_url, one)}
    )
    printed = dict(
        re.findall(r'aria-label="(\w+)"><code>(.*?)</code>', page, flags=re.S)
    )
    return {program: html.unescape(line) for program, line in printed.items()}


def test_page_for_analysts_prints_the_same_lines():
    page = (settings.BASE_DIR / "docs/analysts.md").read_text()
    section = page.split("\n## Opening them\n")[1].split("\n## ")[0]
    printed = lines("meetings", "https://<portal>")

    assert re.findall(r"```\w+\n(.*?)\n```", section, flags=re.S) == [
        printed[program] for program in PROGRAMS
    ]


# What a cell has to be


def tagged(datatype, value, text=lambda text: text):
    """Return a cell as every program here tells of it: what it is, and its value."""
    if value is None or value == "":
        return None
    match datatype:
        case Datatype.INTEGER | Datatype.DECIMAL:
            return ["number", float(value)]
        case Datatype.BOOLEAN:
            return ["boolean", bool(value)]
        case Datatype.DATE:
            return ["date", str(value)]
        case Datatype.DATETIME:
            return ["moment", in_utc(value)]
        case _:
            return ["text", text(value)]


# Asked for after the program, so that nothing is made where that is missing.
@pytest.fixture
def files(client, tmp_path):
    """Return the folder in which the files lie; the record has hard texts in it."""
    meeting, _agreement = make_all()
    for title in (
        "NA",
        "NULL",
        "true",
        '"قالت": «نعم»; لا,\nثم \u200f(أ)',
        "=1+1",
        "'",
    ):
        AgendaItemFactory(meeting=meeting, title_ar=title)
    # Whose country is “NA”, which is no missing value.
    abroad = OrganisationFactory(name_ar="هيئة", name_fr="Namibie", country="NA")
    ParticipationFactory(meeting=meeting, organisation=abroad)
    for name in DATASETS:
        for form in FORMS:
            content = client.get(f"/data/{name}.{form}").getvalue()
            (tmp_path / f"{name}.{form}").write_bytes(content)
    return tmp_path


def expected(text=guard):
    scope = Scope(BASE_URL, timezone.localdate())
    return {
        name: [
            [column.key for column in dataset.columns],
            *(
                [
                    tagged(column.datatype, cell, text)
                    for column, cell in zip(dataset.columns, row, strict=True)
                ]
                for row in dataset.rows(dataset.published(), scope)
            ),
        ]
        for name, dataset in DATASETS.items()
    }


def different(told, meant):
    """Return the cells that are not what they should be, by table."""
    return {
        name: [
            (number, key, one, other)
            for number, (ones, others) in enumerate(
                zip(told[name], rows, strict=False), 0
            )
            for key, one, other in zip(rows[0], ones, others, strict=True)
            if one != other
        ]
        or f"{len(told[name])} rows, not {len(rows)}"
        for name, rows in meant.items()
        if told[name] != rows
    }


def local_lines(program, files):
    """Return the lines for every table, reading the files instead of the portal."""
    return {
        name: lines(name)[program].replace(f"{BASE_URL}/data", str(files))
        for name in DATASETS
    }


def run(command, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=LONGEST, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# pandas and DuckDB

PYTHON = os.environ.get("READERS_PYTHON") or sys.executable


@pytest.fixture
def python(program):
    """The Python that has ``program``."""
    package = program.lower()
    found = subprocess.run(
        [PYTHON, "-c", f"import {package}"], capture_output=True, check=False
    )
    if found.returncode:
        pytest.skip(
            f"{package} is not there (READERS_PYTHON names a Python that has it)"
        )
    return PYTHON


PANDAS = """
import json, sys
import pandas

def tagged(value):
    if pandas.isna(value):
        return None
    if isinstance(value, pandas.Timestamp):
        if value.tzinfo:
            return ["moment", value.strftime("%Y-%m-%dT%H:%M:%SZ")]
        return ["date", value.isoformat().removesuffix("T00:00:00")]
    if isinstance(value, str):
        return ["text", value]
    if type(value).__name__ in ("bool", "bool_"):
        return ["boolean", bool(value)]
    return ["number", float(value)]

tables = {}
for name, line in json.load(sys.stdin).items():
    here = {}
    exec(line, here)
    frame = here[name]
    rows = frame.astype(object).itertuples(index=False, name=None)
    tables[name] = [list(frame.columns), *([tagged(cell) for cell in row] for row in rows)]
json.dump(tables, sys.stdout)
"""
DUCKDB = """
import datetime, decimal, json, sys
import duckdb

def tagged(value, kind):
    if value is None:
        return None
    if kind.startswith("TIMESTAMP"):
        return ["moment", value]
    if isinstance(value, bool):
        return ["boolean", value]
    if isinstance(value, str):
        return ["text", value]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    return ["number", float(value)]

duckdb.sql("SET TimeZone = 'UTC'")
tables = {}
for name, line in json.load(sys.stdin).items():
    duckdb.sql(line)
    kinds = duckdb.sql(f"DESCRIBE {name}").fetchall()
    cells = ", ".join(
        f"strftime({key}, '%Y-%m-%dT%H:%M:%SZ')" if kind.startswith("TIMESTAMP") else f'"{key}"'
        for key, kind, *_ in kinds
    )
    rows = duckdb.sql(f"SELECT {cells} FROM {name}").fetchall()
    tables[name] = [
        [key for key, *_ in kinds],
        *([tagged(cell, kind) for cell, (_, kind, *_) in zip(row, kinds)] for row in rows),
    ]
json.dump(tables, sys.stdout)
"""


@pytest.mark.parametrize(
    ("program", "script"), [("pandas", PANDAS), ("DuckDB", DUCKDB)]
)
def test_line_reads_every_table_as_it_is(python, files, program, script):
    told = run([python, "-c", script], input=json.dumps(local_lines(program, files)))

    assert different(json.loads(told), expected()) == {}


# R

R = """
for (line in readLines("lines.R")) suppressMessages(eval(parse(text = line)))
for (name in readLines("names")) {
  table <- get(name)
  kinds <- vapply(table, function(column) class(column)[1], "")
  cells <- lapply(table, function(column)
    if (is.numeric(column) && !inherits(column, "Date")) format(column, digits = 15, trim = TRUE, scientific = FALSE)
    else if (inherits(column, "POSIXct")) format(column, "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
    else as.character(column))
  for (key in names(cells)) cells[[key]][is.na(table[[key]])] <- NA
  readr::write_csv(as.data.frame(t(kinds)), paste0(name, ".kinds"))
  readr::write_csv(as.data.frame(cells, check.names = FALSE), paste0(name, ".cells"), na = "")
}
"""


@pytest.fixture
def rscript():
    if not (program := shutil.which("Rscript")):
        pytest.skip("R is not there (Rscript, with readr)")
    return program


KINDS_OF_R = {
    "character": lambda cell: ["text", cell],
    "numeric": lambda cell: ["number", float(cell)],
    "logical": lambda cell: ["boolean", {"TRUE": True, "FALSE": False}[cell]],
    "Date": lambda cell: ["date", cell],
    "POSIXct": lambda cell: ["moment", cell],
}


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_line_of_r_reads_every_table_as_it_is(rscript, files):
    (files / "lines.R").write_text("\n".join(local_lines("R", files).values()))
    (files / "names").write_text("\n".join(DATASETS) + "\n")

    run([rscript, "-e", R], cwd=files)

    told = {}
    for name in DATASETS:
        keys, kinds = read_csv(files / f"{name}.kinds")
        _keys, *rows = read_csv(files / f"{name}.cells")
        told[name] = [
            keys,
            *(
                [
                    KINDS_OF_R[kind](cell) if cell else None
                    for cell, kind in zip(row, kinds, strict=True)
                ]
                for row in rows
            ),
        ]
    assert different(told, expected()) == {}


# LibreOffice


@pytest.fixture
def soffice():
    if not (program := shutil.which("soffice")):
        pytest.skip("LibreOffice is not there (soffice)")
    return program


def cells_of(path):
    """Return the rows of the first sheet of a flat OpenDocument file, typed."""
    office, table, text = (
        f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
        for name in ("office", "table", "text")
    )

    def written(element):
        yield element.text or ""
        for part in element:
            if part.tag == f"{text}s":
                yield " " * int(part.get(f"{text}c", "1"))
            elif part.tag == f"{text}tab":
                yield "\t"
            elif part.tag == f"{text}line-break":
                yield "\n"
            else:
                yield from written(part)
            yield part.tail or ""

    def told(cell):
        # What a workbook has as a truth value, LibreOffice keeps as the word for it.
        formula = cell.get(f"{table}formula")
        if formula in ("of:=TRUE()", "of:=FALSE()"):
            return ["boolean", formula == "of:=TRUE()"]
        match cell.get(f"{office}value-type"):
            case "float":
                return ["number", float(cell.get(f"{office}value"))]
            case "boolean":
                return ["boolean", cell.get(f"{office}boolean-value") == "true"]
            case "date":
                day, _t, time = cell.get(f"{office}date-value").partition("T")
                return ["moment", f"{day}T{time[:8]}Z"] if time else ["date", day]
            case "string":
                paragraphs = cell.findall(f"{text}p")
                return ["text", "\n".join("".join(written(one)) for one in paragraphs)]
        return None

    sheet = ET.parse(path).getroot().find(f".//{table}table")  # noqa: S314 -- LibreOffice's
    for row in sheet.iter(f"{table}table-row"):
        cells = []
        for cell in row.iter(f"{table}table-cell"):
            cells += [told(cell)] * int(
                cell.get(f"{table}number-columns-repeated", "1")
            )
        yield cells


def opened_by_libreoffice(command, files, form):
    """Return every table as LibreOffice has it after ``command``, asked to keep what it read."""
    home, out = files / "home", files / "opened"
    run(
        [
            *command,
            "--headless",
            f"-env:UserInstallation={home.as_uri()}",
            "--convert-to",
            "fods",
            "--outdir",
            str(out),
            *(str(files / f"{name}.{form}") for name in DATASETS),
        ]
    )
    told = {}
    for name, dataset in DATASETS.items():
        file = f"{name}.{form}".rpartition(".")[0]
        heading, *rows = cells_of(out / f"{file}.fods")
        width = len(dataset.columns)
        keys = [cell[1] for cell in heading[:width]]
        told[name] = [
            keys,
            *((row + [None] * width)[:width] for row in rows if any(row)),
        ]
    return told


def test_line_of_libreoffice_opens_every_table_as_it_is(soffice, files):
    """Every cell of a workbook is what it was: number, date, moment, text."""
    program, *options, address = shlex.split(lines("meetings")["LibreOffice"])
    assert (program, address) == ("soffice", f"{BASE_URL}/data/meetings.xlsx")

    told = opened_by_libreoffice([soffice, *options], files, "xlsx")

    assert different(told, expected(text=str)) == {}


def test_table_for_excel_opens_in_french_as_it_is(soffice, files):
    """As by double click: semicolons, decimal commas, nothing said of the columns."""
    french = "--infilter=CSV:59,34,76,1,,1036,false,true"

    told = opened_by_libreoffice([soffice, french], files, "excel.csv")

    # What French has other words for stays a text: true, false, a moment of UTC.
    as_text = {
        "boolean": lambda cell: ["text", str(cell[1]).lower()],
        "moment": lambda cell: ["text", cell[1]],
    }
    meant = {
        name: [
            keys,
            *(
                [cell and as_text.get(cell[0], list)(cell) for cell in row]
                for row in rows
            ),
        ]
        for name, (keys, *rows) in expected().items()
    }
    assert different(told, meant) == {}
