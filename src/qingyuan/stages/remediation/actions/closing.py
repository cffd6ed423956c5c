"""验收、备案、去向: level by level, and what becomes of the outlet (T14 to T17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.lifecycle import Move, Paper
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.actions.moving import Advance, advance_many, check_filed
from qingyuan.registry.actions.redirecting import redirect_channels
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards_closure as guards
from qingyuan.stages.remediation import queries_closure, rules_closure
from qingyuan.stages.remediation.actions.rounds import end_round
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Acceptance, Filing, Review, SiteCheck
from qingyuan.stages.remediation.models_plans import Order
from qingyuan.stages.remediation.models_works import Evidence
from qingyuan.stages.remediation.queries_plans import plan_of
from qingyuan.stages.remediation.words import Outcome
from qingyuan.stages.remediation.words_closure import FilingState, Verdict
from qingyuan.stages.remediation.words_works import EvidenceKind


@transaction.atomic
def check_site(
    found: Round,
    *,
    passed: bool,
    note: str,
    on: date,
    by: Actor,
    at: datetime,
    photo_sha256: str = "",
    key: str = "",
    review: Review | None = None,
) -> SiteCheck:
    """登记现场核查. The last one counts.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := SiteCheck.objects.filter(key=key, checked_by=by.id).first()):
        return made
    require(guards.check_site(found, note=note, by=by, on=on, at=at))
    if photo_sha256:
        check_filed({photo_sha256})
    made = SiteCheck.objects.create(
        round=found,
        key=key or None,
        review=review,
        passed=passed,
        note=note.strip(),
        photo_sha256=photo_sha256,
        checked_on=on,
        checked_by=by.id,
        checked_name=by.name[:64],
        recorded_at=at,
    )
    evidence = (photo_sha256,) if photo_sha256 else ()
    details = {"round": found.number, "passed": passed, "note": made.note}
    record(found.outlet, "closing.check_site", on=on, by=by, at=at, details=details, evidence=evidence)
    return made


@transaction.atomic
def accept(
    found: Round,
    *,
    paper_sha256: str,
    on: date,
    by: Actor,
    at: datetime,
    note: str = "",
    key: str = "",
    review: Review | None = None,
) -> Acceptance:
    """验收销号 (T14): the first level. Pressed twice it is one acceptance.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    standing = queries_closure.accepted(found)
    if standing is not None and standing.decided_by == by.id and standing.decided_on == on:
        return standing
    require(guards.accept(found, paper_sha256=paper_sha256, by=by, on=on, at=at, review=review))
    outlet = found.outlet
    level = rules_closure.levels(policy_of(outlet.unit_path, on=on))[0]
    made = _decided(found, Verdict.PASSED, level, paper_sha256=paper_sha256, on=on, by=by, at=at, note=note, key=key)
    Acceptance.objects.filter(pk=made.pk).update(review=review, site_check=queries_closure.site_check_of(found))
    made.refresh_from_db()
    details = {"round": found.number, "level": level.number, "title": level.title, "review": review and review.pk}
    papers = {Paper.ACCEPTANCE_RECORD: paper_sha256}
    advance_many([Advance(outlet, Move.ACCEPT, on, papers, details=details)], by=by, at=at)
    return made


def _decided(
    found: Round,
    verdict: Verdict,
    level: rules_closure.Level,
    *,
    paper_sha256: str,
    on: date,
    by: Actor,
    at: datetime,
    note: str,
    key: str = "",
) -> Acceptance:
    """The record of a decision.

    Raises
    ------
    StaleRecord
        Somebody else accepted this level in between.
    """
    outlet = found.outlet
    grant = rules_closure.acting_grant(outlet, level, Permission.REMEDIATION_ACCEPT, by=by)
    body = Body.objects.filter(pk=grant.body_id).first() if grant is not None and grant.body_id else None
    seat = grant.seat_path if grant is not None else ""
    try:
        with transaction.atomic():
            return Acceptance.objects.create(
                round=found,
                key=key or None,
                level=level.number,
                title=level.title,
                verdict=verdict,
                reason=note.strip(),
                body=body,
                seat_path=seat or rules_closure.county_of(outlet),
                paper_sha256=paper_sha256,
                clause=level.clause,
                decided_on=on,
                decided_by=by.id,
                decided_name=by.name[:64],
                recorded_at=at,
            )
    except IntegrityError:
        raise StaleRecord(str(found)) from None


@transaction.atomic
def return_works(
    found: Round, *, reason: str, on: date, by: Actor, at: datetime, paper_sha256: str = "", key: str = ""
) -> Acceptance:
    """退回整改: the works begin anew; acceptances, checks and filings of these works no longer count.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if key and (made := Acceptance.objects.filter(key=key, decided_by=by.id).first()):
        return made
    require(guards.return_works(found, reason=reason, by=by, on=on, at=at))
    if paper_sha256:
        check_filed({paper_sha256})
    outlet = found.outlet
    level = rules_closure.levels(policy_of(outlet.unit_path, on=on))[0]
    Acceptance.objects.filter(round=found, verdict=Verdict.PASSED, is_void=False).update(is_void=True)
    SiteCheck.objects.filter(round=found, is_void=False).update(is_void=True)
    made = _decided(
        found, Verdict.RETURNED, level, paper_sha256=paper_sha256, on=on, by=by, at=at, note=reason, key=key
    )
    details = {"round": found.number, "reason": made.reason}
    advance_many([Advance(outlet, Move.RETURN_WORKS, on, details=details)], by=by, at=at)
    return made


