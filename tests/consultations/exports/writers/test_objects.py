import datetime
import itertools
import json
from decimal import Decimal

import pytest

from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype
from consultations.exports.writers.objects import JSON
from tests.consultations.exports.writers.test_delimited import CASABLANCA, COLUMNS, ROW


def written(rows, columns=COLUMNS):
    return b"".join(JSON.encode(columns, rows))


def test_json_is_exactly_this():
    ramadan = datetime.datetime(2022, 4, 1, 0, 30, tzinfo=CASABLANCA)
    rows = [
        ROW,
        (None,) * 8,
        ("سطر\nثان\t\x01\u2028", "واحد", "", 0, Decimal("1E+3"), False, None, ramadan),
    ]

    assert written(rows).decode() == (
        '[\n{"string":"=1; \\"لقاء\\", نعم","list":["MA-02","MA-12"],'
        '"url":"https://portal.example/meetings/undated-national/",'
        '"integer":-1200,"decimal":2868844.80,"boolean":true,'
        '"date":"2022-01-12","datetime":"2022-05-31T23:30:00Z"},\n'
        '{"string":null,"list":[],"url":null,"integer":null,"decimal":null,'
        '"boolean":null,"date":null,"datetime":null},\n'
        '{"string":"سطر\\nثان\\t\\u0001\u2028","list":["واحد"],"url":null,"integer":0,'
        '"decimal":1000,"boolean":false,"date":null,'
        '"datetime":"2022-04-01T00:30:00Z"}\n]\n'
    )


def test_a_table_without_rows_is_an_empty_array():
    assert json.loads(written([])) == []


@pytest.mark.parametrize("count", [1, ROWS_A_CHUNK, ROWS_A_CHUNK + 1])
def test_rows_of_every_chunk_are_in_one_array(count):
    columns = [Column("number", datatype=Datatype.INTEGER)]

    content = written(((number,) for number in range(count)), columns)

    assert json.loads(content) == [{"number": number} for number in range(count)]
    assert content.count(b"\n") == count + 2


def test_decimals_keep_their_last_digit():
    columns = [Column("amount", datatype=Datatype.DECIMAL)]
    amount = Decimal("999999999999.99")

    content = written([(amount,)], columns)

    assert json.loads(content, parse_float=Decimal) == [{"amount": amount}]


def test_pieces_leave_before_the_last_row_is_read():
    endless = ((number,) for number in itertools.count())
    columns = [Column("number", datatype=Datatype.INTEGER)]

    first, second = itertools.islice(JSON.encode(columns, endless), 2)

    assert first.count(b"{") == second.count(b"{") == ROWS_A_CHUNK


def test_a_failure_half_way_leaves_no_closed_array():
    def rows():
        yield from ((number,) for number in range(ROWS_A_CHUNK))
        raise ConnectionResetError

    pieces = JSON.encode([Column("number", datatype=Datatype.INTEGER)], rows())

    assert not next(pieces).rstrip().endswith(b"]")
    with pytest.raises(ConnectionResetError):
        next(pieces)
