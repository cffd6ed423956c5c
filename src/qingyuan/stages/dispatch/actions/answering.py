"""反馈、退回、办结、重新打开."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.library import queries as library
from qingyuan.stages.dispatch import guards
from qingyuan.stages.dispatch.actions.writing import change, record, set_part, settle
from qingyuan.stages.dispatch.models import Feedback, Part, WorkItem
from qingyuan.stages.dispatch.words import ANSWERABLE, ItemStatus, PartState


@transaction.atomic
def feedback(part: Part, *, text: str, on: date, by: Actor, at: datetime, sha256: str = "") -> Feedback:
    """反馈: what one body did, with its paper (`sha256`, filed in the library before). Responsible, supporting and
    implementing bodies alike. The same feedback pressed twice is one.

    Raises
    ------
    Refused, NotFound, StaleRecord
    """
    require(guards.feedback(part, text=text, on=on, by=by, at=at))
    if sha256:
        library.file(sha256)
    last = part.feedbacks.order_by("-pk").first()
    if last is not None and not last.returned_reason and (last.text, last.sha256, last.day) == (text, sha256, on):
        return last
    given = Feedback.objects.create(part=part, text=text, sha256=sha256, day=on, given_by=by.id, given_at=at)
    set_part(part, state=PartState.ANSWERED, state_on=on)
    settle(part.item)
    record(
        part.item,
        "item.feedback",
        on=on,
        by=by,
        at=at,
        details={"part": part.part, "body": part.body_id, "name": part.name, "feedback": given.pk},
        private={"text": text},
        evidence=(sha256,) if sha256 else (),
    )
    return given


@transaction.atomic
def return_feedback(part: Part, *, reason: str, on: date, by: Actor, at: datetime) -> Part:
    """退回: the coordinating level sends a body's last feedback back, with the reason.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.return_feedback(part, reason=reason, on=on, by=by, at=at))
    last = part.feedbacks.order_by("-pk").first()
    if last is not None:
        last.returned_reason, last.returned_on, last.returned_by = reason, on, by.id
        last.save(update_fields=["returned_reason", "returned_on", "returned_by"])
    set_part(part, state=PartState.RETURNED, state_on=on)
    settle(part.item)
    record(
        part.item,
        "item.return",
        on=on,
        by=by,
        at=at,
        details={"part": part.part, "body": part.body_id, "name": part.name, "feedback": last.pk if last else None},
        private={"reason": reason},
    )
    return part


@transaction.atomic
def close(item: WorkItem, *, on: date, by: Actor, at: datetime, note: str = "") -> WorkItem:
    """办结 by a responsible or implementing body, once each of them has fed back and all below is closed. Pressed
    again, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    if item.status == ItemStatus.CLOSED and item.closed_by == by.id:
        return item
    require(guards.close(item, on=on, by=by, at=at))
    before = item.status
    change(item, status=ItemStatus.CLOSED, closed_on=on, closed_by=by.id)
    record(
        item,
        "item.close",
        on=on,
        by=by,
        at=at,
        changes={"status": (before, ItemStatus.CLOSED)},
        private={"note": note},
    )
    return item


@transaction.atomic
def reopen(item: WorkItem, *, reason: str, on: date, by: Actor, at: datetime, due: date | None = None) -> WorkItem:
    """重新打开: the bodies that carry the item report anew; their earlier feedback stays to be read.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.reopen(item, reason=reason, on=on, by=by, at=at))
    for part in item.parts.filter(part__in=ANSWERABLE).exclude(state=PartState.AWAITING):
        set_part(part, state=PartState.AWAITING, state_on=on)
    settle(item, closed_on=None, closed_by="", **({"due": due} if due else {}))
    record(
        item,
        "item.reopen",
        on=on,
        by=by,
        at=at,
        changes={"status": (ItemStatus.CLOSED, item.status)},
        details={"due": item.due},
        private={"reason": reason},
    )
    return item
