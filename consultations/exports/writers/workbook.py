"""XLSX (ECMA-376), written as it is sent: neither rows nor cells are kept.

Only what a table needs of the format is here. Texts stand inside their cells, so that no
table of shared strings grows with the rows, and the parts that say how many sheets there
are come after the sheets.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import batched, chain
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import translation
from django.utils.translation import get_language_bidi, gettext, pgettext

from config.localization import LANGUAGES
from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype
from consultations.exports.formula_guard import would_run

# What Excel takes of one sheet and of one cell (in units of UTF-16).
ROWS_A_SHEET = 1_048_576
LONGEST_TEXT = 32_767
CUT = " […]"
# Of one part of the package, before compression. From 2 GiB on it would need a form of
# ZIP that Excel refuses to open when it is streamed.
BYTES_A_SHEET = 1_500_000_000

# Of the attribute s: the place in cellXfs below.
HEADING, DATE, DATETIME, DECIMAL, QUOTED = 1, 2, 3, 4, 5
# Before March 1900 a spreadsheet counts a day that never was.
FIRST_COUNTED = datetime.date(1900, 3, 1)
DAY_ZERO = datetime.date(1899, 12, 30)
SECONDS_A_DAY = 86_400

# What XML cannot hold or would change, and what would read like an escape of it.
_UNFIT = r"\x00-\x08\x0b-\x1f\ufffe\uffff"
_escaped = re.compile(rf"[{_UNFIT}]|_(?=x[0-9A-Fa-f]{{4}}[_{_UNFIT}])")

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

STYLES = f"""{DECLARATION}<styleSheet xmlns="{MAIN}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""

WIDTHS = {
    Datatype.STRING: 28,
    Datatype.LIST: 28,
    Datatype.URL: 40,
    Datatype.INTEGER: 12,
    Datatype.DECIMAL: 18,
    Datatype.BOOLEAN: 10,
    Datatype.DATE: 12,
    Datatype.DATETIME: 20,
}


def _code(found: re.Match) -> str:
    return f"_x{ord(found[0]):04X}_"


def _shortened(text: str) -> str:
    """Return as much of a text as a cell takes, with a mark where something is missing."""
    if len(text) * 2 <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= LONGEST_TEXT * 2:
        return text
    room = (LONGEST_TEXT - len(CUT)) * 2
    return units[:room].decode("utf-16-le", errors="ignore") + CUT


# A cell is written from the attribute after its address to its end.


def _text(text: str) -> str:
    text = _shortened(text)
    # A text stays one when somebody edits the cell: what an apostrophe does in a CSV.
    style = f' s="{QUOTED}"' if would_run(text) else ""
    text = escape(_escaped.sub(_code, text))
    return f'{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _number(value: int) -> str:
    return f"><v>{value}</v></c>"


def _decimal(value: Decimal) -> str:
    return f' s="{DECIMAL}"><v>{value:f}</v></c>'


def _boolean(value: bool) -> str:
    return f' t="b"><v>{value:d}</v></c>'


def _date(value: datetime.date) -> str:
    if value < FIRST_COUNTED:
        return _text(value.isoformat())
    return f' s="{DATE}"><v>{(value - DAY_ZERO).days}</v></c>'


def _datetime(value: datetime.datetime) -> str:
    moment = value.astimezone(datetime.UTC)
    days = (moment.date() - DAY_ZERO).days
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return f' s="{DATETIME}"><v>{days + seconds / SECONDS_A_DAY!r}</v></c>'


CELLS: dict[Datatype, Callable[..., str]] = {
    Datatype.STRING: _text,
    Datatype.LIST: _text,
    Datatype.URL: _text,
    Datatype.INTEGER: _number,
    Datatype.DECIMAL: _decimal,
    Datatype.BOOLEAN: _boolean,
    Datatype.DATE: _date,
    Datatype.DATETIME: _datetime,
}


