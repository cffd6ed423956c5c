"""May they? Orders to close, transition periods, 立行立改."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from qingyuan.bodies.models import Body
from qingyuan.bodies.queries import functions_of
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Role
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.zones import ZoneKind, fact_of
from qingyuan.registry import queries as registry
from qingyuan.registry import rules as registry_rules
from qingyuan.registry.guards import move_refusal, not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries_plans, rules_plans
from qingyuan.stages.remediation.guards_plans import (
    competent_to_approve,
    four_eyes,
    guides_only,
    over,
    storm_lock,
)
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Transition
from qingyuan.stages.remediation.words_plans import TransitionState

OTHER_ZONE = "other"
AT_ONCE_STAGES = (Stage.SURVEYED, Stage.VERIFIED, Stage.TRACING)


# --- orders to close -------------------------------------------------------------------------------------------------


@guard
def may_order(found: Round, *, by: Actor, on: date) -> Iterator[Refusal | None]:
    """Whether an officer's body orders closures here at all, by any measure in any kind of zone."""
    outlet = found.outlet
    yield access.refusal(by, Permission.REMEDIATION_ORDER, place_of(outlet))
    yield over(found)
    policy = policy_of(outlet.unit_path, on=on)
    asked = [
        one
        for measure in rules_plans.ban_measures(policy)
        for zone in ("drinking_water", OTHER_ZONE)
        if (one := rules_plans.competence(policy, measure=measure, zone_kind=zone)) is not None
    ]
    if not any(recorder_refusal(outlet, one, by=by) is None for one in asked):
        yield recorder_refusal(outlet, asked[0], by=by) if asked else None


