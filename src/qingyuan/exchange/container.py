"""Is this file safe to open, and what is it? Asked before any parser touches it.

A workbook is a zip, and a zip can lie about its size, and a sheet can claim a cell in the last corner of the grid. Each
is answered with a sentence (`Refused`, code `file.…`), never with a crash. It does not know what the rows mean.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _

Source = Path | bytes

MAX_FILE_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
BOMB_FROM_BYTES = 32 * 1024 * 1024
BOMB_RATIO = 100  # real workbooks shrink 5 to 30 times
MAX_COLUMNS = 512
MAX_CELLS = 16_000_000  # a parsed sheet is held as a full rectangle
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
CHUNK = 4 * 1024 * 1024

_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br=["\'](\d+)["\']')
_WIDE = re.compile(rb'<(?:\w+:)?c [^>]*?\br=["\']([A-Z]{2,3})\d+["\'][^>]*[^/]>')
_PAST_Z = re.compile(rb'<c r="[A-Z]{2}')
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?:>| (?![^>]*\br=)[^>]*>)")
_CELL = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3}\d+)"([^>]*[^/]|)>(.*?)</c>', re.DOTALL)
_VALUE_ENDS = (b"<v>", b"<v ", b":v>", b":v ", b"<is>", b":is>")
_HAS_VALUE = re.compile(rb"<v>[^<]|<v [^>]*>[^<]|<is>")


@dataclass(frozen=True, slots=True)
class SheetCare:
    """What a parser would lose silently: cells whose formula was never computed, and cells that hold an error."""

    uncomputed: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Container:
    """A file found fit to be parsed: `kind` is xlsx, xls or csv; `care` by sheet name."""

    kind: str
    uses_1904: bool
    care: dict[str, SheetCare]


def _refuse(code: str, text: str, **params: object) -> Refused:
    return Refused(Refusal(code, text, params))


def open_source(source: Source) -> BinaryIO:
    """A seekable stream of a path or of bytes."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def size_of(source: Source) -> int:
    """Bytes of a path or of bytes."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def inspect(source: Source, filename: str) -> Container:
    """Tell what a file is, or refuse it.

    Raises
    ------
    Refused
        `file.missing`, `file.empty`, `file.too_large`, `file.encrypted`, `file.broken_zip`, `file.zip_bomb`,
        `file.not_workbook`, `file.too_wide`.
    """
    if isinstance(source, Path) and not source.is_file():
        raise _refuse("file.missing", _("找不到文件“%(name)s”。"), name=filename)
    size = size_of(source)
    if not size:
        raise _refuse("file.empty", _("文件“%(name)s”是空的，没有任何内容。"), name=filename)
    with open_source(source) as stream:
        head = stream.read(8)
        stream.seek(0)
        is_text = head != OLE_MAGIC and head[:2] != b"PK"
        if size > MAX_FILE_BYTES and not (is_text and isinstance(source, Path)):  # a csv on disk is never held whole
            raise _refuse(
                "file.too_large", _("文件超过 %(limit)d MB，请拆分后导入。"), limit=MAX_FILE_BYTES // 1024 // 1024
            )
        if head == OLE_MAGIC:
            return _inspect_ole(stream, filename)
        if head[:2] == b"PK":
            return _inspect_zip(stream, filename, size)
    if filename.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise _refuse(
            "file.not_workbook", _("文件“%(name)s”的内容不是 Excel 工作簿，请另存为 xlsx 后再试。"), name=filename
        )
    return Container("csv", False, {})


def _inspect_ole(stream: BinaryIO, filename: str) -> Container:
    # An encrypted xlsx is an old-style compound file around the cipher text.
    if ENCRYPTED_STREAM in stream.read():
        raise _refuse("file.encrypted", _("文件“%(name)s”设有打开密码，请取消密码后再导入。"), name=filename)
    return Container("xls", False, {})


def _inspect_zip(stream: BinaryIO, filename: str, size: int) -> Container:
    try:
        archive = zipfile.ZipFile(stream)
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _broken(filename) from error
    if any(member.flag_bits & 0x1 for member in members):
        raise _refuse("file.encrypted", _("文件“%(name)s”设有打开密码，请取消密码后再导入。"), name=filename)
    forbid_bomb(sum(member.file_size for member in members), size)
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise _refuse(
            "file.not_workbook", _("文件“%(name)s”的内容不是 Excel 工作簿，请另存为 xlsx 后再试。"), name=filename
        )
    try:
        return _inspect_workbook(archive, size)
    except (zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, OSError, KeyError, ValueError) as error:
        raise _broken(filename) from error


def _broken(filename: str) -> Refused:
    return _refuse("file.broken_zip", _("文件“%(name)s”已损坏，无法解压，请重新取得原件。"), name=filename)


def forbid_bomb(unpacked: int, packed: int) -> None:
    """Refuse `file.zip_bomb`: what unpacks to far more than any honest file of its size."""
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > BOMB_FROM_BYTES and unpacked > packed * BOMB_RATIO):
        raise _refuse(
            "file.zip_bomb",
            _("文件解压后约 %(unpacked)d MB，远大于文件本身，疑为压缩炸弹，已拒收。"),
            unpacked=unpacked // 1024 // 1024,
        )


def _inspect_workbook(archive: zipfile.ZipFile, size: int) -> Container:
    workbook = archive.read("xl/workbook.xml")
    if b"<!DOCTYPE" in workbook or b"<!ENTITY" in workbook:
        raise _refuse("file.not_workbook", _("工作簿含有不允许的文档类型声明，已拒收。"))
    uses_1904 = re.search(rb'date1904="(1|true)"', workbook) is not None
    care: dict[str, SheetCare] = {}
    seen = 0
    sheets = _sheet_parts(archive, workbook)
    for member in archive.infolist():
        if member.filename in sheets:
            survey = _SheetSurvey()
            for chunk in _unpack(archive, member):
                seen += len(chunk)
                forbid_bomb(seen, size)
                survey.feed(chunk)
            care[sheets[member.filename]] = survey.close()
        else:
            for chunk in _unpack(archive, member):
                seen += len(chunk)
                forbid_bomb(seen, size)
    return Container("xlsx", uses_1904, care)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real bytes of a member, checked against its checksum at the end."""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _sheet_parts(archive: zipfile.ZipFile, workbook: bytes) -> dict[str, str]:
    """Path of each sheet's part → the sheet's name."""
    relations = {
        node.get("Id"): node.get("Target", "")
        for node in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - expat limits expansion, DOCTYPE refused above
    }
    parts = {}
    for node in ElementTree.fromstring(workbook).iter():  # noqa: S314
        if node.tag.endswith("}sheet"):
            key = next((value for name, value in node.attrib.items() if name.endswith("}id")), "")
            target = relations.get(key, "")
            parts[target.lstrip("/") if target.startswith("/") else f"xl/{target}"] = node.get("name", "")
    return parts


