import datetime
import io
import itertools
import re
import tracemalloc
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.db.models import Value
from django.utils import translation

from consultations.exports.columns import ROWS_A_CHUNK, Column, Datatype
from consultations.exports.writers import workbook
from consultations.exports.writers.workbook import XLSX
from tests.consultations.exports.writers.test_delimited import CASABLANCA, ROW


def told(key: str, datatype: Datatype) -> Column:
    return Column(key, Value(""), datatype, label=f"heading of {key}")


COLUMNS = [told(datatype.value, datatype) for datatype in Datatype]
NUMBER = [told("number", Datatype.INTEGER)]


def written(rows, columns=COLUMNS, language="ar") -> bytes:
    with translation.override(language):
        pieces = XLSX.encode(columns, rows)
    return b"".join(pieces)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return package.read(name).decode()


def test_cells_hold_numbers_dates_and_texts():
    sheet = opened(
        written([ROW, (None,) * 8, ("", "", "", 0, None, False, *[None] * 2)])
    )
    data = sheet.worksheets[0]

    assert cells(data) == [
        ("string", "list", "url", "integer", "decimal", "boolean", "date", "datetime"),
        (
            '=1; "لقاء", نعم',
            "MA-02 | MA-12",
            "https://portal.example/meetings/undated-national/",
            -1200,
            2868844.8,
            True,
            datetime.datetime(2022, 1, 12),  # noqa: DTZ001 -- as a spreadsheet has it
            datetime.datetime(2022, 5, 31, 23, 30),  # noqa: DTZ001
        ),
        (None,) * 8,
        (None, None, None, 0, None, False, None, None),
    ]
    assert [cell.data_type for cell in data[2]] == [*"sss", *"nn", "b", *"dd"]
    assert [cell.number_format for cell in data[2]][-2:] == [
        r"yyyy\-mm\-dd",
        r"yyyy\-mm\-dd\ hh:mm:ss",
    ]


def test_no_text_is_a_formula_and_one_that_could_be_stays_a_text_when_edited():
    texts = ["=1+1", "+SUM(A1)", "-5", "لقاء", "\t=1", "+212 537 68 40 00"]

    content = written([(text,) for text in texts], [COLUMNS[0]])

    data = opened(content).worksheets[0]
    assert [row[0] for row in cells(data)[1:]] == texts
    assert {cell.data_type for cell in data["A"]} == {"s"}
    assert [cell.quotePrefix for cell in data["A"][1:]] == [
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    assert "<f>" not in part(content, "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("language", "is_right_to_left", "names"),
    [
        ("ar", True, ["البيانات", "دليل الأعمدة"]),
        ("fr", False, ["Données", "Dictionnaire"]),
        ("en", False, ["Data", "Dictionary"]),
    ],
)
def test_sheets_are_laid_out_for_their_reader(language, is_right_to_left, names):
    book = opened(written([ROW], language=language))

    assert book.sheetnames == names
    for sheet in book.worksheets:
        assert bool(sheet.sheet_view.rightToLeft) is is_right_to_left
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert not any(cell.font.bold for cell in sheet[2])


def test_the_last_sheet_says_what_the_columns_mean_in_every_language():
    kind = Column(
        "kind",
        Value(""),
        label=translation.gettext_lazy("date"),
        description="<&>",
        references="meetings.slug",
    )

    book = opened(written([("x",)], [kind]))

    assert cells(book.worksheets[-1]) == [
        workbook.DICTIONARY,
        (
            "kind",
            "string",
            *("التاريخ", "date", "date"),
            *["<&>"] * 3,
            None,
            "meetings.slug",
        ),
    ]


def test_a_table_without_rows_holds_the_keys():
    assert cells(opened(written([], NUMBER)).worksheets[0]) == [("number",)]


@pytest.mark.parametrize(
    "day",
    [
        datetime.date(1899, 12, 31),
        datetime.date(1900, 2, 28),
        datetime.date(1900, 3, 1),
        datetime.date(2022, 2, 28),
        datetime.date(9999, 12, 31),
    ],
)
def test_dates_that_a_spreadsheet_cannot_count_are_texts(day):
    (_key, (cell,)) = cells(opened(written([(day,)], [COLUMNS[6]])).worksheets[0])

    if day < datetime.date(1900, 3, 1):
        assert cell == day.isoformat()
    else:
        assert cell.date() == day


def test_moments_come_back_to_the_second():
    start = datetime.datetime(2022, 4, 1, 0, 30, 59, 999999, tzinfo=CASABLANCA)
    moments = [start + datetime.timedelta(seconds=7919 * n) for n in range(500)]

    rows = cells(opened(written([(m,) for m in moments], [COLUMNS[7]])).worksheets[0])

    assert [row[0] for row in rows[1:]] == [
        m.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0) for m in moments
    ]


