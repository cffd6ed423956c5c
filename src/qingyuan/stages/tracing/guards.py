"""May they? One function per action, with the same name. Scope comes first: what one may not see does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import following, rules
from qingyuan.stages.tracing.models import Case, Node, Source, Step
from qingyuan.stages.tracing.words import OTHER_METHOD, Conclusion, Why


@guard
def open_case(
    outlet: Outlet, *, why: Why, why_text: str, lead: Body | None, lead_reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """立案. Another lead than the scheme's is accepted only with a reason (安阳 四(一))."""
    yield access.refusal(by, Permission.TRACING_OPEN, place_of(outlet))
    yield withdrawn(outlet)
    if not outlet.in_register:
        yield Refusal("tracing.not_registered", _("该口还不在名录中，登记之后才能立案溯源。"))
    if Case.objects.filter(outlet=outlet, conclusion="").exists():
        yield Refusal("tracing.open_already", _("该口已有在办的溯源案件。"))
    if why is Why.OTHER and not why_text.strip():
        yield Refusal("tracing.no_why", _("请说明为什么立案。"))
    yield lead_refusal(outlet, why=why, lead=lead, reason=lead_reason, on=on)
    yield not_yet(on, at)


def lead_refusal(outlet: Outlet, *, why: Why, lead: Body | None, reason: str, on: date) -> Refusal | None:
    """Against another lead than the scheme's without a reason."""
    if lead is None or reason.strip():
        return None
    asked = rules.assigned(outlet, why=why, on=on)
    if not asked.lead or any(one.body is not None and one.body.pk == lead.pk for one in asked.lead):
        return None
    text = _("本地规定由%(lead)s牵头，改由其他单位牵头须写明理由。")
    return Refusal("tracing.lead", text, {"lead": "、".join(one.name for one in asked.lead)}, asked.clause)


def still_open(case: Case) -> Refusal | None:
    """A concluded case is not written any more."""
    if case.is_open:
        return None
    text = _("案件已得出结论（%(conclusion)s），如有新情况请重新立案。")
    return Refusal("tracing.concluded", text, {"conclusion": str(case.get_conclusion_display())})


@guard
def work(case: Case, *, by: Actor) -> Iterator[Refusal | None]:
    """Against any entry in a case, whatever it says."""
    yield access.refusal(by, Permission.TRACING_WORK, place_of(case.outlet))
    yield still_open(case)


@guard
def add_step(
    case: Case, *, method: str, method_note: str, result: str, on: date, by: Actor, at: datetime
) -> Iterator[Refusal | None]:
    """记录步骤. Any method is accepted; one that is not offered says what it is (济源 三(二)2 等方式)."""
    yield work(case, by=by)
    offered = rules.methods(rules.policy_of(case.outlet.unit_path, on=on))
    if not method.strip():
        yield Refusal("tracing.no_method", _("请选择溯源方法。"))
    if (method not in offered or method == OTHER_METHOD) and not method_note.strip():
        yield Refusal("tracing.which_method", _("其他方法请写明是什么方法。"))
    if not result.strip():
        yield Refusal("tracing.no_result", _("请填写这一步的结果，没有发现也请写明。"))
    yield not_yet(on, at)


@guard
def strike_step(step: Step, *, reason: str, by: Actor) -> Iterator[Refusal | None]:
    """划去步骤: it stays to be read."""
    yield work(step.case, by=by)
    if not reason.strip():
        yield Refusal("tracing.no_reason", _("请填写理由。"))


@guard
def set_source(case: Case, *, body: Body, share: Decimal | None, by: Actor) -> Iterator[Refusal | None]:
    """登记来源. Shares that are known add up to 100 % at most."""
    yield work(case, by=by)
    if share is not None and not 0 <= share <= 1:
        yield Refusal("tracing.share", _("占比应在 0 到 100 % 之间。"))
    others = Source.objects.filter(case=case, ended_at=None).exclude(body=body).values_list("share", flat=True)
    total = sum((one for one in others if one is not None), Decimal(0)) + (share or Decimal(0))
    if total > 1:
        text = _("各来源占比之和为 %(total)s %%，超过 100 %%；不清楚的可以不填。")
        yield Refusal("tracing.shares", text, {"total": f"{total * 100:.1f}"})


