"""May they? Acceptance, filing, outcome. One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.plans import Batch, Moment
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import move_refusal, not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries_closure, rules_closure, rules_plans
from qingyuan.stages.remediation.guards import LONGEST, party_and_type_fixed
from qingyuan.stages.remediation.guards_plans import guides_only, storm_lock
from qingyuan.stages.remediation.guards_works import doubts_refusal
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Filing, Review
from qingyuan.stages.remediation.models_plans import Order, Plan
from qingyuan.stages.remediation.queries_plans import plan_of
from qingyuan.stages.remediation.queries_works import missing_of, open_branches, units_and_shared_record
from qingyuan.stages.remediation.rules import clause_of
from qingyuan.stages.remediation.words_closure import FilingState

OUTCOME_OF = {Batch.STANDARDISE: Move.RETAIN, Batch.MERGE: Move.MERGE, Batch.BAN: Move.CLOSE}


def long_text(text: str) -> Refusal | None:
    """Against more words than fit."""
    if len(text) <= LONGEST:
        return None
    return Refusal("remediation.long_text", _("文字不能超过 %(n)s 字。"), {"n": LONGEST})


def on_the_list(found: Round) -> Refusal | None:
    """A stay that is over is read only."""
    if found.is_open:
        return None
    return Refusal(
        "remediation.round_over", _("本轮整治已经结束（%(how)s），不能再办理。"), {"how": found.get_outcome_display()}
    )


# --- who -------------------------------------------------------------------------------------------------------------


def competent_refusal(found: Round, level: rules_closure.Level, *, by: Actor, seat: str = "") -> Refusal | None:
    """Against an officer of a body that the scheme does not charge with this level (吉林 二(六)6)."""
    permission = (
        Permission.REMEDIATION_ACCEPT if level.act == rules_closure.ACCEPT else Permission.REMEDIATION_FILE_UPWARD
    )
    if rules_closure.acting_grant(found.outlet, level, permission, by=by, seat=seat) is not None:
        return None
    if any(rules_closure.is_topmost(grant, level) for grant in by.holding(permission)):
        text = _("“%(level)s”之后须报上一级备案，您所在的单位没有上一级可报，请由市县办理。")
        return Refusal("remediation.none_above", text, {"level": level.title}, level.clause)
    text = _("“%(level)s”由%(who)s部门办理，您所在的单位不能办理。")
    who = rules_closure.said_functions(level) or _("上一级")
    return Refusal("remediation.not_competent", text, {"level": level.title, "who": who}, level.clause)


def four_eyes(found: Round, *, by: Actor, on: date) -> Refusal | None:
    """Who did the works, or reported them done, does not accept them: neither the person nor, of an enterprise or
    institution, the body. Governments execute and accept by the text itself (吉林 二(六)2、6): there it is two
    people."""
    policy = policy_of(found.outlet.unit_path, on=on)
    if policy.value("deregistration.four_eyes") is not True:
        return None
    clause = clause_of(policy, "deregistration.four_eyes")
    if by.id in queries_closure.who_worked(found):
        text = _("本轮整治由您实施或报告完工，须由其他人员验收。")
        return Refusal("remediation.own_works", text, {}, clause)
    executors = queries_closure.bodies_that_worked(found)
    grants = _acting(found, by=by)
    own = [one for one in grants if one.body_id in executors]
    if own and len(own) == len(grants):
        text = _("“%(body)s”实施了本轮整治，不能由本单位验收。")
        return Refusal("remediation.own_works", text, {"body": executors[own[0].body_id]}, clause)  # type: ignore[index]
    return None


def _acting(found: Round, *, by: Actor) -> list[access.Grant]:
    place = place_of(found.outlet)
    return [one for one in by.holding(Permission.REMEDIATION_ACCEPT) if one.reach.covers(place)]


# --- whether the works hold ------------------------------------------------------------------------------------------


def works_refusal(found: Round, *, on: date) -> Refusal | None:
    """Everything acceptance asks of the works themselves, whoever accepts."""
    outlet = found.outlet
    policy = policy_of(outlet.unit_path, on=on)
    asked = clause_of(policy, "deregistration.evidence")
    if missing := missing_of(found):
        text = _("还缺证明材料：%(what)s。")
        return Refusal("remediation.no_evidence", text, {"what": "、".join(map(str, missing))}, asked)
    if policy.value("deregistration.evidence") is True and not queries_closure.has_evidence(found):
        return Refusal("remediation.no_evidence", _("还没有整治的证明材料，不能销号。"), {}, asked)
    if branches := open_branches(outlet):
        text = _("违规接入的支管尚未清理：%(names)s。")
        names = "、".join(one.name for one in branches)
        clause = clause_of(policy, "outlet.units_per_outlet")
        return Refusal("remediation.open_branch", text, {"names": names}, clause)
    return (
        units_refusal(outlet, on=on)
        or doubts_refusal(found, on=on)
        or receiving_refusal(found, on=on)
        or demands_refusal(found, Moment.ACCEPT, on=on)
    )


def units_refusal(outlet: Outlet, *, on: date) -> Refusal | None:
    """One outlet for one unit, or a permit that names how they share it (安阳 二(二)2, 新绛 三(六), 大同 三(七), 吉林
    二(六)5)."""
    shared = units_and_shared_record(outlet, on=on)
    if not shared.owes_record:
        return None
    text = _(
        "该口有 %(units)s 个排污单位，一口原则上只对应 %(allowed)s 个；确需共用的，应分清责任并在排污许可证中载明。"
    )
    params = {"units": shared.count, "allowed": shared.allowed}
    return Refusal("remediation.shared_outlet", text, params, shared.clause)


def demands_refusal(found: Round, moment: Moment, *, on: date) -> Refusal | None:
    """What the scheme's rules hold the act up for; without a plan they are asked about a plan to retain."""
    outlet = found.outlet
    plan = plan_of(found) or Plan(round=found, batch=Batch.STANDARDISE)
    has_order = Order.objects.filter(round=found).exists()
    for one in rules_plans.demands_of(plan, outlet, on=on, has_order=has_order):
        if one.holds_up(moment):
            return Refusal("remediation.rule", one.text, {}, one.clause)
    return None