def test_more_rows_than_a_sheet_takes_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_A_SHEET", ROWS_A_CHUNK + 1)

    book = opened(written(((n,) for n in range(2 * ROWS_A_CHUNK + 1)), NUMBER, "en"))

    assert book.sheetnames == ["Data", "Data 2", "Data 3", "Dictionary"]
    data = book.worksheets[:3]
    assert [sheet["A1"].value for sheet in data] == ["number"] * 3
    assert [row[0] for sheet in data for row in cells(sheet)[1:]] == list(
        range(2 * ROWS_A_CHUNK + 1)
    )


@pytest.mark.parametrize("letter", ["ا", "🕌"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(letter):
    (_key, (whole,), (cut,)) = cells(
        opened(
            written(
                [
                    (letter * (32_767 // len(letter.encode("utf-16-le")) * 2),),
                    (letter * 40_000,),
                ],
                [COLUMNS[0]],
            )
        ).worksheets[0]
    )

    assert set(whole) == {letter}
    assert len(cut.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert cut == letter * (len(cut) - 4) + " […]"


def test_columns_beyond_z_have_their_letters():
    columns = [told(f"c{n}", Datatype.INTEGER) for n in range(703)]

    data = opened(written([tuple(range(703))], columns)).worksheets[0]

    assert (data["Z2"].value, data["AA2"].value, data["AAA2"].value) == (25, 26, 702)


def test_the_same_rows_give_the_same_bytes():
    assert written([ROW]) == written([ROW])


def test_the_file_does_not_grow_in_memory_with_its_rows():
    def peak(count):
        rows = (ROW for _number in range(count))
        tracemalloc.start()
        size = sum(map(len, XLSX.encode(COLUMNS, rows)))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size, most

    (small, little), (large, much) = peak(2_000), peak(20_000)

    assert large > 5 * small
    assert much < little + 500_000


def test_the_first_piece_leaves_before_the_last_row_is_read():
    endless = ((number,) for number in itertools.count())

    next(XLSX.encode(NUMBER, endless))

    assert next(endless)[0] <= 2 * ROWS_A_CHUNK


def test_a_failure_at_once_comes_before_the_first_piece():
    def rows():
        raise ConnectionResetError
        yield

    with pytest.raises(ConnectionResetError):
        next(XLSX.encode(NUMBER, rows()))


def test_a_failure_half_way_leaves_no_archive_that_opens():
    def rows():
        yield from ((number,) for number in range(ROWS_A_CHUNK))
        raise ConnectionResetError

    pieces = XLSX.encode(NUMBER, rows())
    sent = next(pieces)
    with pytest.raises(ConnectionResetError):
        next(pieces)

    assert sent.startswith(b"PK")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(sent))


def test_amounts_are_shown_with_two_places_and_keep_all():
    data = opened(written([(Decimal("999999999999.99"),)], [COLUMNS[4]])).worksheets[0]

    assert data["A2"].value == 999999999999.99
    assert data["A2"].number_format == "#,##0.00"


def test_the_parts_are_well_formed_and_name_each_other():
    content = written([ROW])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())

    listed = re.findall(r'PartName="/([^"]+)"', part(content, "[Content_Types].xml"))
    targets = re.findall(
        r'Target="([^"]+)"', part(content, "xl/_rels/workbook.xml.rels")
    )
    assert {f"xl/{target}" for target in targets} | {"xl/workbook.xml"} == set(listed)
    assert names == {
        *listed,
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
    }
