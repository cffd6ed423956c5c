"""What an import reads, whatever the file: a table of numbered lines under a heading. Pure.

Line numbers are those the user sees: the header of a csv is line 1; in a file of shapes the number of the feature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from qingyuan.exchange.container import column_letters
from qingyuan.exchange.findings import Finding
from qingyuan.exchange.header import Heading

_NOTHING: Mapping[int, Any] = MappingProxyType({})


class Line(NamedTuple):
    """One line under the header. `skip` is the code of why it is no record; `filled` maps a column to the line its
    merged cell began on; `lost` maps a column to `uncomputed`, `error` or the word for a shape that is no point."""

    number: int
    cells: Sequence[object]
    skip: str = ""
    filled: Mapping[int, int] = _NOTHING
    lost: Mapping[int, str] = _NOTHING


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, a csv or a layer with its header found. `lines` may be called again and again; `notes` are findings
    about the whole file."""

    kind: str
    sheet: str
    sheets: tuple[str, ...]
    heading: Heading
    uses_1904: bool
    encoding: str
    lines: Callable[[], Iterator[Line]]
    notes: tuple[Finding, ...] = ()


def cell_name(column: int, line: int) -> str:
    """The name of a cell from a column counted from 0 and a line counted from 1: C17."""
    return f"{column_letters(column + 1)}{line}"
