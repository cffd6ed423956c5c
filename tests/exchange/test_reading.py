"""Opening files: what a clerk's workbook looks like, and every way it can be broken."""

import io
import struct
import tracemalloc
import zipfile
from collections import deque
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingyuan.core.refusal import Refused
from qingyuan.exchange import columns, container, reading
from qingyuan.exchange.reading import cell_name, read
from qingyuan.exchange.values import date_of, name_of, text_of
from tests.exchange.workbooks import HEADER, table, xlsx

ROW = [1, "平城区", "某街道", "某某排污口", 113.3, 40.1, "御河", "某厂"]


def opened(data: bytes, name: str = "台账.xlsx", **more):
    return read(data, name, known=columns.known, **more)


def refused(data: bytes, name: str = "台账.xlsx", **more) -> str:
    with pytest.raises(Refused) as caught:
        opened(data, name, **more)
    assert "%" not in caught.value.refusal.sentence
    return caught.value.refusal.code


# --- what is accepted ------------------------------------------------------------------------------------------------


def test_lines_are_numbered_as_the_user_sees_them():
    found = list(opened(xlsx(["某县入河排污口台账表"], [], HEADER, ROW, [], ROW)).lines())
    assert [line.number for line in found] == [4, 6]
    assert cell_name(3, 4) == "D4"


def test_the_header_of_a_csv_is_line_1():
    assert [line.number for line in opened(table(HEADER, ROW), "台账.csv").lines()] == [2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_any_usual_encoding_and_delimiter(encoding, delimiter):
    found = opened(table(HEADER, ROW, encoding=encoding, delimiter=delimiter), "台账.csv")
    assert found.heading.labels == tuple(HEADER)
    assert next(iter(found.lines())).cells[3] == "某某排污口"


def test_a_long_csv_is_read_piece_by_piece(tmp_path):
    path, lines = tmp_path / "台账.csv", 10_000
    line = ",".join([*map(str, ROW[:-1]), "某厂" * 150]) + "\r\n"
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(HEADER) + "\r\n")
        out.writelines(line for _number in range(lines))
    tracemalloc.start()
    try:
        found = read(path, path.name, known=columns.known)
        last = deque(found.lines(), maxlen=1)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert last[0].number == lines + 1
    assert most < 1024 * 1024 < path.stat().st_size / 8  # pieces of the file and little beside


def test_only_a_csv_on_disk_may_be_longer_than_what_is_held(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "MAX_FILE_BYTES", 100)
    long = table(HEADER, *[ROW] * 9)
    path = tmp_path / "台账.csv"
    path.write_bytes(long)
    assert len(list(read(path, path.name, known=columns.known).lines())) == 9
    assert refused(long, "台账.csv") == "file.too_large"
    assert refused(xlsx(HEADER, ROW)) == "file.too_large"


def test_a_line_without_an_end_is_no_table(monkeypatch):
    monkeypatch.setattr(reading, "MAX_CSV_LINE", 100)
    assert refused(table(HEADER, ROW, ["长" * 200]), "台账.csv") == "file.broken"


def test_a_header_that_begins_in_a_later_column_keeps_its_cell_names():
    found = opened(xlsx(["", "", *HEADER], ["", "", *ROW]))
    assert columns.mapping_of(columns.guess(found.heading))[5] == "name"


ANNEX = [
    ["大同市×××县区（或单位）入河排污口信息汇总表"],
    [
        "序号",
        "区位信息",
        "",
        "",
        "",
        "",
        "排污口信息",
        "",
        "",
        "",
        "引流设施",
        "排污单位信息",
        "",
        "",
        "入河排污口分类",
    ],
    [
        "",
        "收纳河流名称",
        "断面区间",
        "县区",
        "乡镇（街道）",
        "村（社区）",
        "入河排污口名称",
        "入河排污口地理坐标",
        "入河方式",
        "入河排污口口门及位置",
        "引流方式",
        "排污责任主任单位名称",
        "入河单位地理坐标",
        "排污单位类型",
        "",
    ],
]
SECOND_READING = [
    ANNEX[0],
    ["区位信息", "", "", "", "", "", *ANNEX[1][6:]],
    ["序号", *ANNEX[2][1:]],
]
FIELDS = ["seq", "water", "section_interval", "county", "town", "village", "name", "coordinates", "entry_form"]
FIELDS += ["mouth_text", "diversion_mode", "party_name", "party_coordinates", "party_type", "type"]


