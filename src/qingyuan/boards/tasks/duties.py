"""Which outlets carry a duty for somebody, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.days import BEIJING
from qingyuan.core.duties import RULES, Cutoffs, Duty, Group, cutoffs
from qingyuan.core.workdays import Calendar
from qingyuan.places.paths import within_q
from qingyuan.registry.guards import classification_lead_refusal
from qingyuan.registry.models import Outlet, Proposal
from qingyuan.registry.queries import broken_chains, scope_q
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook.checking import unit_path_of
from qingyuan.rulebook.queries import packs_in_force


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of somebody's scope in which one pack governs: a subtree without the subtrees of packs below it."""

    path: str
    below: tuple[str, ...]
    days: int | None

    def q(self, column: str) -> Q:
        """The filter on a path column."""
        # Said in full for the nation: an empty condition would vanish from an "or".
        found = within_q(column, self.path) if self.path else Q(pk__isnull=False)
        for path in self.below:
            found &= ~within_q(column, path)
        return found


def segments(duty: Duty, *, on: date) -> list[Segment]:
    """The nation in parts with one number of days each: one part as long as no pack says otherwise than the nation."""
    parameter = RULES[duty].deadline
    paths = sorted({"", *(unit_path_of(pack) for pack in packs_in_force(on=on).values())})
    days = {path: _days(path, parameter, on=on) for path in paths}
    if len(set(days.values())) == 1:
        return [Segment("", (), days[""])]
    return [
        Segment(path, tuple(other for other in paths if other != path and other.startswith(path)), days[path])
        for path in paths
    ]


def _days(path: str, parameter: str, *, on: date) -> int | None:
    value = policy_of(path, on=on).value(parameter) if parameter else None
    return value if isinstance(value, int) else None


def carrying(duty: Duty, actor: Actor, *, on: date) -> QuerySet[Outlet] | QuerySet[Proposal]:
    """What waits for the actor: only where he may do it (a disagreement waits as the proposal it is)."""
    rule = RULES[duty]
    able = Actor(actor.id, actor.name, actor.holding(rule.permission))
    if not able.grants:
        return Outlet.objects.none()
    scope = Outlet.objects.filter(scope_q(able)).standing()
    match duty:
        case Duty.VERIFY:
            # Without a position it waits to be located, and nobody verifies what he entered himself.
            return scope.filter(stage=rule.stage, longitude_deg__isnull=False).exclude(registered_by=actor.id)
        case Duty.TRACE | Duty.FIX_PARTY:
            return scope.filter(stage=rule.stage)
        case Duty.CLASSIFY:
            return scope.filter(stage=rule.stage).filter(_where_lead(able, on=on))
        case Duty.LOCATE:
            return scope.filter(longitude_deg__isnull=True)
        case Duty.SUPPLEMENT:
            return scope.exclude(missing=[])
        case Duty.DECIDE:
            # Before the decision an opinion is part of classifying; after it, it is a disagreement.
            decided = Proposal.objects.filter(about="type", decision="open").exclude(outlet__type_key="")
            return decided.filter(_where_lead(able, on=on, column="outlet__unit_path"), outlet__in=scope)
        case _:
            # Before it is classified nobody is late with the chain: tracing is what finds it.
            return broken_chains(scope.exclude(type_key=""), on=on)


def _where_lead(actor: Actor, *, on: date, column: str = "unit_path") -> Q:
    """Where the actor is the one who confirms types (大同 三(三)): everywhere but where a pack names another."""
    barred = Q(pk__in=[])
    paths = sorted({unit_path_of(pack) for pack in packs_in_force(on=on).values()})
    for path in paths:
        if classification_lead_refusal(Outlet(unit_path=path), by=actor, on=on) is not None:
            below = [other for other in paths if other != path and other.startswith(path)]
            barred |= Segment(path, tuple(below), None).q(column)
    return ~barred


def since_column(duty: Duty) -> str:
    """The column a duty's days count from, as it stands in the rows of `carrying`."""
    return {"registered_on": "registered_at", "proposed_on": "proposed_at", "": "pk"}.get(
        RULES[duty].since, RULES[duty].since
    )


def in_group(duty: Duty, group: Group, parts: Iterable[Segment], *, today: date, calendar: Calendar) -> Q:
    """The filter on the rows of `carrying` that are due then; `parts` are the duty's segments."""
    column, found = since_column(duty), Q(pk__in=[])
    path = "outlet__unit_path" if duty is Duty.DECIDE else "unit_path"
    for segment in parts:
        cut = cutoffs(segment.days, today=today, calendar=calendar)
        found |= segment.q(path) & _between(column, cut, group, dated=segment.days is not None)
    return found


def _between(column: str, cut: Cutoffs, group: Group, *, dated: bool) -> Q:
    if not dated:
        return Q() if group is Group.LATER else Q(pk__in=[])
    overdue, later = (_as(column, day) for day in (cut.overdue, cut.later))
    match group:
        case Group.OVERDUE:
            return Q(**{f"{column}__lt": overdue})
        case Group.WEEK:
            return Q(**{f"{column}__gte": overdue, f"{column}__lt": later})
        case _:
            return Q(**{f"{column}__gte": later})


def _as(column: str, day: date) -> date | datetime:
    """A day as the column holds it: an instant column by the beginning of the day in Beijing."""
    return datetime.combine(day, datetime.min.time(), BEIJING) if column.endswith("_at") else day


def duties_of(actor: Actor) -> Iterable[Duty]:
    """The duties the actor may do anywhere."""
    return [duty for duty in Duty if actor.holding(RULES[duty].permission)]
