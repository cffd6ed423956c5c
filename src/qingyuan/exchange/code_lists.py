"""A list of national codes as a file: 编码, 名称, 经度, 纬度, 区划, in whatever columns. One entry for each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qingyuan.core.coding import CodeFault, parse_code
from qingyuan.core.geometry import Point, read_point
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import columns, reading
from qingyuan.exchange.container import Source
from qingyuan.exchange.values import name_of, text_of
from qingyuan.registry.code_matching import Entry

MOST_ROWS = 20_000
CODE_FIELDS = ("national_code", "code", "local_code")


def read_codes(source: Source, filename: str) -> list[Entry]:
    """The entries of a list.

    Raises
    ------
    Refused
        Any code of reading.read; `file.no_code_column`; `file.too_many_rows`.
    """
    table = reading.read(source, filename, known=columns.known)
    found = {field: column for column, field in columns.mapping_of(columns.guess(table.heading)).items()}
    code_column = next((found[name] for name in CODE_FIELDS if name in found), None)
    if code_column is None:
        raise Refused(Refusal("file.no_code_column", _("文件中没有“国家编码”一列。")))
    entries: list[Entry] = []
    for line in table.lines():
        if line.skip:
            continue
        if len(entries) >= MOST_ROWS:
            raise Refused(Refusal("file.too_many_rows", _("编码清单最多 %(n)s 行，请分开上传。"), {"n": MOST_ROWS}))
        entries.append(_entry(line.number, line.cells, code_column, found))
    return entries


def _entry(number: int, cells: Sequence[object], code_column: int, found: Mapping[str, int]) -> Entry:
    said = text_of(cells[code_column]) if code_column < len(cells) else ""
    parsed = parse_code(said)
    fault = parsed.reason if isinstance(parsed, CodeFault) else ""
    point = None
    if "longitude" in found and "latitude" in found:
        read = read_point(_cell(cells, found["longitude"]), _cell(cells, found["latitude"]))
        point = (read.longitude_deg, read.latitude_deg) if isinstance(read, Point) else None
    name = name_of(_cell(cells, found["name"])) if "name" in found else ""
    unit = _cell(cells, found["county"]) if "county" in found else ""
    return Entry(number, str(parsed) if not fault else said, name, point, unit, fault)


def _cell(cells: Sequence[object], column: int) -> str:
    return text_of(cells[column]) if column < len(cells) else ""