@pytest.mark.parametrize("rows", [ANNEX, SECOND_READING], ids=["序号 spans both rows", "序号 heads the second row"])
def test_both_readings_of_annex_1_find_their_columns(rows):
    found = opened(xlsx(*rows, range(1, 16), [1, "御河"]))
    assert (found.heading.first, found.heading.last) == (2, 4)
    assert [item.field for item in columns.guess(found.heading)] == FIELDS
    assert [line.number for line in found.lines()] == [5]


def test_a_bare_word_is_settled_by_the_group_above_it():
    upper = ["序号", "排污口信息", "", "排污单位信息", ""]
    found = opened(xlsx(upper, ["", "名称", "坐标", "名称", "坐标"], [1, "甲", "113,40", "乙", "113,40"]))
    guessed = [item.field for item in columns.guess(found.heading)]
    assert guessed == ["seq", "name", "coordinates", "party_name", "party_coordinates"]


def test_merged_cells_are_filled_downwards_and_say_where_from():
    rows = [HEADER, ROW, [2, "", "", "乙排污口"], [3, "", "", "丙排污口"]]
    lines = list(opened(xlsx(*rows, merge=["B2:B4"])).lines())
    assert [line.cells[1] for line in lines] == ["平城区"] * 3
    assert lines[2].filled == {1: 2}


def test_totals_notes_and_repeated_headers_are_no_records():
    rows = [HEADER, ROW, ["合计", "", "", 1], HEADER, ROW, ["填表人：某某"], ["注：坐标为 CGCS2000"]]
    skips = [line.skip for line in opened(xlsx(*rows)).lines()]
    assert skips == ["", "file.total_line", "file.repeated_header", "", "file.note_line", "file.note_line"]


def test_the_sheet_that_looks_most_like_a_register_is_taken():
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(["填表说明", "请勿改动"], sheet="说明")))
    page = book.create_sheet("明细")
    for row in (HEADER, ROW):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    assert opened(out.getvalue()).sheet == "明细"
    assert opened(out.getvalue(), sheet="2").sheet == "明细"
    assert refused(out.getvalue(), sheet="明细表") == "file.no_sheet"


def test_a_formula_without_a_value_and_an_error_cell_are_not_taken_for_blanks():
    rows = [HEADER, [1, "平城区", "=B2", "某某排污口", "#REF!"]]
    line = next(opened(xlsx(*rows)).lines())
    assert line.lost == {2: "uncomputed", 4: "error"}


# --- what is refused, with a sentence --------------------------------------------------------------------------------


def test_a_file_that_is_no_table_is_refused():
    assert refused(b"") == "file.empty"
    assert refused(b"hello") == "file.not_workbook"
    assert refused(b"%PDF-1.7 \x00\x01", "台账.csv") == "file.not_workbook"
    assert refused(b"\xff\xfb\x80" * 9, "台账.csv") == "file.encoding"
    assert refused(table([1, 2], [3, 4]), "台账.csv") == "file.no_header"


