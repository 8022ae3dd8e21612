"""Tables of text: one row a line, the keys first."""

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched

from django.db.models import QuerySet

from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype
from consultations.exports.copying import GUARDED, copied
from consultations.exports.formula_guard import guard
from consultations.exports.writers.values import in_utc


def _boolean(value: bool) -> str:
    return "true" if value else "false"


@dataclass(frozen=True)
class DelimitedForm:
    """CSV after RFC 4180, in UTF-8, its text cells kept from running as formulas."""

    extension: str
    delimiter: str
    decimal_mark: str
    byte_order_mark: bool
    content_type: str = "text/csv; charset=utf-8; header=present"
    varies_by_language: bool = False

    def encode(
        self, columns: Sequence[Column], rows: Iterable[tuple]
    ) -> Iterator[bytes]:
        """Yield the file in pieces; rows are taken as the pieces are asked for.

        The first piece holds the keys and the first rows, so that a query that fails at
        once fails before anything was sent.
        """
        cells = [self._formatter(column.datatype) for column in columns]
        buffer = io.StringIO(self._beginning(), newline="")
        buffer.seek(0, io.SEEK_END)
        writer = csv.writer(
            buffer, delimiter=self.delimiter, lineterminator="\r\n", strict=True
        )
        writer.writerow([column.key for column in columns])
        for chunk in batched(rows, ROWS_A_CHUNK):
            writer.writerows(
                [
                    "" if value is None else cell(value)
                    for cell, value in zip(cells, row, strict=True)
                ]
                for row in chunk
            )
            yield self._taken_from(buffer)
        if rest := self._taken_from(buffer):
            yield rest

    def copy(self, columns: Sequence[Column], query: QuerySet) -> Iterator[bytes]:
        """Yield the bytes that ``encode`` makes of the rows of ``query``.

        PostgreSQL writes the lines: it quotes the cells that Python's csv quotes.
        """
        beginning = self._beginning() + self.delimiter.join(
            column.key for column in columns
        )
        beginning = f"{beginning}\r\n".encode()
        cells = [self._cell_in_sql(column.datatype) for column in columns]
        with closing(copied(query, cells, self.delimiter)) as pieces:
            for piece in pieces:
                yield beginning + piece
                beginning = b""
        if beginning:
            yield beginning

    def _cell_in_sql(self, datatype: Datatype) -> str:
        """Return what ``_formatter`` does, as an expression of the cell, ``{0}``."""
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

    def _beginning(self) -> str:
        return "\N{BYTE ORDER MARK}" if self.byte_order_mark else ""

    def _taken_from(self, buffer: io.StringIO) -> bytes:
        piece = buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        return piece

    def _formatter(self, datatype: Datatype) -> Callable[..., str]:
        return {
            Datatype.STRING: guard,
            Datatype.LIST: guard,
            Datatype.URL: guard,
            Datatype.INTEGER: str,
            Datatype.DECIMAL: self._decimal,
            Datatype.BOOLEAN: _boolean,
            Datatype.DATE: datetime.date.isoformat,
            Datatype.DATETIME: in_utc,
        }[datatype]

    def _decimal(self, value: Decimal) -> str:
        return f"{value:f}".replace(".", self.decimal_mark)


CSV = DelimitedForm(
    extension="csv", delimiter=",", decimal_mark=".", byte_order_mark=False
)
# What a French or Arabic Excel takes apart by double click. No "sep=" line: Excel would
# then read the rest in the code page of the machine.
EXCEL_CSV = DelimitedForm(
    extension="excel.csv", delimiter=";", decimal_mark=",", byte_order_mark=True
)
