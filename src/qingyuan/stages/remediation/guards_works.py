"""May they? Works, evidence, doubts, branch pipes. One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Grant, Permission, Role
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.plans import Duty
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import move_refusal, not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation import rules_works
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan, PlanStep
from qingyuan.stages.remediation.models_works import BranchPipe, Doubt
from qingyuan.stages.remediation.queries_plans import plan_of
from qingyuan.stages.remediation.rules import clause_of
from qingyuan.stages.remediation.words_works import PHOTOS, DoubtKind, EvidenceKind

LONGEST, LONGEST_DOUBT = 500, 1000
WORKING = (Stage.REMEDIATING, Stage.IN_TRANSITION)


def over(found: Round) -> Refusal | None:
    """A round that is over is read only."""
    if found.is_open:
        return None
    return Refusal("remediation.round_over", _("本轮整治已经结束，不能再补充；如有新情况，请重新列入问题清单。"))


def long_text(text: str, most: int = LONGEST) -> Refusal | None:
    """Against more words than fit."""
    if len(text) <= most:
        return None
    return Refusal("remediation.long_text", _("文字不能超过 %(n)s 字。"), {"n": most})


def works_not_begun(outlet: Outlet) -> Refusal | None:
    """Progress is made while the works run."""
    if Stage(outlet.stage) in WORKING:
        return None
    return Refusal("remediation.not_under_way", _("该口不在整治实施中，开工之后才能报告进度。"))


# --- who does the works ------------


def executor_refusal(found: Round, plan: Plan | None, *, by: Actor, on: date) -> Refusal | None:
    """Works are reported by whose duty they are: the responsible party for its own outlet, or a body that the plan has
    lead or carry them out. Who guides and supervises never does (corrections §2)."""
    outlet = found.outlet
    place = place_of(outlet)
    grants = [one for one in by.holding(Permission.REMEDIATION_WORK) if one.reach.covers(place)]
    if plan is None or any(_free(one) for one in grants):
        return None
    duties = list(plan.duties.select_related("body"))
    guides = [one for one in duties if one.duty == Duty.GUIDE]
    doers = {one.body_id for one in duties if one.duty != Duty.GUIDE and one.body_id is not None}
    own = (plan.responsible_body_id, outlet.party_id, outlet.managing_body_id)
    doers |= {one for one in own if one is not None}
    doers |= set(PlanStep.objects.filter(plan=plan, body__isnull=False).values_list("body", flat=True))
    guiding = {one.body_id for one in guides if one.body_id is not None} - doers
    if any(one.body_id in doers for one in grants):
        return None
    clause = guides[0].clause if guides else clause_of(policy_of(outlet.unit_path, on=on), "remediation.executor_roles")
    if grants and all(one.body_id in guiding for one in grants):
        text = _("指导督导单位不报告整治进度和完成情况，应由责任主体或执行单位报告。")
        return Refusal("remediation.guides_only", text, {}, clause)
    if grants and any(one.duty == Duty.EXECUTE and one.body_id is not None for one in duties):
        names = "、".join(dict.fromkeys(one.name for one in duties if one.duty != Duty.GUIDE))
        text = _("整治由%(who)s实施，您所在的单位不报告进度和完成情况。")
        return Refusal("remediation.not_executor", text, {"who": names}, clause)
    return None


def _free(grant: Grant) -> bool:
    """Acts for no body in particular: the site's own officer, the party itself, whoever acts for the whole unit."""
    return grant.role in (Role.CONSOLE, Role.ENTERPRISE) or grant.body_id is None


