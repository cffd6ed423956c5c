"""What the round's page shows of its works: progress, checklist, evidence in pairs, doubts, branch pipes, buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.lifecycle import Stage
from qingyuan.core.refusal import Refusal
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation import guards_works as guards
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_works import BranchPipe, Evidence
from qingyuan.stages.remediation.words_works import EvidenceKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence with its findings as sentences in the reader's language."""

    evidence: Evidence
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A before photo (None: none is given) and the after photos from the same place."""

    before: Piece | None
    afters: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """A branch pipe and why it cannot be cleared now."""

    pipe: BranchPipe
    may_clear: bool


def section(actor: Actor, found: Round) -> dict[str, object]:
    """The context of remediation/_works.html."""
    at = timezone.now()
    on = timezone.localdate(at)
    held = [shown(one) for one in queries.evidence_of(found)]
    place = place_of(found.outlet)
    may_work = access_refusal(actor, Permission.REMEDIATION_WORK, place) is None and found.is_open
    against_done = guards.report_done(found, has_paper=True, by=actor, on=on, at=at)
    return {
        "works_round": found,
        "works_progress": queries.progress_of(found),
        "works_checklist": queries.checklist_of(found),
        "works_pairs": pairs(held),
        "works_others": [one for one in held if one.evidence.kind not in (EvidenceKind.BEFORE, EvidenceKind.AFTER)],
        "works_doubts": list(found.doubts.order_by("-pk")),
        "works_branches": [Pipe(one, may_work and one.cleared_on is None) for one in queries.branches_of(found.outlet)],
        "works_sharing": queries.units_and_shared_record(found.outlet, on=on),
        "works_against_upload": guards.upload(found, by=actor),
        "works_against_progress": against_progress(found, actor),
        "works_against_done": against_done,
        "works_reported": Stage(found.outlet.stage) in (Stage.AWAITING_ACCEPTANCE, Stage.ACCEPTED),
        "works_may_branch": access_refusal(actor, Permission.REMEDIATION_PLAN, place) is None and found.is_open,
        "works_may_doubt": access_refusal(actor, Permission.REMEDIATION_REOPEN, place) is None,
    }


def against_progress(found: Round, actor: Actor) -> Refusal | None:
    """Why no progress can be reported at all: what no form could change."""
    barred = access_refusal(actor, Permission.REMEDIATION_WORK, place_of(found.outlet))
    return barred or guards.over(found) or guards.works_not_begun(found.outlet)


def shown(one: Evidence) -> Piece:
    """A piece with what speaks against it."""
    return Piece(one, tuple(sentence(finding) for finding in one.findings))


def sentence(finding: Mapping[str, object]) -> str:
    """A kept finding in the reader's language. `where` is a source text itself."""
    given = finding.get("params")
    params = dict(given) if isinstance(given, Mapping) else {}
    if "where" in params:
        params["where"] = _(str(params["where"]))
    text = _(str(finding.get("text", "")))
    return text % params if params else text


def pairs(held: Sequence[Piece]) -> list[Pair]:
    """Before photos each with its after photos; after photos without one stand alone."""
    befores = [one for one in held if one.evidence.kind == EvidenceKind.BEFORE]
    afters = [one for one in held if one.evidence.kind == EvidenceKind.AFTER]
    found = [
        Pair(before, tuple(one for one in afters if one.evidence.pair_id == before.evidence.pk)) for before in befores
    ]
    alone = tuple(one for one in afters if one.evidence.pair_id is None)
    return [*found, Pair(None, alone)] if alone else found
