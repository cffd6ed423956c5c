"""Second act: judge every line, take suggestions. The register is read, never written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import columns, guards, judgement, reading
from qingyuan.exchange.findings import Finding, finding
from qingyuan.exchange.judging import Judged
from qingyuan.exchange.models import ColumnMemory, FindingRow, Import, ImportRow
from qingyuan.exchange.unhindered import unhindered
from qingyuan.ledger import rows as bulk
from qingyuan.library import actions as library
from qingyuan.places.models import Unit

ROW_COLUMNS = ("batch_id", "number", "raw", "values", "repairs", "verdict", "state", "outlet_id", "before")
FINDING_COLUMNS = (
    "batch_id",
    "number",
    "column",
    "cell",
    "code",
    "severity",
    "text",
    "suggestion",
    "repair",
    "settled",
)


@unhindered()
def judge(batch: Import, *, by: Actor, at: datetime, table: reading.Table | None = None) -> Import:
    """核对: judge every line and keep what was found. May be repeated; accepted suggestions are kept.

    `table` is the file as just opened, when it was; else it is opened again from the library.

    Raises
    ------
    Refused
    """
    require(guards.judge(batch, by=by))
    repairs = dict(batch.lines.exclude(repairs={}).values_list("number", "repairs"))
    settled = set(batch.findings.filter(settled="skipped").values_list("number", "code"))
    Import.objects.filter(pk=batch.pk).update(state="staged", judged_to=0, cursor=0, counts={}, rows=0)
    _forget(batch)
    counts = dict.fromkeys(("new", "updated", "unchanged", "refused"), 0)
    for judged, findings in _judged(batch, table, repairs=repairs, at=at):
        with transaction.atomic():
            bulk.insert(ImportRow, ROW_COLUMNS, [_row(batch, item, repairs) for item in judged])
            bulk.insert(FindingRow, FINDING_COLUMNS, finding_rows(batch, findings, settled))
            for item in judged:
                counts[item.verdict] += 1
            if judged:
                Import.objects.filter(pk=batch.pk).update(judged_to=judged[-1].row, counts=counts)
    with transaction.atomic():
        Import.objects.filter(pk=batch.pk).update(
            state="judged", judged_at=at, counts=counts, rows=sum(counts.values())
        )
        ColumnMemory.objects.update_or_create(
            signature=batch.signature, unit_path=batch.unit.path, defaults={"mapping": batch.mapping, "used_at": at}
        )
    batch.refresh_from_db()
    return batch


def _forget(batch: Import) -> None:
    """Take out what an earlier judging found, some at a time: others write meanwhile."""
    batch.findings.filter(number=0).delete()
    while (first := batch.lines.aggregate(first=Min("number"))["first"]) is not None:
        with transaction.atomic():
            batch.findings.filter(number__lt=first + judgement.BATCH).delete()
            batch.lines.filter(number__lt=first + judgement.BATCH).delete()
    batch.findings.all().delete()  # of lines that are no records


def _judged(
    batch: Import, table: reading.Table | None, *, repairs: Mapping[int, Mapping[str, str]], at: datetime
) -> Iterator[tuple[list[Judged], list[Finding]]]:
    """Batches of judged rows with the findings that came with them."""
    if table is None:
        source = library.path_of(batch.sha256)
        table = reading.read(source, batch.filename, known=columns.known, sheet=batch.sheet)
    mapping = {int(column): name for column, name in batch.mapping.items()}
    yield from judged_table(
        table,
        mapping,
        unit=batch.unit,
        at=at,
        repairs=repairs,
        brings_in=bool(batch.source_sha256),
    )


def judged_table(
    table: reading.Table,
    mapping: Mapping[int, str],
    *,
    unit: Unit,
    at: datetime,
    repairs: Mapping[int, Mapping[str, str]] | None = None,
    brings_in: bool = False,
) -> Iterator[tuple[list[Judged], list[Finding]]]:
    """Judge a table in batches: the same engine for a stored import and for a dry run."""
    bench = judgement.prepare(
        table.heading.labels,
        mapping,
        unit=unit,
        today=local_day(at),
        uses_1904=table.uses_1904,
        brings_in=brings_in,
    )
    yield (
        [],
        judgement.about_the_file(
            bench, header_line=table.heading.last, sheet=table.sheet, sheets=table.sheets, notes=table.notes
        ),
    )
    has_rows = False
    for lines in judgement.batches(table.lines()):
        judged = judgement.judge_batch(bench, [line for line in lines if not line.skip], repairs)
        found = [judgement.skipped(line) for line in lines if line.skip]
        found += [item for row in judged for item in row.findings] + bench.late()
        has_rows |= bool(judged)
        yield judged, found
    if not has_rows:
        yield [], [finding("file.no_rows", 0)]
    if bench.positions.unchecked:
        yield [], [finding("coordinate.unchecked", 0, count=bench.positions.unchecked)]


def _row(batch: Import, item: Judged, repairs: Mapping[int, Mapping[str, str]]) -> tuple:
    fixed = dict(repairs.get(item.row, {}))
    return (batch.pk, item.row, item.raw, item.values, fixed, item.verdict, "waiting", item.outlet_id, {})


def finding_rows(
    batch: Import, findings: Iterable[Finding], settled: Set[tuple[int, str]] = frozenset()
) -> list[tuple]:
    """Findings as they are kept; there are several for a line."""
    pk = batch.pk
    return [
        (
            pk,
            row,
            column[:128],
            cell,
            code,
            severity,
            text,
            suggestion,
            repair or {},
            "skipped" if settled and (row, code) in settled else "",
        )
        for row, column, code, severity, text, suggestion, cell, repair in findings
    ]


def accept(batch: Import, found: Sequence[FindingRow], *, by: Actor, at: datetime) -> Import:
    """接受建议: put suggested values in place of the cells', then judge again.

    Raises
    ------
    Refused
        A finding carries no suggestion that can be taken, or the import is past judging.
    """
    require(guards.accept(batch, by=by))
    if any(not item.repair for item in found):
        raise Refused(Refusal("exchange.no_repair", _("该问题没有可直接采用的建议，请在文件中修改。")))
    with transaction.atomic():
        for item in found:
            row = batch.lines.get(number=item.number)
            row.repairs |= item.repair
            row.save(update_fields=["repairs"])
    return judge(batch, by=by, at=at)


def accept_all(batch: Import, code: str, *, by: Actor, at: datetime) -> Import:
    """全部接受这类: every suggestion of one kind.

    Raises
    ------
    Refused
    """
    found = [item for item in batch.findings.filter(code=code) if item.repair]
    return accept(batch, found, by=by, at=at) if found else batch


def skip(batch: Import, found: FindingRow, *, by: Actor) -> None:
    """跳过: the finding was seen and is left as it is.

    Raises
    ------
    Refused
    """
    require(guards.accept(batch, by=by))
    FindingRow.objects.filter(pk=found.pk, batch=batch).update(settled="skipped")
