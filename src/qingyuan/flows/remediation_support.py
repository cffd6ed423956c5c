"""整治 → 交办: when an outlet comes onto the problem list, the bodies that its scheme has answer for and support the
remediation get an item under the clause of its kind (取缔, by type, else all); who supports brings evidence there and
cannot close it (大同 三(四)、三(五)、三(六)).

One item for each stay on the list, by its key: asking again hands out nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import cast

from qingyuan.bodies.naming import Row
from qingyuan.core.access import Actor
from qingyuan.flows import problem_notices, supporting
from qingyuan.flows.supporting import Work
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.remediation import queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.words import FindingState

TABLE = "remediation.support"


def key_of(found: Round) -> str:
    """The key of the item of a stay."""
    return f"remediation:{found.pk}"


def item_of(found: Round) -> WorkItem | None:
    """The item handed out for a stay."""
    return supporting.item_of(key_of(found))


def hand_out(found: Round, *, by: Actor, on: date, at: datetime) -> WorkItem | None:
    """Tell who answers for the outlet, and hand the supporting work out. None where the scheme names nobody who
    supports, or has no such table."""
    problem_notices.tell(found, by=by, on=on, at=at)
    clause = clause_for(found, on=on)
    if not clause:
        return None
    outlet = found.outlet
    work = Work(
        key=key_of(found),
        subject=f"配合“{outlet.name}”整治",
        text="该口已列入问题排污口清单。请按方案规定的分工推进或者配合整治，反馈情况并附佐证材料。",
        unit=queries.ground_of(outlet),
        clause=clause,
        outlets=[outlet],
        is_demo=found.is_demo,
    )
    return supporting.hand_out(work, by=by, on=on, at=at)


def clause_for(found: Round, *, on: date) -> str:
    """The clause whose unit list an outlet falls under: that of what was found, else of its type, else of all."""
    outlet = found.outlet
    rows = cast("tuple[Row, ...]", policy_of(outlet.unit_path, on=on).value(TABLE, ()))
    kinds = {one.kind for one in queries.findings_in(found) if one.state == FindingState.CONFIRMED}
    types = {outlet.type_key, outlet.special_kind} - {""}
    best, clause = 0, ""
    for row in rows:
        by_kind = kinds & set(cast("Iterable[str]", row.get("kinds", ())))
        by_type = types & set(cast("Iterable[str]", row.get("types", ())))
        weight = 3 if by_kind else 2 if by_type else 1 if not row.get("kinds") and not row.get("types") else 0
        if weight > best:
            best, clause = weight, str(row["clause"])
    return clause
