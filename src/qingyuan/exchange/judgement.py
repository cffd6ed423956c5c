"""Judge a whole table against the site: each line by itself, on the map, in the register. Reads, never writes.

Works in batches, so that memory does not grow with the file; the same engine judges a dry run and a stored import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qingyuan.exchange import comparing, fields, ground
from qingyuan.exchange.findings import Finding, finding
from qingyuan.exchange.identity import Matcher, open_proposals
from qingyuan.exchange.judging import Judge, Judged
from qingyuan.exchange.positions import Positions
from qingyuan.exchange.stages import stage_named
from qingyuan.exchange.tables import Line, cell_name
from qingyuan.places.models import Unit

BATCH = 2_000


@dataclass(slots=True)
class Bench:
    """Everything one judgement uses; made once for a file."""

    judge: Judge
    positions: Positions
    matcher: Matcher
    brings_in: bool

    def late(self) -> list[Finding]:
        """What was found about lines of earlier batches since it was last asked."""
        found, self.positions.late = self.positions.late, []
        return found


def prepare(
    labels: Sequence[str],
    mapping: Mapping[int, str],
    *,
    unit: Unit,
    today: date,
    uses_1904: bool = False,
    brings_in: bool = False,
) -> Bench:
    """Read what the site knows about the unit: one second for a province, a few for the nation."""
    units = ground.gazetteer(unit)
    types = ground.types(unit, on=today)
    judge = Judge(units, types, ground.water_finder(), labels, mapping, today, uses_1904)
    return Bench(judge, Positions(judge, ground.area(unit, units)), Matcher(judge), brings_in)


def about_the_file(
    bench: Bench, *, header_line: int, sheet: str = "", sheets: Sequence[str] = (), notes: Sequence[Finding] = ()
) -> list[Finding]:
    """Findings on the header line: columns that are missing or stay unused, sheets that were not read; `notes` are
    what the reading of the file itself had to tell."""
    found = list(notes)
    layered = any(item.code == "file.other_layers" for item in notes)
    if not layered and (others := [name for name in sheets if name != sheet]):
        found.append(finding("file.other_sheets", 0, sheet=sheet, others="、".join(others)))
    for name in bench.judge.missing_columns():
        found.append(finding("field.missing_column", header_line, title=fields.TITLES[name]))
    for column, label in enumerate(bench.judge.labels):
        if label and column not in bench.judge.mapping:
            place = cell_name(column, header_line)
            found.append(finding("file.unmapped_column", header_line, column=label, cell=place, label=label))
    return found


def skipped(line: Line) -> Finding:
    """Why a line is no record."""
    return finding(line.skip, line.number)


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines by the thousand."""
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def judge_batch(
    bench: Bench, lines: Sequence[Line], repairs: Mapping[int, Mapping[str, str]] | None = None
) -> list[Judged]:
    """Judge lines that are records; `repairs` are accepted suggestions by line. Gives every row its verdict."""
    rows = [bench.judge.read(line, (repairs or {}).get(line.number)) for line in lines]
    bench.positions.check(rows)
    outlets = bench.matcher.match(rows)
    proposed = open_proposals(row.outlet_id for row in rows if row.outlet_id is not None)
    archived = comparing.archived_of(bench.judge, rows, outlets)
    for row in rows:
        outlet = outlets.get(row.outlet_id) if row.outlet_id is not None else None
        about = proposed.get(row.outlet_id or 0, {})
        comparing.tell_claims(bench.judge, row, outlet, about, archived)
        _tell_stage(bench, row)
        row.values["missing"] = row.missing
        if row.unit is not None:
            row.values["unit_code"] = row.unit.code
        if row.zone is not None:
            row.values["zone_code"] = row.zone.code
        if row.refused:
            row.verdict = "refused"
        elif outlet is None:
            row.verdict = "new"
        else:
            row.values["changes"] = comparing.changes(row, outlet, bench.judge.gazetteer)
            row.values["propose_type"] = comparing.proposes_type(row, outlet, about)
            row.verdict = "updated" if row.values["changes"] or row.values["propose_type"] else "unchanged"
    return rows


def _tell_stage(bench: Bench, row: Judged) -> None:
    text = str(row.values.get("stage_text") or "")
    if not text:
        return
    if (stage := stage_named(text)) is not None:
        row.values["stage"] = stage.value
    if row.outlet_id is None and not bench.brings_in:
        bench.judge.tell(row, "claim.stage", "stage", claimed=text)
    elif row.outlet_id is None and stage is None:
        bench.judge.tell(row, "field.invalid", "stage", value=text, reason="不是台账的阶段名称。")
