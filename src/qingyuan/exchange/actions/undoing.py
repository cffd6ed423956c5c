"""Undo: what an import entered is withdrawn, what it corrected is put back, while nothing later touched its rows."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import guards, taking
from qingyuan.exchange.actions.staging import note
from qingyuan.exchange.models import Import, ImportRow
from qingyuan.exchange.pace import Pace
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet


def undo(batch: Import, *, by: Actor, at: datetime) -> Import:
    """撤销导入: entries are withdrawn, corrections put back, while nothing later touched the rows. Killed, it goes on.

    Raises
    ------
    Refused
        Something was done to one of its outlets since: nothing is undone.
    """
    require(guards.undo(batch, by=by))
    _forbid_touched(batch)
    Import.objects.filter(pk=batch.pk, state="taking").update(state="taken")  # whoever is taking in stops here
    reason = _("撤销导入：%(file)s") % {"file": batch.filename}
    pace = Pace()
    while rows := list(batch.lines.filter(state="taken").order_by("number")[: pace.rows]):
        with transaction.atomic():
            began = time.monotonic()
            outlets = Outlet.objects.select_related("water").in_bulk([row.outlet_id for row in rows])
            entered = [outlets[row.outlet_id] for row in rows if row.verdict == "new"]
            if entered:
                registry.withdraw_entries(entered, reason=reason, by=by, at=at)
            for row in rows:
                if row.verdict == "updated" and row.before:
                    _put_back(row, outlets[row.outlet_id], reason, by=by, at=at)
            batch.lines.filter(pk__in=[row.pk for row in rows]).update(state="undone")
        pace.took(len(rows), began)
    with transaction.atomic():
        Import.objects.filter(pk=batch.pk).update(state="undone", undone_at=at)
        batch.refresh_from_db()
        note(batch, "import.undo", by=by, at=at, details={"file": batch.filename})
    return batch


def _forbid_touched(batch: Import) -> None:
    taken = batch.lines.filter(state="taken").values_list("outlet_id", "version_after", "number")
    for start in range(0, total := taken.count(), 5_000):
        part = list(taken.order_by("number")[start : min(start + 5_000, total)])
        ids = [pk for pk, _version, _number in part if pk is not None]
        now = dict(Outlet.objects.filter(pk__in=ids).values_list("pk", "version"))
        touched = [number for pk, version, number in part if pk is not None and now.get(pk) != version]
        if touched:
            raise Refused(
                Refusal(
                    "exchange.touched_since",
                    _("导入之后第 %(line)d 行等 %(count)d 个排污口已有变更，不能整批撤销。"),
                    {"line": touched[0], "count": len(touched)},
                )
            )


def _put_back(row: ImportRow, outlet: Outlet, reason: str, *, by: Actor, at: datetime) -> None:
    shelf = taking.Shelf()
    shelf.fetch([ImportRow(values={"changes": row.before})])
    values = taking.restored(row.before, shelf)
    registry.correct(outlet, values=values, reason=reason, on=local_day(at), by=by, at=at)
