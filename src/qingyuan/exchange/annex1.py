"""附件1 入河排污口信息汇总表: nineteen columns under a title and a merged two-row header, for a unit or a department.

The wording is the annex's own, misprints included (收纳, 主任单位, 入河单位): an exported sheet is the form as
it was asked for. Read back, it changes nothing. Clause: 大同 附件1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from qingyuan.exchange.records import Record

# (group, its columns with their widths); an empty group spans both header rows.
GROUPS: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (
    ("", (("序号", 5),)),
    (
        "区位信息",
        (("收纳河流名称", 11), ("断面区间", 12), ("县区", 8), ("乡镇（街道）", 10), ("村（社区）", 10)),
    ),
    (
        "排污口信息",
        (("入河排污口名称", 24), ("入河排污口地理坐标", 21), ("入河方式", 8), ("入河排污口口门及位置", 16)),
    ),
    ("引流设施", (("引流方式", 9),)),
    ("排污单位信息", (("排污责任主任单位名称", 18), ("入河单位地理坐标", 21), ("排污单位类型", 11))),
    (
        "",
        (
            ("入河排污口分类", 17),
            ("整治进展情况（已完成/正在整治）", 11),
            ("是否完成登记建档", 9),
            ("设置审批或排污许可批准时间", 12),
            ("排污许可证编号", 23),
        ),
    ),
)
COLUMNS = tuple(label for _group, columns in GROUPS for label, _width in columns)
FIRST_ROW = 3  # counted from 0: the title and two header rows stand above
A3 = 8
_BORDERED = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_name": "宋体", "font_size": 9}


@dataclass(slots=True)
class Written:
    """How many rows, and what a reader of the form should know."""

    rows: int = 0
    warnings: list[str] = field(default_factory=list)


def title(city: str, reporter: str) -> str:
    """大同市×××县区（或单位）入河排污口信息汇总表; a city's own table names it once."""
    front = "" if reporter.startswith(city) else city
    return f"{front}{reporter}入河排污口信息汇总表"


def write(out: BinaryIO, records: Iterable[Record], *, heading: str, made_on: date) -> Written:
    """The sheet, row by row at constant memory: A3 landscape, header repeated on every page."""
    workbook = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "in_memory": False})
    workbook.set_properties({"title": heading, "created": made_on})
    sheet = workbook.add_worksheet("附件1")
    _lay_out(sheet)
    _write_head(workbook, sheet, heading)
    body = workbook.add_format(_BORDERED)
    days = workbook.add_format(_BORDERED | {"num_format": "yyyy-mm-dd"})
    done = Written()
    for record in records:
        done.rows += 1
        _write_row(sheet, FIRST_ROW + done.rows - 1, done.rows, record, body, days)
        if record.listed_not_begun:
            done.warnings.append(f"{record.name}：已列入问题清单、尚未开工，“整治进展情况”留空。")
    if not done.rows:
        sheet.write_string(FIRST_ROW, 1, "无", body)
    workbook.close()
    return done


def _lay_out(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, FIRST_ROW - 1)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    widths = [width for _group, columns in GROUPS for _label, width in columns]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _write_head(workbook: Workbook, sheet: Worksheet, heading: str) -> None:
    big = workbook.add_format(
        {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "宋体"}
    )
    head = workbook.add_format(_BORDERED | {"bold": True, "align": "center"})
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, heading, big)
    sheet.set_row(2, 36)
    # Both header rows are written in the order of rows: at constant memory there is no way back.
    column = 0
    spans = []
    for group, columns in GROUPS:
        for offset, (label, _width) in enumerate(columns):
            text = label if not group else (group if offset == 0 else "")
            sheet.write_string(1, column + offset, text, head)
        if group and len(columns) > 1:
            spans.append((1, column, 1, column + len(columns) - 1))
        elif not group:
            spans += [(1, column + offset, 2, column + offset) for offset in range(len(columns))]
        column += len(columns)
    column = 0
    for group, columns in GROUPS:
        for offset, (label, _width) in enumerate(columns):
            sheet.write_string(2, column + offset, label if group else "", head)
        column += len(columns)
    sheet.merge.extend(spans)


def _write_row(sheet: Worksheet, at: int, number: int, record: Record, body: Format, days: Format) -> None:
    values = (
        record.water,
        record.section_interval,
        record.county or record.city,
        record.town,
        record.village,
        record.name,
        _point(record.longitude, record.latitude),
        record.entry_form,
        record.mouth_text,
        record.diversion_mode,
        record.party,
        _pair(record.party_longitude, record.party_latitude),
        record.party_type,
        record.type,
        record.progress,
        record.archived,
    )
    sheet.write_number(at, 0, number, body)
    for column, value in enumerate(values, start=1):
        sheet.write_string(at, column, value, body)
    if record.approval_date is not None:
        sheet.write_datetime(at, 17, record.approval_date, days)
    else:
        sheet.write_blank(at, 17, None, body)
    sheet.write_string(at, 18, record.permit_number, body)


def _point(longitude: float | None, latitude: float | None) -> str:
    return f"{longitude:.6f}, {latitude:.6f}" if longitude and latitude else ""


def _pair(longitude: object, latitude: object) -> str:
    return f"{longitude}, {latitude}" if longitude and latitude else ""
