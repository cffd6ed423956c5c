"""Small files for the tests of exchange, written by an independent writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import openpyxl

from qingyuan.exchange.fields import BY_NAME

HEADER = ["序号", "县区", "乡镇（街道）", "入河排污口名称", "经度", "纬度", "受纳水体名称", "责任单位"]


def xlsx(*rows: Sequence[object], merge: Sequence[str] = (), mac: bool = False, sheet: str = "台账") -> bytes:
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for place in merge:
        page.merge_cells(place)
    if mac:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(*rows: Sequence[object], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A csv with these rows."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def titles(*names: str) -> list[str]:
    """The headers of these fields."""
    return [BY_NAME[name].title for name in names]
