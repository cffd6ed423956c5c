"""核实、溯源、责任主体、分类: the decisions of a person about one outlet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.classification import suggest
from qingyuan.core.lifecycle import BITS, PAPERS, SUPPLIED_LATER, TRANSITIONS, Milestone, Move, Paper, Stage
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.ledger import rows
from qingyuan.registry import guards, rules, standings, surveyed, tallies
from qingyuan.registry.actions.moving import (
    MILESTONE_COLUMNS,
    PAPER_COLUMNS,
    PLACEMENT_COLUMNS,
    Advance,
    advance_many,
    check_filed,
)
from qingyuan.registry.models import FiledPaper, MilestoneRecord, Outlet, Placement, Proposal, Responsibility


@transaction.atomic
def verify(outlet: Outlet, *, on: date, by: Actor, at: datetime, papers: Mapping[Paper, str] | None = None) -> Outlet:
    """核实: a second person has checked it; it counts in the base number from this day on (T3).

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    require(guards.verify(outlet, by=by, on=on, at=at))
    advance_many([Advance(outlet, Move.VERIFY, on, papers or {}, sets={"verified_by": by.id})], by=by, at=at)
    return outlet


@transaction.atomic
def open_tracing(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> Outlet:
    """开展溯源: it is unclear who answers for it (T4).

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.open_tracing(outlet, by=by, on=on, at=at))
    advance_many([Advance(outlet, Move.OPEN_TRACING, on)], by=by, at=at)
    return outlet


@transaction.atomic
def fix_party(
    outlet: Outlet,
    *,
    body: Body,
    basis: str,
    on: date,
    by: Actor,
    at: datetime,
    papers: Mapping[Paper, str],
    note: str = "",
) -> Outlet:
    """明确责任主体: who answers for it and on which basis (T5). A later party ends the earlier one; both stay on
    record.

    `basis` is applicant 设置申请单位, tracing 溯源结论, designated 指定 or fallback 政府兜底.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    require(guards.fix_party(outlet, body=body, basis=basis, given=set(papers), by=by, on=on, at=at, note=note))
    held = Responsibility.objects.filter(outlet=outlet, to_day=None).first()
    Responsibility.objects.filter(outlet=outlet, to_day=None).update(to_day=on)
    Responsibility.objects.create(outlet=outlet, body=body, basis=basis, note=note, from_day=on, recorded_at=at)
    details = {"party": body.pk, "basis": basis, "note": note, "before": held.body.name if held else None}
    if Stage(outlet.stage) in TRANSITIONS[Move.FIX_PARTY].sources:
        sets = {"party": body, **surveyed.supplied(outlet, surveyed.UNIT_BASICS)}
        advance_many([Advance(outlet, Move.FIX_PARTY, on, papers, sets, details=details)], by=by, at=at)
    else:
        check_filed(set(papers.values()))
        _file(outlet, papers, on=on, by=by, at=at)
        sets = {"party": body, **surveyed.supplied(outlet, surveyed.UNIT_BASICS)}
        change(outlet, sets, on=on, at=at, reaches=Milestone.PARTY_FIXED)
        record(
            outlet,
            "outlet.change_party",
            on=on,
            by=by,
            at=at,
            changes={"party": (held.body.name if held else None, body.name)},
            details={name: value for name, value in details.items() if name != "before"},
            evidence=tuple(papers.values()),
        )
    Proposal.objects.filter(outlet=outlet, about="party", decision="open").update(decision="taken", decided_at=at)
    return outlet


@transaction.atomic
def propose_type(outlet: Outlet, *, type_key: str, reasons: str, on: date, by: Actor, at: datetime) -> Proposal:
    """提出分类意见: anybody who works on the outlet may; it decides nothing.

    Raises
    ------
    Refused
    """
    require(guards.propose_type(outlet, type_key=type_key, by=by, on=on))
    made = Proposal.objects.create(
        outlet=outlet,
        about="type",
        value=type_key,
        text=reasons,
        origin="officer",
        proposed_by=by.id,
        proposed_at=at,
    )
    record(outlet, "outlet.propose_type", on=on, by=by, at=at, details={"type": type_key, "reasons": reasons})
    return made


@transaction.atomic
def suggest_type(outlet: Outlet, *, industry: str, character: str, on: date, by: Actor, at: datetime) -> list[Proposal]:
    """Propose the types the pack's table gives for the industry of the party and the character of the discharge (新绛
    二(三)), keeping both inputs. An empty list: no row of the table fits.

    Raises
    ------
    Refused
    """
    policy = rules.policy_of(outlet.unit_path, on=on)
    made = []
    Proposal.objects.filter(outlet=outlet, about="type", origin="rule", decision="open").delete()
    for found in suggest(policy, industry=industry, character=character):
        require(guards.propose_type(outlet, type_key=found.type_key, by=by, on=on))
        reasons = {"industry": industry, "character": character}
        proposal = Proposal(
            outlet=outlet,
            about="type",
            value=found.type_key,
            text=f"{found.top}·{found.name}",
            origin="rule",
            clause=found.clause,
            reasons=reasons,
            proposed_by=by.id,
            proposed_at=at,
        )
        proposal.save()
        made.append(proposal)
        record(
            outlet,
            "outlet.suggest_type",
            on=on,
            by=by,
            at=at,
            details={"type": found.type_key, **reasons},
            clause=found.clause,
        )
    return made


@transaction.atomic
def classify(
    outlet: Outlet,
    *,
    type_key: str,
    on: date,
    by: Actor,
    at: datetime,
    top: str = "",
    reasons: str = "",
    special_kind: str | None = None,
) -> Outlet:
    """确认分类: second level below the first, confirmed by whom the scheme names (T6). A different proposal is kept as
    disagreement. Classifying again changes the type from the given day on and moves no stage.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.classify(outlet, type_key=type_key, top=top, by=by, on=on, at=at))
    kind = outlet.special_kind if special_kind is None else special_kind
    policy = rules.policy_of(outlet.unit_path, on=on)
    counted = rules.counted(policy, kind)
    sets = {"type_key": type_key, "special_kind": kind, "counted": counted}
    placements = {"type": type_key, "counted": "1" if counted else "0"}
    details = {"top": top, "reasons": reasons, "standard": policy.value("coding.standard")}
    if Stage(outlet.stage) in SUPPLIED_LATER[Move.CLASSIFY]:
        old = {name: getattr(outlet, name) for name in sets}
        change(outlet, sets, placements=placements, on=on, at=at, reaches=Milestone.CLASSIFIED)
        changes = {name: (old[name], value) for name, value in sets.items() if old[name] != value}
        record(outlet, "outlet.reclassify", on=on, by=by, at=at, changes=changes, details=details)
    else:
        move = Advance(outlet, Move.CLASSIFY, on, sets=sets, placements=placements, details=details)
        advance_many([move], by=by, at=at)
    opened = Proposal.objects.filter(outlet=outlet, about="type", decision="open")
    opened.filter(value=type_key).update(decision="taken", decided_at=at)
    opened.exclude(value=type_key).update(decision="kept", decided_at=at)
    return outlet


def change(
    outlet: Outlet,
    sets: Mapping[str, object],
    *,
    on: date,
    at: datetime,
    placements: Mapping[str, str] | None = None,
    reaches: Milestone | None = None,
) -> None:
    """Change columns without moving the stage: version, intervals and tallies follow; a milestone named in `reaches` is
    reached on that day unless it was before. The caller writes the ledger.

    Raises
    ------
    Refused
        An aspect's present value began later than `on`.
    StaleRecord
    """
    require(guards.not_before_present(outlet, list(placements or ()), on))
    before = tallies.seen(outlet)
    new = reaches is not None and not outlet.milestones & BITS[reaches]
    if reaches is not None and new:
        rows.insert(MilestoneRecord, MILESTONE_COLUMNS, [(outlet.pk, reaches.value, True, on, "", at)])
        sets = {**sets, "milestones": outlet.milestones | BITS[reaches]}
    columns = {rows.column_of(Outlet, name).attname: value for name, value in sets.items()}
    values = {name: getattr(value, "pk", value) for name, value in columns.items()}
    written = Outlet.objects.filter(pk=outlet.pk, version=outlet.version).update(
        version=F("version") + 1, changed_at=at, **values
    )
    if not written:
        raise StaleRecord(str(outlet))
    for name, value in sets.items():
        setattr(outlet, name, value)
    outlet.version += 1
    outlet.changed_at = at
    said = [(outlet.pk, aspect, value, on, at) for aspect, value in (placements or {}).items()]
    rows.insert(Placement, PLACEMENT_COLUMNS, said)
    if said or new:
        standings.refresh([outlet.pk], at=at)
    tallies.change([(before, tallies.seen(outlet))])


def record(
    outlet: Outlet,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    changes: Mapping[str, tuple[object, object]] | None = None,
    details: Mapping[str, object] | None = None,
    clause: str = "",
    evidence: tuple[str, ...] = (),
) -> None:
    """One ledger entry about an outlet, under the packs of its unit on that day."""
    ledger.record(
        ("outlet", str(outlet.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        changes=changes,
        details=details,
        clause=clause,
        pack=rules.pack_of(rules.policy_of(outlet.unit_path, on=on)),
        evidence=evidence,
    )


def _file(outlet: Outlet, papers: Mapping[Paper, str], *, on: date, by: Actor, at: datetime) -> None:
    rows.insert(
        FiledPaper,
        PAPER_COLUMNS,
        [(outlet.pk, kind.value, sha256, PAPERS[kind], on, outlet.round, by.id, at) for kind, sha256 in papers.items()],
    )