def receiving_refusal(found: Round, *, on: date) -> Refusal | None:
    """A merged outlet of domestic sewage names the works that take its water (新绛 三(五), 大同 三(六))."""
    outlet = found.outlet
    plan = plan_of(found)
    policy = policy_of(outlet.unit_path, on=on)
    types = policy.value("deregistration.receiving_works_types", ()) or ()
    if plan is None or plan.batch != Batch.MERGE or outlet.type_key not in types:  # type: ignore[operator]
        return None
    if plan.receiving_works.strip():
        return None
    text = _("生活污水应全部收集进污水处理厂，请在方案中写明接纳的污水处理设施。")
    return Refusal("remediation.no_receiving", text, {}, clause_of(policy, "deregistration.receiving_works_types"))


def site_check_refusal(found: Round, *, review: Review | None, on: date) -> Refusal | None:
    """Acceptance follows a check on the ground; in a batch of those that were drawn."""
    policy = policy_of(found.outlet.unit_path, on=on)
    if policy.value("deregistration.site_check") is not True:
        return None
    clause = clause_of(policy, "deregistration.site_check")
    last = queries_closure.site_check_of(found)
    if last is not None and not last.passed:
        return Refusal("remediation.site_failed", _("现场核查不合格，应退回整改或重新核查。"), {}, clause)
    if review is not None and found.pk not in review.drawn:
        return None
    if last is None:
        return Refusal("remediation.no_site_check", _("还没有现场核查记录。"), {}, clause)
    return None


# --- acceptance ------------------------------------------------------------------------------------------------------


@guard
def check_site(found: Round, *, note: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """现场核查."""
    yield access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(found.outlet))
    yield on_the_list(found)
    if Stage(found.outlet.stage) is not Stage.AWAITING_ACCEPTANCE:
        yield Refusal("remediation.not_awaiting", _("报告完工之后才能现场核查。"))
    yield guides_only(found.outlet, by=by, on=on, plan=plan_of(found))
    yield four_eyes(found, by=by, on=on)
    if not note.strip():
        yield Refusal("remediation.no_note", _("请写明现场情况。"))
    yield long_text(note)
    yield not_yet(on, at)


