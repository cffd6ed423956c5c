"""Cases of tracing in a demonstration: one under way with its chain, one that found its source, one that could not, one
opened by sewage in dry weather. Days are counted back from the day the site is made.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from qingyuan.bodies import actions as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.days import BEIJING, local_day
from qingyuan.core.lifecycle import Stage
from qingyuan.demo.papers import pdf
from qingyuan.demo.walking import Walk
from qingyuan.flows import dry_flow_opens_tracing, tracing_support
from qingyuan.library import actions as library
from qingyuan.places.models import Unit
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import actions
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Conclusion, Confidence, NodeKind, Why

EARLY = (Stage.TRACING, Stage.VERIFIED, Stage.SURVEYED)
STORM = "YH.urban_storm"


def trace(walk: Walk, root: Unit, *, at: datetime) -> None:
    """Everything of one place, on outlets nobody answers for yet."""
    today = local_day(at)
    by = walk.staff.reviewer
    found = [life.outlet for life in walk.lives if life.outlet is not None and life.outlet.in_register]
    early = [one for stage in EARLY for one in found if one.stage == stage and one.party_id is None]
    paper = library.file_bytes(
        pdf(["溯源记录（演示）", root.name, "本件为演示材料，内容均系虚构。"]),
        name=f"{root.name}溯源记录（演示）.pdf",
        by=by,
        at=_at(today, 30),
    ).sha256
    for number, outlet in enumerate(early[:3]):
        outlet = _ground(outlet.pk)
        _flag(outlet, on=today - timedelta(28), by=by, paper=paper, today=today)
        acting: dict[str, Any] = {"on": today - timedelta(28), "by": by, "at": _at(today, 28)}
        case = actions.open_case(outlet, why=Why.UNCLEAR, key=f"demo:{outlet.pk}", **acting)
        tracing_support.hand_out(case, **acting)
        _steps(case, paper, today=today, by=by)
        match number:
            case 0:
                _chain(case, walk, today=today, by=by)
            case 1:
                _chain(case, walk, today=today, by=by)
                _affiliate(case, walk)
                _conclude(case, Conclusion.DEFINITE, "染色示踪与管线探查一致（演示）。", paper, today=today, by=by)
            case _:
                note = "上游管网资料缺失，多处接入，无法分清来水（演示）。"
                _conclude(case, Conclusion.INCONCLUSIVE, note, paper, today=today, by=by)
    storm = next((one for one in found if one.type_key == STORM), None)
    if storm is not None:
        _dry_weather(_ground(storm.pk), paper, today=today, by=by)


def _ground(pk: int) -> Outlet:
    return Outlet.objects.select_related("unit", "managing_unit", "managing_body").get(pk=pk)


def _at(today: date, ago: int) -> datetime:
    return datetime.combine(today - timedelta(days=ago), time(10), BEIJING)


def _flag(outlet: Outlet, *, on: date, by: Actor, paper: str, today: date) -> None:
    _fact(outlet, "responsibility_unclear", True, on=on, by=by, paper=paper, at=_at(today, 28))


def _fact(outlet: Outlet, name: str, value: object, *, on: date, by: Actor, paper: str, at: datetime) -> None:
    registry.enter_fact(
        ("outlet", str(outlet.pk)),
        place=place_of(outlet),
        name=name,
        value=value,
        source="现场核查记录（演示）",
        on=on,
        by=by,
        at=at,
        sha256=paper,
    )


def _steps(case: Case, paper: str, *, today: date, by: Actor) -> None:
    steps = (
        (24, "资料溯源", "调阅雨污水管网图，口门接一条 DN600 管道（演示）。", Confidence.MEDIUM),
        (20, "现场快速监测", "电导率 1.9 mS/cm，氨氮 14 mg/L，明显高于河水（演示）。", Confidence.HIGH),
        (16, "管道内窥检测（CCTV）", "上游 2 号井有一处暗接支管（演示）。", Confidence.HIGH),
    )
    for ago, method, result, confidence in steps:
        actions.add_step(
            case,
            method=method,
            result=result,
            place="口门及上游管道（演示）",
            confidence=confidence,
            evidence={paper: "溯源记录（演示）.pdf"},
            on=today - timedelta(ago),
            by=by,
            at=_at(today, ago),
        )


def _chain(case: Case, walk: Walk, *, today: date, by: Actor) -> None:
    acting: dict[str, Any] = {"on": today - timedelta(14), "by": by, "at": _at(today, 14)}
    pipe = actions.extend(
        case, lower=case.outlet.node, kind=NodeKind.PIPE, name="DN600 管道", length_m=Decimal(240), **acting
    ).upper
    low = actions.extend(case, lower=pipe, kind=NodeKind.WELL, name="1 号井", length_m=Decimal(60), **acting).upper
    high = actions.extend(case, lower=low, kind=NodeKind.WELL, name="2 号井", length_m=Decimal(80), **acting).upper
    factory = _discharger(case, walk, 0)
    actions.extend(case, lower=high, kind=NodeKind.DISCHARGER, name="", body=factory, **acting)
    actions.set_source(case, body=factory, share=Decimal("0.7"), **acting)
    if case.pk % 2 == 0:
        other = _discharger(case, walk, 1)
        actions.extend(case, lower=low, kind=NodeKind.DISCHARGER, name="", body=other, **acting)


def _discharger(case: Case, walk: Walk, number: int) -> Body:
    county = case.outlet.unit
    while county.level > 3 and county.parent is not None:
        county = county.parent
    return walk.bodies.discharger("enterprise", county, number)


def _affiliate(case: Case, walk: Walk) -> None:
    """Whom the sources belong to: the bureau in charge of their trade."""
    bureau = walk.staff.bureaus["工业和信息化局"]
    for source in case.sources.filter(ended_at=None).select_related("body"):
        if source.body.supervising_body_id is None:
            bodies.correct(
                source.body,
                values={"supervising_body": bureau},
                reason="补充隶属关系（演示）",
                by=walk.staff.reviewer,
                at=case.opened_at,
                on=case.opened_on,
            )


def _conclude(case: Case, conclusion: Conclusion, note: str, paper: str, *, today: date, by: Actor) -> None:
    acting: dict[str, Any] = {"on": today - timedelta(9), "by": by, "at": _at(today, 9)}
    actions.conclude(case, conclusion=conclusion, note=note, sha256=paper, **acting)


def _dry_weather(outlet: Outlet, paper: str, *, today: date, by: Actor) -> None:
    """What was seen at a storm outlet after dry days: the case opens by itself."""
    on, at = today - timedelta(6), _at(today, 6)
    for name, value in (
        ("dry_hours", 96),
        ("dry_flow_seen", True),
        ("sewage_sign", "发黑，氨氮快速检测 11 mg/L（演示）"),
    ):
        _fact(outlet, name, value, on=on, by=by, paper=paper, at=at)
    dry_flow_opens_tracing.open_for([outlet], on=on, at=at)
