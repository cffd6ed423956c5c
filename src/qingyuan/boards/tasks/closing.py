"""The duties of closure: works to accept, outcomes to decide, filings to take, closed outlets to look at again."""

from __future__ import annotations

from django.db.models import Max, Min, OuterRef, Q, Subquery

from qingyuan.core.access import Actor, Permission, Role
from qingyuan.registry.models import OutletQuerySet
from qingyuan.stages.remediation.models_closure import Filing, LookBack
from qingyuan.stages.remediation.words_closure import FilingState

FILED, PLANNED = "handed_in_on", "look_planned_on"
"""The annotated days: a filing was handed in, a look back was planned."""


def undecided() -> Q:
    """Of outlets accepted below those that do not wait for a bureau above: to be filed upward, or to be retained,
    merged or closed."""
    pending = Filing.objects.filter(state=FilingState.PENDING).values("round__outlet")
    return ~Q(pk__in=pending)


def to_file(actor: Actor, found: OutletQuerySet) -> OutletQuerySet:
    """Of these the outlets whose filing the actor's own bureau decides, since when it was handed in."""
    grants = actor.holding(Permission.REMEDIATION_FILE_UPWARD)
    filings = Filing.objects.filter(state=FilingState.PENDING)
    if not any(one.role is Role.CONSOLE for one in grants):
        filings = filings.filter(to_path__in={one.seat_path for one in grants if one.functions})
    mine = filings.filter(round__outlet=OuterRef("pk")).order_by()
    since = mine.values("round__outlet").annotate(day=Max("filed_on")).values("day")
    return found.filter(pk__in=filings.values("round__outlet")).annotate(**{FILED: Subquery(since)})


def to_look(actor: Actor, *, found: OutletQuerySet) -> OutletQuerySet:
    """Of these the outlets with a look back that is not done, since it was planned."""
    if not actor.holding(Permission.REMEDIATION_REOPEN):
        found = found.none()
    looks = LookBack.objects.filter(result="")
    mine = looks.filter(round__outlet=OuterRef("pk")).order_by()
    since = mine.values("round__outlet").annotate(day=Min("planned_on")).values("day")
    return found.filter(pk__in=looks.values("round__outlet")).annotate(**{PLANNED: Subquery(since)})
