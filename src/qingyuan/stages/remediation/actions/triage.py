"""研判: whether what is said against an outlet is so, and whether the outlet is a problem (T7, T18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Move, Paper
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.registry.actions import enter_fact, retract_fact
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.actions.moving import Advance, advance_many, check_filed
from qingyuan.registry.models import Fact, Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards, queries, rules
from qingyuan.stages.remediation.actions.refreshing import refresh_one
from qingyuan.stages.remediation.actions.rounds import open_round
from qingyuan.stages.remediation.models import Finding, Round
from qingyuan.stages.remediation.words import Cause, FindingState

ANSWERED = "研判："
"""How the source of a fact begins that a confirmation or a dismissal entered."""


@transaction.atomic
def find(outlet: Outlet, *, kind: str, text: str, on: date, by: Actor, at: datetime, sha256: str = "") -> Finding:
    """登记问题线索: somebody saw something that no rule could. It is a lead until the competent body has looked. Said
    twice by the same person it is one.

    Raises
    ------
    Refused, NotFound
    """
    require(guards.find(outlet, kind=kind, text=text, by=by, on=on, at=at))
    if sha256:
        check_filed({sha256})
    Outlet.objects.select_for_update().get(pk=outlet.pk)  # the form sent twice at once waits here
    said: dict[str, Any] = {
        "kind": kind,
        "text": text.strip(),
        "found_on": on,
        "found_by": by.id,
        "basis_sha256": sha256,
    }
    if again := Finding.objects.filter(outlet=outlet, state=FindingState.LEAD, withdrawn_at=None, **said).first():
        return again
    policy = policy_of(outlet.unit_path, on=on)
    clause = rules.clause_of(policy, "register.problem_list")
    made = Finding.objects.create(outlet=outlet, clause=clause, recorded_at=at, **said)
    evidence = (sha256,) if sha256 else ()
    details = {"finding": made.pk, "kind": kind, "text": made.text}
    record(outlet, "finding.find", on=on, by=by, at=at, details=details, clause=made.clause, evidence=evidence)
    return made


@transaction.atomic
def confirm(
    finding: Finding, *, on: date, by: Actor, at: datetime, reason: str = "", basis_sha256: str = ""
) -> Finding:
    """认定问题. A lead that asks a question (是否违法设置) is answered: the fact is entered on the paper, and the
    finding that rests on the fact stands in its place. Returns the finding that stands.

    Raises
    ------
    Refused, NotFound, StaleRecord
    """
    require(guards.confirm(finding, basis_sha256=basis_sha256, reason=reason, by=by, on=on, at=at))
    if basis_sha256:
        check_filed({basis_sha256})
    outlet = finding.outlet
    standing = finding
    if fact := rules.settles(policy_of(outlet.unit_path, on=on), finding.rule):
        _answer(finding, fact, value=True, reason=reason, basis_sha256=basis_sha256, on=on, by=by, at=at)
        standing = _successor(finding, fact) or finding
    return _confirm(standing, on=on, by=by, at=at, reason=reason, basis_sha256=basis_sha256)


def _answer(
    finding: Finding, fact: str, *, value: bool, reason: str, basis_sha256: str, on: date, by: Actor, at: datetime
) -> None:
    outlet = finding.outlet
    source = f"{ANSWERED}{reason.strip() or finding.text}"[:200]
    subject = ("outlet", str(outlet.pk))
    enter_fact(
        subject,
        place=place_of(outlet),
        name=fact,
        value=value,
        source=source,
        on=on,
        by=by,
        at=at,
        sha256=basis_sha256,
    )
    refresh_one(outlet, on=on, at=at)
    finding.refresh_from_db()


def _successor(finding: Finding, fact: str) -> Finding | None:
    """The lead of the rule that reads the answer, and holds now."""
    found = Finding.objects.filter(outlet=finding.outlet, withdrawn_at=None, state=FindingState.LEAD).exclude(rule="")
    return next((one for one in found.select_related("outlet") if fact in one.facts), None)


def _confirm(
    finding: Finding, *, on: date, by: Actor, at: datetime, reason: str, basis_sha256: str = "", told: bool = True
) -> Finding:
    outlet = finding.outlet
    here = queries.round_of(outlet)
    _decide(finding, FindingState.CONFIRMED, on=on, by=by, reason=reason, basis_sha256=basis_sha256, here=here)
    if told:
        details = {"finding": finding.pk, "kind": finding.kind, "text": finding.text, "reason": finding.reason}
        evidence = (basis_sha256,) if basis_sha256 else ()
        clause = finding.clause
        record(outlet, "finding.confirm", on=on, by=by, at=at, details=details, clause=clause, evidence=evidence)
    return finding


def _decide(
    finding: Finding,
    state: FindingState,
    *,
    on: date,
    by: Actor,
    reason: str,
    basis_sha256: str = "",
    here: Round | None = None,
) -> None:
    """Write the decision where the finding still is what was read.

    Raises
    ------
    StaleRecord
    """
    changes = {
        "state": state,
        "decided_on": on,
        "decided_by": by.id,
        "reason": reason.strip(),
        "basis_sha256": basis_sha256 or finding.basis_sha256,
        "round": here or finding.round,
        "withdrawn_at": None,
        "version": finding.version + 1,
    }
    if not Finding.objects.filter(pk=finding.pk, version=finding.version).update(**changes):
        raise StaleRecord(str(finding))
    for name, value in changes.items():
        setattr(finding, name, value)


@transaction.atomic
def dismiss(finding: Finding, *, reason: str, on: date, by: Actor, at: datetime, basis_sha256: str = "") -> Finding:
    """排除线索, with the reason. The same lead does not come back while the facts are the same.

    Raises
    ------
    Refused, NotFound, StaleRecord
    """
    require(guards.dismiss(finding, reason=reason, by=by, on=on, at=at))
    if basis_sha256:
        check_filed({basis_sha256})
    return _dismiss(finding, reason=reason, on=on, by=by, at=at, basis_sha256=basis_sha256)


def _dismiss(
    finding: Finding, *, reason: str, on: date, by: Actor, at: datetime, basis_sha256: str = "", told: bool = True
) -> Finding:
    outlet = finding.outlet
    _decide(finding, FindingState.DISMISSED, on=on, by=by, reason=reason, basis_sha256=basis_sha256)
    if fact := rules.settles(policy_of(outlet.unit_path, on=on), finding.rule):
        _answer(finding, fact, value=False, reason=reason, basis_sha256=basis_sha256, on=on, by=by, at=at)
    if told:
        details = {"finding": finding.pk, "kind": finding.kind, "text": finding.text, "reason": finding.reason}
        record(outlet, "finding.dismiss", on=on, by=by, at=at, details=details, clause=finding.clause)
    return finding


@transaction.atomic
def take_back(finding: Finding, *, reason: str, on: date, by: Actor, at: datetime) -> Finding:
    """撤回认定: the finding is a lead again. A fact that the confirmation answered goes with it, and the rules
    are asked anew.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.take_back(finding, reason=reason, by=by, on=on, at=at))
    outlet, confirmed_on, basis = finding.outlet, finding.decided_on, finding.basis_sha256
    answers = _answers(finding)
    blank = {"decided_on": None, "decided_by": "", "reason": "", "version": finding.version + 1}
    columns = {"state": FindingState.LEAD, **blank}
    if not Finding.objects.filter(pk=finding.pk, version=finding.version).update(**columns):
        raise StaleRecord(str(finding))
    for fact in answers:
        retract_fact(fact, place=place_of(outlet), reason=reason, by=by, at=at)
    if finding.rule:
        refresh_one(outlet, on=on, at=at)
    finding.refresh_from_db()
    details = {
        "finding": finding.pk,
        "kind": finding.kind,
        "text": finding.text,
        "reason": reason.strip(),
        "confirmed_on": confirmed_on.isoformat() if confirmed_on else "",
    }
    evidence = (basis,) if basis else ()
    record(outlet, "finding.take_back", on=on, by=by, at=at, details=details, clause=finding.clause, evidence=evidence)
    return finding


