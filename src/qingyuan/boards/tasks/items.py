"""The duties that come with work handed out (交办): of the bodies that have a part in it, and of those who coordinate.

What waits for a body is found by where the body sits, not by where the work lies: a county's office sees on its own
home page what the city handed to it.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from qingyuan.core.access import Actor, Permission
from qingyuan.core.duties import RULES, Duty, Group, Source, end_of_week
from qingyuan.places.paths import within_q
from qingyuan.stages.dispatch.guards import acting_bodies
from qingyuan.stages.dispatch.models import Escalation, Part, WorkItem
from qingyuan.stages.dispatch.words import ANSWERABLE, ItemKind, ItemStatus, PartState

SOURCES = frozenset({Source.PART, Source.ITEM, Source.ESCALATION})
DUE = "due_day"
"""The annotated due day; without one the last day there is, so that rows have one order."""
NEVER = date.max


def carrying(duty: Duty, actor: Actor, *, path: str) -> QuerySet[Part] | QuerySet[WorkItem]:
    """What was handed out and waits for the actor, standing at a unit."""
    match duty:
        case Duty.FEED_BACK:
            return _parts(duty, actor, path).filter(state=PartState.AWAITING).exclude(item__status=ItemStatus.CLOSED)
        case Duty.MEND_FEEDBACK:
            return _parts(duty, actor, path).filter(state=PartState.RETURNED).exclude(item__status=ItemStatus.CLOSED)
        case Duty.CLOSE_ITEM:
            answered = _parts(duty, actor, path).filter(part__in=ANSWERABLE, item__status=ItemStatus.ANSWERED)
            return answered.filter(~Exists(_open_below()))
        case Duty.COORDINATE:
            put_before = Escalation.objects.filter(body__in=acting_bodies(actor, RULES[duty].permission))
            return _items(path).filter(pk__in=put_before.values("item"))
        case _:
            return _items(path).filter(_reached(actor, RULES[duty].permission), kind__in=(ItemKind.ISSUE, ItemKind.GAP))


def _parts(duty: Duty, actor: Actor, path: str) -> QuerySet[Part]:
    mine = Part.objects.filter(within_q("unit_path", path), body__in=acting_bodies(actor, RULES[duty].permission))
    return mine.annotate(**{DUE: Coalesce(F("item__due"), Value(NEVER))}).select_related("item__unit", "body")


def _items(path: str) -> QuerySet[WorkItem]:
    undecided = WorkItem.objects.filter(within_q("unit_path", path), decision="").exclude(status=ItemStatus.CLOSED)
    return undecided.annotate(**{DUE: Coalesce(F("due"), Value(NEVER))}).select_related("unit")


def _open_below() -> QuerySet[WorkItem]:
    """What would keep an item from being closed (dispatch.guards.close): an open item below that somebody could
    close."""
    closable = Part.objects.filter(item=OuterRef("pk"), part__in=ANSWERABLE, body__isnull=False)
    below = WorkItem.objects.filter(parent=OuterRef("item_id")).exclude(status=ItemStatus.CLOSED)
    return below.filter(Exists(closable))


def _reached(actor: Actor, permission: Permission) -> Q:
    """The items whose unit the actor reaches with a permission."""
    found = Q(pk__in=[])
    for grant in actor.holding(permission):
        for path in grant.reach.unit_paths:
            found |= within_q("unit_path", path) if path else Q(pk__isnull=False)
    return found


def in_group(group: Group, *, today: date) -> Q:
    """The filter on the rows of `carrying` that are due then."""
    match group:
        case Group.OVERDUE:
            return Q(**{f"{DUE}__lt": today})
        case Group.WEEK:
            return Q(**{f"{DUE}__gte": today, f"{DUE}__lte": end_of_week(today)})
        case _:
            return Q(**{f"{DUE}__gt": end_of_week(today)})


def due_of(row: Part | WorkItem) -> date | None:
    """The day a row is due."""
    return (row.item if isinstance(row, Part) else row).due
