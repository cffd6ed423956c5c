"""A named register or one of its versions as a file: the columns the scheme names, the rows as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from qingyuan.core.policy.registers import COLUMNS
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.streaming import Value, write_csv, write_xlsx
from qingyuan.registry.registers import Row

FORMATS = ("xlsx", "csv")
SHEET_NAME_MOST = 31


def write_register(out: BinaryIO, form: str, *, name: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write the rows with their numbers. Gives how many.

    Raises
    ------
    Refused
        `exchange.format` for a form nobody knows.
    """
    if form not in FORMATS:
        raise Refused(Refusal("exchange.format", _("不支持导出为“%(form)s”。"), {"form": form}))
    header = ["序号", *(COLUMNS.get(key, key) for key in columns)]
    numbered: Iterator[list[Value]] = ([number, *row.values] for number, row in enumerate(rows, start=1))
    if form == "csv":
        return write_csv(out, header, numbered)
    return write_xlsx(out, header, numbered, sheet=name[:SHEET_NAME_MOST])