def _answers(finding: Finding) -> list[Fact]:
    """The facts that stand on the paper of a confirmation."""
    if not finding.basis_sha256:
        return []
    names = {*finding.facts, rules.settles(policy_of(finding.outlet.unit_path, on=finding.found_on), finding.rule)}
    mine = {"subject_kind": "outlet", "subject_id": str(finding.outlet_id), "sha256": finding.basis_sha256}
    return list(
        Fact.objects.filter(**mine, name__in=names - {"", None}, retracted_at=None, source__startswith=ANSWERED)
    )


@transaction.atomic
def list_as_problem(
    outlet: Outlet,
    *,
    findings: Sequence[Finding],
    on: date,
    by: Actor,
    at: datetime,
    reason: str = "",
    papers: Mapping[Paper, str] | None = None,
) -> Round:
    """列入问题排污口清单 (T7, 济源 三(二)1). Leads among `findings` are confirmed with the same press; everything
    confirmed belongs to the stay that begins.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    require(guards.list_as_problem(outlet, findings=findings, by=by, on=on, at=at, reason=reason))
    for one in findings:
        if one.state == FindingState.LEAD:
            one.outlet = outlet
            _confirm(one, on=on, by=by, at=at, reason=reason, told=False)
    named = [one for one in findings if one.state == FindingState.CONFIRMED]
    details = {
        "findings": [{"id": one.pk, "kind": one.kind, "text": one.text, "clause": one.clause} for one in named],
        "reason": reason.strip(),
    }
    advance_many([Advance(outlet, Move.LIST_AS_PROBLEM, on, papers or {}, details=details)], by=by, at=at)
    return open_round(outlet, cause=Cause.TRIAGE, on=on, by=by, at=at, reason=reason)


@transaction.atomic
def find_no_problem(
    outlet: Outlet,
    *,
    reason: str,
    on: date,
    by: Actor,
    at: datetime,
    papers: Mapping[Paper, str] | None = None,
) -> Outlet:
    """认定没有问题 (T7). Leads that nobody looked at are dismissed with the same reason.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    standing = queries.findings_of(outlet)
    require(guards.find_no_problem(outlet, standing=standing, reason=reason, by=by, on=on, at=at))
    leads = [one for one in standing if one.state == FindingState.LEAD]
    for one in leads:
        one.outlet = outlet
        _dismiss(one, reason=reason, on=on, by=by, at=at, told=False)
    details = {"dismissed": [one.pk for one in leads], "reason": reason.strip()}
    advance_many([Advance(outlet, Move.FIND_NO_PROBLEM, on, papers or {}, details=details)], by=by, at=at)
    return outlet


@transaction.atomic
def retain_without_problem(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> Outlet:
    """无问题保留 (T18): it was approved, filed or permitted.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.retain_without_problem(outlet, by=by, on=on, at=at))
    advance_many([Advance(outlet, Move.RETAIN_WITHOUT_PROBLEM, on)], by=by, at=at)
    return outlet
