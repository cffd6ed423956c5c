"""One item: what was asked, who has which part and what he fed back, what became of it below, why a button is grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.queries import Line
from qingyuan.library import queries as library
from qingyuan.stages.dispatch import queries
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.web import lookup
from qingyuan.web.dispatch.acts import ACTS, Act
from qingyuan.web.timeline import Told, told

TIMELINE = 200
TOLD = {"bodies", "due", "items", "age_days", "overdue_days", "step"}
"""What an entry says beside its act; the rest is how the machine finds the record again."""


@dataclass(frozen=True, slots=True)
class Button:
    """An act that may be done, or the reason why not."""

    label: str
    url: str
    reason: Refusal | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One body's part with the buttons beside it."""

    part: Part
    buttons: tuple[Button, ...]


@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one item."""
    who, at = lookup.actor(request), timezone.now()
    found, on = queries.item(who, pk), timezone.localdate(at)
    own = queries.own_part(found, who)
    context = {
        "item": found,
        "own": own,
        "trail": lookup.trail(request, found.unit),
        "lines": lines(found, who, on=on, at=at),
        "buttons": buttons(found, own, who, on=on, at=at),
        "children": queries.children_of(found),
        "below": queries.roll_up(found, on=on),
        "outlets": queries.outlets_of(found, who),
        "may_unlink": ACTS["unlink-outlet"].reason(found, None, who, on, at) is None,
        "escalations": list(found.escalations.order_by("step", "pk")),
        "urgings": list(found.urgings.select_related("body").order_by("-pk")),
        "timeline": story(ledger.timeline("item", str(found.pk), limit=TIMELINE)),
    }
    return render(request, "dispatch/item.html", context)


def buttons(found: WorkItem, own: Part | None, who: Actor, *, on: date, at: datetime) -> list[Button]:
    """The acts upon the item itself. Those the officer could never do, whatever the state, are left out but feedback
    and close, whose reason he should know."""
    shown = []
    for act in ACTS.values():
        if (act.of_part and act.name != "feedback") or act.of_outlet:
            continue
        part = own if act.of_part else None
        if act.name not in {"feedback", "close"} and access_refusal(who, act.permission) is not None:
            continue
        if act.name == "reopen" and found.closed_on is None:
            continue
        shown.append(_button(act, found, part, who, on, at))
    return shown


def _button(act: Act, found: WorkItem, part: Part | None, who: Actor, on: date, at: datetime) -> Button:
    url = reverse("web:item-act", args=[found.pk, act.name]) + (f"?part={part.pk}" if part else "")
    return Button(_(act.label), url, act.reason(found, part, who, on, at), act.name in {"feedback", "close"})


def lines(found: WorkItem, who: Actor, *, on: date, at: datetime) -> list[BodyLine]:
    """Each body with its feedback; beside it what the coordinating officer may do."""
    coordinates = access_refusal(who, Permission.DISPATCH_ISSUE) is None
    shown = []
    for part in queries.parts_of(found):
        names = ("return",) if part.body_id and part.feedbacks.all() else ("name-body",) if not part.body_id else ()
        acts = [_button(ACTS[name], found, part, who, on, at) for name in names] if coordinates else []
        shown.append(BodyLine(part, tuple(acts)))
    return shown


def story(entries: Sequence[Line]) -> list[Told]:
    """The ledger's entries about an item in words."""
    return told(replace(one, details=_said(one.details)) for one in entries)


def _said(details: Mapping[str, object]) -> dict[str, object]:
    """What is worth reading; the one body an act was about stands under the word for bodies."""
    said = {name: value for name, value in details.items() if name in TOLD}
    return said | ({"bodies": details["name"]} if "name" in details else {})


@require_GET
def evidence(request: HttpRequest, pk: int, feedback: int) -> FileResponse:
    """The paper of a feedback. Always a download: nothing uploaded is ever shown as a page of this site."""
    found = queries.item(lookup.actor(request), pk)
    given = next(
        (one for part in queries.parts_of(found) for one in part.feedbacks.all() if one.pk == feedback and one.sha256),
        None,
    )
    if given is None:
        raise NotFound("feedback", str(feedback))
    file = library.file(given.sha256)
    return FileResponse(BytesIO(library.content_of(file.sha256)), as_attachment=True, filename=file.name)
