"""The life of an outlet, as a table.

Which move leads from which stage to which, with which papers on file, which milestones it reaches and which it
withdraws. WHO may make a move is not here (core/access.py and the packs); WHEN something is overdue is not here
(packs). The stage is the headline only: what is counted are the milestones, each dated and recorded apart, so no
figure compares stage order. The rows are T0 to T27 of the schemes' common state machine; a correction (T29) moves
nothing and a publication (T28) is no move. `make docs` draws docs/reference/lifecycle.md from this table.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from qingyuan.core.lifecycle_words import MOVES, PAPERS, STAGES, Milestone, Move, Paper, Stage, StageGroup
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow. `sources` None inside the set stands for “not yet in the register”. `parameter` names the policy
    parameter whose clause, in the outlet's own unit, asks for the move."""

    row: str
    sources: frozenset[Stage | None]
    target: Stage | None
    papers: frozenset[Paper]
    reaches: frozenset[Milestone]
    withdraws: frozenset[Milestone]
    parameter: str


def _arrow(
    row: str,
    sources: Iterable[Stage | None],
    target: Stage | None,
    *,
    papers: Iterable[Paper] = (),
    reaches: Iterable[Milestone] = (),
    withdraws: Iterable[Milestone] = (),
    parameter: str = "",
) -> Transition:
    return Transition(
        row, frozenset(sources), target, frozenset(papers), frozenset(reaches), frozenset(withdraws), parameter
    )


__all__ = [
    "MOVES",
    "PAPERS",
    "STAGES",
    "TRANSITIONS",
    "Milestone",
    "Move",
    "Paper",
    "Stage",
    "StageGroup",
    "Transition",
]

S, M, P = Stage, Milestone, Paper

