"""May they? What a unit keeps beside its plans: plans of the unit, hard cases, packages of projects, programmes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.registry.guards import not_yet
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries_plans, rules_plans
from qingyuan.stages.remediation.guards_plans import over
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import FundingPackage, HardCase, YearPlan
from qingyuan.stages.remediation.words_plans import PackageState, YearPlanState


def _unit_place(unit: Unit, body: Body | None = None) -> Place:
    return Place(unit_path=unit.path, managing_path=unit.path, managing_body_id=body.pk if body else None)


@guard
def draft_year_plan(
    unit: Unit, *, body: Body | None, year: int, title: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """编制区域整治方案 (济源 三(三)3, 新绛 三(四), 大同 三(四), 吉林 二(六)2)."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, _unit_place(unit, body))
    if not title.strip():
        yield Refusal("remediation.no_title", _("请填写名称。"))
    asked = policy_of(unit.path, on=on).value("remediation.area_plan")
    if asked == "annual" and not 2000 <= year <= 2100:
        clause = rules_plans.clause_of(policy_of(unit.path, on=on), "remediation.area_plan")
        yield Refusal("remediation.no_year", _("年度整治方案请填写年度。"), {}, clause)
    yield not_yet(on, at)


@guard
def approve_year_plan(
    plan: YearPlan, *, paper_sha256: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """审定区域整治方案."""
    yield access.refusal(by, Permission.REMEDIATION_APPROVE, _unit_place(plan.unit, plan.body))
    if plan.state != YearPlanState.DRAFT:
        yield Refusal("remediation.year_plan_decided", _("该方案已经审定。"))
    resolved = policy_of(plan.unit_path, on=on).parameters.get("remediation.plan_four_eyes")
    if resolved is not None and resolved.value and by.id == plan.drafted_by:
        yield Refusal("remediation.four_eyes", _("编制人不能审定自己的方案。"), {}, resolved.clause)
    if not paper_sha256:
        yield Refusal("remediation.no_paper", _("请附方案文本。"))
    yield not_yet(on, at)


@guard
def list_hard_case(found: Round, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """列为重点难点."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(found.outlet))
    yield over(found)
    if queries_plans.hard_case_of(found) is not None:
        yield Refusal("remediation.hard_already", _("该口已列为重点难点。"))
    if not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明难在哪里。"))
    yield not_yet(on, at)


@guard
def end_hard_case(case: HardCase, *, outcome: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """移出重点难点, with how it was solved."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(case.round.outlet))
    if case.ended_on is not None:
        yield Refusal("remediation.hard_ended", _("已移出重点难点清单。"))
    if not outcome.strip():
        yield Refusal("remediation.no_outcome", _("请写明解决情况。"))
    yield not_yet(on, at)


@guard
def open_package(unit: Unit, *, title: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """建立资金打包, where the scheme knows it (新绛 三(六))."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, _unit_place(unit))
    policy = policy_of(unit.path, on=on)
    if not policy.value("remediation.funding_package"):
        yield Refusal("remediation.no_package", _("本地方案没有打包申请资金项目库的规定。"))
    if not title.strip():
        yield Refusal("remediation.no_title", _("请填写名称。"))
    yield not_yet(on, at)


@guard
def add_to_package(
    package: FundingPackage, *, outlet: Outlet, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """列入资金打包: retained outlets of government parties alone (新绛 三(六))."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    if package.state != PackageState.COLLECTING:
        yield Refusal("remediation.package_applied", _("已申报的打包不再增减。"), {}, package.clause)
    if not outlet.unit_path.startswith(package.unit_path):
        yield Refusal("remediation.package_unit", _("该口不在打包所属的区划内。"))
    if outlet.party is None or outlet.party.kind not in ("government", "village"):
        text = _("只有责任主体为政府的排污口可以打包，该口的责任主体是“%(party)s”。")
        yield Refusal(
            "remediation.package_party", text, {"party": outlet.party.name if outlet.party else "—"}, package.clause
        )
    if outlet.stage not in rules_plans.KEEPS:
        yield Refusal("remediation.package_stage", _("只有保留的排污口可以打包。"), {}, package.clause)
    yield not_yet(on, at)


@guard
def move_package(
    package: FundingPackage,
    *,
    state: PackageState,
    source: str,
    amount_yuan: Decimal | None,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """变更打包状态: 已入库 says from where and how much (新绛 三(六))."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, _unit_place(package.unit))
    if state == PackageState.ACCEPTED and (source not in ("中央", "省") or amount_yuan is None or amount_yuan <= 0):
        text = _("已入库的须填写资金来源（中央、省）和金额。")
        yield Refusal("remediation.package_money", text, {}, package.clause)
    if not package.outlets.exists():
        yield Refusal("remediation.package_empty", _("打包里还没有排污口。"), {}, package.clause)
    yield not_yet(on, at)


@guard
def enter_programme(unit: Unit, *, kind: str, title: str, by: Actor, on: date) -> Iterator[Refusal | None]:
    """登记统筹工程, of the kinds of the scheme."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, _unit_place(unit))
    policy = policy_of(unit.path, on=on)
    known = rules_plans.texts_of(policy.value("remediation.linked_programmes", ()))
    if kind not in known:
        clause = rules_plans.clause_of(policy, "remediation.linked_programmes")
        yield Refusal("remediation.programme", _("请选择：%(names)s。"), {"names": "、".join(known)}, clause)
    if not title.strip():
        yield Refusal("remediation.no_title", _("请填写名称。"))
