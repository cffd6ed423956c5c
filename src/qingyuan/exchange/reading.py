"""Open a workbook, a csv or a layer as a table of numbered lines. What the words mean is columns.py, what is wrong
judging.py; files of shapes are opened in geofiles.

Line numbers and cell names are those the user sees: the header of a csv is line 1, the first column is A. A csv is
streamed; a sheet is held by the parser, which is why container.py measured it first.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, TextIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import header
from qingyuan.exchange.container import Container, SheetCare, Source, inspect, open_source
from qingyuan.exchange.geofiles import kinds, layers
from qingyuan.exchange.geofiles.table import table_of
from qingyuan.exchange.header import Heading
from qingyuan.exchange.tables import Line, Table, cell_name
from qingyuan.exchange.values import text_of

__all__ = ["Line", "Table", "cell_name", "read"]

MAX_CSV_COLUMNS, MAX_CSV_LINE = 512, 1024 * 1024
DELIMITERS = ",\t;|，"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _refuse(code: str, text: str, **params: object) -> Refused:
    return Refused(Refusal(code, text, params))


def read(source: Source, filename: str, *, known: Callable[[str], bool], sheet: str = "") -> Table:
    """Open a file and find its header.

    `known` tells which words are column names. `sheet` is a name or a number from 1 of a sheet or a layer; without it
    the one that looks most like a register is taken.

    Raises
    ------
    Refused
        Any code of container.inspect; `file.no_sheet`, `file.no_header`, `file.no_rows`, `file.encoding`,
        `file.not_workbook`, `file.encrypted`, `file.broken`; for shapes any code of geofiles.layers.read.
    """
    if kinds.kind_of(filename):
        return table_of(layers.read(source, filename, wanted=sheet, known=known))
    container = inspect(source, filename)
    if container.kind == "csv":
        return _read_csv(source, filename, known)
    return _read_workbook(source, filename, container, known, sheet)


# --- workbooks -------------------------------------------------------------------------------------------------------


def _read_workbook(
    source: Source, filename: str, container: Container, known: Callable[[str], bool], wanted: str
) -> Table:
    try:
        with open_source(source) as stream, CalamineWorkbook.from_object(stream) as workbook:
            names = [meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
            chosen = _choose_sheet(workbook, names or workbook.sheet_names, known, wanted)
    except PasswordError as error:
        raise _refuse("file.encrypted", _("文件“%(name)s”设有打开密码，请取消密码后再导入。"), name=filename) from error
    except (CalamineError, OSError) as error:
        raise _refuse(
            "file.broken", _("文件“%(name)s”读不出来，可能已损坏；请用表格软件打开后另存为 xlsx 再试。"), name=filename
        ) from error
    sheet, heading = chosen
    care = container.care.get(sheet.name, SheetCare())
    body = _SheetBody(sheet, heading, care)
    return Table(container.kind, sheet.name, tuple(names), heading, container.uses_1904, "", body.lines)


def _choose_sheet(
    workbook: CalamineWorkbook, names: Sequence[str], known: Callable[[str], bool], wanted: str
) -> tuple[CalamineSheet, Heading]:
    if wanted:
        name = names[int(wanted) - 1] if wanted.isdecimal() and 1 <= int(wanted) <= len(names) else wanted
        if name not in names:
            raise _refuse(
                "file.no_sheet",
                _("工作簿里没有工作表“%(name)s”，现有：%(names)s。"),
                name=wanted,
                names="、".join(names),
            )
        names = [name]
    best: tuple[int, CalamineSheet, Heading] | None = None
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        rows = list(itertools.islice(_padded(sheet), header.LOOK_AT_ROWS))
        heading = header.find(rows, known)
        if heading is None:
            continue
        score = sum(known(label) for label in heading.labels)
        if best is None or score > best[0]:
            best = (score, sheet, heading)
    if best is None:
        raise _refuse("file.no_header", _("找不到表头：前 40 行里没有一行像列名。"))
    return best[1], best[2]


def _padded(sheet: CalamineSheet) -> Iterator[list[object]]:
    """Rows from the sheet's very first row and column, so that numbers agree with what the user sees."""
    before: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield [*before, *row]


