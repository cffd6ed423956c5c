"""Remediation in a demonstration: a share of the problem outlets of each place goes through the rooms' own acts, from
the problem list over plan, works with photographs and acceptance to the outcome, on the days their lives have planned.

What a scheme does not let pass (a batch, an acceptor) leaves that outlet to the register's moves from there on: its
stay is taken up as one brought in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from qingyuan.core.access import CONSOLE, Actor, Grant, Reach, Role
from qingyuan.core.lifecycle import Move, Paper
from qingyuan.core.refusal import Refused
from qingyuan.demo import photographs, planning
from qingyuan.demo.lives import Life, Step
from qingyuan.demo.papers import pdf
from qingyuan.demo.planning import outlet_of
from qingyuan.places import queries as places
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, queries, queries_plans, queries_works
from qingyuan.stages.remediation.actions import Given
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_works import Doubt
from qingyuan.stages.remediation.words import Outcome
from qingyuan.stages.remediation.words_closure import Source
from qingyuan.stages.remediation.words_works import PHOTOS, EvidenceKind

if TYPE_CHECKING:
    from qingyuan.demo.walking import Walk

CITY = 4  # digits of a city's path
EVERY = 40  # one in so many problem outlets
OF_EACH_END: dict[Move | str, int] = {
    Move.LIST_AS_PROBLEM: 4,
    Move.DRAFT_PLAN: 2,
    Move.APPROVE_PLAN: 1,
    Move.START_WORKS: 1,
    Move.ENTER_TRANSITION: 3,
    Move.REPORT_DONE: 3,
    Move.FILE_UPWARD: 4,
    Move.MERGE: 2,
    Move.CLOSE: 2,
}
"""How many lives that came no further go through the rooms beside these."""
ENDS = {Move.RETAIN: Outcome.RETAINED, Move.MERGE: Outcome.MERGED, Move.CLOSE: Outcome.CLOSED}
Do = Callable[["Remediating", Life, Step, datetime], None]


@dataclass(slots=True)
class Remediating:
    """The outlets of one place that go through the rooms. `left`: why acts were left to the register, counted."""

    walk: Walk
    chosen: set[int] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)

    def choose(self) -> None:
        """Every so many-th outlet that is listed as a problem, each that is reopened, some of every end."""
        listed = [
            life for life in self.walk.lives if life.day_of(Move.LIST_AS_PROBLEM) and not life.day_of(Move.BRING_IN)
        ]
        reopened = {life.number for life in listed if life.day_of(Move.REOPEN)}
        self.chosen = {life.number for life in listed[::EVERY]} | reopened | _each_end(listed)

    def takes(self, life: Life, step: Step) -> bool:
        """Whether the step of the life is done by the rooms."""
        return life.number in self.chosen and step.act in ACTS

    def do(self, life: Life, step: Step, at: datetime) -> bool:
        """Do it; False when the room refuses: the register makes the move then, and all that follow."""
        try:
            with self.walk.papers.all_or_nothing():
                ACTS[Move(step.act)](self, life, step, at)
        except Refused as refused:
            self.left[f"{step.act} {refused.refusal.code}"] += 1
            self.chosen.discard(life.number)
            outlet_of(life).refresh_from_db()
            return False
        outlet_of(life).refresh_from_db()
        return True

    def follow(self, life: Life, step: Step) -> None:
        """A stay whose outlet the register brought to its end is over."""
        outcome = ENDS.get(Move(step.act)) if step.act in ENDS else None
        found = queries.round_of(outlet_of(life)) if outcome else None
        if found is not None and outcome is not None:
            actions.end_round(found, outcome=outcome, on=step.on, by=self.walk.staff.reviewer)

    # --- what the acts share ------------

    def stay(self, life: Life) -> Round:
        """The open stay, about the very record in hand."""
        found = queries.round_of(outlet_of(life))
        assert found is not None
        found.outlet = outlet_of(life)
        return found

    def acting(self, step: Step, at: datetime, by: Actor) -> dict[str, Any]:
        """Who, when it happened, when it is recorded."""
        return {"on": step.on, "by": by, "at": at}

    def paper(self, kind: Paper, step: Step, at: datetime) -> str:
        """A paper of the month."""
        return self.walk.papers.of([kind], on=step.on, by=self.walk.staff.clerk, at=at)[kind]


def acceptor(walk: Walk, outlet: Outlet) -> Actor:
    """Who accepts: the place's reviewer, and where that goes on to the body above, somebody of the outlet's city."""
    if walk.scheme.levels == 1:
        return walk.staff.reviewer
    path = outlet.unit_path[:CITY]
    reach = Reach(unit_paths=frozenset({path}))
    name = f"演示经办（{places.unit(path + '00').name}生态环境局）"
    return Actor(f"demo:city:{path}", name, (Grant(Role.REVIEWER, reach, frozenset({"ecology"}), path),))


def _each_end(listed: Sequence[Life]) -> set[int]:
    """The last lives of each end."""
    kept: Counter[Move | str] = Counter()
    found = set()
    for life in reversed(listed):
        if kept[life.last_move] < OF_EACH_END.get(life.last_move, 0):
            kept[life.last_move] += 1
            found.add(life.number)
    return found


def _party(life: Life) -> Actor:
    """Somebody of the responsible party, who reports on its own outlet."""
    party = outlet_of(life).party
    assert party is not None
    reach = Reach(party_ids=frozenset({party.pk}))
    return Actor(f"demo:party:{party.pk}", f"{party.name}经办人（演示）", (Grant(Role.ENTERPRISE, reach),))


def _list(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    acting = rooms.acting(step, at, rooms.walk.staff.reviewer)
    outlet = outlet_of(life)
    actions.refresh_one(outlet, on=step.on, at=at)
    leads = [one for one in queries.findings_of(outlet) if one.state == "lead" and one.kind != "illegal_zone"]
    if not leads:
        text = PROBLEMS[life.number % len(PROBLEMS)]
        paper = rooms.paper(Paper.TRIAGE_OPINION, step, at)
        leads = [actions.find(outlet, kind="other", text=text, sha256=paper, **acting)]
    actions.list_as_problem(outlet, findings=leads, reason="经现场核查属实（演示）", **acting)


PROBLEMS = (
    "口门破损，雨天有污水溢流（演示）。",
    "口门设置不规范，没有采样条件（演示）。",
    "管线老化渗漏，影响水质（演示）。",
    "污水未经处理直接排入（演示）。",
)


def _approve(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    found = rooms.stay(life)
    plan = queries_plans.draft_of(found)
    assert plan is not None
    plan.round = found
    paper = rooms.paper(Paper.REMEDIATION_PLAN, step, at)
    actions.approve(plan, paper_sha256=paper, **rooms.acting(step, at, rooms.walk.staff.reviewer))


def _start(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    found = rooms.stay(life)
    actions.start_works(found, **rooms.acting(step, at, rooms.walk.staff.clerk))
    first = next((one.step for one in queries_works.progress_of(found)), None)
    if first is not None and life.number % 2:
        acting = rooms.acting(step, at, _party(life))
        actions.report_progress(found, step=first, percent=30, text="已进场（演示）", **acting)
    _photo(rooms, found, life, EvidenceKind.BEFORE, step, at)
    if life.number % 9 == 0:
        acting = rooms.acting(step, at, rooms.walk.staff.clerk)
        pipe = actions.record_branch(found.outlet, name="北侧支管（演示）", owner_text="沿街商户（演示）", **acting)
        if life.day_of(Move.ACCEPT):
            actions.clear_branch(pipe, how="拆除接入口并封堵支管（演示）", **acting)


def _photo(
    rooms: Remediating,
    found: Round,
    life: Life,
    kind: EvidenceKind,
    step: Step,
    at: datetime,
    *,
    measure: str = "",
    north_m: float = 0,
    by: Actor | None = None,
) -> None:
    content = photographs.bank(
        f"{rooms.walk.scheme.key} {life.number} {step.on} {kind} {measure}",
        on=step.on,
        outlet=found.outlet,
        north_m=north_m,
    )
    given = Given(content, f"{kind.label}（演示）.jpg")
    acting = rooms.acting(step, at, by or _party(life))
    actions.add_evidence(found, kind=kind, given=given, measure=measure, **acting)


def _done(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    found = rooms.stay(life)
    acting = rooms.acting(step, at, _party(life))
    for one in queries_works.progress_of(found):
        if one.step.done_on is None:
            actions.report_progress(found, step=one.step, percent=100, text="已完成（演示）", **acting)
    for item in queries_works.checklist_of(found):
        kind = item.wanted.kind
        if item.done:
            continue
        if kind in PHOTOS or kind is EvidenceKind.WORKS:
            _photo(rooms, found, life, kind, step, at, measure=item.wanted.measure)
        else:
            content = pdf([f"{item.title}（演示）", found.outlet.name, "本件为演示材料，内容均系虚构。"])
            given = Given(content, f"{kind.label}（演示）.pdf")
            actions.add_evidence(found, kind=kind, given=given, measure=item.wanted.measure, **acting)
    actions.report_done(found, sha256=rooms.paper(Paper.WORKS_REPORT, step, at), **acting)


def _accept(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    found = rooms.stay(life)
    reviewer = acceptor(rooms.walk, outlet_of(life))
    acting = rooms.acting(step, at, reviewer)
    actions.check_site(found, passed=True, note="现场与佐证一致（演示）", **acting)
    paper = rooms.paper(Paper.ACCEPTANCE_RECORD, step, at)
    actions.accept(found, paper_sha256=paper, **acting)
    if life.number % 16 == 0:  # a photograph from elsewhere: handed in with the acceptance, doubted at once
        _photo(rooms, found, life, EvidenceKind.ACCEPTANCE, step, at, north_m=3_000, by=reviewer)
        doubt = Doubt.objects.filter(round=found).last()
        if doubt is not None and life.number % 32 == 0:
            clerk = rooms.walk.staff.clerk
            text = "手机定位漂移，附当日轨迹（演示）"
            actions.explain_doubt(doubt, text=text, on=doubt.raised_on, by=clerk, at=at)


def _file(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    found = rooms.stay(life)
    proof = rooms.paper(Paper.FILING_PROOF, step, at)
    by = acceptor(rooms.walk, outlet_of(life))
    filed = actions.file_upward(found, proof_sha256=proof, **rooms.acting(step, at, by))
    filed.round = found
    acting = rooms.acting(step, at, CONSOLE)
    waits = life.last_move == Move.FILE_UPWARD  # the last ones wait, or came back
    if not waits:
        actions.take_filing(filed, **acting)
    elif life.number % 2:
        actions.return_filing(filed, reason="监测报告缺页，补齐后重报（演示）", **acting)


def _retain(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    actions.decide_retain(rooms.stay(life), **rooms.acting(step, at, rooms.walk.staff.reviewer))


def _merge(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    found = rooms.stay(life)
    plan = queries_plans.plan_of(found)
    paper = rooms.paper(Paper.MERGE_RECORD, step, at)
    acting = rooms.acting(step, at, rooms.walk.staff.reviewer)
    actions.decide_merge(found, target=plan.target_outlet if plan else None, paper_sha256=paper, **acting)


def _close(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    paper = rooms.paper(Paper.CLOSING_RECORD, step, at)
    actions.decide_close(rooms.stay(life), record_sha256=paper, **rooms.acting(step, at, rooms.walk.staff.reviewer))


def _transition(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    """Asked by the clerk, agreed by the reviewer; the day it ends lies beyond the plan's."""
    found = rooms.stay(life)
    period = actions.ask_transition(
        found,
        reason="主体设备定制周期长，短期内难以完成（演示）",
        interim_measure="减产限排，废水外运处置（演示）",
        until=max(planning.due_of(life, step), step.on) + timedelta(150),
        paper_sha256=rooms.paper(Paper.TRANSITION_REASON, step, at),
        **rooms.acting(step, at, rooms.walk.staff.clerk),
    )
    period.plan.round = found
    acting = rooms.acting(step, at, rooms.walk.staff.reviewer)
    actions.decide_transition(period, agreed=True, note="同意，按月报送进展（演示）", **acting)


def _reopen(rooms: Remediating, life: Life, step: Step, at: datetime) -> None:
    acting = rooms.acting(step, at, rooms.walk.staff.reviewer)
    paper = rooms.paper(Paper.REOPENING_BASIS, step, at)
    relapse = actions.report_relapse(
        outlet_of(life),
        source=Source.COMPLAINT,
        text="群众反映重新排污，核查属实（演示）。",
        paper_sha256=paper,
        **acting,
    )
    actions.reopen(relapse, **acting)


ACTS: dict[Move, Do] = {
    Move.LIST_AS_PROBLEM: _list,
    Move.DRAFT_PLAN: planning.draft,
    Move.APPROVE_PLAN: _approve,
    Move.START_WORKS: _start,
    Move.REPORT_DONE: _done,
    Move.ACCEPT: _accept,
    Move.FILE_UPWARD: _file,
    Move.RETAIN: _retain,
    Move.MERGE: _merge,
    Move.CLOSE: _close,
    Move.ENTER_TRANSITION: _transition,
    Move.REOPEN: _reopen,
}
