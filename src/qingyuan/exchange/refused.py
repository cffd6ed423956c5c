"""退回的行 as a file: the columns of the file that was handed in, with line and reason, to be repaired and handed in
again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from qingyuan.exchange import columns, reading
from qingyuan.exchange.container import column_letters
from qingyuan.exchange.models import Import
from qingyuan.exchange.streaming import Value, write_csv
from qingyuan.exchange.values import text_of
from qingyuan.library.actions import path_of

BETWEEN = "；"


def write_refused(out: BinaryIO, batch: Import, *, line: str, reason: str) -> int:
    """A csv of the refused rows with all columns of the file, also those that were not read. `line` and `reason` name
    the two columns in front. Gives the number of rows."""
    labels = [label or column_letters(number + 1) for number, label in enumerate(batch.labels)]
    return write_csv(out, (line, reason, *labels), _rows(batch, len(labels)))


def _rows(batch: Import, width: int) -> Iterator[list[Value]]:
    wanted = set(batch.lines.filter(verdict="refused").values_list("number", flat=True))
    if not wanted:
        return
    reasons: dict[int, list[str]] = {}
    for number, text in batch.findings.filter(severity="error").order_by("pk").values_list("number", "text"):
        reasons.setdefault(number, []).append(text)
    table = reading.read(path_of(batch.sha256), batch.filename, known=columns.known, sheet=batch.sheet)
    for one in table.lines():
        if one.number in wanted:
            wanted.remove(one.number)
            cells = [_text(cell) for cell in one.cells[:width]]
            yield [one.number, BETWEEN.join(reasons.get(one.number, ())), *cells, *[""] * (width - len(cells))]
        if not wanted:
            return


def _text(cell: object) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else text_of(cell)
