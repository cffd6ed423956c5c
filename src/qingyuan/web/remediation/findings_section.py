"""What stands against an outlet: on the page of its round, and in the box of its own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import guards, queries, rules
from qingyuan.stages.remediation.models import Finding, Round


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with the name of its kind, the facts it rests on, and why it may not be decided."""

    finding: Finding
    kind: str
    facts: list[str]
    against_confirming: Refusal | None
    against_dismissing: Refusal | None
    against_taking_back: Refusal | None
    needs_basis: bool


def section(actor: Actor, round: Round) -> dict[str, object]:
    """The section of the round's page: `findings` of this stay, the relapse that began it, what turned up since."""
    outlet = round.outlet
    at = timezone.now()
    on = timezone.localdate(at)
    mine = queries.findings_in(round)
    ids = {one.pk for one in mine}
    open_ones = [one for one in queries.findings_of(outlet) if one.pk not in ids] if round.is_open else []
    return {
        "findings_relapse": round.begun_by.first() if round.reopened_from else None,
        "findings": [shown(one, outlet, actor, on=on, at=at) for one in mine],
        "new_findings": [shown(one, outlet, actor, on=on, at=at) for one in open_ones],
        "findings_outlet": outlet,
    }


def box(actor: Actor, outlet: Outlet) -> dict[str, object]:
    """The box of an outlet's page: what stands against it while no round is open, and a way to triage."""
    at = timezone.now()
    on = timezone.localdate(at)
    here = queries.round_of(outlet)
    found = [] if here else queries.findings_of(outlet)
    return {
        "problem_round": here,
        "problem_findings": [shown(one, outlet, actor, on=on, at=at) for one in found],
        "against_listing": listing_refusal(outlet, actor, found, on=on, at=at),
        "against_no_problem": guards.find_no_problem(outlet, standing=found, reason="…", by=actor, on=on, at=at),
        "against_retaining": guards.retain_without_problem(outlet, by=actor, on=on, at=at),
    }


def listing_refusal(outlet: Outlet, actor: Actor, found: list[Finding], *, on: date, at: datetime) -> Refusal | None:
    """Against 列入问题清单, whichever findings are chosen: one that needs a paper first is not counted."""
    policy = policy_of(outlet.unit_path, on=on)
    ready = [one for one in found if one.state == "confirmed" or not rules.settles(policy, one.rule)]
    return guards.list_as_problem(outlet, findings=ready or found, by=actor, on=on, at=at)


def shown(one: Finding, outlet: Outlet, actor: Actor, *, on: date, at: datetime) -> Shown:
    """A finding for the page."""
    one.outlet = outlet
    policy = policy_of(outlet.unit_path, on=on)
    return Shown(
        one,
        rules.kind_said(policy, one.kind),
        rules.said_facts(one.facts),
        guards.confirm(one, basis_sha256="x", reason="", by=actor, on=max(on, one.found_on), at=at),
        guards.dismiss(one, reason="…", by=actor, on=max(on, one.found_on), at=at),
        guards.take_back(one, reason="…", by=actor, on=max(on, one.decided_on or one.found_on), at=at),
        bool(rules.settles(policy, one.rule)),
    )
