"""回头看 and 重新整治: closed outlets are looked at again; what came back goes onto the list again (T21, T22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Move, Paper
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.actions.moving import Advance, advance_many, check_filed
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards_looking as guards
from qingyuan.stages.remediation import queries_closure
from qingyuan.stages.remediation.actions.closing_batches import draw
from qingyuan.stages.remediation.actions.rounds import open_round
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import LookBack, Relapse, Review
from qingyuan.stages.remediation.rules import clause_of
from qingyuan.stages.remediation.words import Cause
from qingyuan.stages.remediation.words_closure import LookResult, RelapseState, Source


@transaction.atomic
def plan_look_back(
    rounds: Sequence[Round], *, due: date, on: date, by: Actor, at: datetime, reason: str = ""
) -> list[LookBack]:
    """安排回头看 of picked rounds. One that is due already stays as it is.

    Raises
    ------
    Refused
    """
    require(guards.plan_look_back(rounds, due=due, by=by, on=on, at=at))
    return _plan(rounds, due=due, on=on, by=by, at=at, reason=reason, review=None)


@transaction.atomic
def draw_look_backs(
    rounds: Sequence[Round],
    *,
    seed: str,
    share: Decimal,
    due: date,
    on: date,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Review:
    """抽取回头看: a share of these rounds by a seed; the draw can be repeated by anybody.

    Raises
    ------
    Refused
    """
    if key and (made := Review.objects.filter(key=key, opened_by=by.id).first()):
        return made
    require(guards.draw_look_backs(rounds, seed=seed, share=share, due=due, by=by, on=on, at=at))
    made = draw(rounds, kind=queries_closure.LOOK_REVIEW, seed=seed, share=share, on=on, by=by, at=at, key=key)
    chosen = [one for one in rounds if one.pk in made.drawn]
    _plan(chosen, due=due, on=on, by=by, at=at, reason=f"抽取（种子 {made.seed}）", review=made)
    return made


def _plan(
    rounds: Sequence[Round], *, due: date, on: date, by: Actor, at: datetime, reason: str, review: Review | None
) -> list[LookBack]:
    made = []
    for one in rounds:
        look, created = LookBack.objects.get_or_create(
            round=one,
            result="",
            defaults={
                "review": review,
                "unit_path": one.outlet.unit_path,
                "reason": reason.strip()[:200],
                "planned_on": on,
                "planned_by": by.id,
                "due": due,
                "recorded_at": at,
            },
        )
        made.append(look)
        if created:
            details = {"round": one.number, "due": due.isoformat(), "reason": look.reason}
            record(one.outlet, "closing.plan_look_back", on=on, by=by, at=at, details=details)
    return made


@transaction.atomic
def look_back(
    look: LookBack, *, relapsed: bool, note: str, on: date, by: Actor, at: datetime, paper_sha256: str = ""
) -> LookBack:
    """登记回头看结果. A relapse becomes a lead with the paper, which the bureau confirms or dismisses.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    result = LookResult.RELAPSE if relapsed else LookResult.HOLDS
    if look.result == result and look.done_by == by.id:
        return look
    require(guards.look_back(look, note=note, by=by, on=on, at=at))
    if paper_sha256:
        check_filed({paper_sha256})
    values = {"result": result, "note": note.strip(), "paper_sha256": paper_sha256, "done_on": on, "done_by": by.id}
    _write(look, values)
    outlet = look.round.outlet
    details = {"round": look.round.number, "result": result, "note": look.note}
    evidence = (paper_sha256,) if paper_sha256 else ()
    record(outlet, "closing.look_back", on=on, by=by, at=at, details=details, evidence=evidence)
    if relapsed:
        report_relapse(
            outlet,
            source=Source.LOOK_BACK,
            text=note,
            paper_sha256=paper_sha256,
            on=on,
            by=by,
            at=at,
            look=look,
        )
    return look


@transaction.atomic
def report_relapse(
    outlet: Outlet,
    *,
    source: Source,
    text: str,
    paper_sha256: str,
    on: date,
    by: Actor,
    at: datetime,
    key: str = "",
    look: LookBack | None = None,
) -> Relapse:
    """登记反弹线索: what happened, where it is written. It changes nothing until the bureau confirms it.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := Relapse.objects.filter(key=key, reported_by=by.id).first()):
        return made
    require(guards.report_relapse(outlet, text=text, paper_sha256=paper_sha256, by=by, on=on, at=at))
    check_filed({paper_sha256})
    made = Relapse.objects.create(
        outlet=outlet,
        key=key or None,
        unit_path=outlet.unit_path,
        source=source,
        text=text.strip(),
        paper_sha256=paper_sha256,
        happened_on=on,
        reported_by=by.id,
        recorded_at=at,
        look_back=look,
        closed_round=queries_closure.last_round(outlet),
    )
    details = {"relapse": made.pk, "source": source, "text": made.text}
    evidence = (paper_sha256,)
    record(outlet, "closing.report_relapse", on=on, by=by, at=at, details=details, evidence=evidence)
    return made


@transaction.atomic
def reopen(relapse: Relapse, *, on: date, by: Actor, at: datetime, reason: str = "") -> Round:
    """确认反弹，重新列入问题清单 (T21, T22): whatever the remediation had reached is withdrawn, a new stay begins.
    Pressed twice it is one.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if relapse.state == RelapseState.CONFIRMED and relapse.new_round is not None:
        return relapse.new_round
    require(guards.reopen(relapse, reason=reason, by=by, on=on, at=at))
    outlet = relapse.outlet
    was = outlet.stage
    details = {"relapse": relapse.pk, "source": relapse.source, "text": relapse.text, "reason": reason.strip()}
    papers = {Paper.REOPENING_BASIS: relapse.paper_sha256}
    sets = {"merged_into": None} if outlet.merged_into_id else {}
    advance_many([Advance(outlet, Move.REOPEN, on, papers, sets=sets, details=details)], by=by, at=at)
    why = f"{relapse.get_source_display()}：{relapse.text}"[:500]
    made = open_round(outlet, cause=Cause.REOPENED, on=on, by=by, at=at, reopened_from=was, reason=why)
    _write(
        relapse,
        {
            "state": RelapseState.CONFIRMED,
            "decided_on": on,
            "decided_by": by.id,
            "reason": reason.strip(),
            "new_round": made,
        },
    )
    return made


@transaction.atomic
def dismiss_relapse(relapse: Relapse, *, reason: str, on: date, by: Actor, at: datetime) -> Relapse:
    """排除反弹线索: it is not so, or was put right at once.

    Raises
    ------
    Refused, StaleRecord
    """
    if relapse.state == RelapseState.DISMISSED and relapse.decided_by == by.id:
        return relapse
    require(guards.dismiss_relapse(relapse, reason=reason, by=by, on=on, at=at))
    values = {"state": RelapseState.DISMISSED, "decided_on": on, "decided_by": by.id, "reason": reason.strip()}
    _write(relapse, values)
    details = {"relapse": relapse.pk, "reason": relapse.reason}
    clause = clause_of(policy_of(relapse.outlet.unit_path, on=on), "monitoring.exceedance_action")
    record(relapse.outlet, "closing.dismiss_relapse", on=on, by=by, at=at, details=details, clause=clause)
    return relapse


def _write(of: LookBack | Relapse, values: dict[str, object]) -> None:
    written = type(of).objects.filter(pk=of.pk, version=of.version)
    if not written.update(version=F("version") + 1, **values):
        raise StaleRecord(str(of))
    of.version += 1
    for name, value in values.items():
        setattr(of, name, value)
