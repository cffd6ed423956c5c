"""May they? Findings and triage. One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Role
from qingyuan.core.lifecycle import Move
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import move_refusal, not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import rules
from qingyuan.stages.remediation.models import Finding, Round
from qingyuan.stages.remediation.words import FindingState

LONGEST = 500


def competent_refusal(outlet: Outlet, *, by: Actor, on: date) -> Refusal | None:
    """Triage belongs to the departments the scheme names. Who acts for no department acts for the unit itself."""
    resolved = policy_of(outlet.unit_path, on=on).parameters.get("remediation.triage_functions")
    if resolved is None or not isinstance(resolved.value, list | tuple) or not resolved.value:
        return None
    place = place_of(outlet)
    wanted = set(resolved.value)
    for grant in by.holding(Permission.REMEDIATION_TRIAGE):
        if not grant.reach.covers(place):
            continue
        if grant.role is Role.CONSOLE or not grant.functions or grant.functions & wanted:
            return None
    text = _("问题排污口由%(who)s部门认定，您所在的单位不办理认定。")
    return Refusal("remediation.not_competent", text, {"who": rules.functions_said(resolved.value)}, resolved.clause)


def party_and_type_fixed(outlet: Outlet, *, on: date) -> Refusal | None:
    """Nobody plans, retains, merges, closes or standardises what nobody answers for, or what has no type (济源
    三(二)2, 安阳 二(一)2, 新绛 二(二), 大同 二(二), 吉林 一(二)、二(五))."""
    policy = policy_of(outlet.unit_path, on=on)
    if outlet.party_id is None:
        clause = rules.clause_of(policy, "responsibility.register_form")
        text = _("该口尚未明确责任主体，请先明确责任主体（谁污染谁治理，查不清的由政府兜底）。")
        return Refusal("remediation.party_required", text, {}, clause)
    if not outlet.type_key:
        clause = rules.clause_of(policy, "classification.top_types")
        return Refusal("remediation.type_required", _("该口尚未确认分类，请先确认分类。"), {}, clause)
    return None


def zone_undecided(outlet: Outlet, *, on: date) -> Refusal | None:
    """Nothing is closed as set against the law while nobody has found that it was (济源 三(三)4, 安阳 二(二)2, 大同
    三(五), 吉林 二(六)3)."""
    policy = policy_of(outlet.unit_path, on=on)
    leads = Finding.objects.filter(outlet=outlet, state=FindingState.LEAD, withdrawn_at=None).exclude(rule="")
    lead = next((one for one in leads if rules.settles(policy, one.rule)), None)
    if lead is None:
        return None
    text = _("该口位于保护区域，请先附法律依据认定是否违法设置，再定取缔。")
    return Refusal("remediation.zone_undecided", text, {}, lead.clause)


@guard
def find(outlet: Outlet, *, kind: str, text: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """登记问题线索: whoever may enter a fact about the outlet."""
    yield access.refusal(by, Permission.OUTLET_ENTER_FACT, place_of(outlet))
    yield withdrawn(outlet)
    if not outlet.in_register:
        yield Refusal("remediation.not_registered", _("该口还不在名录中，登记之后才能登记问题。"))
    if kind not in rules.kinds(policy_of(outlet.unit_path, on=on)):
        yield Refusal("remediation.kind", _("请选择问题类别。"))
    if not text.strip():
        yield Refusal("remediation.no_text", _("请写明是什么问题。"))
    if len(text) > LONGEST:
        yield Refusal("remediation.long_text", _("文字不能超过 %(n)s 字。"), {"n": LONGEST})
    yield not_yet(on, at)


def undecided(finding: Finding) -> Refusal | None:
    """What was withdrawn or settled is decided no more."""
    if finding.withdrawn_at is not None:
        return Refusal("remediation.finding_withdrawn", _("该线索所据的情况已经变化，线索已撤回。"))
    if finding.settled_on is not None:
        return Refusal("remediation.finding_settled", _("该问题已随上一轮整治了结。"))
    return None


@guard
def confirm(
    finding: Finding, *, basis_sha256: str, reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """认定问题. Illegal setting in a zone is found on a paper alone: the layer is a lead, never the finding."""
    outlet = finding.outlet
    yield access.refusal(by, Permission.REMEDIATION_TRIAGE, place_of(outlet))
    yield competent_refusal(outlet, by=by, on=on)
    yield withdrawn(outlet)
    yield undecided(finding)
    if finding.state == FindingState.CONFIRMED:
        yield Refusal("remediation.confirmed_already", _("该问题已经认定。"))
    yield basis_refusal(finding, basis_sha256=basis_sha256, on=on)
    yield from _said(finding, reason=reason, on=on, at=at)


def basis_refusal(finding: Finding, *, basis_sha256: str, on: date) -> Refusal | None:
    """Against confirming without the paper that the question needs."""
    policy = policy_of(finding.outlet.unit_path, on=on)
    if not basis_sha256 and rules.settles(policy, finding.rule):
        text = _("图层命中只是线索；认定违法设置须附法律依据和认定材料。")
        return Refusal("remediation.no_basis", text, {}, finding.clause)
    return None


@guard
def dismiss(finding: Finding, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """排除线索, with the reason. A confirmed finding of an outlet on the list ends with its 销号 alone."""
    outlet = finding.outlet
    yield access.refusal(by, Permission.REMEDIATION_TRIAGE, place_of(outlet))
    yield competent_refusal(outlet, by=by, on=on)
    yield withdrawn(outlet)
    yield undecided(finding)
    if finding.state == FindingState.DISMISSED:
        yield Refusal("remediation.dismissed_already", _("该线索已经排除。"))
    if finding.state == FindingState.CONFIRMED and finding.round_id is not None:
        clause = rules.clause_of(policy_of(outlet.unit_path, on=on), "register.problem_list")
        yield Refusal("remediation.on_the_list", _("该口已列入问题清单，认定的问题只能经销号了结。"), {}, clause)
    if not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    yield from _said(finding, reason=reason, on=on, at=at)


@guard
def take_back(finding: Finding, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """撤回认定: a slip of whoever may confirm, as long as nothing was listed on its ground."""
    outlet = finding.outlet
    yield access.refusal(by, Permission.REMEDIATION_TRIAGE, place_of(outlet))
    yield competent_refusal(outlet, by=by, on=on)
    yield withdrawn(outlet)
    yield undecided(finding)
    if finding.state != FindingState.CONFIRMED:
        yield Refusal("remediation.not_confirmed", _("该问题没有认定，不需要撤回。"))
    if finding.round_id is not None:
        clause = rules.clause_of(policy_of(outlet.unit_path, on=on), "register.problem_list")
        text = _("该口已按认定的问题列入问题清单，认定不能再撤回，只能经销号了结。")
        yield Refusal("remediation.listed_on_it", text, {}, clause)
    if not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    if finding.decided_on is not None and on < finding.decided_on:
        text = _("日期早于认定日期%(day)s。")
        yield Refusal("remediation.before_confirmed", text, {"day": finding.decided_on.isoformat()})
    yield from _said(finding, reason=reason, on=on, at=at)


def _said(finding: Finding, *, reason: str, on: date, at: datetime) -> Iterator[Refusal | None]:
    if len(reason) > LONGEST:
        yield Refusal("remediation.long_text", _("文字不能超过 %(n)s 字。"), {"n": LONGEST})
    if on < finding.found_on:
        yield Refusal("remediation.before_found", _("日期早于发现日期%(day)s。"), {"day": finding.found_on.isoformat()})
    yield not_yet(on, at)


@guard
def list_as_problem(
    outlet: Outlet, *, findings: Sequence[Finding], by: Actor, on: date, at: datetime, reason: str = ""
) -> Iterator[Refusal | None]:
    """列入问题清单 (T7). At least one finding; leads among those named are confirmed with the same press."""
    yield access.refusal(by, Permission.REMEDIATION_TRIAGE, place_of(outlet))
    yield competent_refusal(outlet, by=by, on=on)
    yield move_refusal(outlet, Move.LIST_AS_PROBLEM, on=on)
    if any(one.outlet_id != outlet.pk for one in findings):
        yield Refusal("remediation.other_outlet", _("所选问题不属于该排污口。"))
    yield from (undecided(one) for one in findings)
    if not any(one.state != FindingState.DISMISSED for one in findings):
        clause = rules.clause_of(policy_of(outlet.unit_path, on=on), "register.problem_list")
        text = _("还没有可认定的问题，请先登记问题线索或录入事实，再列入问题清单。")
        yield Refusal("remediation.no_finding", text, {}, clause)
    for one in findings:
        if one.state == FindingState.LEAD:
            yield basis_refusal(one, basis_sha256="", on=on)
    if len(reason) > LONGEST:
        yield Refusal("remediation.long_text", _("文字不能超过 %(n)s 字。"), {"n": LONGEST})
    yield not_yet(on, at)


@guard
def find_no_problem(
    outlet: Outlet, *, standing: Collection[Finding], reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """认定没有问题 (T7). Open leads are dismissed with the same reason; what was confirmed stands in the way."""
    yield access.refusal(by, Permission.REMEDIATION_TRIAGE, place_of(outlet))
    yield competent_refusal(outlet, by=by, on=on)
    yield move_refusal(outlet, Move.FIND_NO_PROBLEM, on=on)
    confirmed = [one for one in standing if one.state == FindingState.CONFIRMED]
    if confirmed:
        text = _("已认定问题“%(text)s”，应列入问题清单。")
        yield Refusal("remediation.has_problem", text, {"text": confirmed[0].text}, confirmed[0].clause)
    if not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    if len(reason) > LONGEST:
        yield Refusal("remediation.long_text", _("文字不能超过 %(n)s 字。"), {"n": LONGEST})
    yield not_yet(on, at)


@guard
def retain_without_problem(outlet: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """无问题保留 (T18): approved, filed or permitted; else the review is made up for first (新绛 三(五), 大同 三(六),
    吉林 三(九))."""
    yield access.refusal(by, Permission.REMEDIATION_TRIAGE, place_of(outlet))
    yield competent_refusal(outlet, by=by, on=on)
    yield move_refusal(outlet, Move.RETAIN_WITHOUT_PROBLEM, on=on)
    yield party_and_type_fixed(outlet, on=on)
    yield back_review_refusal(outlet, on=on)
    yield not_yet(on, at)


def back_review_refusal(outlet: Outlet, *, on: date) -> Refusal | None:
    """Against retaining an outlet that was never approved, filed or permitted."""
    if rules.has_papers(outlet, on=on):
        return None
    due, clause = rules.back_review_due(outlet, on=on)
    params = {"due": due.isoformat() if due else ""}
    text = (
        _("没有设置审批、备案或排污许可的记录，应先补办设置审核（期限%(due)s），再予保留。")
        if due
        else _("没有设置审批、备案或排污许可的记录，应先补办设置审核，再予保留。")
    )
    return Refusal("remediation.back_review", text, params, clause)


@guard
def open_round(outlet: Outlet) -> Iterator[Refusal | None]:
    """One stay at a time."""
    if Round.objects.filter(outlet=outlet, ended_on=None).exists():
        yield Refusal("remediation.listed_already", _("该口已在问题清单上。"))