# --- filing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def file_upward(
    found: Round, *, proof_sha256: str, on: date, by: Actor, at: datetime, note: str = "", key: str = ""
) -> Filing:
    """报上级备案 (T15): the proof goes to the ecology bureau one level above who accepted; the outlet is 待备案 and
    does not count yet.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := Filing.objects.filter(key=key, filed_by=by.id).first()):
        return made
    require(guards.file_upward(found, proof_sha256=proof_sha256, note=note, by=by, on=on, at=at))
    check_filed({proof_sha256})
    outlet = found.outlet
    level = rules_closure.levels(policy_of(outlet.unit_path, on=on))[rules_closure.reached(outlet)]
    below = queries_closure.accepted(found)
    filed = Filing.objects.filter(round=found, state=FilingState.FILED).order_by("-pk").first()
    base = filed.to_path if filed else (below.seat_path if below else "") or rules_closure.county_of(outlet)
    made = Filing.objects.create(
        round=found,
        key=key or None,
        level=level.number,
        title=level.title,
        unit_path=outlet.unit_path,
        to_path=rules_closure.above(base),
        proof_sha256=proof_sha256,
        note=note.strip(),
        clause=level.clause,
        filed_on=on,
        filed_by=by.id,
        recorded_at=at,
    )
    details = {"round": found.number, "filing": made.pk, "level": level.title, "to": made.to_path}
    act = "closing.file_upward"
    evidence = (proof_sha256,)
    record(outlet, act, on=on, by=by, at=at, details=details, clause=level.clause, evidence=evidence)
    return made


@transaction.atomic
def take_filing(filing: Filing, *, on: date, by: Actor, at: datetime, note: str = "") -> Filing:
    """予以备案: the level is reached; if it is the last, the outlet counts from this day on. Said twice it is
    said once.

    Raises
    ------
    Refused, StaleRecord
    """
    if filing.state == FilingState.FILED and filing.decided_by == by.id:
        return filing
    require(guards.take_filing(filing, by=by, on=on, at=at))
    _decide_filing(filing, FilingState.FILED, on=on, by=by, reason=note)
    details = {"round": filing.round.number, "filing": filing.pk, "level": filing.title, "filed_on": filing.filed_on}
    papers = {Paper.FILING_PROOF: filing.proof_sha256}
    advance_many([Advance(filing.round.outlet, Move.FILE_UPWARD, on, papers, details=details)], by=by, at=at)
    return filing


@transaction.atomic
def return_filing(filing: Filing, *, reason: str, on: date, by: Actor, at: datetime) -> Filing:
    """退回备案: the acceptance below stands; better proof is filed again, or the works are returned.

    Raises
    ------
    Refused, StaleRecord
    """
    if filing.state == FilingState.RETURNED and filing.decided_by == by.id:
        return filing
    require(guards.return_filing(filing, reason=reason, by=by, on=on, at=at))
    _decide_filing(filing, FilingState.RETURNED, on=on, by=by, reason=reason)
    details = {"round": filing.round.number, "filing": filing.pk, "reason": filing.reason}
    outlet = filing.round.outlet
    record(outlet, "closing.return_filing", on=on, by=by, at=at, details=details, clause=filing.clause)
    return filing


def _decide_filing(filing: Filing, state: FilingState, *, on: date, by: Actor, reason: str) -> None:
    values = {"state": state, "decided_on": on, "decided_by": by.id, "reason": reason.strip()[:500]}
    written = Filing.objects.filter(pk=filing.pk, version=filing.version, state=FilingState.PENDING)
    if not written.update(version=F("version") + 1, **values):
        raise StaleRecord(str(filing))
    filing.version += 1
    for name, value in values.items():
        setattr(filing, name, value)


# --- outcome ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_retain(found: Round, *, on: date, by: Actor, at: datetime) -> Round:
    """确定保留 (T16): onto 需要保留的入河排污口清单. Decided already, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    if found.outcome == Outcome.RETAINED:
        return found
    require(guards.decide_retain(found, by=by, on=on, at=at))
    return _end(found, Move.RETAIN, Outcome.RETAINED, on=on, by=by, at=at)