TRANSITIONS: dict[Move, Transition] = {
    # Target None: whichever stage the register under way states.
    Move.BRING_IN: _arrow(
        "T0", [None], None, papers=[P.SOURCE_REGISTER], reaches=[M.BROUGHT_IN], parameter="survey.use_prior_results"
    ),
    Move.REPORT_LEAD: _arrow("T1", [None], S.CANDIDATE, parameter="survey.use_prior_results"),
    Move.REGISTER: _arrow(
        "T2", [None, S.CANDIDATE], S.SURVEYED, papers=[P.SURVEY_RECORD], reaches=[M.SURVEYED], parameter="survey.slogan"
    ),
    Move.VERIFY: _arrow("T3", [S.SURVEYED], S.VERIFIED, reaches=[M.VERIFIED], parameter="survey.require_verification"),
    Move.OPEN_TRACING: _arrow("T4", [S.VERIFIED], S.TRACING, parameter="tracing.scope"),
    Move.FIX_PARTY: _arrow(
        "T5",
        [S.VERIFIED, S.TRACING],
        S.PARTY_FIXED,
        papers=[P.PARTY_BASIS],
        reaches=[M.PARTY_FIXED],
        parameter="responsibility.register_form",
    ),
    Move.CLASSIFY: _arrow(
        "T6", [S.PARTY_FIXED], S.CLASSIFIED, reaches=[M.CLASSIFIED], parameter="classification.top_types"
    ),
    Move.LIST_AS_PROBLEM: _arrow(
        "T7", [S.CLASSIFIED], S.PROBLEM, reaches=[M.PROBLEM_LISTED], parameter="register.problem_list"
    ),
    Move.FIND_NO_PROBLEM: _arrow(
        "T7", [S.CLASSIFIED], S.NO_PROBLEM, reaches=[M.NO_PROBLEM], parameter="register.problem_list"
    ),
    Move.DRAFT_PLAN: _arrow("T8", [S.PROBLEM], S.PLAN_DRAFT, parameter="remediation.plan_level"),
    Move.APPROVE_PLAN: _arrow(
        "T9",
        [S.PLAN_DRAFT],
        S.PLAN_APPROVED,
        papers=[P.REMEDIATION_PLAN],
        reaches=[M.PLAN_APPROVED],
        parameter="remediation.plan_required_fields",
    ),
    Move.REMEDIATE_AT_ONCE: _arrow(
        "T10",
        [S.SURVEYED, S.VERIFIED, S.TRACING],
        S.AWAITING_ACCEPTANCE,
        papers=[P.WORKS_REPORT],
        reaches=[M.PROBLEM_LISTED, M.WORKS_DONE],
        parameter="remediation.immediate_allowed",
    ),
    Move.START_WORKS: _arrow("T11", [S.PLAN_APPROVED], S.REMEDIATING, parameter="remediation.executor_roles"),
    Move.ENTER_TRANSITION: _arrow(
        "T12",
        [S.REMEDIATING],
        S.IN_TRANSITION,
        papers=[P.TRANSITION_REASON],
        parameter="remediation.transition.subjects",
    ),
    Move.END_TRANSITION: _arrow("T12", [S.IN_TRANSITION], S.REMEDIATING, parameter="remediation.transition.subjects"),
    Move.REPORT_DONE: _arrow(
        "T13",
        [S.REMEDIATING],
        S.AWAITING_ACCEPTANCE,
        papers=[P.WORKS_REPORT],
        reaches=[M.WORKS_DONE],
        parameter="deregistration.evidence",
    ),
    Move.ACCEPT: _arrow(
        "T14",
        [S.AWAITING_ACCEPTANCE],
        S.ACCEPTED,
        papers=[P.ACCEPTANCE_RECORD],
        reaches=[M.ACCEPTED_1],
        parameter="deregistration.levels",
    ),
    # What was accepted can be taken back until its outcome is decided; the works begin anew.
    Move.RETURN_WORKS: _arrow(
        "T14",
        [S.AWAITING_ACCEPTANCE, S.ACCEPTED],
        S.REMEDIATING,
        withdraws=[M.WORKS_DONE, M.ACCEPTED_1, M.ACCEPTED_2, M.ACCEPTED_3],
        parameter="deregistration.levels",
    ),
    # Reaches the next level: see reached_by.
    Move.FILE_UPWARD: _arrow(
        "T15", [S.ACCEPTED], S.ACCEPTED, papers=[P.FILING_PROOF], parameter="deregistration.levels"
    ),
    Move.RETAIN: _arrow("T16", [S.ACCEPTED], S.RETAINED, reaches=[M.RETAINED], parameter="remediation.batches"),
    Move.MERGE: _arrow(
        "T17",
        [S.ACCEPTED],
        S.MERGED,
        papers=[P.MERGE_RECORD],
        reaches=[M.MERGED],
        parameter="remediation.batches",
    ),
    Move.CLOSE: _arrow(
        "T17",
        [S.ACCEPTED],
        S.CLOSED,
        papers=[P.CLOSING_ORDER, P.CLOSING_RECORD],
        reaches=[M.CLOSED],
        parameter="remediation.ban_authority",
    ),
    Move.RETAIN_WITHOUT_PROBLEM: _arrow(
        "T18", [S.NO_PROBLEM], S.RETAINED, reaches=[M.RETAINED], parameter="remediation.batches"
    ),
    Move.STANDARDISE: _arrow(
        "T19",
        [S.RETAINED],
        S.STANDARDISED,
        papers=[P.SIGNBOARD_PHOTO, P.ARCHIVE_INDEX],
        reaches=[M.STANDARDISED, M.SIGN_UP, M.ARCHIVED],
        parameter="signboard.required",
    ),
    Move.SUPERVISE: _arrow(
        "T20",
        [S.STANDARDISED],
        S.SUPERVISED,
        papers=[P.SUPERVISION_PLAN],
        reaches=[M.SUPERVISED],
        parameter="supervision.unified_body",
    ),
    # Back on the problem list: everything that remediation had reached is withdrawn and must be reached again.
    Move.REOPEN: _arrow(
        "T21/T22",
        [S.RETAINED, S.MERGED, S.CLOSED, S.STANDARDISED, S.SUPERVISED],
        S.PROBLEM,
        papers=[P.REOPENING_BASIS],
        reaches=[M.PROBLEM_LISTED, M.REOPENED],
        withdraws=[
            M.NO_PROBLEM,
            M.PLAN_APPROVED,
            M.WORKS_DONE,
            M.ACCEPTED_1,
            M.ACCEPTED_2,
            M.ACCEPTED_3,
            M.RETAINED,
            M.MERGED,
            M.CLOSED,
            M.STANDARDISED,
            M.SUPERVISED,
        ],
        parameter="monitoring.exceedance_action",
    ),
    Move.ACCEPT_APPLICATION: _arrow(
        "T23",
        [S.APPLIED],
        S.ACCEPTED_FOR_REVIEW,
        papers=[P.APPLICATION_FORM],
        parameter="approval.review_types",
    ),
    Move.CONSULT: _arrow(
        "T24",
        [S.ACCEPTED_FOR_REVIEW],
        S.CONSULTED,
        papers=[P.CONSULTATION_OPINION],
        parameter="approval.water_opinion",
    ),
    Move.APPROVE: _arrow(
        "T25",
        [S.ACCEPTED_FOR_REVIEW, S.CONSULTED],
        S.APPROVED,
        papers=[P.APPROVAL_DECISION],
        parameter="approval.authority_rules",
    ),
    Move.REFUSE: _arrow(
        "T25",
        [S.ACCEPTED_FOR_REVIEW, S.CONSULTED],
        S.REFUSED,
        papers=[P.REFUSAL_DECISION],
        parameter="approval.authority_rules",
    ),
    Move.BUILD: _arrow(
        "T26", [S.APPROVED], S.BUILT, papers=[P.COMPLETION_REPORT], parameter="approval.river_area_works_consent"
    ),
    Move.ENTER_REGISTER: _arrow(
        "T27",
        [S.BUILT],
        S.CLASSIFIED,
        reaches=[M.SURVEYED, M.VERIFIED, M.PARTY_FIXED, M.CLASSIFIED, M.APPROVAL_REVIEWED],
        parameter="approval.review_types",
    ),
}

