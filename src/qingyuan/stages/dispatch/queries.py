"""Asking for work items. What lies outside the asker's scope does not exist for him.

An item is seen by whoever reaches its unit, by each body that has a part in it, and by the bodies it was escalated to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Line
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit
from qingyuan.places.paths import within_q
from qingyuan.prepared import prepared
from qingyuan.registry.models import Outlet
from qingyuan.registry.queries import visible_to as outlets_visible_to
from qingyuan.stages.dispatch import rules
from qingyuan.stages.dispatch.models import Escalation, Feedback, ItemOutlet, Meeting, Part, WorkItem
from qingyuan.stages.dispatch.words import ANSWERABLE, ItemKind, ItemStatus, PartKind, PartState

OVERDUE = "overdue"
MOST = 2_000
ORDER = (PartKind.RESPONSIBLE, PartKind.IMPLEMENTING, PartKind.SUPPORTING)


def scope_q(actor: Actor) -> Q:
    """The filter that keeps what the actor may see."""
    scope = Q(pk__in=[])
    for grant in actor.grants:
        for path in grant.reach.unit_paths:
            scope |= within_q("unit_path", path) if path else Q(pk__isnull=False)
    if bodies := bodies_of(actor):
        scope |= Q(pk__in=Part.objects.filter(body__in=bodies).values("item"))
        scope |= Q(pk__in=Escalation.objects.filter(body__in=bodies).values("item"))
    return scope


def bodies_of(actor: Actor) -> frozenset[int]:
    """The bodies for which the actor acts, whatever he may do for them."""
    return frozenset(grant.body_id for grant in actor.grants if grant.body_id is not None)


def visible_to(actor: Actor) -> QuerySet[WorkItem]:
    """The items the actor may see."""
    return WorkItem.objects.filter(scope_q(actor)).select_related("unit", "issued_body")


def item(actor: Actor, pk: int) -> WorkItem:
    """One item.

    Raises
    ------
    NotFound
        There is none, or it lies outside the actor's scope.
    """
    found = visible_to(actor).filter(pk=pk).select_related("unit", "issued_body", "parent", "meeting").first()
    if found is None:
        raise NotFound("item", str(pk))
    return found


def part(actor: Actor, pk: int) -> Part:
    """One body's part in an item the actor may see; NotFound else."""
    found = Part.objects.filter(pk=pk, item__in=visible_to(actor)).select_related("item__unit", "body").first()
    if found is None:
        raise NotFound("part", str(pk))
    return found


def listed(
    actor: Actor,
    *,
    on: date,
    path: str = "",
    status: str = "",
    kind: str = "",
    clause: str = "",
    text: str = "",
    mine: bool = False,
    after: int = 0,
    limit: int = 50,
) -> list[WorkItem]:
    """A page of items, the newest first. `status`: one of ItemStatus, or "overdue"; `mine`: those in which a body of
    the actor has a part; `after`: the last id of the page before."""
    found = visible_to(actor).filter(within_q("unit_path", path))
    if status == OVERDUE:
        found = overdue(found, on=on)
    elif status:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    if clause:
        found = found.filter(clause=clause)
    if plain := text.strip():
        found = found.filter(subject__icontains=plain)
    if mine:
        found = found.filter(pk__in=Part.objects.filter(body__in=bodies_of(actor)).values("item"))
    if after:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-pk")[:limit])


def overdue(found: QuerySet[WorkItem], *, on: date) -> QuerySet[WorkItem]:
    """Of these the items that should have been closed before a day."""
    return found.filter(due__lt=on).exclude(status=ItemStatus.CLOSED)


def counts(actor: Actor, *, on: date, path: str = "") -> Mapping[str, int]:
    """How many items the actor sees in a unit, by status, with "overdue" among them counted once more."""
    here = visible_to(actor).filter(within_q("unit_path", path))
    rows = here.order_by().values_list("status").annotate(many=Count("pk"))
    found = {status.value: 0 for status in ItemStatus} | dict(rows)
    return {**found, OVERDUE: overdue(here, on=on).count()}


# --- one item ------------


def parts_of(found: WorkItem) -> list[Part]:
    """The bodies of an item, those that carry it first, each with its feedbacks, the newest first."""
    newest = Prefetch("feedbacks", queryset=Feedback.objects.order_by("-pk"))
    rows = found.parts.select_related("body", "item__unit").prefetch_related(newest).order_by("pk")
    return sorted(rows, key=lambda one: ORDER.index(one.part))


def carriers(items: Iterable[int]) -> dict[int, list[Part]]:
    """The bodies that carry each of some items, in the order of the scheme: one query."""
    found: dict[int, list[Part]] = {}
    for one in Part.objects.filter(item__in=list(items), part__in=ANSWERABLE).order_by("pk"):
        found.setdefault(one.item_id, []).append(one)
    return found


def own_part(found: WorkItem, actor: Actor) -> Part | None:
    """The part the actor's body has in an item."""
    mine = bodies_of(actor)
    return next((one for one in parts_of(found) if one.body_id in mine), None) if mine else None


def outlets_of(found: WorkItem, actor: Actor) -> list[Outlet]:
    """The outlets an item is about today, of those the actor may see."""
    linked = found.outlet_links.filter(to_day=None).values("outlet")
    return list(outlets_visible_to(actor, leads=True).filter(pk__in=linked).select_related("unit").order_by("pk"))


def items_of_outlet(actor: Actor, outlet: Outlet) -> list[WorkItem]:
    """Items about an outlet that the actor may see, the newest first: for the outlet's page."""
    linked = _linked(outlet=outlet.pk)
    return list(visible_to(actor).filter(pk__in=linked).order_by("-pk")) if linked else []


