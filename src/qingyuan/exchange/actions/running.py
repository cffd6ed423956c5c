"""All three acts at once, as the command and the interface call them; or a dry run that writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import require
from qingyuan.exchange import columns, guards, reading
from qingyuan.exchange.actions.entering import take_in
from qingyuan.exchange.actions.judging import judge, judged_table
from qingyuan.exchange.actions.staging import mapping_for, stage
from qingyuan.exchange.findings import Finding
from qingyuan.exchange.models import Import
from qingyuan.places.models import Unit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did or would do. rows = new + updated + unchanged + refused."""

    rows: int
    new: int
    updated: int
    unchanged: int
    refused: int
    findings: Sequence[Finding] = field(default_factory=list)
    import_id: int | None = None

    def as_json(self) -> dict[str, object]:
        """The fixed form of `outlets import --json`."""
        counts = {name: getattr(self, name) for name in ("rows", "new", "updated", "unchanged", "refused")}
        return counts | {"findings": [item.as_json() for item in self.findings], "import": self.import_id}


class _Kept(Sequence[Finding]):
    """The findings of an import as they are kept, read when they are asked for: there are several for a line."""

    def __init__(self, batch: Import) -> None:
        columns = ("number", "column", "code", "severity", "text", "suggestion", "cell")
        self._found = batch.findings.order_by("number", "pk").values_list(*columns)

    def __iter__(self) -> Iterator[Finding]:
        return (Finding(*row) for row in self._found.iterator(5_000))

    def __len__(self) -> int:
        return self._found.count()

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        return list(self)[place]


def run_import(
    source: Path | bytes,
    filename: str,
    *,
    unit: Unit,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    sheet: str = "",
    mapping: Mapping[str, str | None] | None = None,
    stated: Stage | None = None,
    source_sha256: str = "",
) -> Outcome:
    """Stage, judge and take in; a dry run judges only and writes nothing at all.

    Raises
    ------
    Refused
        The file itself is refused (code `file.…`), or there is no permission.
    """
    if dry_run:
        return _dry_run(
            source, filename, unit=unit, by=by, at=at, sheet=sheet, mapping=mapping, brings_in=bool(source_sha256)
        )
    require(guards.stage(unit, by=by, brings_in=bool(source_sha256)))
    table = reading.read(source, filename, known=columns.known, sheet=sheet)
    batch = stage(
        source,
        filename,
        unit=unit,
        by=by,
        at=at,
        sheet=sheet,
        mapping=mapping,
        stated=stated,
        source_sha256=source_sha256,
        table=table,
    )
    judge(batch, by=by, at=at, table=table)
    del table  # a sheet is held in memory; the register needs the room now
    take_in(batch, by=by, at=at)
    return outcome(batch)


def outcome(batch: Import) -> Outcome:
    """What became of an import, findings in the order of the lines."""
    return Outcome(batch.rows, **batch.counts, findings=_Kept(batch), import_id=batch.pk)


def _dry_run(
    source: Path | bytes,
    filename: str,
    *,
    unit: Unit,
    by: Actor,
    at: datetime,
    sheet: str,
    mapping: Mapping[str, str | None] | None,
    brings_in: bool,
) -> Outcome:
    require(guards.stage(unit, by=by, brings_in=brings_in))
    table = reading.read(source, filename, known=columns.known, sheet=sheet)
    chosen = mapping_for(table, columns.signature(table.heading), unit, mapping)
    counts = dict.fromkeys(("new", "updated", "unchanged", "refused"), 0)
    findings: list[Finding] = []
    for judged, found in judged_table(table, chosen, unit=unit, at=at, brings_in=brings_in):
        findings += found
        for item in judged:
            counts[item.verdict] += 1
    findings.sort(key=lambda item: item.row)
    return Outcome(sum(counts.values()), **counts, findings=findings)
