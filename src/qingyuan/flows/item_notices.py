"""交办 → 消息: the officers of the bodies learn that an item was issued, answered, returned, urged, escalated or
closed, and that it is overdue.

What is to be told is read off the items as they stand, each thing under a key of its own. So it does not matter whether
a door asks right after an act or the clock asks once more: nobody is told twice (大同 二(二): 交办到单位).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial

from qingyuan.core.access import Actor
from qingyuan.stages.dispatch.models import Escalation, Part, Urging, WorkItem
from qingyuan.stages.dispatch.words import ANSWERABLE, ItemStatus, PartState
from qingyuan.stages.notice.actions import Told, notify_many
from qingyuan.stages.notice.kinds import Kind
from qingyuan.stages.notice.queries import officer_id

BATCH = 200
PAGE = "web:item"


def tell(items: Iterable[WorkItem], *, by: Actor, on: date, at: datetime) -> int:
    """Tell of items what nobody was told yet. Returns how many notices are new."""
    return _tell([item.pk for item in items], by=by, on=on, at=at)


def tell_open(*, by: Actor, on: date, at: datetime) -> int:
    """Tell of every item that is not closed, for the clock: what fell due, what went up, what a door left untold."""
    told, last = 0, 0
    open_items = WorkItem.objects.exclude(status=ItemStatus.CLOSED).order_by("pk").values_list("pk", flat=True)
    while batch := list(open_items.filter(pk__gt=last)[:BATCH]):
        told += _tell(batch, by=by, on=on, at=at)
        last = batch[-1]
    return told


def _tell(pks: Iterable[int], *, by: Actor, on: date, at: datetime) -> int:
    found = (
        WorkItem.objects.filter(pk__in=list(pks))
        .select_related("issued_body", "unit")
        .prefetch_related("parts__feedbacks", "escalations", "urgings")
        .order_by("pk")
    )
    return notify_many([one for item in found for one in _told(item, on=on)], by=by, on=on, at=at)


def _told(item: WorkItem, *, on: date) -> Iterator[Told]:
    """Everything there is to tell of one item."""
    parts = [part for part in item.parts.all() if part.body_id is not None]
    bodies = [part.body_id for part in parts if part.body_id]
    say = partial(_say, item)
    yield say("issued", Kind.ITEM_ISSUED, bodies, but=_number(item.issued_by))
    for part in parts:
        yield from _of_part(item, part)
    if item.status == ItemStatus.CLOSED:
        yield say(f"closed:{item.closed_on}", Kind.ITEM_CLOSED, [*bodies, *_issuer(item)], but=_number(item.closed_by))
    for up in item.escalations.all():
        yield _escalated(item, up)
    for urging in item.urgings.all():
        yield _urged(item, urging, parts)
    if item.status != ItemStatus.CLOSED and item.due is not None and item.due < on:
        late = [part.body_id for part in parts if part.part in ANSWERABLE]
        yield say(f"overdue:{item.due}", Kind.ITEM_OVERDUE, [*filter(None, late), *_issuer(item)])


def _of_part(item: WorkItem, part: Part) -> Iterator[Told]:
    feedbacks = sorted(part.feedbacks.all(), key=lambda one: one.pk)
    if not feedbacks or part.body_id is None:
        return
    last = feedbacks[-1]
    match PartState(part.state):
        case PartState.ANSWERED:
            giver = _number(last.given_by)
            yield _say(item, f"feedback:{last.pk}", Kind.ITEM_FEEDBACK, _issuer(item), said_by=part.name, but=giver)
        case PartState.RETURNED:
            returner = _number(last.returned_by)
            yield _say(item, f"returned:{last.pk}", Kind.ITEM_RETURNED, [part.body_id], but=returner)
        case PartState.AWAITING:  # it had answered, and was asked again
            yield _say(item, f"reopened:{part.pk}:{last.pk}", Kind.ITEM_REOPENED, [part.body_id])


def _escalated(item: WorkItem, up: Escalation) -> Told:
    return _say(item, f"escalated:{up.pk}", Kind.ITEM_ESCALATED, [up.body_id] if up.body_id else [])


def _urged(item: WorkItem, urging: Urging, parts: Iterable[Part]) -> Told:
    late = [part.body_id for part in parts if part.state != PartState.ANSWERED and part.body_id]
    late = late or [part.body_id for part in parts if part.part in ANSWERABLE and part.body_id]
    said_by = urging.body.name if urging.body else item.unit.name
    return _say(item, f"urged:{urging.pk}", Kind.ITEM_URGED, late, said_by=said_by, but=_number(urging.urged_by))


def _say(
    item: WorkItem, what: str, kind: Kind, bodies: Iterable[int], *, said_by: str = "", but: int | None = None
) -> Told:
    return Told(
        key=f"item:{item.pk}:{what}",
        kind=kind,
        about=("item", str(item.pk)),
        bodies=list(dict.fromkeys(bodies)),
        params={
            "from": said_by or (item.issued_body.name if item.issued_body else item.unit.name),
            "title": item.subject,
        },
        link=(PAGE, (item.pk,)),
        but=but,
        is_demo=item.is_demo,
    )


def _issuer(item: WorkItem) -> list[int]:
    return [item.issued_body_id] if item.issued_body_id else []


def _number(actor_id: str) -> int | None:
    return officer_id(Actor(actor_id, ""))
