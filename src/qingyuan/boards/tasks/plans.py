"""The duties of the register of plans (实施方案): who must file has one, who decides on what was filed has the other.

A line of the register without a plan is no record, so these few are made as a list; what was filed is found by a query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.duties import RULES, Duty
from qingyuan.places.models import Unit
from qingyuan.places.paths import is_within, within_q
from qingyuan.stages.reporting.filers import scheme_for
from qingyuan.stages.reporting.models import PlanState, SubordinatePlan
from qingyuan.stages.reporting.queries import Line, Standing, register

OPEN = frozenset({Standing.OVERDUE, Standing.MISSING, Standing.REFUSED})


@dataclass(frozen=True, slots=True)
class ToFile:
    """A line of the register that waits for its plan."""

    line: Line
    due: date | None
    root: Unit

    @property
    def key(self) -> tuple[date, str]:
        """Where it stands in the list."""
        return self.due or date.max, self.line.filer.key


def to_file(actor: Actor, *, path: str, on: date) -> list[ToFile]:
    """The plans the actor's own unit or department has not filed, standing at a unit: by due day. Whoever only could
    file in their place has no duty."""
    at = Unit.objects.filter(path=path).first()
    scheme = scheme_for(at, on=on) if at is not None else None
    if scheme is None:
        return []
    held = actor.holding(RULES[Duty.FILE_PLAN].permission)
    seats = {grant.seat_path for grant in held}
    bodies = {grant.body_id for grant in held if grant.body_id is not None}
    found = []
    for line in register(scheme, on=on):
        filer = line.filer
        mine = filer.body.pk in bodies if filer.body else filer.unit.path in seats and filer.unit != scheme.root
        if mine and line.standing in OPEN and is_within(filer.unit.path, path):
            found.append(ToFile(line, scheme.due.day, scheme.root))
    return sorted(found, key=lambda one: one.key)


def to_decide(actor: Actor, *, path: str) -> QuerySet[SubordinatePlan]:
    """The plans that wait for a decision the actor may take; not those he filed himself."""
    reached = Q(pk__in=[])
    for grant in actor.holding(RULES[Duty.APPROVE_PLAN].permission):
        for root in grant.reach.unit_paths:
            reached |= within_q("root_path", root) if root else Q(pk__isnull=False)
    waiting = SubordinatePlan.objects.filter(reached, within_q("root_path", path), state=PlanState.FILED)
    return waiting.exclude(filed_by=actor.id).select_related("unit", "body")