@guard
def order_closing(
    found: Round,
    *,
    measure: str,
    zone_kind: str,
    body: Body | None,
    legal_basis: str,
    paper_sha256: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """作出（登记）取缔决定. Only the body that the scheme, or the law, makes competent for the kind of zone (济源
    三(三)4, 新绛 四(十), 大同 三(五), 吉林 二(六)3)."""
    outlet = found.outlet
    policy = policy_of(outlet.unit_path, on=on)
    yield access.refusal(by, Permission.REMEDIATION_ORDER, place_of(outlet))
    yield withdrawn(outlet)
    yield over(found)
    if measure not in rules_plans.ban_measures(policy):
        names = "、".join(rules_plans.ban_measures(policy))
        clause = rules_plans.clause_of(policy, "remediation.ban_measures")
        yield Refusal("remediation.order_measure", _("取缔措施应为：%(names)s。"), {"names": names}, clause)
    yield zone_refusal(outlet, zone_kind, on=on)
    asked = rules_plans.competence(policy, measure=measure, zone_kind=zone_kind)
    if asked is None:
        clause = rules_plans.clause_of(policy, "remediation.ban_authority")
        yield Refusal("access.not_competent", _("本地没有规定由谁决定“%(m)s”。"), {"m": measure}, clause)
        return
    yield recorder_refusal(outlet, asked, by=by)
    if body is None:
        yield Refusal(
            "remediation.order_body", _("请填写作出决定的机关：%(who)s。"), {"who": asked.authority}, asked.clause
        )
        return
    yield issuer_refusal(outlet, body, asked, on=on)
    if not legal_basis.strip():
        yield Refusal("remediation.legal_basis", _("请写明取缔的法律依据。"), {}, asked.clause)
    if not paper_sha256:
        yield Refusal("remediation.order_paper", _("请附决定书。"), {}, asked.clause)
    yield storm_lock(outlet, on=on, texts=(measure, legal_basis))
    yield not_yet(on, at)


def zone_refusal(outlet: Outlet, zone_kind: str, *, on: date) -> Refusal | None:
    """The kind of zone is one that is known, and not another than the one the outlet is known to lie in."""
    if zone_kind == OTHER_ZONE:
        known = registry.facts_of(outlet, on=on)
        if known.get(fact_of(ZoneKind.DRINKING_WATER)) is True:
            text = _("该口位于饮用水水源保护区内，区域类别应为饮用水水源保护区。")
            return Refusal("remediation.order_zone", text)
        return None
    if zone_kind not in {kind.value for kind in ZoneKind}:
        return Refusal("remediation.order_zone", _("请选择区域类别。"))
    if registry.facts_of(outlet, on=on).get(fact_of(ZoneKind(zone_kind))) is False:
        return Refusal("remediation.order_zone", _("该口不在所选的区域内，请核对区域类别。"))
    return None


def recorder_refusal(outlet: Outlet, asked: rules_plans.Competence, *, by: Actor) -> Refusal | None:
    """Only officers of the competent body, at or above the outlet, record the order: 403 for everybody else."""
    place = place_of(outlet)
    for grant in by.holding(Permission.REMEDIATION_ORDER):
        if not grant.reach.covers(place):
            continue
        if grant.role is Role.CONSOLE or grant.functions & asked.recorders:
            return None
    text = _("取缔决定由%(who)s作出，您所在的单位不能办理。")
    return Refusal("access.not_competent", text, {"who": asked.authority}, asked.clause)


def issuer_refusal(outlet: Outlet, body: Body, asked: rules_plans.Competence, *, on: date) -> Refusal | None:
    """The deciding body has the function and sits at county level or above, over the outlet (or is its zone's)."""
    functions = {one.value for one in functions_of(body, on=on)}
    level_fits = len(body.unit_path.rstrip("Z")) <= 6 or "Z" in body.unit_path
    over_it = outlet.unit_path.startswith(body.unit_path) or outlet.managing_path.startswith(body.unit_path)
    if functions & asked.functions and level_fits and over_it:
        return None
    text = _("“%(body)s”不是有权机关，应由%(who)s决定。")
    return Refusal("remediation.order_authority", text, {"body": body.name, "who": asked.authority}, asked.clause)


# --- transition periods ----------------------------------------------------------------------------------------------


@guard
def may_have_transition(found: Round, *, by: Actor, on: date) -> Iterator[Refusal | None]:
    """Whether the request is offered at all: for the subjects of the scheme (大同 三(四), 吉林 二(六)2: 企事业单位)."""
    outlet = found.outlet
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield withdrawn(outlet)
    yield over(found)
    plan = queries_plans.plan_of(found)
    yield subject_refusal(outlet, on=on)
    if plan is None or outlet.stage != Stage.REMEDIATING:
        yield Refusal("remediation.not_working", _("正在整治的才能申请过渡期。"))
        return
    yield guides_only(found.outlet, by=by, on=on, plan=plan)
    if queries_plans.transition_of(plan) is not None:
        yield Refusal("remediation.transition_already", _("已有过渡期申请或正在过渡期内。"))


def subject_refusal(outlet: Outlet, *, on: date) -> Refusal | None:
    """Against a party to whom the scheme gives no transition period."""
    known = dict(registry.facts_of(outlet, on=on))
    if outlet.party is not None and outlet.party.kind != "other":
        known.setdefault("party_kind", outlet.party.kind)
    known["hard_to_finish_soon"] = True
    policy = policy_of(outlet.unit_path, on=on)
    for one in registry_rules.judge(policy, known):
        if one.rule == "remediation.transition_not_offered" and one.verdict is not False:
            return Refusal("remediation.transition_not_offered", one.text, {}, one.clause)
    return None


@guard
def ask_transition(
    found: Round,
    *,
    reason: str,
    interim_measure: str,
    until: date | None,
    paper_sha256: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """申请过渡期, with reason, interim measure and end."""
    yield may_have_transition(found, by=by, on=on)
    plan = queries_plans.plan_of(found)
    assert plan is not None
    if not reason.strip():
        yield Refusal("remediation.transition_reason", _("请写明短期内难以完成整治的困难。"))
    if not interim_measure.strip():
        yield Refusal("remediation.transition_interim", _("请写明过渡期内的措施。"))
    if until is None or until <= on:
        yield Refusal("remediation.transition_until", _("过渡期的截止日期应在申请日期之后。"))
        return
    if plan.due is not None and until <= plan.due:
        text = _("截止日期应晚于方案的完成期限%(day)s。")
        yield Refusal("remediation.transition_short", text, {"day": plan.due.isoformat()})
    policy = policy_of(found.outlet.unit_path, on=on)
    longest = policy.value("remediation.transition.max_days")
    if isinstance(longest, int) and (until - on).days > longest:
        clause = rules_plans.clause_of(policy, "remediation.transition.max_days")
        yield Refusal("remediation.transition_long", _("过渡期不超过 %(n)s 天。"), {"n": longest}, clause)
    yield storm_lock(found.outlet, on=on, texts=(interim_measure,))
    if not paper_sha256:
        yield Refusal("remediation.transition_paper", _("请附申请材料。"))
    yield not_yet(on, at)


@guard
def decide_transition(
    period: Transition, *, note: str, agreed: bool, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """审定过渡期: by the lead organisation, not by who asked."""
    outlet = period.plan.round.outlet
    yield access.refusal(by, Permission.REMEDIATION_APPROVE, place_of(outlet))
    yield over(period.plan.round)
    yield competent_to_approve(outlet, by=by, on=on)
    if period.state != TransitionState.ASKED:
        yield Refusal("remediation.transition_decided", _("该申请已经审定。"))
    yield four_eyes(outlet, drafted_by={period.asked_by}, by=by, on=on)
    if not agreed and not note.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    if agreed:
        yield subject_refusal(outlet, on=on)
        yield move_refusal(outlet, Move.ENTER_TRANSITION, on=on, given={Paper.TRANSITION_REASON})
    yield not_yet(on, at)


@guard
def end_transition(period: Transition, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """结束过渡期: back to the works."""
    outlet = period.plan.round.outlet
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield over(period.plan.round)
    yield guides_only(period.plan.round.outlet, by=by, on=on, plan=period.plan)
    if period.state != TransitionState.APPROVED:
        yield Refusal("remediation.no_transition", _("没有正在进行的过渡期。"))
    yield move_refusal(outlet, Move.END_TRANSITION, on=on)
    yield not_yet(on, at)


# --- at once ---------------------------------------------------------------------------------------------------------


@guard
def may_remediate_at_once(outlet: Outlet, *, by: Actor, on: date) -> Iterator[Refusal | None]:
    """立行立改 is for schemes that know it (济源 三(三)3, 安阳 二(二)1), while an outlet is surveyed or traced."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield withdrawn(outlet)
    policy = policy_of(outlet.unit_path, on=on)
    if policy.value("remediation.immediate_allowed") is not True:
        clause = rules_plans.clause_of(policy, "remediation.immediate_allowed")
        yield Refusal("remediation.not_at_once", _("本地方案没有立行立改的规定，请按整治方案办理。"), {}, clause)
    yield guides_only(outlet, by=by, on=on)
    yield move_refusal(outlet, Move.REMEDIATE_AT_ONCE, on=on, given={Paper.WORKS_REPORT})


@guard
def remediate_at_once(
    outlet: Outlet,
    *,
    norm: str,
    text: str,
    before_sha256: str,
    after_sha256: str,
    report_sha256: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """立行立改 (T10): by a named technical norm, with what it looked like before and after."""
    yield may_remediate_at_once(outlet, by=by, on=on)
    policy = policy_of(outlet.unit_path, on=on)
    clause = rules_plans.clause_of(policy, "remediation.immediate_allowed")
    if not norm.strip():
        yield Refusal("remediation.no_norm", _("立行立改也须符合相关技术规范，请写明依据的规范。"), {}, clause)
    if not text.strip():
        yield Refusal("remediation.no_text", _("请写明整改情况。"))
    if not before_sha256 or not after_sha256:
        yield Refusal("remediation.no_photos", _("请附整改前、整改后的照片。"), {}, clause)
    if before_sha256 == after_sha256:
        yield Refusal("remediation.same_photo", _("整改前、整改后是同一张照片。"), {}, clause)
    if not report_sha256:
        yield Refusal("remediation.no_report", _("请附整改情况报告。"), {}, clause)
    yield storm_lock(outlet, on=on, texts=(text,))
    yield not_yet(on, at)