class _SheetBody:
    """The lines of a sheet under its header, merged cells filled downwards."""

    def __init__(self, sheet: CalamineSheet, heading: Heading, care: SheetCare) -> None:
        self._sheet, self._heading = sheet, heading
        self._merged = [
            (top + 1, bottom + 1, left)
            for (top, left), (bottom, _right) in sheet.merged_cell_ranges or []
            if bottom > top and bottom + 1 > heading.last
        ]
        self._lost = _by_line(care)

    def lines(self) -> Iterator[Line]:
        """Each filled line under the header."""
        starts: dict[int, list[tuple[int, int]]] = {}
        for top, bottom, column in self._merged:
            starts.setdefault(max(top, self._heading.last + 1), []).append((bottom, column))
        carried: dict[int, tuple[int, int, object]] = {}  # column → (from line, to line, value)
        for number, cells in enumerate(_padded(self._sheet), start=1):
            if number <= self._heading.last:
                continue
            for bottom, column in starts.get(number, ()):
                carried[column] = (number, bottom, cells[column] if column < len(cells) else "")
            own = any(text_of(cell) for cell in cells)
            filled = self._fill(cells, number, carried) if carried and own else {}
            if own:
                skip = header.reason_to_skip(cells, self._heading)
                yield Line(number, cells, skip, filled, self._lost.get(number, {}))

    @staticmethod
    def _fill(cells: list[object], number: int, carried: dict[int, tuple[int, int, object]]) -> dict[int, int]:
        filled = {}
        for column, (top, bottom, value) in list(carried.items()):
            if number > bottom:
                del carried[column]
            elif number > top and column < len(cells) and not text_of(cells[column]) and text_of(value):
                cells[column] = value
                filled[column] = top
        return filled


def _by_line(care: SheetCare) -> dict[int, dict[int, str]]:
    lost: dict[int, dict[int, str]] = {}
    for names, what in ((care.uncomputed, "uncomputed"), (care.errors, "error")):
        for name in names:
            letters = name.rstrip("0123456789")
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            lost.setdefault(int(name[len(letters) :]), {})[column - 1] = what
    return lost


# --- csv -------------------------------------------------------------------------------------------------------------


def _read_csv(source: Source, filename: str, known: Callable[[str], bool]) -> Table:
    encoding = _encoding(source, filename)
    delimiter = _delimiter(source, encoding, filename)

    def rows() -> Iterator[list[str]]:
        with open_source(source) as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
            try:
                for row in csv.reader(_text_lines(text, filename), delimiter=delimiter):
                    if len(row) > MAX_CSV_COLUMNS:
                        raise _refuse(
                            "file.too_wide", _("有一行超过 %(limit)d 列，这不像一张表。"), limit=MAX_CSV_COLUMNS
                        )
                    yield row
            except csv.Error as error:
                raise _refuse(
                    "file.broken", _("文件“%(name)s”的引号不成对或单元格过长，无法分列。"), name=filename
                ) from error

    heading = header.find(list(itertools.islice(rows(), header.LOOK_AT_ROWS)), known)
    if heading is None:
        raise _refuse("file.no_header", _("找不到表头：前 40 行里没有一行像列名。"))

    def lines() -> Iterator[Line]:
        for number, cells in enumerate(rows(), start=1):
            if number > heading.last and (any(map(str.strip, cells)) and any(map(text_of, cells))):
                yield Line(number, cells, header.reason_to_skip(cells, heading))

    return Table("csv", "", (), heading, False, encoding, lines)


def _encoding(source: Source, filename: str) -> str:
    """utf-8 (with or without its mark), else GB18030; utf-16 by its mark.

    Raises
    ------
    Refused
        `file.not_workbook` for binary content, `file.encoding` when no encoding fits.
    """
    with open_source(source) as stream:
        head = stream.read(4096)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if _BINARY.search(head) or head.startswith(b"%PDF"):
            raise _refuse(
                "file.not_workbook", _("文件“%(name)s”不是表格，请提供 xlsx、xls 或 csv 文件。"), name=filename
            )
        for encoding in ("utf-8-sig", "gb18030"):
            stream.seek(0)
            if _decodes(stream, encoding):
                return encoding
    raise _refuse("file.encoding", _("文件“%(name)s”的文字编码认不出，请另存为 UTF-8 编码的 csv。"), name=filename)


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(64 * 1024):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _text_lines(text: TextIO, filename: str) -> Iterator[str]:
    """Line by line; one that never ends is refused before it is held.

    Raises
    ------
    Refused
        `file.broken`
    """
    while line := text.readline(MAX_CSV_LINE):
        if len(line) == MAX_CSV_LINE and line[-1] not in "\r\n":
            raise _refuse("file.broken", _("文件“%(name)s”有一行太长，不像一张表。"), name=filename)
        yield line


def _delimiter(source: Source, encoding: str, filename: str) -> str:
    """The sign that cuts the first lines into the most columns, the same number in most of them."""
    with open_source(source) as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        sample = [line for line in itertools.islice(_text_lines(text, filename), 30) if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            return (0, 0)
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=evenness)