@guard
def report_progress(
    found: Round, step: PlanStep, *, percent: int, text: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """报告进度. Days in order: not before the works began, not before the report before."""
    outlet = found.outlet
    yield access.refusal(by, Permission.REMEDIATION_WORK, place_of(outlet))
    yield over(found)
    yield withdrawn(outlet)
    yield works_not_begun(outlet)
    plan = plan_of(found)
    yield executor_refusal(found, plan, by=by, on=on)
    if not 0 <= percent <= 100:
        yield Refusal("remediation.percent", _("进度应在 0 到 100 之间。"))
    if step.done_on is not None:
        day = {"day": step.done_on.isoformat()}
        yield Refusal("remediation.step_done", _("该步骤已于%(day)s完成。"), day)
    yield not_before_works(plan, on=on)
    last = step.reports.order_by("-day", "-pk").first()
    if last is not None and on < last.day:
        text_ = _("日期早于上一次报告的日期%(day)s。")
        yield Refusal("remediation.report_order", text_, {"day": last.day.isoformat()})
    if last is not None and percent < last.percent and not text.strip():
        text_ = _("进度比上一次（%(percent)s %%）低，请说明原因。")
        yield Refusal("remediation.percent_back", text_, {"percent": last.percent})
    yield long_text(text)
    yield not_yet(on, at)


def not_before_works(plan: Plan | None, *, on: date) -> Refusal | None:
    """Nothing was done before the works began."""
    if plan is None or plan.works_started_on is None or on >= plan.works_started_on:
        return None
    day = {"day": plan.works_started_on.isoformat()}
    return Refusal("remediation.before_start", _("日期早于开工日期%(day)s。"), day)


@guard
def upload(found: Round, *, by: Actor) -> Iterator[Refusal | None]:
    """Against any piece of evidence, whatever it shows. Bodies that support, guide or accept hand in too; what counts
    for the checklist is judged by kind."""
    place = place_of(found.outlet)
    barred = access.refusal(by, Permission.REMEDIATION_WORK, place)
    if barred is not None and access.refusal(by, Permission.REMEDIATION_ACCEPT, place) is not None:
        yield barred
    yield over(found)
    yield withdrawn(found.outlet)


@guard
def add_evidence(
    found: Round,
    *,
    kind: EvidenceKind,
    is_photo: bool,
    note: str,
    by: Actor,
    on: date,
    at: datetime,
    step: PlanStep | None = None,
) -> Iterator[Refusal | None]:
    """提交佐证. What is odd about it is kept with it, not refused; refused is what can be no evidence of the round."""
    yield upload(found, by=by)
    plan = plan_of(found)
    if kind is EvidenceKind.ACCEPTANCE:
        yield access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(found.outlet))
    elif kind is not EvidenceKind.SUPPORT and access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(found.outlet)):
        yield executor_refusal(found, plan, by=by, on=on)
    if kind in PHOTOS and not is_photo:
        text = _("“%(kind)s”须为照片（JPEG、PNG、WebP），其他文件请选别的类别。")
        yield Refusal("remediation.not_a_photo", text, {"kind": str(kind.label)})
    if kind in (EvidenceKind.AFTER, EvidenceKind.WORKS) and plan is not None and plan.works_started_on is None:
        text = _("尚未开工，还没有“%(kind)s”可交。")
        yield Refusal("remediation.works_not_started", text, {"kind": str(kind.label)})
    if kind is EvidenceKind.MONITORING:
        yield not_before_works(plan, on=on)
    if step is not None and (plan is None or step.plan_id != plan.pk):
        yield Refusal("remediation.other_plan", _("所选步骤不在现行方案中。"))
    yield long_text(note)
    yield not_yet(on, at)