def test_a_cut_or_damaged_workbook_is_refused():
    whole = xlsx(HEADER, ROW)
    assert refused(whole[: len(whole) // 2]) == "file.broken_zip"
    position = whole.index(b"xl/worksheets/sheet1.xml") + 60
    damaged = whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]
    assert refused(damaged) == "file.broken_zip"


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refused(out.getvalue()) == "file.not_workbook"


def test_an_encrypted_workbook_is_refused():
    encrypted = container.OLE_MAGIC + b"\0" * 504 + container.ENCRYPTED_STREAM + b"\0" * 100
    assert refused(encrypted) == "file.encrypted"


def bomb(megabytes: int, *, declared: int | None = None) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(HEADER, ROW))) as real,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fake,
    ):
        for item in real.infolist():
            fake.writestr(item, real.read(item))
        fake.writestr("xl/media/image1.png", b"\0" * megabytes * 1024 * 1024)
    data = bytearray(out.getvalue())
    if declared is not None:  # lie about the size in the central directory
        place = data.rindex(b"PK\x01\x02")
        data[place + 24 : place + 28] = struct.pack("<I", declared)
    return bytes(data)


def test_a_zip_bomb_is_refused_by_what_it_declares_and_by_what_it_holds():
    assert refused(bomb(64)) == "file.zip_bomb"
    assert refused(bomb(64, declared=10)) in {"file.zip_bomb", "file.broken_zip"}


def test_a_cell_in_the_last_corner_of_the_grid_is_refused_before_it_is_parsed():
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADER, ROW)))
    book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    assert refused(out.getvalue()) == "file.too_wide"


def test_a_sheet_styled_to_its_last_row_is_no_large_sheet():
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADER, ROW)))
    book.active.cell(1_048_576, 30).font = openpyxl.styles.Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    assert len(list(opened(out.getvalue()).lines())) == 1


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2023-05-04",
        "2023/5/4",
        "2023.5.4",
        "20230504",
        20230504.0,
        "2023年5月4日",
        "２０２３年５月４日",
        "二〇二三年五月四日",
        "45050",
        45050.0,
        datetime(2023, 5, 4, 8, 30),
        "2023-05-04 08:30:00",
    ],
)
def test_a_date_is_read_however_it_is_written(written):
    assert date_of(written) == date(2023, 5, 4)


def test_a_serial_of_the_1904_calendar_is_four_years_later():
    assert date_of(43588.0, uses_1904=True) == date(2023, 5, 4)
    assert opened(xlsx(HEADER, ROW, mac=True)).uses_1904


@pytest.mark.parametrize("written", ["2023-02-30", "待定", "2023", "", "13/13/2023"])
def test_what_is_no_day_is_no_date(written):
    assert date_of(written) is None


def test_a_code_that_became_a_float_loses_its_point():
    assert text_of(140213001.0) == "140213001"
    assert text_of(0.5) == "0.5"
    assert text_of(" 某 \n 厂\u3000") == "某 厂"


@given(st.text(max_size=20))
def test_cleaning_a_name_twice_changes_nothing(text):
    assert name_of(name_of(text)) == name_of(text)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_printed_date_is_read_back(day):
    for printed in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"):
        assert date_of(printed) == day


# --- mapping ---------------------------------------------------------------------------------------------------------


def test_a_told_mapping_wins_over_the_guess():
    heading = opened(xlsx(HEADER, ROW)).heading
    mapping = columns.told(heading, {"县区": "city", "责任单位": None})
    assert mapping[1] == "city"
    assert 7 not in mapping
    assert mapping[3] == "name"


@pytest.mark.parametrize("mapping", [{"没有": "name"}, {"县区": "nothing"}, {"县区": "name", "经度": "name"}])
def test_a_mapping_with_a_slip_is_refused(mapping):
    heading = opened(xlsx(HEADER, ROW)).heading
    with pytest.raises(Refused) as caught:
        columns.told(heading, mapping)
    assert caught.value.refusal.code == "file.mapping"


def test_the_same_header_is_remembered_whatever_stands_above_it():
    first = opened(xlsx(HEADER, ROW)).heading
    second = opened(xlsx(["某县 2023 年入河排污口台账"], [], HEADER, ROW)).heading
    assert columns.signature(first) == columns.signature(second)
