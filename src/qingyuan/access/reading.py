"""The read log is written to a file first and taken into its table by the clock (docs/adr/0011).

A page's GET writes nothing to the database: on SQLite it would wait behind every import, and a reader would hold up
writers. One line is one write(2) to a file opened for appending, so the lines of several processes never mix. A door
writes the line before the answer leaves: what cannot be written down is not handed out.
"""

from __future__ import annotations

import os
import re
import socket
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from qingyuan.access.models_reading import Reading as Row
from qingyuan.access.models_reading import ReadingFile
from qingyuan.core.access import Actor
from qingyuan.core.reading import Reading, read_line
from qingyuan.ledger import actions as ledger

MOST_AT_ONCE = 8 << 20
ROWS, REFUSED = "read_rows", "refused_with"
Answer = TypeVar("Answer")
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\..+\.jsonl")


def with_rows(answer: Answer, rows: int) -> Answer:
    """A door's answer with the number of rows it takes along, for its line in the read log."""
    setattr(answer, ROWS, rows)
    return answer


def with_refusal(request: object, code: str) -> None:
    """What a door refused, left on its request for the read log: some refused tries are written down."""
    setattr(request, REFUSED, code)


def root() -> Path:
    """The folder of the files, one for each day and machine."""
    return Path(settings.READING_ROOT)


def write(reading: Reading) -> None:
    """Write one reading down. OSError when it cannot be: then nothing may be handed out."""
    folder = root()
    node = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:60] or "site"
    path = folder / f"{timezone.localdate(reading.at).isoformat()}.{node}.jsonl"
    line = (reading.line() + "\n").encode()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, flags, 0o600)
    try:
        if os.write(descriptor, line) != len(line):
            raise OSError("the read log took only a part of a line")
    finally:
        os.close(descriptor)


def take_in(*, by: Actor, at: datetime, keep_days: int) -> int:
    """Take the new lines of all files into the table; close the files of past days; remove closed ones that are older
    than `keep_days` (their rows stay). Doing it twice changes nothing. Gives the number of rows.

    Each file's lines and its cursor move in one transaction: a kill loses none and doubles none.
    """
    today = timezone.localdate(at)
    taken = 0
    for path in sorted(root().glob("*.jsonl")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            continue
        day = date.fromisoformat(match[1])
        while got := _take(path):
            taken += got
        # A request may straddle midnight: a day is closed only when the next one is well under way.
        if day < today and timezone.localdate(at - timedelta(hours=1)) > day:
            _close(path, by=by, at=at)
        if (
            day < today - timedelta(days=keep_days)
            and ReadingFile.objects.filter(name=path.name, closed_at__isnull=False).exists()
        ):
            path.unlink()
    return taken


@transaction.atomic
def _take(path: Path) -> int:
    """Take in one piece of a file, whole lines only. Gives the number of lines."""
    ReadingFile.objects.get_or_create(name=path.name)
    state = ReadingFile.objects.select_for_update().get(name=path.name)
    with path.open("rb") as file:
        file.seek(state.offset)
        piece = file.read(MOST_AT_ONCE)
    end = piece.rfind(b"\n") + 1
    if not end:
        return 0
    lines = piece[:end].decode("utf-8", "replace").splitlines()
    readings = [read_line(line) for line in lines]
    Row.objects.bulk_create([_row(one) for one in readings if one is not None], batch_size=500)
    state.offset += end
    state.lines += len(lines)
    state.torn += readings.count(None)
    state.save(update_fields=["offset", "lines", "torn"])
    return len(lines)


def _row(one: Reading) -> Row:
    return Row(
        at=one.at,
        actor_id=one.actor_id[:64],
        program=one.program[:64],
        kind=one.kind.value,
        subject=one.subject[:96],
        unit_path=one.unit_path[:16],
        asked=one.asked,
        rows=one.rows,
        origin=one.origin[:45],
        status=one.status,
    )


@transaction.atomic
def _close(path: Path, *, by: Actor, at: datetime) -> None:
    """Fix what a past day's file amounted to in the ledger: from then on a changed file or row shows."""
    state = ReadingFile.objects.select_for_update().get(name=path.name)
    if state.closed_at is not None:
        return
    state.sha256, state.closed_at = sha256(path.read_bytes()).hexdigest(), at
    state.save(update_fields=["sha256", "closed_at"])
    ledger.record(
        ("reading", path.name[:64]),
        "reading.close",
        by=by,
        at=at,
        occurred=at,
        details={"file": path.name, "lines": state.lines, "torn": state.torn, "sha256": state.sha256},
    )
