"""Third act: the good rows enter the register, batch by batch, each with the import's cursor in one transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from pydantic_core import from_json

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.refusal import DomainError, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import guards, taking
from qingyuan.exchange.actions.judging import FINDING_COLUMNS, finding_rows
from qingyuan.exchange.actions.staging import note
from qingyuan.exchange.among import among
from qingyuan.exchange.findings import finding
from qingyuan.exchange.models import FindingRow, Import, ImportRow
from qingyuan.exchange.pace import Pace
from qingyuan.exchange.unhindered import unhindered
from qingyuan.ledger import rows as bulk
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet

REASON = _("导入更正：%(file)s 第 %(line)d 行")


@unhindered()
def take_in(batch: Import, *, by: Actor, at: datetime) -> Import:
    """入库: the good rows enter the register, the others stay behind with their reasons. After a kill it goes on.

    Raises
    ------
    Refused
    """
    require(guards.take_in(batch, by=by))
    Import.objects.filter(pk=batch.pk).update(state="taking")
    shelf, pace = taking.Shelf(), Pace()
    while rows := _waiting(batch, pace.rows):
        shelf.fetch(rows)
        _take(batch, rows, shelf, pace, by=by, at=at)
    with transaction.atomic():
        last = Import.objects.filter(pk=batch.pk, state="taking").update(state="taken", taken_at=at)
        batch.refresh_from_db()
        if not last:  # somebody else went on with it and finished first
            return batch
        note(batch, "import.take_in", by=by, at=at, details={"counts": batch.counts, "file": batch.filename})
    return batch


def _waiting(batch: Import, most: int) -> list[taking.Waiting]:
    batch.refresh_from_db(fields=["cursor", "counts", "state"])
    if batch.state != "taking":
        return []
    rows = batch.lines.filter(state="waiting", verdict__in=("new", "updated"), number__gt=batch.cursor)
    columns = ("pk", "number", "verdict", "outlet_id", Cast("values", TextField()))
    sql, given = rows.order_by("number").values_list(*columns)[:most].query.sql_with_params()
    with connection.cursor() as cursor:  # as the driver gives them, and with half of the usual decoder's time
        cursor.execute(sql, given)
        return [
            taking.Waiting(pk, number, verdict, outlet_id, from_json(values))
            for pk, number, verdict, outlet_id, values in cursor.fetchall()
        ]


def _take(
    batch: Import, rows: Sequence[taking.Waiting], shelf: taking.Shelf, pace: Pace, *, by: Actor, at: datetime
) -> None:
    """One batch in one transaction; if the register refuses it, row by row: a bad row keeps out only itself."""
    try:
        with transaction.atomic():
            began = time.monotonic()
            if _claims(batch, rows):
                _take_rows(batch, rows, shelf, by=by, at=at)
        pace.took(len(rows), began)
        return
    except (DomainError, IntegrityError):
        batch.refresh_from_db(fields=["cursor"])
    for row in rows:
        try:
            with transaction.atomic():
                if _claims(batch, [row]):
                    _take_rows(batch, [row], shelf, by=by, at=at)
                else:
                    return
        except (DomainError, IntegrityError) as error:
            batch.refresh_from_db(fields=["cursor"])
            _refuse_late(batch, row, error)


def _claims(batch: Import, rows: Sequence[taking.Waiting]) -> bool:
    """Move the cursor over these rows. False: a page and the clock are at the same import, the other was first."""
    ours = Import.objects.filter(pk=batch.pk, cursor=batch.cursor, state="taking").update(cursor=rows[-1].number)
    if ours:
        batch.cursor = rows[-1].number
    return bool(ours)


def _take_rows(batch: Import, rows: Sequence[taking.Waiting], shelf: taking.Shelf, *, by: Actor, at: datetime) -> None:
    today = local_day(at)
    new = [row for row in rows if row.verdict == "new"]
    _forbid_doubles(new)
    made = registry.enter_many([taking.new_outlet(batch, row, shelf, today=today) for row in new], by=by, at=at)
    for row, record in zip(new, made, strict=True):
        row.outlet_id, row.version_after = record.id, record.version
    updated = [row for row in rows if row.verdict == "updated"]
    outlets = Outlet.objects.select_related("water").in_bulk([row.outlet_id for row in updated])
    for row in updated:
        _update(batch, row, outlets[row.outlet_id], shelf, by=by, at=at)
    _keep(new, updated)


def _keep(new: Sequence[taking.Waiting], updated: Sequence[taking.Waiting]) -> None:
    """Where each row went; by executemany, for a thousand rows at a time. Before a new outlet there was nothing."""
    went = [(row.outlet_id, row.version_after, "taken", row.pk) for row in (*new, *updated)]
    before = [(json.dumps(row.before), row.pk) for row in updated]
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET outlet_id = %s, version_after = %s, state = %s WHERE id = %s",  # noqa: S608
            went,
        )
        cursor.executemany(f"UPDATE {table} SET before = %s WHERE id = %s", before)  # noqa: S608


def _forbid_doubles(rows: Sequence[taking.Waiting]) -> None:
    """Since it was judged somebody may have entered the same outlet: by the same name in the same unit."""
    names = {
        (str(row.values["name"]), str(row.values.get("unit_code")))
        for row in rows
        if row.values.get("name") and not row.values.get("national_code") and not row.values.get("local_code")
    }
    known = Outlet.objects.filter(withdrawn_at=None, name__in=among({name for name, _unit in names}))
    for name, unit_code in known.values_list("name", "unit__code"):
        if (name, unit_code) in names:
            text = _("台账中已有同名排污口“%(name)s”")
            raise Refused(Refusal("exchange.entered_meanwhile", text, {"name": name}))


def _update(
    batch: Import, row: taking.Waiting, outlet: Outlet, shelf: taking.Shelf, *, by: Actor, at: datetime
) -> None:
    values = taking.corrections(row, shelf)
    row.before = {name: taking.kept(getattr(outlet, name)) for name in values}
    if values:
        reason = REASON % {"file": batch.filename, "line": row.number}
        registry.correct(outlet, values=values, reason=reason, on=local_day(at), by=by, at=at)
    if key := str(row.values.get("propose_type") or ""):
        reason = f"导入：{batch.filename}"
        registry.propose_type(outlet, type_key=key, reasons=reason, on=local_day(at), by=by, at=at)
    row.version_after = outlet.version


def _refuse_late(batch: Import, row: taking.Waiting, error: Exception) -> None:
    reason = error.refusal.sentence if isinstance(error, Refused) else _("记录已被他人更改")
    told = finding("identity.changed", row.number, reason=reason)
    with transaction.atomic():
        bulk.insert(FindingRow, FINDING_COLUMNS, finding_rows(batch, [told]))
        batch.refresh_from_db(fields=["counts"])
        batch.counts[row.verdict] -= 1
        batch.counts["refused"] += 1
        ImportRow.objects.filter(pk=row.pk).update(verdict="refused")
        Import.objects.filter(pk=batch.pk).update(cursor=row.number, counts=batch.counts)
        batch.cursor = row.number