@guard
def report_done(found: Round, *, has_paper: bool, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """报告完工 (T13): by whose duty the works are, with every step done and the checklist shown."""
    outlet = found.outlet
    yield access.refusal(by, Permission.REMEDIATION_WORK, place_of(outlet))
    yield over(found)
    plan = plan_of(found)
    yield executor_refusal(found, plan, by=by, on=on)
    yield move_refusal(outlet, Move.REPORT_DONE, on=on, given={Paper.WORKS_REPORT})
    yield not_before_works(plan, on=on)
    waiting = [one for one in queries.progress_of(found) if one.step.done_on is None]
    if waiting:
        names = "、".join(f"{one.step.number}. {one.step.title}" for one in waiting)
        yield Refusal("remediation.steps_open", _("还有步骤没有完成：%(steps)s。"), {"steps": names})
    late = [one.step for one in queries.progress_of(found) if one.step.done_on and one.step.done_on > on]
    if late:
        day = {"day": max(step.done_on for step in late if step.done_on).isoformat()}
        yield Refusal("remediation.before_last_step", _("完成日期早于最后一个步骤的完成日期%(day)s。"), day)
    yield evidence_missing(found, on=on)
    if not has_paper:
        yield Refusal("remediation.no_report", _("请附整治完成报告。"))
    yield not_yet(on, at)


def evidence_missing(found: Round, *, on: date) -> Refusal | None:
    """What the checklist lacks, by name; what is doubted proves nothing (deregistration.evidence)."""
    policy = policy_of(found.outlet.unit_path, on=on)
    if policy.value("deregistration.evidence", True) is False:
        return None
    missing = queries.missing_of(found)
    if not missing:
        return None
    text = _("还缺佐证：%(missing)s。有疑点的佐证在疑点排除之前不算数。")
    clause = clause_of(policy, "deregistration.evidence")
    return Refusal("remediation.evidence_missing", text, {"missing": "、".join(missing)}, clause)


# --- doubts ------------


@guard
def raise_doubt(outlet: Outlet, *, text: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """提出疑点: whoever reviews and accepts."""
    yield access.refusal(by, Permission.REMEDIATION_REOPEN, place_of(outlet))
    yield withdrawn(outlet)
    if not text.strip():
        yield Refusal("remediation.no_text", _("请写明疑点。"))
    yield long_text(text, LONGEST_DOUBT)
    yield not_yet(on, at)


def decided(found: Doubt) -> Refusal | None:
    """A doubt is decided once."""
    if found.is_open:
        return None
    text = _("该疑点%(state)s，不再更改。")
    return Refusal("remediation.doubt_decided", text, {"state": str(found.get_state_display())})


@guard
def explain_doubt(found: Doubt, *, text: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """说明疑点: whoever may work at the outlet, the responsible party too."""
    yield access.refusal(by, Permission.REMEDIATION_WORK, place_of(found.outlet))
    yield decided(found)
    if not text.strip():
        yield Refusal("remediation.no_explanation", _("请填写说明。"))
    yield long_text(text, LONGEST_DOUBT)
    yield before(on, found.raised_on)
    yield not_yet(on, at)


@guard
def decide_doubt(
    found: Doubt, *, confirmed: bool, reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """认定或排除疑点: neither by who handed in what is doubted, nor by who explained it."""
    yield access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(found.outlet))
    yield decided(found)
    if by.id in {found.explained_by, found.evidence.added_by if found.evidence else ""} and not _console(by):
        text = _("提交佐证或作出说明的人员不能认定，请由他人认定。")
        yield Refusal("remediation.own_doubt", text, {}, found.clause)
    if not confirmed and not found.explanation and not reason.strip():
        yield Refusal("remediation.no_explanation_yet", _("还没有说明，排除疑点请写明理由。"))
    if confirmed and not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    yield long_text(reason, LONGEST_DOUBT)
    yield before(on, found.explained_on or found.raised_on)
    yield not_yet(on, at)


def _console(by: Actor) -> bool:
    return any(one.role is Role.CONSOLE for one in by.grants)


def before(on: date, since: date) -> Refusal | None:
    """Against a day before what it answers."""
    if on >= since:
        return None
    return Refusal("remediation.before", _("日期早于%(day)s。"), {"day": since.isoformat()})


# --- branch pipes and units ------------


@guard
def record_branch(
    outlet: Outlet, *, name: str, who: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """登记支管: whoever may plan the outlet's remediation."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield withdrawn(outlet)
    if not outlet.in_register:
        yield Refusal("remediation.not_registered", _("该口还不在名录中，登记之后才能登记支管。"))
    if not name.strip():
        yield Refusal("remediation.no_name", _("请填写支管名称或位置。"))
    if not who.strip():
        yield Refusal("remediation.no_owner", _("请填写支管由谁接入，不清楚的请写“不明”。"))
    yield not_yet(on, at)


@guard
def clear_branch(pipe: BranchPipe, *, how: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """清理支管、支线 (新绛 三(六), 大同 三(七), 吉林 二(六)5)."""
    yield access.refusal(by, Permission.REMEDIATION_WORK, place_of(pipe.outlet))
    if pipe.cleared_on is not None:
        yield Refusal("remediation.cleared_already", _("该支管已于%(day)s清理。"), {"day": pipe.cleared_on.isoformat()})
    if not how.strip():
        yield Refusal("remediation.no_how", _("请写明如何清理。"))
    yield long_text(how)
    yield before(on, pipe.found_on)
    yield not_yet(on, at)


def doubts_refusal(found: Round, *, on: date) -> Refusal | None:
    """Against accepting while a doubt about the works is undecided (大同 四(十))."""
    waiting = [one for one in queries.open_doubts_of(found.outlet) if one.kind != DoubtKind.UNCLEAR]
    if not waiting:
        return None
    clause = waiting[0].clause or rules_works.integrity_clause(policy_of(found.outlet.unit_path, on=on))
    return Refusal("remediation.doubts_open", _("还有%(n)s项疑点没有认定。"), {"n": len(waiting)}, clause)
