"""What may be done with an outlet now, and the reason against each act that may not: what greys the button of the page,
answers the API, and is asked again by the action itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from qingyuan.core import access, lifecycle
from qingyuan.core.access import Actor, Permission
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import MOVES, TRANSITIONS, Move, Paper, Stage, moves_from
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry import guards, rules
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of

Reason = Callable[[Outlet, Actor, date, datetime], Refusal | None]


def permitted(permission: Permission) -> Reason:
    """Only the permission can stand against it."""
    return lambda outlet, by, _on, _at: access.refusal(by, permission, place_of(outlet))


def verify(outlet: Outlet, by: Actor, on: date, at: datetime) -> Refusal | None:
    """Against 核实."""
    return guards.verify(outlet, by=by, on=on, at=at)


def open_tracing(outlet: Outlet, by: Actor, on: date, at: datetime) -> Refusal | None:
    """Against 开展溯源."""
    return guards.open_tracing(outlet, by=by, on=on, at=at)


def fix_party(outlet: Outlet, by: Actor, on: date, _at: datetime) -> Refusal | None:
    """Against 明确责任主体: the paper and the party come later; the stage is settled now."""
    barred = access.refusal(by, Permission.OUTLET_FIX_PARTY, place_of(outlet))
    if barred is None and outlet.party_id is None:
        barred = guards.move_refusal(outlet, Move.FIX_PARTY, on=on, given={Paper.PARTY_BASIS})
    return barred


def classify(outlet: Outlet, by: Actor, on: date, at: datetime) -> Refusal | None:
    """Against 确认分类, whatever the type: any type of the tree stands for it."""
    tree = tree_of(rules.policy_of(outlet.unit_path, on=on))
    some = next((child.key for top in tree.tops for child in top.children), "")
    return guards.classify(outlet, type_key=some, top="", by=by, on=on, at=at)


def change_unit(outlet: Outlet, by: Actor, on: date, at: datetime) -> Refusal | None:
    """Against 变更所在区划, whatever the unit."""
    return guards.change_unit(outlet, unit=outlet.unit, given={Paper.BOUNDARY_BASIS}, by=by, on=on, at=at)


@dataclass(frozen=True, slots=True)
class Act:
    """One act upon an outlet: its name in addresses, its word, the move it makes, what stands against it."""

    name: str
    label: str
    reason: Reason
    move: Move | None = None


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("verify", _("核实"), verify, Move.VERIFY),
        Act("open-tracing", _("开展溯源"), open_tracing, Move.OPEN_TRACING),
        Act("fix-party", _("明确责任主体"), fix_party, Move.FIX_PARTY),
        Act("classify", _("确认分类"), classify, Move.CLASSIFY),
        Act("propose-type", _("提出分类意见"), permitted(Permission.OUTLET_PROPOSE_TYPE)),
        Act("suggest-type", _("按规则建议类型"), permitted(Permission.OUTLET_PROPOSE_TYPE)),
        Act("correct", _("更正信息"), permitted(Permission.OUTLET_CORRECT)),
        Act("change-unit", _("变更所在区划"), change_unit),
        Act("file-paper", _("归入材料"), permitted(Permission.OUTLET_FILE_PAPER)),
        Act("enter-fact", _("录入事实"), permitted(Permission.OUTLET_ENTER_FACT)),
        Act("add-channel", _("登记排污通道"), permitted(Permission.OUTLET_CORRECT)),
    )
}
BY_MOVE: Mapping[Move, Act] = {act.move: act for act in ACTS.values() if act.move is not None}


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that leads on from the outlet's stage. `act` empty: another room makes it."""

    move: Move
    act: str
    label: str
    clause: str
    reason: Refusal | None
    lacking: tuple[Paper, ...]


def moves_on(found: Outlet, policy: Policy, by: Actor, *, on: date, at: datetime) -> list[Offer]:
    """The moves that lead out of the outlet's stage, each with its clause, the papers it still lacks, and the reason
    against it."""
    papers = guards.papers_on_file(found)
    offered = []
    for move in moves_from(Stage(found.stage)):
        act, clause = BY_MOVE.get(move), rules.clause_of(move, policy=policy)
        reason = (
            act.reason(found, by, on, at)
            if act
            else lifecycle.refusal(move, stage=Stage(found.stage), papers=papers, clause=clause)
        )
        lacking = tuple(sorted(TRANSITIONS[move].papers - papers))
        offered.append(Offer(move, act.name if act else "", MOVES[move], clause, reason, lacking))
    return offered
