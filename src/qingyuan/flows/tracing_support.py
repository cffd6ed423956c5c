"""溯源 → 交办: when a case opens, the bodies its scheme has support tracing and finding who answers get an item under
their clause; they bring evidence there and cannot close it (济源 五(二), 大同 二(二)).
"""

from __future__ import annotations

from datetime import date, datetime

from qingyuan.core.access import Actor
from qingyuan.flows import supporting
from qingyuan.flows.supporting import Support, Work
from qingyuan.places.models import Level
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.tracing import queries, rules
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Part


def key_of(case: Case) -> str:
    """The key of the item of a case."""
    return f"tracing:{case.pk}"


def hand_out(case: Case, *, by: Actor, on: date, at: datetime) -> WorkItem | None:
    """Hand the supporting work out. None where nobody supports, or the scheme's bodies are not registered."""
    rows = queries.bodies_of(case)
    helping = [row for row in rows if row.part == Part.SUPPORTING]
    if not helping:
        return None
    ground = rules.ground_of(case.outlet)
    work = Work(
        key=key_of(case),
        subject=f"配合“{case.outlet.name}”溯源定责",
        text=f"{case.get_why_display()}。请配合查清污水来源、隶属关系和责任主体，反馈情况并附佐证材料。",
        unit=ground,
        clause=next((row.clause for row in helping if row.clause), ""),
        leads=[row.body for row in rows if row.part == Part.LEAD and row.body is not None],
        supporting=[row.body for row in helping if row.body is not None],
        outlets=[case.outlet],
        is_demo=case.is_demo,
        by_list=ground.level >= Level.COUNTY,  # of a whole city the list would name every county
    )
    return supporting.hand_out(work, by=by, on=on, at=at)


def states(case: Case) -> list[Support]:
    """Each supporting body of a case with where its part stands."""
    rows = [row for row in queries.bodies_of(case) if row.part == Part.SUPPORTING]
    return supporting.states(key_of(case), [(row.name, row.body, row.clause) for row in rows])