class _SheetSurvey:
    """Reads the XML of one sheet as it passes: how large a rectangle it spans, which cells would be lost."""

    def __init__(self) -> None:
        self._rest = b""
        self._last_row = 0
        self._last_column = 26
        self._last_filled_row = 0
        self._uncomputed: set[str] = set()
        self._errors: set[str] = set()

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes; what is cut in two waits for its other half."""
        text = self._rest + chunk
        cut = text.rfind(b"</c>") + 4
        cut = cut if cut > 4 else max(0, len(text) - 65_536)
        self._look(text[:cut])
        self._rest = text[cut:]

    def close(self) -> SheetCare:
        """Judge the whole sheet."""
        self._look(self._rest)
        rows, columns = self._last_filled_row, self._last_column
        if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
            raise _refuse(
                "file.too_wide",
                _("工作表占到第 %(row)d 行、第 %(column)d 列，范围过大；请删去表格以外的零散单元格。"),
                row=rows,
                column=columns,
            )
        return SheetCare(frozenset(self._uncomputed), frozenset(self._errors))

    def _look(self, text: bytes) -> None:
        # Rows that only carry a style cost nothing: what counts is the last row before the last value.
        last_value = max(text.rfind(end) for end in _VALUE_ENDS)
        if last_value >= 0:
            self._last_filled_row = max(self._last_filled_row, self._last_row)
        for match in _ROW.finditer(text):
            self._last_row = max(self._last_row, int(match[1]))
            if match.start() < last_value:
                self._last_filled_row = self._last_row
        # Usual writers put the address first and few sheets pass column Z: two quick looks spare two slow ones.
        unusual = b":c " in text or b"<c>" in text or text.count(b"<c ") != text.count(b'<c r="')
        if unusual or _PAST_Z.search(text):
            for letters in _WIDE.findall(text):
                self._last_column = max(self._last_column, column_number(letters.decode()))
        if unusual and _UNPLACED.search(text):  # cells without an address follow one another
            self._last_column = max(self._last_column, *(row.count(b"<c") for row in text.split(b"<row")))
        if b"<f" in text or b't="e"' in text:
            self._look_at_formulas(text)

    def _look_at_formulas(self, text: bytes) -> None:
        for name, attributes, body in _CELL.findall(text):
            if b't="e"' in attributes:
                self._errors.add(name.decode())
            elif b"<f" in body and not _HAS_VALUE.search(body):
                self._uncomputed.add(name.decode())


def column_number(letters: str) -> int:
    """1 for A, 27 for AA.

    >>> column_number("AA")
    27
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, AA for 27.

    >>> column_letters(27)
    'AA'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