@transaction.atomic
def decide_merge(found: Round, *, target: Outlet | None, paper_sha256: str, on: date, by: Actor, at: datetime) -> Round:
    """确定合并 (T17): its channels lead to the outlet it was merged into, or, where the water goes to treatment works,
    no longer to a river mouth.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if found.outcome == Outcome.MERGED:
        return found
    require(guards.decide_merge(found, target=target, paper_sha256=paper_sha256, by=by, on=on, at=at))
    plan = plan_of(found)
    details: dict[str, object] = {"works": plan.receiving_works if plan else ""}
    sets: dict[str, object] = {}
    if target is not None:
        details |= {"into": target.pk, "into_name": target.name}
        sets = {"merged_into": target}
    papers = {Paper.MERGE_RECORD: paper_sha256}
    _end(found, Move.MERGE, Outcome.MERGED, on=on, by=by, at=at, papers=papers, sets=sets, details=details)
    redirect_channels(found.outlet, to=target, on=on, by=by, at=at)
    return found


@transaction.atomic
def decide_close(
    found: Round, *, on: date, by: Actor, at: datetime, order_sha256: str = "", record_sha256: str = ""
) -> Round:
    """确定取缔 (T17), with the order and the record of the closing; those on the plan's file are taken where none is
    handed in.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if found.outcome == Outcome.CLOSED:
        return found
    order_sha256 = order_sha256 or order_paper(found)
    record_sha256 = record_sha256 or closing_paper(found)
    require(guards.decide_close(found, order_sha256=order_sha256, record_sha256=record_sha256, by=by, on=on, at=at))
    papers = {Paper.CLOSING_ORDER: order_sha256, Paper.CLOSING_RECORD: record_sha256}
    _end(found, Move.CLOSE, Outcome.CLOSED, on=on, by=by, at=at, papers={k: v for k, v in papers.items() if v})
    redirect_channels(found.outlet, to=None, on=on, by=by, at=at)
    return found


def order_paper(found: Round) -> str:
    """The last order to close on the round's file; "" for none."""
    return Order.objects.filter(round=found).order_by("-pk").values_list("paper_sha256", flat=True).first() or ""


def closing_paper(found: Round) -> str:
    """The last record of the closing among the evidence that proves something; "" for none."""
    held = Evidence.objects.filter(round=found, kind=EvidenceKind.CLOSING_RECORD).select_related("doubt")
    return next((one.sha256 for one in held.order_by("-pk") if one.proves), "")


def _end(
    found: Round,
    move: Move,
    outcome: Outcome,
    *,
    on: date,
    by: Actor,
    at: datetime,
    papers: Mapping[Paper, str] | None = None,
    sets: Mapping[str, object] | None = None,
    details: Mapping[str, object] | None = None,
) -> Round:
    told = {"round": found.number, **(details or {})}
    advance_many([Advance(found.outlet, move, on, papers or {}, sets=sets or {}, details=told)], by=by, at=at)
    return end_round(found, outcome=outcome, on=on, by=by)
