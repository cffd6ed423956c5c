"""规范化 → 交办: when the standardisation of a county begins (its first code is issued), the bodies of the clause get
an item; who supports brings evidence there and cannot close it (大同 三(七)).

One item for each county, by its key: asking again hands out nothing more.
"""

from __future__ import annotations

from datetime import date, datetime

from qingyuan.core.access import Actor
from qingyuan.flows import supporting
from qingyuan.flows.supporting import Work
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.standardisation import rules

CLAUSED_BY = "coding.authority"
"""The parameter whose clause lists who answers for and who supports standardisation."""


def key_of(unit: Unit) -> str:
    """The key of the item of a county."""
    return f"standardisation:{unit.code}"


def item_of(unit: Unit) -> WorkItem | None:
    """The item handed out for a county."""
    return supporting.item_of(key_of(unit))


def after_code(outlet: Outlet, *, by: Actor, on: date, at: datetime) -> WorkItem | None:
    """Hand the supporting work of the outlet's county out, with its first code."""
    county = rules.county_of(outlet.unit_path)
    return hand_out(county, by=by, on=on, at=at, is_demo=outlet.is_demo) if county else None


def hand_out(unit: Unit, *, by: Actor, on: date, at: datetime, is_demo: bool = False) -> WorkItem | None:
    """Hand the work out. None where the scheme lists nobody who supports."""
    policy = policy_of(unit.path, on=on)
    work = Work(
        key=key_of(unit),
        subject=f"配合{unit.name}入河排污口规范化建设",
        text="请按方案规定的分工推进或者配合命名编码、标识牌和档案建设，反馈情况并附佐证材料。",
        unit=unit,
        clause=rules.clause_of(policy, CLAUSED_BY),
        is_demo=is_demo,
    )
    return supporting.hand_out(work, by=by, on=on, at=at)
