"""May they? Batches with a draw, looks back, relapses. One function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import MOVES, STAGES, TRANSITIONS, Move, Paper, Stage
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import move_refusal, not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import queries_closure, rules_closure
from qingyuan.stages.remediation.guards_closure import long_text, on_the_list
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import LookBack, Relapse, Review
from qingyuan.stages.remediation.rules import clause_of
from qingyuan.stages.remediation.words_closure import RelapseState

MOST = 500
"""Outlets in one batch."""


# --- batches ---------------------------------------------------------------------------------------------------------


@guard
def open_review(
    rounds: Sequence[Round], *, seed: str, share: Decimal, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """开展批量验收: of outlets that await acceptance."""
    yield _chosen(rounds, seed=seed)
    for one in rounds:
        yield access.refusal(by, Permission.REMEDIATION_ACCEPT, place_of(one.outlet))
        yield on_the_list(one)
        yield move_refusal(one.outlet, Move.ACCEPT, on=on, given={Paper.ACCEPTANCE_RECORD})
        yield drawn_refusal(one)
    yield share_refusal([one.outlet for one in rounds], "deregistration.sample_share", share=share, on=on)
    yield not_yet(on, at)


def _chosen(rounds: Sequence[Round], *, seed: str) -> Refusal | None:
    if not rounds:
        return Refusal("remediation.nothing_chosen", _("请先选择排污口。"))
    if len(rounds) > MOST:
        return Refusal("remediation.too_many", _("一批最多 %(most)s 个，请分批办理。"), {"most": MOST})
    if not seed.strip():
        return Refusal("remediation.no_seed", _("请填写随机种子；种子应在抽取前公布。"))
    return None


def drawn_refusal(found: Round) -> Refusal | None:
    """Against another draw for works that took part in one that is not over: nobody draws until the lot suits him."""
    review = queries_closure.review_in_hand(found)
    if review is None:
        return None
    text = _("“%(name)s”已在%(day)s参加抽取，该批次尚未办结，不能重新抽取；请在该批次办理，或者逐口验收。")
    return Refusal("remediation.drawn_already", text, {"name": found.outlet.name, "day": review.opened_on.isoformat()})


def share_refusal(outlets: Sequence[Outlet], parameter: str, *, share: Decimal, on: date) -> Refusal | None:
    """Against drawing fewer than the scheme asks."""
    for path in sorted({rules_closure.county_of(one) for one in outlets}):
        policy = policy_of(path, on=on)
        least = rules_closure.share(policy, parameter)
        if not least <= share <= 1:
            text = _("抽取比例应在 %(least)s %% 至 100 %% 之间。")
            return Refusal("remediation.share", text, {"least": f"{least * 100:g}"}, clause_of(policy, parameter))
    return None


@guard
def accept_batch(review: Review, *, rounds: Sequence[Round], paper_sha256: str) -> Iterator[Refusal | None]:
    """批量验收: once every outlet that was drawn has been checked on the ground and holds."""
    if review.ended_on is not None:
        yield Refusal("remediation.review_over", _("该批次已经办结。"))
    drawn = [one for one in rounds if one.is_open and one.pk in review.drawn]
    checks = {one.pk: queries_closure.site_check_of(one) for one in drawn}
    if waiting := [one for one in drawn if checks[one.pk] is None]:
        text = _("抽中的排污口还没有现场核查：%(names)s。")
        yield Refusal("remediation.sample_open", text, {"names": _names(waiting)})
    failed = [one for one in drawn if (check := checks[one.pk]) is not None and not check.passed]
    if failed:
        text = _("抽中的“%(names)s”现场核查不合格，本批不能批量验收，应逐口核查。")
        yield Refusal("remediation.sample_failed", text, {"names": _names(failed)})
    if not paper_sha256:
        yield Refusal("remediation.no_record", _("还缺验收记录。"))


def _names(rounds: Sequence[Round]) -> str:
    return "、".join(one.outlet.name for one in rounds[:5])


# --- looks back ------------------------------------------------------------------------------------------------------


@guard
def plan_look_back(
    rounds: Sequence[Round], *, due: date, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """安排回头看: of rounds that ended, picked by hand."""
    if not rounds:
        yield Refusal("remediation.nothing_chosen", _("请先选择排污口。"))
    for one in rounds:
        yield access.refusal(by, Permission.REMEDIATION_REOPEN, place_of(one.outlet))
        if one.is_open:
            text = _("“%(name)s”尚未销号，不用回头看。")
            yield Refusal("remediation.not_closed", text, {"name": one.outlet.name})
    if due < on:
        yield Refusal("remediation.due_passed", _("期限早于安排日期。"))
    yield not_yet(on, at)


@guard
def draw_look_backs(
    rounds: Sequence[Round], *, seed: str, share: Decimal, due: date, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """抽取回头看."""
    yield _chosen(rounds, seed=seed)
    yield plan_look_back(rounds, due=due, by=by, on=on, at=at)
    yield share_refusal([one.outlet for one in rounds], "look_back.share", share=share, on=on)


@guard
def look_back(look: LookBack, *, note: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """登记回头看结果: not by whom the works were done."""
    yield access.refusal(by, Permission.REMEDIATION_REOPEN, place_of(look.round.outlet))
    if look.result:
        yield Refusal("remediation.looked_already", _("已经登记了回头看结果。"))
    if by.id in queries_closure.who_worked(look.round) and by.id != access.CONSOLE.id:
        yield Refusal("remediation.own_works", _("本轮整治由您实施或报告完工，须由其他人员核查。"))
    if not note.strip():
        yield Refusal("remediation.no_note", _("请写明现场情况。"))
    yield long_text(note)
    if on < look.planned_on:
        text = _("日期早于安排日期%(day)s。")
        yield Refusal("remediation.before_planned", text, {"day": look.planned_on.isoformat()})
    yield not_yet(on, at)


# --- relapses --------------------------------------------------------------------------------------------------------


@guard
def report_relapse(
    outlet: Outlet, *, text: str, paper_sha256: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    """登记反弹线索: a fact with its paper about an outlet that was retained, merged, closed, standardised or is
    supervised."""
    yield access.refusal(by, Permission.OUTLET_ENTER_FACT, place_of(outlet))
    yield withdrawn(outlet)
    if Stage(outlet.stage) not in TRANSITIONS[Move.REOPEN].sources:
        said = _("该排污口处于“%(stage)s”，不能办理“%(move)s”。")
        yield Refusal("lifecycle.wrong_stage", said, {"stage": STAGES[Stage(outlet.stage)], "move": MOVES[Move.REOPEN]})
    if not text.strip():
        yield Refusal("remediation.no_text", _("请写明是什么问题。"))
    yield long_text(text)
    if not paper_sha256:
        yield Refusal("remediation.no_basis", _("请附材料：监测报告、举报件或执法文书。"))
    yield not_yet(on, at)


@guard
def reopen(relapse: Relapse, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """确认反弹，重新列入问题清单 (T21, T22)."""
    outlet = relapse.outlet
    yield _decide_relapse(relapse, by=by, on=on, at=at)
    yield move_refusal(outlet, Move.REOPEN, on=on, given={Paper.REOPENING_BASIS})
    yield long_text(reason)


@guard
def dismiss_relapse(relapse: Relapse, *, reason: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """排除反弹线索, with the reason."""
    yield _decide_relapse(relapse, by=by, on=on, at=at)
    if not reason.strip():
        yield Refusal("remediation.no_reason", _("请写明理由。"))
    yield long_text(reason)


@guard
def _decide_relapse(relapse: Relapse, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.REMEDIATION_REOPEN, place_of(relapse.outlet))
    yield withdrawn(relapse.outlet)
    if relapse.state != RelapseState.REPORTED:
        text = _("该线索已经办理：%(state)s。")
        yield Refusal("remediation.relapse_decided", text, {"state": relapse.get_state_display()})
    if on < relapse.happened_on:
        text = _("日期早于发生日期%(day)s。")
        yield Refusal("remediation.before_relapse", text, {"day": relapse.happened_on.isoformat()})
    yield not_yet(on, at)
