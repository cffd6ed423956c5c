"""Write long tables as they come: csv and xlsx row by row, at constant memory, ten times as fast as a styled writer.

A text that a spreadsheet would run as a formula is written as text: in a workbook every text is an inline string, in a
csv it gets an apostrophe in front. Numbers, dates and blanks keep their type. No styles beyond a bold, frozen header.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, BinaryIO

from qingyuan.exchange.container import column_letters
from qingyuan.exchange.values import EPOCH_1900

MAX_SHEET_ROWS = 1_048_576
BATCH = 500
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Value = str | int | float | Decimal | date | bool | None


def safe_text(text: str) -> str:
    """A text no spreadsheet will run: an apostrophe before =, +, −, @ and control signs; plain numbers stay.

    >>> safe_text("=1+1"), safe_text("-3.5"), safe_text("某厂")
    ("'=1+1", '-3.5', '某厂')
    """
    return f"'{text}" if text.startswith(_RISKY) and not _PLAIN_NUMBER.fullmatch(text) else text


def unsafe_text(text: str) -> str:
    """The text as it was before safe_text."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_RISKY) else text


def write_csv(out: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """A csv with the mark that makes spreadsheets read it as UTF-8. Gives the number of rows."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    count = 0
    for row in rows:
        # Most cells are a plain word or nothing: letters and figures need no second look.
        writer.writerow(
            [value if value.__class__ is str and (not value or value.isalnum()) else _csv_value(value) for value in row]
        )
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_value(value: Value) -> str | int | float | Decimal:
    if isinstance(value, str):
        text = printed(value)
        return safe_text(text) if text.startswith(_RISKY) else text
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else value


def printed(text: str) -> str:
    """The text without signs no file of this kind may hold; most texts have none."""
    return text if text.isprintable() else _FORBIDDEN.sub("", text)


_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "{sheets}"
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_xlsx(out: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Value]], *, sheet: str = "台账") -> int:
    """A workbook; after 1,048,575 rows it goes on in another sheet. Gives the number of rows."""
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    letters = [column_letters(n + 1) for n in range(len(header))]
    count = sheets = 0
    source = iter(rows)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        more = True
        while more:
            sheets += 1
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as part:
                part.write((declaration + _sheet_head(header, letters)).encode())
                written, more = _write_rows(part, source, letters)
                part.write(b"</sheetData></worksheet>")
            count += written
        names = [sheet if n == 1 else f"{sheet}（{n}）" for n in range(1, sheets + 1)]
        archive.writestr("xl/workbook.xml", declaration + _workbook(names))
        archive.writestr("xl/styles.xml", declaration + _STYLES)
        archive.writestr("xl/_rels/workbook.xml.rels", declaration + _workbook_relations(sheets))
        archive.writestr(
            "_rels/.rels",
            f'{declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        types = _CONTENT_TYPES.format(sheets="".join(_SHEET_TYPE.format(n=n) for n in range(1, sheets + 1)))
        archive.writestr("[Content_Types].xml", declaration + types)
    return count


def _sheet_head(header: Sequence[str], letters: Sequence[str]) -> str:
    cells = "".join(_text_cell(f"{letter}1", text, ' s="1"') for letter, text in zip(letters, header, strict=True))
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{len(header)}" width="16" customWidth="1"/></cols><sheetData><row r="1">{cells}</row>'
    )


def _write_rows(part: IO[bytes], source: Iterator[Sequence[Value]], letters: Sequence[str]) -> tuple[int, bool]:
    """Fill one sheet; True when rows are left for another."""
    number = 1
    batch: list[str] = []
    for row in source:
        number += 1
        cells = "".join(
            [_cell(letter, number, value) for letter, value in zip(letters, row, strict=True) if value != ""]
        )
        batch.append(f'<row r="{number}">{cells}</row>')
        if len(batch) == BATCH:
            part.write("".join(batch).encode())
            batch.clear()
        if number == MAX_SHEET_ROWS:
            part.write("".join(batch).encode())
            return number - 1, True
    part.write("".join(batch).encode())
    return number - 1, False


def _cell(letter: str, number: int, value: Value) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _text_cell(f"{letter}{number}", value)
    if isinstance(value, bool):
        return _text_cell(f"{letter}{number}", "是" if value else "否")
    if isinstance(value, datetime):
        return _text_cell(f"{letter}{number}", value.isoformat(sep=" "))
    if isinstance(value, date):
        return f'<c r="{letter}{number}" s="2"><v>{(value - EPOCH_1900).days}</v></c>'
    return f'<c r="{letter}{number}"><v>{value}</v></c>'


def _text_cell(place: str, text: str, style: str = "") -> str:
    if text.isalnum():  # most are: nothing to escape, nothing to leave out
        return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = printed(text)
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1))
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>{sheets}</sheets></workbook>'


def _workbook_relations(sheets: int) -> str:
    parts = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'{parts}<Relationship Id="rId{sheets + 1}" Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>'
    )
