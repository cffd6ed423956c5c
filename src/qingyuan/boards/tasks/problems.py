"""The duties before the problem list: outlets to be triaged, leads nobody looked at, reviews to be made up for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from qingyuan.core.access import Actor, Grant, Role
from qingyuan.core.duties import Rule
from qingyuan.core.lifecycle import Stage
from qingyuan.core.policy import Policy
from qingyuan.registry.models import OutletQuerySet
from qingyuan.stages.remediation.models import Finding
from qingyuan.stages.remediation.words import FindingState


def competent(actor: Actor, rule: Rule, *, policy: Policy) -> tuple[Grant, ...]:
    """The grants of an actor by which his department triages (remediation.triage_functions)."""
    wanted = set(policy.value("remediation.triage_functions", ()))  # type: ignore[call-overload]
    return tuple(
        grant
        for grant in actor.holding(rule.permission)
        if grant.role is Role.CONSOLE or not grant.functions or not wanted or grant.functions & wanted
    )


def oldest_leads(found: OutletQuerySet, *, few: bool) -> QuerySet[Finding]:
    """Of each of these outlets the oldest lead that nobody has looked at; what waits to be triaged is another duty.
    `few`: their list is short; else each lead is asked for its own outlet."""
    leads = Finding.objects.filter(state=FindingState.LEAD, withdrawn_at=None)
    found = found.exclude(stage=Stage.CLASSIFIED)
    theirs = Q(outlet__in=found.values("pk")) if few else Q(Exists(found.filter(pk=OuterRef("outlet"))))
    earlier = Q(found_on__lt=OuterRef("found_on")) | Q(found_on=OuterRef("found_on"), pk__lt=OuterRef("pk"))
    return leads.filter(theirs, ~Exists(leads.filter(earlier, outlet=OuterRef("outlet"))))
