"""Plans of a demonstration: the first batch and measures that the scheme lets pass, with what its rules ask for; the
order to close before a plan to ban."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.functions import BodyFunction
from qingyuan.core.lifecycle import Move, Paper
from qingyuan.core.plans import Batch
from qingyuan.core.refusal import Refused
from qingyuan.demo.acts import neighbour
from qingyuan.demo.lives import Life, Step
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, queries_plans, rules_plans
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, GivenStep, PlanGiven
from qingyuan.stages.remediation.models_plans import Plan

if TYPE_CHECKING:
    from qingyuan.demo.remediating import Remediating

MEASURES: dict[Batch, tuple[tuple[str, ...], ...]] = {
    Batch.BAN: (("demolish",), ("shut",)),
    Batch.MERGE: (("connect_sewer",), ("interception",), ("merge_into",), ("other",)),
    Batch.STANDARDISE: (("treatment", "standards"), ("repair", "inspection_well"), ("standards",), ("other",)),
}


def outlet_of(life: Life) -> Outlet:
    """The outlet a life has been entered as."""
    assert life.outlet is not None
    return life.outlet


def _batch(life: Life) -> Batch:
    acts = {step.act for step in life.steps}
    if Move.CLOSE in acts:
        return Batch.BAN
    return Batch.MERGE if Move.MERGE in acts else Batch.STANDARDISE


def draft(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    """The first plan of the batch that the scheme lets pass: what its rules ask for is taken over."""
    clerk, outlet = rooms.walk.staff.clerk, outlet_of(life)
    batch = _batch(life)
    acting = rooms.acting(step, at, clerk)
    due = due_of(life, step)
    if batch is Batch.BAN:
        _order(rooms, life, step, at)
    asked = _asked(rooms, life, batch, step)
    for measures in MEASURES[batch]:
        given = _plan(rooms, life, batch, (*asked, *measures), step, due)
        try:
            with rooms.walk.papers.all_or_nothing():
                plan = actions.draft_plan(rooms.stay(life), given=given, **acting)
                plan.round = rooms.stay(life)
                actions.submit(plan, **acting)
        except Refused as refused:
            last = refused
            outlet.refresh_from_db()
            continue
        return
    raise last


def _asked(rooms: Remediating, life: Life, batch: Batch, step: Step) -> tuple[str, ...]:
    """The measures that the rules ask of this outlet."""
    found = rooms.stay(life)
    told = queries_plans.demands(Plan(round=found, batch=batch, unit_path=found.outlet.unit_path), on=step.on)
    known = rules_plans.catalogue(policy_of(found.outlet.unit_path, on=step.on))
    wanted = [key for one in told if one.met is False and not one.gives.get("free") for key in one.measures[:1]]
    kind = found.outlet.type_key
    return tuple(key for key in dict.fromkeys(wanted) if key in known and known[key].fits(batch=batch, type_key=kind))


def due_of(life: Life, step: Step) -> date:
    done = life.day_of(Move.REPORT_DONE)
    if done is None:
        return step.on + timedelta(60 if life.number % 3 else 20)  # some are overdue at the end
    return max(done, step.on) + timedelta(15 if life.number % 5 else -5)


def _plan(rooms: Remediating, life: Life, batch: Batch, measures: tuple[str, ...], step: Step, due: date) -> PlanGiven:
    outlet = outlet_of(life)
    due = max(due, step.on + timedelta(6))
    half = step.on + (due - step.on) / 2
    target = None
    if batch is Batch.MERGE:
        target = neighbour(rooms.walk, life)
    return PlanGiven(
        batch=batch,
        measures=tuple(GivenMeasure(key, "按技术规范实施（演示）" if key == "other" else "") for key in measures),
        steps=(
            GivenStep("勘察设计", half, starts_on=step.on + timedelta(1)),
            GivenStep("施工和竣工", due, starts_on=half),
        ),
        due=due,
        responsible_body=outlet.party,
        funding="责任主体自筹",
        basis="HJ 1309—2023",
        target_outlet=target,
        receiving_works="演示污水处理厂",
        technology="一体化处理设备，管护简便（演示）",
        livelihood_note="分段施工，不影响居民排水（演示）",
        safety_note="设置围挡，夜间不施工（演示）",
        water_supply_note="取水口在上游，不受影响（演示）",
        flood_answer="no",
        merge_attempt="现场条件不具备（演示）",
        deviation_reason="经现场踏勘，按所列措施整治更为稳妥（演示）",
        risk_note="分批开工，避免集中施工（演示）",
    )


def _order(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    """The order to close, by the body that the scheme names: the bureau, or the government of the county."""
    found, staff = rooms.stay(life), rooms.walk.staff
    policy = policy_of(found.outlet.unit_path, on=step.on)
    measure = rules_plans.ban_measures(policy)[0]
    asked = rules_plans.competence(policy, measure=measure, zone_kind="other")
    body, by = staff.bureaus["生态环境局"], staff.reviewer
    if asked is not None and BodyFunction.ECOLOGY not in asked.functions:
        body = rooms.walk.bodies.county(life.spot.stretch.county)
        by = _officer_of(body)
    actions.order_closing(
        found,
        measure=measure,
        zone_kind="other",
        body=body,
        legal_basis="《中华人民共和国水污染防治法》（演示）",
        paper_sha256=rooms.paper(Paper.CLOSING_ORDER, step, at),
        **rooms.acting(step, at, by),
    )


def _officer_of(body: Body) -> Actor:
    """Somebody of a government."""
    reach = Reach(unit_paths=frozenset({body.unit_path}))
    functions = frozenset({BodyFunction.GOVERNMENT.value})
    grant = Grant(Role.REVIEWER, reach, functions, body.unit_path, body.pk)
    return Actor(f"demo:government:{body.pk}", f"{body.name}审核人员（演示）", (grant,))
