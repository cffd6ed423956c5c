"""The duties before the problem list: outlets to be triaged, leads nobody looked at, reviews to be made up for."""

from __future__ import annotations

from django.db.models import Min, OuterRef, Subquery

from qingyuan.core.access import Actor, Grant, Role
from qingyuan.core.duties import Rule
from qingyuan.core.lifecycle import Stage
from qingyuan.core.policy import Policy
from qingyuan.registry.models import OutletQuerySet
from qingyuan.stages.remediation.models import Finding
from qingyuan.stages.remediation.words import FindingState

SINCE = "lead_since"
"""The annotated day of the oldest lead."""


def competent(actor: Actor, rule: Rule, *, policy: Policy) -> tuple[Grant, ...]:
    """The grants of an actor by which his department triages (remediation.triage_functions)."""
    wanted = set(policy.value("remediation.triage_functions", ()))  # type: ignore[call-overload]
    return tuple(
        grant
        for grant in actor.holding(rule.permission)
        if grant.role is Role.CONSOLE or not grant.functions or not wanted or grant.functions & wanted
    )


def with_leads(found: OutletQuerySet) -> OutletQuerySet:
    """Of these the outlets with a lead that nobody has looked at, since when; what waits to be triaged is a duty of its
    own."""
    leads = Finding.objects.filter(state=FindingState.LEAD, withdrawn_at=None)
    oldest = leads.filter(outlet=OuterRef("pk")).order_by().values("outlet").annotate(day=Min("found_on")).values("day")
    waiting = found.filter(pk__in=leads.values("outlet")).exclude(stage=Stage.CLASSIFIED)
    return waiting.annotate(**{SINCE: Subquery(oldest)})