def _letters(number: int) -> str:
    """Return what a spreadsheet calls a column: A to Z, then AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _Outgoing:
    """A file that can only be written, and handed on piece by piece."""

    def __init__(self):
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


class _Package:
    """The ZIP archive, written in one go without ever going back."""

    def __init__(self):
        self.outgoing = _Outgoing()
        # The fastest level: a file is sent once, and the database waits for it.
        self._archive = ZipFile(self.outgoing, "w", ZIP_DEFLATED, compresslevel=1)
        self.sheets: list[str] = []

    def part(self, name: str):
        """Open a part; by name alone it has no time, so that equal rows give equal bytes."""
        return self._archive.open(name, "w")

    def put(self, name: str, text: str) -> None:
        with self.part(name) as part:
            part.write(text.encode())

    def close(self) -> None:
        """Write what says which sheets there are, and the directory of all parts."""
        numbers = range(1, len(self.sheets) + 1)
        self.put(
            "xl/workbook.xml",
            f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            + "".join(
                f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
                for number, name in zip(numbers, self.sheets, strict=True)
            )
            + "</sheets></workbook>",
        )
        self.put(
            "xl/_rels/workbook.xml.rels",
            f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" '
                f'Target="worksheets/sheet{number}.xml"/>'
                for number in numbers
            )
            + f'<Relationship Id="rId{len(self.sheets) + 1}" '
            f'Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        self.put("xl/styles.xml", STYLES)
        self.put(
            "_rels/.rels",
            f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        self.put(
            "[Content_Types].xml",
            f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
                f'ContentType="{KIND}.worksheet+xml"/>'
                for number in numbers
            )
            + "</Types>",
        )
        self._archive.close()


class _Sheet:
    """One sheet of the package: its frozen heading, then rows."""

    def __init__(
        self,
        package: _Package,
        name: str,
        headings: Sequence[str],
        datatypes: Sequence[Datatype],
        *,
        is_right_to_left: bool,
    ):
        package.sheets.append(name)
        self._part = package.part(f"xl/worksheets/sheet{len(package.sheets)}.xml")
        self._columns = [
            (_letters(number), CELLS[datatype])
            for number, datatype in enumerate(datatypes, start=1)
        ]
        self.row = 1
        self.size = 0
        direction = ' rightToLeft="1"' if is_right_to_left else ""
        widths = "".join(
            f'<col min="{number}" max="{number}" customWidth="1" '
            f'width="{max(WIDTHS[datatype], len(heading) + 2)}"/>'
            for number, (heading, datatype) in enumerate(
                zip(headings, datatypes, strict=True), start=1
            )
        )
        cells = "".join(
            f'<c r="{letters}1" s="{HEADING}" t="inlineStr">'
            f"<is><t>{escape(heading)}</t></is></c>"
            for heading, (letters, _cell) in zip(headings, self._columns, strict=True)
        )
        self._write(
            f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetViews>'
            f'<sheetView{direction} workbookViewId="0"><pane ySplit="1" '
            'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
            f"</sheetViews><cols>{widths}</cols><sheetData>"
            f'<row r="1">{cells}</row>'
        )

    def takes(self, rows: int) -> bool:
        return self.row + rows <= ROWS_A_SHEET and self.size < BYTES_A_SHEET

    def write(self, rows: Sequence[tuple]) -> None:
        lines = []
        for number, row in enumerate(rows, start=self.row + 1):
            cells = "".join(
                [
                    f'<c r="{letters}{number}"{cell(value)}'
                    for (letters, cell), value in zip(self._columns, row, strict=True)
                    if value is not None and value != ""
                ]
            )
            lines.append(f'<row r="{number}">{cells}</row>')
        self.row += len(rows)
        self._write("".join(lines))

    def close(self) -> None:
        self._write("</sheetData></worksheet>")
        self._part.close()

    def _write(self, xml: str) -> None:
        data = xml.encode()
        self.size += len(data)
        self._part.write(data)


DICTIONARY = (
    "column",
    "holds",
    *(f"heading_{language}" for language in LANGUAGES),
    *(f"meaning_{language}" for language in LANGUAGES),
    "values",
    "references",
)


def _dictionary(columns: Sequence[Column]) -> list[tuple[str, ...]]:
    """Return a row a column: what it is called and means in every language."""
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = [(column.label, column.description) for column in columns]
    return [
        (
            column.key,
            column.datatype,
            *(told[language][place][0] for language in LANGUAGES),
            *(told[language][place][1] for language in LANGUAGES),
            " | ".join(column.values),
            column.references,
        )
        for place, column in enumerate(columns)
    ]


class WorkbookForm:
    """A workbook with the rows and, on its last sheet, what the columns mean.

    The keys head the sheet, as in every form. More rows than a sheet takes go on in a
    further one. Cells hold true numbers, dates and texts; no text is ever a formula.
    """

    extension = "xlsx"
    content_type = f"{KIND}.sheet"
    varies_by_language = True
    is_compressed = True

    def encode(
        self, columns: Sequence[Column], rows: Iterable[tuple]
    ) -> Iterator[bytes]:
        """Return the pieces of the file; rows are taken as the pieces are asked for.

        The language is that in which this is called, whatever it is when they are read.
        """
        return self._pieces(
            columns,
            rows,
            dictionary=_dictionary(columns),
            is_right_to_left=get_language_bidi(),
            names=(pgettext("sheet", "Data"), gettext("Dictionary")),
        )

    def _pieces(self, columns, rows, *, dictionary, is_right_to_left, names):
        keys = [column.key for column in columns]
        datatypes = [column.datatype for column in columns]
        chunks = batched(rows, ROWS_A_CHUNK)
        # Taken before anything is written: what fails at once fails as a whole.
        first = next(chunks, ())
        package = _Package()

        def sheet(name: str, headings=keys, holding=datatypes) -> _Sheet:
            return _Sheet(
                package, name, headings, holding, is_right_to_left=is_right_to_left
            )

        current = sheet(names[0])
        try:
            for chunk in chain([first], chunks):
                if not current.takes(len(chunk)):
                    current.close()
                    current = sheet(f"{names[0]} {len(package.sheets) + 1}")
                current.write(chunk)
                if piece := package.outgoing.taken():
                    yield piece
        finally:  # also when it breaks off: an archive complains of a part left open
            current.close()
        last = sheet(names[1], DICTIONARY, [Datatype.STRING] * len(DICTIONARY))
        last.write(dictionary)
        last.close()
        package.close()
        yield package.outgoing.taken()


XLSX = WorkbookForm()