IN_REGISTER: frozenset[Stage] = frozenset(
    stage
    for stage in Stage
    if stage not in {S.CANDIDATE, S.APPLIED, S.ACCEPTED_FOR_REVIEW, S.CONSULTED, S.APPROVED, S.REFUSED, S.BUILT}
)
"""Stages of outlets that stand in the register: leads and applications are outside every register and count."""

_NOT_YET = frozenset({S.SURVEYED, S.VERIFIED, S.TRACING})
SUPPLIED_LATER: dict[Move, frozenset[Stage]] = {
    Move.FIX_PARTY: IN_REGISTER - _NOT_YET,
    Move.CLASSIFY: IN_REGISTER - _NOT_YET - {S.PARTY_FIXED},
}
"""Stages beyond a move that an outlet may have come to without it (brought in, put right at once): what the move fixes
is then supplied, its milestone is reached, and the stage stays."""

_FOUND = (M.SURVEYED, M.VERIFIED, M.PARTY_FIXED, M.CLASSIFIED)
_WORKED = (*_FOUND, M.PROBLEM_LISTED, M.PLAN_APPROVED)

IMPLIED: dict[Stage, tuple[Milestone, ...]] = {
    S.CANDIDATE: (),
    S.SURVEYED: _FOUND[:1],
    S.VERIFIED: _FOUND[:2],
    S.TRACING: _FOUND[:2],
    S.PARTY_FIXED: _FOUND[:3],
    S.CLASSIFIED: _FOUND,
    S.NO_PROBLEM: (*_FOUND, M.NO_PROBLEM),
    S.PROBLEM: (*_FOUND, M.PROBLEM_LISTED),
    S.PLAN_DRAFT: (*_FOUND, M.PROBLEM_LISTED),
    S.PLAN_APPROVED: _WORKED,
    S.REMEDIATING: _WORKED,
    S.IN_TRANSITION: _WORKED,
    S.AWAITING_ACCEPTANCE: (*_WORKED, M.WORKS_DONE),
    S.ACCEPTED: (*_WORKED, M.WORKS_DONE, M.ACCEPTED_1),
    S.RETAINED: (*_FOUND, M.RETAINED),
    S.MERGED: (*_WORKED, M.WORKS_DONE, M.ACCEPTED_1, M.MERGED),
    S.CLOSED: (*_WORKED, M.WORKS_DONE, M.ACCEPTED_1, M.CLOSED),
    S.STANDARDISED: (*_FOUND, M.RETAINED, M.SIGN_UP, M.ARCHIVED, M.STANDARDISED),
    S.SUPERVISED: (*_FOUND, M.RETAINED, M.SIGN_UP, M.ARCHIVED, M.STANDARDISED, M.SUPERVISED),
}
"""What a stage stated by a register under way at least implies (T0): a retained outlet need not have been a problem."""