@prepared
def _linked(outlet: Any) -> QuerySet[ItemOutlet, int]:
    return ItemOutlet.objects.filter(outlet_id=outlet, to_day=None).values_list("item_id", flat=True)


@dataclass(frozen=True, slots=True)
class RollUp:
    """What became of an item below it: one for each body it was passed to. `unregistered`: bodies nobody registered;
    they are counted in `total` and never as answered."""

    total: int = 0
    answered: int = 0
    closed: int = 0
    returned: int = 0
    overdue: int = 0
    unregistered: int = 0

    def __add__(self, other: RollUp) -> RollUp:
        return RollUp(
            self.total + other.total,
            self.answered + other.answered,
            self.closed + other.closed,
            self.returned + other.returned,
            self.overdue + other.overdue,
            self.unregistered + other.unregistered,
        )


def roll_up(found: WorkItem, *, on: date) -> RollUp:
    """The items below one, at every level, added up. `answered` counts those fed back or closed; answered of total
    is "9 个乡镇中 7 个已反馈"."""
    total, level = RollUp(), [found.pk]
    while level:
        children = list(WorkItem.objects.filter(parent__in=level).prefetch_related("parts"))
        for child in children:
            total += _said_of(child, on)
        level = [child.pk for child in children]
    return total


def _said_of(child: WorkItem, on: date) -> RollUp:
    closed = child.status == ItemStatus.CLOSED
    return RollUp(
        total=1,
        answered=int(closed or child.status == ItemStatus.ANSWERED),
        closed=int(closed),
        returned=int(child.status == ItemStatus.RETURNED),
        overdue=int(not closed and child.due is not None and child.due < on),
        unregistered=int(not any(one.body_id for one in child.parts.all() if one.part in ANSWERABLE)),
    )


def children_of(found: WorkItem) -> list[WorkItem]:
    """The items directly below, in the order of their units, with their parts."""
    return list(found.children.select_related("unit").prefetch_related("parts__body").order_by("unit_path", "pk"))


# --- boards ------------


@dataclass(frozen=True, slots=True)
class BoardLine:
    """What is overdue at one body (or at a name without a body), the oldest first."""

    name: str
    body_id: int | None
    unit_path: str
    items: tuple[WorkItem, ...]


def overdue_board(actor: Actor, *, on: date, path: str = "") -> list[BoardLine]:
    """The coordinating office's board: for every body below a unit the overdue items in which it has not fed back or
    which it has not closed, most first. What the actor may not see is not there; of very many parts the MOST longest
    overdue are looked at."""
    here = overdue(visible_to(actor).filter(within_q("unit_path", path)), on=on)
    parts = (
        Part.objects.filter(item__in=here, part__in=ANSWERABLE)
        .select_related("item__unit", "body")
        .order_by("item__due", "item__pk")[:MOST]
    )
    found: dict[tuple[str, str, int | None], list[WorkItem]] = {}
    for one in parts:
        if one.state != PartState.ANSWERED or one.item.status == ItemStatus.ANSWERED:
            found.setdefault((one.unit_path, one.name, one.body_id), []).append(one.item)
    lines = [BoardLine(name, body_id, at, tuple(items)) for (at, name, body_id), items in found.items()]
    return sorted(lines, key=lambda line: (-len(line.items), line.unit_path, line.name))


def issues(actor: Actor, *, on: date, path: str = "") -> list[WorkItem]:
    """Open issues and gaps of a unit, the oldest first, for the coordination board."""
    found = visible_to(actor).filter(within_q("unit_path", path), kind__in=(ItemKind.ISSUE, ItemKind.GAP))
    return list(found.filter(issued_on__lte=on).exclude(status=ItemStatus.CLOSED).order_by("issued_on", "pk"))


# --- what the scheme offers ------------


def lines_for(unit: Unit, *, on: date) -> list[Line]:
    """The clauses of the scheme under which work may be issued in a unit, with the bodies each names."""
    policy = rules.policy_of(unit.path, on=on)
    return naming.lines(naming.rows(policy), policy=policy, unit=unit, on=on)


def due_for(unit: Unit, *, on: date) -> date | None:
    """The day an item issued on a day is due when nobody gives one."""
    return rules.due_for(rules.policy_of(unit.path, on=on), on)


def mechanisms_of(unit: Unit, *, on: date) -> tuple[str, ...]:
    """The mechanisms whose meetings are recorded in a unit."""
    return rules.mechanisms(rules.policy_of(unit.path, on=on))


# --- meetings ------------


def meetings(actor: Actor, *, path: str = "", mechanism: str = "", after: int = 0, limit: int = 50) -> list[Meeting]:
    """A page of meetings in the actor's reach, the latest recorded first."""
    scope = Q(pk__in=[])
    for grant in actor.grants:
        for reached in grant.reach.unit_paths:
            scope |= within_q("unit_path", reached) if reached else Q(pk__isnull=False)
    found = Meeting.objects.filter(scope, within_q("unit_path", path)).select_related("unit")
    if mechanism:
        found = found.filter(mechanism=mechanism)
    if after:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-pk")[:limit])


def meeting(actor: Actor, pk: int) -> Meeting:
    """One meeting with its decisions; NotFound outside the actor's reach."""
    paths: Iterable[str] = {path for grant in actor.grants for path in grant.reach.unit_paths}
    found = Meeting.objects.filter(pk=pk).select_related("unit").prefetch_related("decisions__item").first()
    if found is None or not any(found.unit_path.startswith(path) for path in paths):
        raise NotFound("meeting", str(pk))
    return found