@guard
def accept(
    found: Round, *, paper_sha256: str, by: Actor, on: date, at: datetime, review: Review | None = None
) -> Iterator[Refusal | None]:
    """验收销号 (T14)."""
    outlet = found.outlet
    level = rules_closure.levels(policy_of(outlet.unit_path, on=on))[0]
    yield access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(outlet))
    yield on_the_list(found)
    given = {Paper.ACCEPTANCE_RECORD} if paper_sha256 else set()
    yield move_refusal(outlet, Move.ACCEPT, on=on, given={Paper.ACCEPTANCE_RECORD})
    yield competent_refusal(found, level, by=by)
    yield guides_only(found.outlet, by=by, on=on, plan=plan_of(found))
    yield four_eyes(found, by=by, on=on)
    yield works_refusal(found, on=on)
    yield site_check_refusal(found, review=review, on=on)
    yield move_refusal(outlet, Move.ACCEPT, on=on, given=given)
    yield not_yet(on, at)


@guard
def return_works(found: Round, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """退回整改: before the outcome is decided, with the reason."""
    yield access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(found.outlet))
    yield on_the_list(found)
    yield move_refusal(found.outlet, Move.RETURN_WORKS, on=on)
    yield guides_only(found.outlet, by=by, on=on, plan=plan_of(found))
    yield four_eyes(found, by=by, on=on)
    if Filing.objects.filter(round=found, state=FilingState.PENDING).exists():
        yield Refusal("remediation.filing_pending", _("已报上级备案，待上级办理后再退回。"))
    if not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    yield long_text(reason)
    yield not_yet(on, at)


# --- filing ----------------------------------------------------------------------------------------------------------


