"""JSON: one array, an object a row, every value in its own type."""

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import batched, chain

from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype
from consultations.exports.expressions import LIST_SEPARATOR
from consultations.exports.writers.values import in_utc

_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _list(joined: str) -> str:
    return _text(joined.split(LIST_SEPARATOR))


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _date(value: datetime.date) -> str:
    return f'"{value.isoformat()}"'


def _datetime(value: datetime.datetime) -> str:
    return f'"{in_utc(value)}"'


CELLS: dict[Datatype, Callable[..., str]] = {
    Datatype.STRING: _text,
    Datatype.LIST: _list,
    Datatype.URL: _text,
    Datatype.INTEGER: str,
    Datatype.DECIMAL: _decimal,
    Datatype.BOOLEAN: _boolean,
    Datatype.DATE: _date,
    Datatype.DATETIME: _datetime,
}


class ObjectForm:
    """An array of objects in UTF-8, a line each: readable whole or line by line.

    What is unknown is null, also where a database holds an empty text, or an empty array
    in a column of lists. No cell can run as a formula here, so that texts stand as they
    were recorded.
    """

    extension = "json"
    content_type = "application/json"
    varies_by_language = False
    is_compressed = False

    def encode(
        self, columns: Sequence[Column], rows: Iterable[tuple]
    ) -> Iterator[bytes]:
        """Yield the file in pieces; rows are taken as the pieces are asked for."""
        cells = [
            (
                f"{_text(column.key)}:",
                CELLS[column.datatype],
                "[]" if column.datatype == Datatype.LIST else "null",
            )
            for column in columns
        ]
        chunks = batched(rows, ROWS_A_CHUNK)
        first = next(chunks, ())
        before = "[\n"
        for chunk in chain([first], chunks):
            lines = [
                ",".join(
                    [
                        name
                        + (unknown if value is None or value == "" else cell(value))
                        for (name, cell, unknown), value in zip(cells, row, strict=True)
                    ]
                )
                for row in chunk
            ]
            if lines:
                yield f"{before}{{{'},\n{'.join(lines)}}}".encode()
                before = ",\n"
        yield b"[]\n" if before == "[\n" else b"\n]\n"


JSON = ObjectForm()
