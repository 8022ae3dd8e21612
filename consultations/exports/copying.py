"""The rows of a query as lines of text, written by PostgreSQL itself.

Nothing of a row passes through Python's objects: the query that reads the cells is asked
by COPY, around it the expressions that make each cell a text.
"""

import os
import socket
from collections.abc import Iterator, Sequence

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from consultations.exports.columns import ROWS_A_CHUNK, one_reading
from consultations.exports.formula_guard import HARMLESS, PLAIN, RISKY


def _literal(text: str) -> str:
    """Return a text as SQL that reads it whatever the settings of the server."""
    text = text.replace("\\", "\\\\").replace("'", "''")
    return f" E'{text}'".replace("{", "{{").replace("}", "}}")


# ``formula_guard.guard`` of the cell {0}, and NULL of an empty text, which COPY would put
# in quotation marks. A search is made only where the first character leaves a doubt.
GUARDED = (
    "CASE WHEN "
    + " OR ".join(f"ascii({{0}}) BETWEEN {first} AND {last}" for first, last in PLAIN)
    + " THEN {0}"
    + f" WHEN {{0}} ~{_literal(RISKY)} AND {{0}} !~{_literal(HARMLESS)}"
    + " THEN '''' || {0} ELSE NULLIF({0}, '') END"
)


# So that a file of many columns begins at once too.
ROWS_AT_FIRST = 50
BYTES_AHEAD = 1 << 16


def can_copy(query: QuerySet) -> bool:
    return connections[query.db].vendor == "postgresql"


def copied(query: QuerySet, cells: Sequence[str], delimiter: str) -> Iterator[bytes]:
    """Yield the rows of ``query`` as lines that end with CR LF, some at a time.

    ``cells`` make a text of each of its columns, which stands for ``{0}`` in them.
    """
    connection = connections[query.db]
    try:
        statement = _statement(query, cells, delimiter)
    except EmptyResultSet:  # known without asking
        return
    _take_little_ahead(connection.connection)
    with (
        one_reading(query.db),
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        # Whoever stops reading here cancels the query in the server.
        cursor.copy(statement) as lines,
    ):
        # The protocol brings every row by itself, with LF at its end. None is kept as an
        # object: many at a time would have Python look through all its memory for waste,
        # again and again, while pages wait.
        piece = bytearray()
        for number, line in enumerate(lines, start=1):
            piece += line[:-1]
            piece += b"\r\n"
            if number == ROWS_AT_FIRST or not number % ROWS_A_CHUNK:
                yield bytes(piece)
                piece.clear()
        if piece:
            yield bytes(piece)


def _take_little_ahead(connection) -> None:
    """Let the server work out little more than what was read so far.

    The system would take megabytes of rows ahead, and the server go on for as long, while
    a file gives way to a page.
    """
    with socket.socket(fileno=os.dup(connection.fileno())) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BYTES_AHEAD)


def _statement(query: QuerySet, cells: Sequence[str], delimiter: str) -> str:
    connection = connections[query.db]
    sql = connection.ops.compose_sql(
        *query.query.get_compiler(connection=connection).as_sql()
    )
    names = [f"cell_{number}" for number in range(len(cells))]
    texts = ", ".join(
        cell.format(f"rows.{name}") for cell, name in zip(cells, names, strict=True)
    )
    # The limit is none, but not known to be none: so the rows are read in a way that
    # yields the first ones early, and each cell is worked out once, however often the
    # texts name it.
    return (
        f"COPY (SELECT {texts} FROM ({sql} LIMIT (SELECT 9223372036854775807))"  # noqa: S608 -- made of the query and of the constants above
        f" AS rows({', '.join(names)}))"
        f" TO STDOUT (FORMAT csv, DELIMITER '{delimiter}', ENCODING 'UTF8')"
    )