GROUPS: dict[Stage, StageGroup] = {
    S.CANDIDATE: StageGroup.LEAD,
    S.SURVEYED: StageGroup.SURVEY,
    S.VERIFIED: StageGroup.SURVEY,
    S.TRACING: StageGroup.TRACING,
    S.PARTY_FIXED: StageGroup.TRACING,
    S.CLASSIFIED: StageGroup.TRACING,
    S.NO_PROBLEM: StageGroup.DONE,
    S.PROBLEM: StageGroup.REMEDIATION,
    S.PLAN_DRAFT: StageGroup.REMEDIATION,
    S.PLAN_APPROVED: StageGroup.REMEDIATION,
    S.REMEDIATING: StageGroup.REMEDIATION,
    S.IN_TRANSITION: StageGroup.REMEDIATION,
    S.AWAITING_ACCEPTANCE: StageGroup.REMEDIATION,
    S.ACCEPTED: StageGroup.DONE,
    S.RETAINED: StageGroup.DONE,
    S.MERGED: StageGroup.GONE,
    S.CLOSED: StageGroup.GONE,
    S.STANDARDISED: StageGroup.SUPERVISION,
    S.SUPERVISED: StageGroup.SUPERVISION,
    S.APPLIED: StageGroup.APPLICATION,
    S.ACCEPTED_FOR_REVIEW: StageGroup.APPLICATION,
    S.CONSULTED: StageGroup.APPLICATION,
    S.APPROVED: StageGroup.APPLICATION,
    S.REFUSED: StageGroup.APPLICATION,
    S.BUILT: StageGroup.APPLICATION,
}

BITS: dict[Milestone, int] = {milestone: 1 << place for place, milestone in enumerate(Milestone)}
ACCEPTED_LEVELS: tuple[Milestone, ...] = (M.ACCEPTED_1, M.ACCEPTED_2, M.ACCEPTED_3)


def mask_of(milestones: Iterable[Milestone]) -> int:
    """A set of milestones as the stored bits."""
    return sum(BITS[milestone] for milestone in set(milestones))


def milestones_of(mask: int) -> list[Milestone]:
    """The stored bits as milestones, in order."""
    return [milestone for milestone, bit in BITS.items() if mask & bit]


def reached_by(move: Move, *, mask: int) -> frozenset[Milestone]:
    """What a move reaches for an outlet that has reached `mask`: filing upward reaches the next level of acceptance."""
    reaches = TRANSITIONS[move].reaches
    if move is Move.FILE_UPWARD:
        open_levels = [level for level in ACCEPTED_LEVELS if not mask & BITS[level]]
        return reaches | frozenset(open_levels[:1])
    return reaches


def refusal(move: Move, *, stage: Stage | None, papers: Set[Paper], clause: str = "") -> Refusal | None:
    """Why this move cannot be made now, or None if nothing in the table forbids it. `stage` None: not in the
    register."""
    transition = TRANSITIONS[move]
    if stage not in transition.sources:
        if stage is None:
            return Refusal(
                "lifecycle.not_registered", _("尚未登记，不能办理“%(move)s”。"), {"move": MOVES[move]}, clause
            )
        return Refusal(
            "lifecycle.wrong_stage",
            _("该排污口处于“%(stage)s”，不能办理“%(move)s”。"),
            {"stage": STAGES[stage], "move": MOVES[move]},
            clause,
        )
    if missing := transition.papers - papers:
        names = "、".join(PAPERS[paper] for paper in Paper if paper in missing)
        return Refusal("lifecycle.missing_papers", _("还缺材料：%(papers)s。"), {"papers": names}, clause)
    return None


def moves_from(stage: Stage | None) -> list[Move]:
    """The moves that lead out of a stage, papers aside, in the order of the table."""
    return [move for move, transition in TRANSITIONS.items() if stage in transition.sources]
