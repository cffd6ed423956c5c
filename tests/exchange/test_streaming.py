"""Long tables out: what is written is read back, and nothing in it runs."""

import io
from datetime import date

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from qingyuan.exchange import columns
from qingyuan.exchange.reading import read
from qingyuan.exchange.streaming import safe_text, unsafe_text, write_csv, write_xlsx

HEADER = ["入河排污口名称", "经度", "批准时间"]
ROWS = [["=HYPERLINK(1)", 113.25, date(2023, 5, 4)], ["甲<&>\x07乙", None, None], ["@SUM", 0, None]]
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


def test_a_written_workbook_is_read_by_two_other_readers():
    out = io.BytesIO()
    assert write_xlsx(out, HEADER, ROWS) == 3
    page = openpyxl.load_workbook(out)["台账"]
    assert [cell.value for cell in page[2]] == ["=HYPERLINK(1)", 113.25, page["C2"].value]
    assert page["C2"].value.date() == date(2023, 5, 4)
    assert page["A2"].data_type == "inlineStr" or page["A2"].data_type == "s"
    rows = CalamineWorkbook.from_object(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[2][0] == "甲<&>乙"


def test_a_csv_carries_nothing_a_spreadsheet_would_run():
    out = io.BytesIO()
    assert write_csv(out, HEADER, ROWS) == 3
    lines = out.getvalue().decode("utf-8-sig").splitlines()
    assert lines[1].startswith("'=HYPERLINK")
    assert lines[3].startswith("'@SUM")
    assert next(iter(read(out.getvalue(), "a.csv", known=columns.known).lines())).number == 2


@given(texts)
def test_what_was_made_safe_never_starts_a_formula_and_comes_back_whole(text):
    assert not safe_text(text).startswith(("=", "@"))
    if not text.startswith("'"):
        assert unsafe_text(safe_text(text)) == text


@given(st.lists(st.lists(texts.filter(bool), min_size=2, max_size=2), min_size=1, max_size=8))
def test_texts_survive_a_workbook(rows):
    out = io.BytesIO()
    write_xlsx(out, ["甲列", "乙列"], rows)
    read_back = CalamineWorkbook.from_object(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    assert read_back[1:] == rows