@guard
def extend(case: Case, *, lower: Node, kind: str, name: str, body: Body | None, by: Actor) -> Iterator[Refusal | None]:
    """延伸链条: a new point above one that stands."""
    yield work(case, by=by)
    if not name.strip() and body is None:
        yield Refusal("tracing.no_name", _("请填写名称。"))
    if kind == "discharger" and body is None:
        yield Refusal("tracing.no_body", _("链条末端的排污单位请从单位库中选择。"))
    if lower.kind == "discharger":
        yield Refusal("tracing.above_discharger", _("排污单位之上不能再接管线。"))


@guard
def connect(case: Case, *, upper: Node, lower: Node, by: Actor) -> Iterator[Refusal | None]:
    """连接: water never comes back to where it was."""
    yield work(case, by=by)
    if upper.kind == "outlet":
        yield Refusal("tracing.outlet_above", _("排污口在链条的末端，水不会从排污口流回管网。"))
    if lower.kind == "discharger":
        yield Refusal("tracing.above_discharger", _("排污单位之上不能再接管线。"))
    if following.would_circle(upper.pk, lower.pk):
        text = _("“%(upper)s”已在“%(lower)s”的下游，再由它流向“%(lower)s”会成环，请核对水流方向。")
        yield Refusal("tracing.circle", text, {"upper": upper.name, "lower": lower.name})


@guard
def conclude(
    case: Case, *, conclusion: Conclusion, note: str, on: date, by: Actor, at: datetime
) -> Iterator[Refusal | None]:
    """得出结论 (济源 三(二)2, 安阳 二(一)2, 大同 二(二), 吉林 二(五))."""
    yield access.refusal(by, Permission.TRACING_CONCLUDE, place_of(case.outlet))
    yield still_open(case)
    policy = rules.policy_of(case.outlet.unit_path, on=on)
    sources = list(Source.objects.filter(case=case, ended_at=None).select_related("body"))
    if conclusion is Conclusion.DEFINITE and not sources:
        clause = rules.clause_of(policy, "tracing.scope")
        yield Refusal("tracing.no_source", _("结论为“确定”的，须先登记排污单位。"), {}, clause)
    if conclusion is Conclusion.DEFINITE and policy.value("tracing.require_affiliation"):
        yield affiliation_refusal(sources, clause=rules.clause_of(policy, "tracing.require_affiliation"))
    needs_method = policy.value("tracing.require_method") and conclusion is not Conclusion.NOT_NEEDED
    if needs_method and not case.steps.filter(struck_at=None).exists():
        clause = rules.clause_of(policy, "tracing.require_method")
        yield Refusal("tracing.no_step", _("还没有记录溯源方法，请先记录至少一个步骤。"), {}, clause)
    if conclusion is not Conclusion.DEFINITE and not note.strip():
        yield Refusal("tracing.no_note", _("请说明理由：查了什么、为什么不能确定或不需溯源。"))
    if conclusion is Conclusion.NOT_NEEDED and case.outlet.party_id is None:
        yield Refusal("tracing.needed", _("责任主体尚未明确，不能以“无需溯源”结案。"))
    if on < case.opened_on:
        text = _("不能早于立案日期%(day)s。")
        yield Refusal("tracing.before_opening", text, {"day": case.opened_on.isoformat()})
    yield not_yet(on, at)


def affiliation_refusal(sources: list[Source], *, clause: str) -> Refusal | None:
    """隶属关系 is known of every unit: whom it belongs to, or which department is in charge of it."""
    lacking = [one.body.name for one in sources if not (one.body.parent_id or one.body.supervising_body_id)]
    if not lacking:
        return None
    text = _("“%(names)s”还没有隶属关系（隶属单位或主管部门），请先在单位页面补充。")
    return Refusal("tracing.no_affiliation", text, {"names": "、".join(lacking)}, clause)


@guard
def set_lead(case: Case, *, lead: Body, reason: str, by: Actor, on: date) -> Iterator[Refusal | None]:
    """另定牵头单位."""
    yield access.refusal(by, Permission.TRACING_OPEN, place_of(case.outlet))
    yield still_open(case)
    yield lead_refusal(case.outlet, why=Why(case.why), lead=lead, reason=reason, on=on)
