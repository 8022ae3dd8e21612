import csv
import datetime
import io
import itertools
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype
from consultations.exports.formula_guard import unguard
from consultations.exports.writers.delimited import CSV, EXCEL_CSV

CASABLANCA = ZoneInfo("Africa/Casablanca")
COLUMNS = [Column(datatype.value, datatype=datatype) for datatype in Datatype]
ROW = (
    '=1; "لقاء", نعم',
    "MA-02 | MA-12",
    "https://portal.example/meetings/undated-national/",
    -1200,
    Decimal("2868844.80"),
    True,
    datetime.date(2022, 1, 12),
    datetime.datetime(2022, 6, 1, 0, 30, tzinfo=CASABLANCA),
)


def written(form, rows, columns=COLUMNS):
    return b"".join(form.encode(columns, rows))


def test_csv_is_exactly_this():
    ramadan = datetime.datetime(2022, 4, 1, 0, 30, tzinfo=CASABLANCA)
    rows = [
        ROW,
        (None,) * 8,
        ("سطر\nثان", "", None, 0, Decimal(0), False, None, ramadan),
    ]

    assert written(CSV, rows).decode() == (
        "string,list,url,integer,decimal,boolean,date,datetime\r\n"
        '"\'=1; ""لقاء"", نعم",MA-02 | MA-12,'
        "https://portal.example/meetings/undated-national/,"
        "-1200,2868844.80,true,2022-01-12,2022-05-31T23:30:00Z\r\n"
        ",,,,,,,\r\n"
        '"سطر\nثان",,,0,0,false,,2022-04-01T00:30:00Z\r\n'
    )


def test_excel_csv_is_exactly_this():
    rows = [ROW, (None,) * 8, ("a,b", "", None, 0, Decimal("-0.5"), False, None, None)]

    assert written(EXCEL_CSV, rows).decode() == (
        "\ufeffstring;list;url;integer;decimal;boolean;date;datetime\r\n"
        '"\'=1; ""لقاء"", نعم";MA-02 | MA-12;'
        "https://portal.example/meetings/undated-national/;"
        "-1200;2868844,80;true;2022-01-12;2022-05-31T23:30:00Z\r\n"
        ";;;;;;;\r\n"
        "a,b;;;0;-0,5;false;;\r\n"
    )


@pytest.mark.parametrize("form", [CSV, EXCEL_CSV])
def test_a_table_without_rows_holds_the_keys(form):
    lines = written(form, [], [Column("slug"), Column("url")]).decode("utf-8-sig")

    assert lines == f"slug{form.delimiter}url\r\n"


@pytest.mark.parametrize("form", [CSV, EXCEL_CSV])
@settings(deadline=None)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]))] * 2), max_size=5
    )
)
def test_texts_come_back_through_pythons_csv(form, texts):
    columns = [Column("first"), Column("second")]

    file = io.StringIO(written(form, texts, columns).decode("utf-8-sig"), newline="")
    keys, *rows = csv.reader(file, delimiter=form.delimiter, strict=True)

    assert keys == ["first", "second"]
    assert [tuple(map(unguard, row)) for row in rows] == texts


@pytest.mark.parametrize("form", [CSV, EXCEL_CSV])
def test_pieces_leave_before_the_last_row_is_read(form):
    endless = ((number,) for number in itertools.count())
    columns = [Column("number", datatype=Datatype.INTEGER)]

    first, second = itertools.islice(form.encode(columns, endless), 2)

    assert first.count(b"\r\n") == 1 + ROWS_A_CHUNK
    assert second.count(b"\r\n") == ROWS_A_CHUNK
    assert next(endless) == (2 * ROWS_A_CHUNK,)


def test_a_failure_half_way_is_raised_not_swallowed():
    def rows():
        yield from ((number,) for number in range(ROWS_A_CHUNK))
        raise ConnectionResetError

    pieces = CSV.encode([Column("number", datatype=Datatype.INTEGER)], rows())

    assert next(pieces).count(b"\r\n") == 1 + ROWS_A_CHUNK
    with pytest.raises(ConnectionResetError):
        next(pieces)


def test_a_failure_at_once_comes_before_the_first_piece():
    def rows():
        raise ConnectionResetError
        yield

    with pytest.raises(ConnectionResetError):
        next(CSV.encode([Column("number")], rows()))
