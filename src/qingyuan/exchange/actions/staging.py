"""First act: keep the file, find its table and columns. Nothing of it is visible in the register."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import columns, guards, reading
from qingyuan.exchange.models import ColumnMemory, Import
from qingyuan.exchange.values import text_of
from qingyuan.ledger import actions as ledger
from qingyuan.library import actions as library
from qingyuan.places.models import Unit

SAMPLE_LINES, SAMPLE_TEXT = 12, 60


def stage(
    source: Path | bytes,
    filename: str,
    *,
    unit: Unit,
    by: Actor,
    at: datetime,
    sheet: str = "",
    mapping: Mapping[str, str | None] | None = None,
    stated: Stage | None = None,
    source_sha256: str = "",
    table: reading.Table | None = None,
) -> Import:
    """上传: keep the file, find its table and its columns. Nothing of it is visible in the register.

    `mapping` is {header: field}; what it leaves out is guessed or remembered from the last file with the same header.
    `stated` with `source_sha256`, a paper in the library, makes new rows enter by 带入 at that stage.

    Raises
    ------
    Refused
        No permission, or a file that cannot be read: code `file.…`.
    """
    require(guards.stage(unit, by=by, brings_in=bool(source_sha256)))
    table = table or reading.read(source, filename, known=columns.known, sheet=sheet)
    signature = columns.signature(table.heading)
    chosen = mapping_for(table, signature, unit, mapping)
    if isinstance(source, bytes):
        filed = library.file_bytes(source, name=filename, by=by, at=at)
    else:
        filed = library.file_path(source, name=filename, by=by, at=at)
    with transaction.atomic():
        batch = Import.objects.create(
            filename=filename[-255:],
            sha256=filed.sha256,
            kind=table.kind,
            sheet=table.sheet,
            sheets=list(table.sheets),
            labels=list(table.heading.labels),
            groups=list(table.heading.groups),
            sample=_sample(table),
            header_line=table.heading.last,
            signature=signature,
            mapping={str(column): name for column, name in chosen.items()},
            unit=unit,
            stage_stated=stated or "",
            source_sha256=source_sha256,
            by_id=by.id,
            by_name=by.name,
            staged_at=at,
        )
        details = {"file": filename, "unit": unit.code, "sheet": table.sheet}
        note(batch, "import.stage", by=by, at=at, details=details)
    return batch


def _sample(table: reading.Table) -> list[list[object]]:
    lines = itertools.islice(table.lines(), SAMPLE_LINES)
    width = len(table.heading.labels)
    return [[line.number, [text_of(cell)[:SAMPLE_TEXT] for cell in line.cells[:width]]] for line in lines]


def mapping_for(
    table: reading.Table, signature: str, unit: Unit, told: Mapping[str, str | None] | None
) -> dict[int, str]:
    if told:
        return columns.told(table.heading, told)
    memory = (
        ColumnMemory.objects.filter(signature=signature, unit_path__in=_above(unit.path)).order_by("-unit_path").first()
    )
    if memory is not None:
        return {int(column): name for column, name in memory.mapping.items()}
    return columns.mapping_of(columns.guess(table.heading))


def _above(path: str) -> list[str]:
    return [path[:length] for length in range(len(path) + 1)]


def map_columns(batch: Import, mapping: Mapping[int, str], *, by: Actor) -> Import:
    """对应列: say which column is which field; the file must be judged again.

    Raises
    ------
    Refused
    """
    require(guards.judge(batch, by=by))
    named = {batch.labels[column]: name for column, name in mapping.items() if name}
    doubled = sorted({name for name in named.values() if list(named.values()).count(name) > 1})
    if doubled:
        raise Refused(Refusal("file.mapping", _("对应表把字段“%(field)s”给了两列。"), {"field": doubled[0]}))
    batch.mapping = {str(column): name for column, name in mapping.items() if name}
    batch.state = "staged"
    batch.save(update_fields=["mapping", "state"])
    return batch


def note(batch: Import, act: str, *, by: Actor, at: datetime, details: Mapping[str, object]) -> None:
    """One ledger entry about the import itself."""
    ledger.record(("import", str(batch.pk)), act, by=by, at=at, occurred=at, details=details, evidence=(batch.sha256,))
