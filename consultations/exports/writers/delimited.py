"""Tables of text: one row a line, the keys first."""

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched
from operator import itemgetter

from django.db.models import QuerySet

from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype
from consultations.exports.copying import GUARDED, copied
from consultations.exports.formula_guard import PLAIN, guard
from consultations.exports.writers.values import in_utc

BOOLEANS = {True: "true", False: "false", None: ""}
_plain = {chr(number) for first, last in PLAIN for number in range(first, last + 1)}
_first_character = itemgetter(0)

# How the cells of one column are written; None where csv writes them as they are to be.
Cells = Callable[[Sequence], Sequence] | None


def _texts(cells: Sequence[str | None]) -> Sequence[str | None]:
    # Nearly always all of them begin plainly, which takes no step of Python a cell.
    if _plain.issuperset(map(_first_character, filter(None, cells))):
        return cells
    return [guard(cell) if cell else cell for cell in cells]


def _booleans(cells: Sequence[bool | None]) -> Sequence[str]:
    return [BOOLEANS[cell] for cell in cells]


def _datetimes(cells: Sequence[datetime.datetime | None]) -> Sequence[str | None]:
    return [cell and in_utc(cell) for cell in cells]


@dataclass(frozen=True)
class DelimitedForm:
    """CSV after RFC 4180, in UTF-8, its text cells kept from running as formulas."""

    extension: str
    delimiter: str
    decimal_mark: str
    byte_order_mark: bool
    content_type: str = "text/csv; charset=utf-8; header=present"
    varies_by_language: bool = False
    is_compressed: bool = False

    def encode(
        self, columns: Sequence[Column], rows: Iterable[tuple]
    ) -> Iterator[bytes]:
        """Yield the file in pieces; rows are taken as the pieces are asked for.

        The first piece holds the keys and the first rows, so that a query that fails at
        once fails before anything was sent.
        """
        cells = [
            (place, cells)
            for place, column in enumerate(columns)
            if (cells := self._cells(column.datatype))
        ]
        buffer = io.StringIO(self._beginning(columns), newline="")
        buffer.seek(0, io.SEEK_END)
        writer = csv.writer(
            buffer, delimiter=self.delimiter, lineterminator="\r\n", strict=True
        )
        for chunk in batched(rows, ROWS_A_CHUNK):
            table = list(zip(*chunk, strict=True))
            for place, written in cells:
                table[place] = written(table[place])
            writer.writerows(zip(*table, strict=True))
            yield self._taken_from(buffer)
        if rest := self._taken_from(buffer):
            yield rest

    def copy(self, columns: Sequence[Column], query: QuerySet) -> Iterator[bytes]:
        """Yield the bytes that ``encode`` makes of the rows of ``query``.

        PostgreSQL writes the lines: it quotes the cells that Python's csv quotes.
        """
        beginning = self._beginning(columns).encode()
        cells = [self._cell_in_sql(column.datatype) for column in columns]
        with closing(copied(query, cells, self.delimiter)) as pieces:
            for piece in pieces:
                yield beginning + piece
                beginning = b""
        if beginning:
            yield beginning

    def _cell_in_sql(self, datatype: Datatype) -> str:
        """Return what ``_cells`` does, as an expression of the cell, ``{0}``."""
        mark = self.decimal_mark
        return {
            Datatype.STRING: GUARDED,
            Datatype.LIST: GUARDED,
            Datatype.URL: GUARDED,
            Datatype.INTEGER: "{0}",
            Datatype.DECIMAL: (
                "{0}" if mark == "." else f"replace({{0}}::text, '.', '{mark}')"
            ),
            Datatype.BOOLEAN: "{0}::text",
            Datatype.DATE: "to_char({0}, 'YYYY-MM-DD')",
            Datatype.DATETIME: (
                "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
            ),
        }[datatype]

    def _beginning(self, columns: Sequence[Column]) -> str:
        mark = "\N{BYTE ORDER MARK}" if self.byte_order_mark else ""
        keys = self.delimiter.join(column.key for column in columns)
        return f"{mark}{keys}\r\n"

    def _taken_from(self, buffer: io.StringIO) -> bytes:
        piece = buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        return piece

    def _cells(self, datatype: Datatype) -> Cells:
        return {
            Datatype.STRING: _texts,
            Datatype.LIST: _texts,
            Datatype.URL: _texts,
            Datatype.INTEGER: None,
            Datatype.DECIMAL: self._decimals,
            Datatype.BOOLEAN: _booleans,
            Datatype.DATE: None,
            Datatype.DATETIME: _datetimes,
        }[datatype]

    def _decimals(self, cells: Sequence[Decimal | None]) -> Sequence[str | None]:
        mark = self.decimal_mark
        return [
            cell if cell is None else f"{cell:f}".replace(".", mark) for cell in cells
        ]


CSV = DelimitedForm(
    extension="csv", delimiter=",", decimal_mark=".", byte_order_mark=False
)
# What a French or Arabic Excel takes apart by double click. No "sep=" line: Excel would
# then read the rest in the code page of the machine.
EXCEL_CSV = DelimitedForm(
    extension="excel.csv", delimiter=";", decimal_mark=",", byte_order_mark=True
)