@guard
def file_upward(
    found: Round, *, proof_sha256: str, note: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """报上级备案 (T15, 吉林 二(六)6)."""
    outlet = found.outlet
    policy = policy_of(outlet.unit_path, on=on)
    levels = rules_closure.levels(policy)
    done = rules_closure.reached(outlet)
    yield access.refusal(by, Permission.REMEDIATION_FILE_UPWARD, place_of(outlet))
    yield on_the_list(found)
    if len(levels) == 1:
        text = _("本地一级销号，不需要报上级备案。")
        yield Refusal("remediation.one_level", text, {}, levels[0].clause)
    if done >= len(levels):
        yield Refusal("remediation.filed_already", _("已经备案。"), {}, levels[-1].clause)
    yield move_refusal(outlet, Move.FILE_UPWARD, on=on, given={Paper.FILING_PROOF})
    if Filing.objects.filter(round=found, state=FilingState.PENDING).exists():
        yield Refusal("remediation.filing_pending", _("已经报备，待上级办理。"), {}, levels[done].clause)
    if not proof_sha256:
        text = _("还缺证明材料，不能报上级备案。")
        yield Refusal("remediation.no_proof", text, {}, clause_of(policy, "deregistration.evidence"))
    yield long_text(note)
    yield not_yet(on, at)


@guard
def take_filing(filing: Filing, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """予以备案: by the ecology bureau one level above who accepted."""
    yield from _decide_filing(filing, by=by, on=on, at=at)
    yield move_refusal(filing.round.outlet, Move.FILE_UPWARD, on=on, given={Paper.FILING_PROOF})


@guard
def return_filing(filing: Filing, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """退回备案, with the reason."""
    yield from _decide_filing(filing, by=by, on=on, at=at)
    if not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    yield long_text(reason)


def _decide_filing(filing: Filing, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    outlet = filing.round.outlet
    yield access.refusal(by, Permission.REMEDIATION_FILE_UPWARD, place_of(outlet))
    if filing.state != FilingState.PENDING:
        text = _("该备案已经办理：%(state)s。")
        yield Refusal("remediation.filing_decided", text, {"state": filing.get_state_display()})
    # A scheme that changed since may know fewer levels: the last one decides.
    level = rules_closure.levels(policy_of(outlet.unit_path, on=on))[: filing.level][-1]
    yield competent_refusal(filing.round, level, by=by, seat=filing.to_path)
    if by.id == filing.filed_by and by.id != access.CONSOLE.id:
        yield Refusal("remediation.own_filing", _("报备人不能自行备案。"), {}, level.clause)
    if on < filing.filed_on:
        text = _("日期早于报备日期%(day)s。")
        yield Refusal("remediation.before_filing", text, {"day": filing.filed_on.isoformat()})
    yield not_yet(on, at)


# --- outcome ---------------------------------------------------------------------------------------------------------


def _decide(
    found: Round, move: Move, *, given: set[Paper], by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    outlet = found.outlet
    yield access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(outlet))
    yield on_the_list(found)
    yield withdrawn(outlet)
    yield move_refusal(outlet, move, on=on, given=set(Paper))
    policy = policy_of(outlet.unit_path, on=on)
    levels = rules_closure.levels(policy)
    done = rules_closure.reached(outlet)
    if done < len(levels):
        text = _("尚待“%(level)s”，完成后才能确定去向。")
        yield Refusal("remediation.not_last_level", text, {"level": levels[done].title}, levels[done].clause)
    yield party_and_type_fixed(outlet, on=on)
    has_order = Order.objects.filter(round=found).exists()
    yield storm_lock(outlet, on=on, outcome=move, has_order=has_order)
    plan = plan_of(found)
    # 新绛 三(四) plans no batch 取缔: there an outlet is closed by the order of the competent body alone.
    by_order = move is Move.CLOSE and has_order and Batch.BAN not in rules_plans.batches(policy)
    if plan is not None and OUTCOME_OF[Batch(plan.batch)] is not move and not by_order:
        text = _("审定的整治方案为“%(batch)s”，去向应与方案一致；情况有变的先修订方案。")
        yield Refusal("remediation.not_as_planned", text, {"batch": plan.get_batch_display()})
    yield move_refusal(outlet, move, on=on, given=given)
    yield not_yet(on, at)


@guard
def decide_retain(found: Round, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """确定保留 (T16): within the limits of the scheme, or with the exception it asks for."""
    yield from _decide(found, Move.RETAIN, given=set(), by=by, on=on, at=at)
    yield demands_refusal(found, Moment.RETAIN, on=on)


@guard
def decide_merge(
    found: Round, *, target: Outlet | None, paper_sha256: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """确定合并 (T17): into an outlet that stands in the register."""
    given = {Paper.MERGE_RECORD} if paper_sha256 else set()
    yield from _decide(found, Move.MERGE, given=given, by=by, on=on, at=at)
    yield receiving_refusal(found, on=on)
    if target is None:
        if not _goes_to_works(found):
            yield Refusal("remediation.no_target", _("请选择并入的排污口；接入污水处理设施的，请在方案中写明。"))
        return
    yield target_refusal(found.outlet, target)


def _goes_to_works(found: Round) -> bool:
    plan = plan_of(found)
    return plan is not None and bool(plan.receiving_works.strip())


def target_refusal(outlet: Outlet, target: Outlet) -> Refusal | None:
    """Against an outlet to merge into that is not there any more, or is this one."""
    if target.pk == outlet.pk:
        return Refusal("remediation.target_itself", _("不能并入自身。"))
    gone = {Stage.MERGED.value, Stage.CLOSED.value}
    if not target.in_register or target.withdrawn_at is not None or target.stage in gone:
        text = _("“%(name)s”不在名录中或已合并、取缔，不能并入。")
        return Refusal("remediation.target_gone", text, {"name": target.name})
    return None


@guard
def decide_close(
    found: Round, *, order_sha256: str, record_sha256: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """确定取缔 (T17): with the order of the competent body and the record of the closing."""
    given = {Paper.CLOSING_ORDER} if order_sha256 else set()
    given |= {Paper.CLOSING_RECORD} if record_sha256 else set()
    yield from _decide(found, Move.CLOSE, given=given, by=by, on=on, at=at)


@guard
def seal_round(found: Round, *, by: Actor) -> Iterator[Refusal | None]:
    """封存销号包: once something was accepted; whoever may see the outlet and export it."""
    yield access.refusal(by, Permission.OUTLET_EXPORT, place_of(found.outlet))
    if found.is_open and not queries_closure.accepted(found):
        yield Refusal("remediation.not_accepted", _("验收之后才能封存销号包。"))
