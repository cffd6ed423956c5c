"""May they? Plans: drafting, submitting, approving, starting. One function per action, with the same name.

The lock on 城镇雨洪排口 is `storm_lock`: whoever chooses a batch, a measure, words for it or an outcome asks it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Role
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.plans import BATCHES, Batch, DateFault, Demand, Duty, Moment, date_fault
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import move_refusal, not_yet, withdrawn
from qingyuan.registry.guards_party import tracing_facts
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries, queries_plans, rules, rules_plans
from qingyuan.stages.remediation.drafts_plans import PlanGiven, given_of
from qingyuan.stages.remediation.guards import party_and_type_fixed, zone_undecided
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan, PlanDuty, PlanStep
from qingyuan.stages.remediation.words_plans import PlanState

LONGEST = 1000
FIELDS = {
    "措施": ("measures", _("整治措施")),
    "期限": ("due", _("完成期限")),
    "时间节点": ("due", _("时间节点（完成期限）")),
    "责任主体": ("responsible_body", _("责任主体")),
    "问题": ("problems", _("问题")),
    "一口一策": ("measures", _("一口一策（整治措施）")),
    "类别": ("category", _("类别")),
    "分类": ("category", _("分类")),
    "属地单位": ("territory", _("属地单位")),
    "属地": ("territory", _("属地")),
    "联动部门": ("departments", _("联动部门")),
}
"""The words of remediation.plan_required_fields → the column and what the form calls it."""


def storm_lock(
    outlet: Outlet,
    *,
    on: date,
    batch: str = "",
    outcome: Move | None = None,
    has_order: bool = False,
    measures: Collection[str] = (),
    texts: Collection[str] = (),
) -> Refusal | None:
    """城镇雨洪排口 are never merged or sealed: not by batch or outcome, not by a measure, not in other words (济源
    三(三)3, 安阳 二(二)1, 大同 四(十), 吉林 三(十); 新绛 inherits the nation's locked value). One is closed only
    on the order of a competent body."""
    policy = policy_of(outlet.unit_path, on=on)
    if not rules_plans.storm_is_locked(policy, outlet.type_key):
        return None
    clause = rules_plans.clause_of(policy, "storm_outlets.may_be_merged_or_blocked")
    known = rules_plans.catalogue(policy)
    named = [known[key].title for key in measures if key in known and known[key].does & {"seals", "merges"}]
    if batch == Batch.MERGE or outcome is Move.MERGE:
        named.insert(0, BATCHES[Batch.MERGE])
    if outcome is Move.CLOSE and not has_order:
        named.insert(0, BATCHES[Batch.BAN])
    if named:
        text = _("该口是城镇雨洪排口，严禁合并、封堵（%(what)s），以免影响汛期排涝。")
        return Refusal("remediation.storm_outlet_protected", text, {"what": named[0]}, clause)
    for said in texts:
        if word := rules_plans.locked_in(policy, said):
            text = _("“%(said)s”含有“%(word)s”：该口是城镇雨洪排口，严禁合并、封堵。")
            return Refusal("remediation.storm_outlet_protected", text, {"said": said[:60], "word": word}, clause)
    return None


def guides_only(outlet: Outlet, *, by: Actor, on: date, plan: Plan | None = None) -> Refusal | None:
    """指导督导 comments, urges and visits; it neither plans, reports works done, nor accepts (济源 五(二)). What a body
    is charged with stands in the plan; before there is one, and for whom it does not name, in the scheme."""
    mine = {grant.body_id for grant in by.grants if grant.body_id is not None}
    if not mine or any(grant.role is Role.CONSOLE for grant in by.grants):
        return None
    duties = PlanDuty.objects.filter(plan=plan, body__in=mine) if plan is not None else ()
    held = [(Duty(one.duty), one.clause) for one in duties]
    if not held:
        scheme = rules_plans.charged(outlet, on=on)
        held = [(one.duty, one.clause) for one in scheme if one.named.body and one.named.body.pk in mine]
    if not held or any(duty is not Duty.GUIDE for duty, _clause in held):
        return None
    text = _("您所在的单位对该口负责指导督导，不编制方案、不报告完工、不验收。")
    return Refusal("remediation.guides_only", text, {}, held[0][1])


def over(found: Round) -> Refusal | None:
    """A stay that is over is history."""
    if found.ended_on is None:
        return None
    return Refusal("remediation.round_over", _("本轮整治已经结束，如有反弹请重新列入问题清单。"))


@guard
def draft_plan(found: Round, *, given: PlanGiven, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """编制方案 (T8). It may be incomplete; it may not contradict its outlet."""
    outlet = found.outlet
    yield may_draft(found, by=by, on=on)
    yield batch_refusal(outlet, given.batch, on=on)
    yield storm_lock(outlet, on=on, batch=given.batch, measures=[one.key for one in given.measures], texts=given.texts)
    yield measures_refusal(outlet, given, on=on)
    yield dates_refusal(given)
    if given.target_outlet is not None and given.target_outlet.pk == outlet.pk:
        yield Refusal("remediation.merged_into_itself", _("不能并入自身，请选择另一个排污口。"))
    if given.lead is not None:
        yield lead_refusal(outlet, given, on=on)
    if unknown := [one for one in given.programmes if one not in _programmes(outlet, on=on)]:
        text = _("本地方案没有“%(name)s”这类统筹工程。")
        yield Refusal("remediation.programme", text, {"name": unknown[0]})
    if any(isinstance(value, str) and len(value) > LONGEST for value in given.columns.values()):
        yield Refusal("remediation.long_text", _("文字不能超过 %(n)s 字。"), {"n": LONGEST})
    if given.cost_yuan is not None and given.cost_yuan < 0:
        yield Refusal("remediation.cost", _("投资概算不能为负。"))
    yield not_yet(on, at)


@guard
def may_draft(found: Round, *, by: Actor, on: date) -> Iterator[Refusal | None]:
    """Against any plan of a stay, whatever it says."""
    outlet = found.outlet
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield withdrawn(outlet)
    yield over(found)
    yield party_and_type_fixed(outlet, on=on)
    yield guides_only(outlet, by=by, on=on)
    draft = queries_plans.draft_of(found)
    if draft is not None and draft.state == PlanState.SUBMITTED:
        yield Refusal("remediation.plan_submitted", _("方案已提交，待审定；撤回或退回之后才能修改。"))
    if draft is None and queries_plans.plan_of(found) is None:
        yield move_refusal(outlet, Move.DRAFT_PLAN, on=on)
    elif Stage(outlet.stage) not in DRAFTED:
        yield Refusal("remediation.plan_past", _("该口已报告完工，方案不再修改。"))


DRAFTED = (Stage.PLAN_DRAFT, Stage.PLAN_APPROVED, Stage.REMEDIATING, Stage.IN_TRANSITION)


def _programmes(outlet: Outlet, *, on: date) -> tuple[str, ...]:
    return tuple(policy_of(outlet.unit_path, on=on).value("remediation.linked_programmes", ()))  # type: ignore[arg-type]


def batch_refusal(outlet: Outlet, batch: str, *, on: date) -> Refusal | None:
    """One batch, one of the scheme's (济源 三(三)3, 安阳 二(二)1, 新绛 三(四), 大同 三(四), 吉林 二(六)2)."""
    policy = policy_of(outlet.unit_path, on=on)
    known = rules_plans.batches(policy)
    if batch in known:
        return None
    text = _("整治批次应为：%(batches)s。")
    names = "、".join(BATCHES[one] for one in known)
    return Refusal("remediation.batch", text, {"batches": names}, rules_plans.clause_of(policy, "remediation.batches"))


def measures_refusal(outlet: Outlet, given: PlanGiven, *, on: date) -> Refusal | None:
    """A measure is one of the catalogue and belongs to the batch; 其他措施 are said in words."""
    policy = policy_of(outlet.unit_path, on=on)
    known = rules_plans.catalogue(policy)
    for one in given.measures:
        if one.key not in known:
            return Refusal("remediation.measure", _("措施目录中没有“%(key)s”。"), {"key": one.key})
        if not known[one.key].fits(batch=given.batch, type_key=outlet.type_key):
            text = _("“%(measure)s”不适用于该类型的%(batch)s。")
            params = {"measure": known[one.key].title, "batch": BATCHES[Batch(given.batch)]}
            return Refusal("remediation.measure_unfit", text, params)
        if one.key == "other" and not one.text.strip():
            return Refusal("remediation.measure_words", _("其他措施请写明内容。"))
    return None


def dates_refusal(given: PlanGiven) -> Refusal | None:
    """Steps stand in the order of their dates and within the plan's own."""
    if (fault := date_fault([one.dates for one in given.steps], due=given.due)) is None:
        return None
    what, number = fault
    text = {
        DateFault.MISSING: _("第 %(n)s 步没有期限。"),
        DateFault.BACKWARD: _("第 %(n)s 步的开始日期晚于期限。"),
        DateFault.ORDER: _("第 %(n)s 步的期限早于前一步的期限，请按先后排列。"),
        DateFault.LATE: _("第 %(n)s 步的期限晚于方案的完成期限。"),
    }[what]
    return Refusal(f"remediation.dates_{what}", text, {"n": number})


def lead_refusal(outlet: Outlet, given: PlanGiven, *, on: date) -> Refusal | None:
    """Another lead than the scheme's is accepted with a reason (安阳 四(一), 新绛 三(五), 大同 三(六)、五(十三))."""
    scheme = [one for one in queries.leads_by_type(outlet, on=on) if not one.supervises]
    named = [body for one in scheme for body in one.bodies]
    bodies = {one.body.pk for one in named if one.body}
    if given.lead is None or given.lead.pk in bodies or given.deviation_reason.strip() or not scheme:
        return None
    text = _("本地规定由%(lead)s负责，改由其他单位须写明理由。")
    return Refusal("remediation.lead", text, {"lead": "、".join(one.name for one in named)}, scheme[0].clause)


# --- submitting and approving ----------------------------------------------------------------------------------------


@guard
def submit(plan: Plan, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """提交方案. Nothing is missing, nothing is owed, and what deviates from 原则上 says why."""
    found, outlet = plan.round, plan.round.outlet
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield over(found)
    yield party_and_type_fixed(outlet, on=on)
    yield guides_only(outlet, by=by, on=on, plan=plan)
    if plan.state not in (PlanState.DRAFT, PlanState.RETURNED):
        yield Refusal("remediation.not_draft", _("只有拟定中的方案才能提交。"))
    given = given_of(plan)
    yield from missing(plan, outlet, on=on)
    yield batch_refusal(outlet, plan.batch, on=on)
    yield zone_undecided(outlet, on=on) if plan.batch == Batch.BAN else None
    yield storm_lock(outlet, on=on, batch=plan.batch, measures=[one.key for one in given.measures], texts=given.texts)
    yield dates_refusal(given)
    told = queries_plans.demands(plan, on=on)
    yield from held_up(told, Moment.SUBMIT)
    for one in told:
        if one.asks_reason and not plan.deviation_reason.strip():
            text = _("“%(text)s”另作处理的，请写明理由。")
            yield Refusal("remediation.deviates", text, {"text": one.text, "rule": one.rule}, one.clause)
    yield crowding(plan, on=on)
    yield not_yet(on, at)


def required(policy: Policy) -> list[str]:
    """The columns of a plan that the scheme has filled in."""
    words = rules_plans.texts_of(policy.value("remediation.plan_required_fields", ()))
    return [FIELDS[word][0] for word in words if word in FIELDS]


def missing(plan: Plan, outlet: Outlet, *, on: date) -> Iterator[Refusal | None]:
    """The fields the scheme names, a basis (安阳 一(一), 吉林 一(一)), a merged outlet's target or works, and an answer
    to the flood question where it is asked."""
    policy = policy_of(outlet.unit_path, on=on)
    clause = rules_plans.clause_of(policy, "remediation.plan_required_fields")
    for word in rules_plans.texts_of(policy.value("remediation.plan_required_fields", ())):
        column, label = FIELDS.get(word, ("", ""))
        if column and not getattr(plan, column):
            yield Refusal("remediation.plan_incomplete", _("方案还缺：%(field)s。"), {"field": label}, clause)
    if not plan.basis.strip():
        text = _("请写明法律或技术依据（精准治污、科学治污、依法治污）。")
        yield Refusal("remediation.plan_basis", text, {}, clause)
    if not plan.flood_answer and flood_asked(plan, outlet, on=on):
        clause = rules_plans.clause_of(policy, "remediation.flood_check.when")
        text = _("请回答：整治是否可能影响防洪排涝、堤防安全。")
        yield Refusal("remediation.flood_question", text, {}, clause)


def flood_asked(plan: Plan, outlet: Outlet, *, on: date) -> bool:
    """Whether the flood question must be answered for a plan (吉林: only 取缔、合并)."""
    when = policy_of(outlet.unit_path, on=on).value("remediation.flood_check.when")
    return when == "any" or (when == "ban_or_merge" and plan.batch in (Batch.BAN, Batch.MERGE))


def held_up(told: Collection[Demand], moment: Moment) -> Iterator[Refusal]:
    """What stands in the way of an act, each with its clause."""
    for one in told:
        if one.holds_up(moment):
            yield Refusal("remediation.rule", one.text, {"rule": one.rule} if "%" in one.text else {}, one.clause)


def crowding(plan: Plan, *, on: date) -> Refusal | None:
    """Too many works that start within one month in one county ask for a risk note (济源 三(三)3, 安阳 二(二)1, 大同
    三(四), 吉林 二(六)2: 稳妥有序; the number is ours)."""
    policy = policy_of(plan.unit_path, on=on)
    limit = policy.value("remediation.simultaneous_works")
    first = plan.steps.exclude(starts_on=None).order_by("starts_on").values_list("starts_on", flat=True).first()
    if not isinstance(limit, int) or first is None or plan.risk_note.strip():
        return None
    begins = PlanStep.objects.filter(
        plan__unit_path__startswith=plan.unit_path[:6],
        plan__state__in=[PlanState.SUBMITTED, PlanState.APPROVED],
        starts_on__year=first.year,
        starts_on__month=first.month,
        number=1,
    )
    if begins.exclude(plan__round=plan.round_id).count() + 1 <= limit:
        return None
    text = _("%(month)s计划开工的已超过 %(limit)s 个，为稳妥有序推进，请写明风险说明。")
    clause = rules_plans.clause_of(policy, "remediation.simultaneous_works")
    month = f"{first.year}-{first.month:02d}"
    return Refusal("remediation.crowded", text, {"month": month, "limit": limit}, clause)


def competent_to_approve(outlet: Outlet, *, by: Actor, on: date) -> Refusal | None:
    """The lead organisation approves. Who acts for no department acts for the unit itself."""
    resolved = policy_of(outlet.unit_path, on=on).parameters.get("remediation.approval_functions")
    wanted = set(rules_plans.texts_of(resolved.value)) if resolved else set()
    place = place_of(outlet)
    for grant in by.holding(Permission.REMEDIATION_APPROVE):
        if grant.reach.covers(place) and (
            grant.role is Role.CONSOLE or not wanted or not grant.functions or grant.functions & wanted
        ):
            return None
    text = _("整治方案由%(who)s部门审定，您所在的单位不办理审定。")
    clause = resolved.clause if resolved else ""
    return Refusal("remediation.not_lead", text, {"who": rules.functions_said(sorted(wanted))}, clause)


def four_eyes(outlet: Outlet, *, drafted_by: Collection[str], by: Actor, on: date) -> Refusal | None:
    """Nobody approves what he drafted himself (proposed)."""
    resolved = policy_of(outlet.unit_path, on=on).parameters.get("remediation.plan_four_eyes")
    if resolved is None or not resolved.value or by.id not in drafted_by:
        return None
    return Refusal("remediation.four_eyes", _("编制人（提交人）不能审定自己的方案。"), {}, resolved.clause)


@guard
def decide(plan: Plan, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """Against any decision about a plan."""
    outlet = plan.round.outlet
    yield access.refusal(by, Permission.REMEDIATION_APPROVE, place_of(outlet))
    yield withdrawn(outlet)
    yield over(plan.round)
    yield competent_to_approve(outlet, by=by, on=on)
    yield guides_only(outlet, by=by, on=on, plan=plan)
    if plan.state != PlanState.SUBMITTED:
        yield Refusal("remediation.not_submitted", _("方案还没有提交。"))
    yield four_eyes(outlet, drafted_by={plan.drafted_by, plan.submitted_by}, by=by, on=on)
    if plan.submitted_on is not None and on < plan.submitted_on:
        yield Refusal(
            "remediation.before_submitted", _("日期早于提交日期%(day)s。"), {"day": plan.submitted_on.isoformat()}
        )
    yield not_yet(on, at)


@guard
def approve(plan: Plan, *, paper_sha256: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """审定方案 (T9). What held it up when it was submitted is asked again: facts change."""
    outlet = plan.round.outlet
    yield decide(plan, by=by, on=on, at=at)
    yield party_and_type_fixed(outlet, on=on)
    given = given_of(plan)
    yield storm_lock(outlet, on=on, batch=plan.batch, measures=[one.key for one in given.measures], texts=given.texts)
    told = queries_plans.demands(plan, on=on)
    yield from held_up(told, Moment.SUBMIT)
    yield from held_up(told, Moment.APPROVE)
    if outlet.stage == Stage.PLAN_DRAFT:
        yield move_refusal(outlet, Move.APPROVE_PLAN, on=on, given={Paper.REMEDIATION_PLAN} if paper_sha256 else set())


@guard
def return_plan(plan: Plan, *, note: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """退回方案, with the reason."""
    yield decide(plan, by=by, on=on, at=at)
    if not note.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))


@guard
def start_works(found: Round, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """开工 (T11). An approved plan, a safe river, an order where it is to be closed, and tracing concluded."""
    outlet = found.outlet
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield withdrawn(outlet)
    yield over(found)
    plan = queries_plans.plan_of(found)
    policy = policy_of(outlet.unit_path, on=on)
    if plan is None:
        clause = rules_plans.clause_of(policy, "remediation.plan_level")
        yield Refusal("remediation.plan_required", _("一口一策整治方案审定之后才能开工。"), {}, clause)
        return
    yield guides_only(outlet, by=by, on=on, plan=plan)
    yield tracing_concluded(outlet, on=on)
    given = given_of(plan)
    yield storm_lock(outlet, on=on, batch=plan.batch, measures=[one.key for one in given.measures], texts=given.texts)
    yield from held_up(queries_plans.demands(plan, on=on), Moment.START)
    if plan.batch == Batch.BAN and not queries_plans.orders_of(found):
        clause = rules_plans.clause_of(policy, "remediation.ban_authority")
        text = _("依法取缔须先由有权机关作出决定（责令拆除、关闭等），再组织实施。")
        yield Refusal("remediation.order_required", text, {}, clause)
    yield move_refusal(outlet, Move.START_WORKS, on=on)
    yield not_yet(on, at)


def tracing_concluded(outlet: Outlet, *, on: date) -> Refusal | None:
    """Batches are begun on the ground of tracing: a case that is open comes first (济源 三(三)4)."""
    if tracing_facts(outlet, on=on).get("tracing_concluded") is not False:
        return None
    clause = rules_plans.clause_of(policy_of(outlet.unit_path, on=on), "tracing.scope")
    return Refusal("remediation.tracing_open", _("该口的溯源案件还没有结论，得出结论之后再开工。"), {}, clause)


def moment_refusal(found: Round, *, moment: Moment, on: date) -> Refusal | None:
    """What the rules hold up at acceptance (销号) or at retaining, by the plan in force; without one by the
    outlet as if it were to stay. Asked by whoever closes."""
    plan = queries_plans.plan_of(found) or Plan(
        round=found, batch=Batch.STANDARDISE, unit_path=found.outlet.unit_path, measures=[]
    )
    has_order = bool(queries_plans.orders_of(found))
    told = rules_plans.demands_of(plan, found.outlet, on=on, has_order=has_order)
    return next(held_up(told, moment), None)
