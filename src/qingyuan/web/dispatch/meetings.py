"""会议: sittings of a mechanism, their decisions, and the items these became."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.flows import item_notices
from qingyuan.ledger import queries as ledger
from qingyuan.library import queries as library
from qingyuan.places.models import Unit
from qingyuan.stages.dispatch import actions, queries
from qingyuan.web import lookup
from qingyuan.web.dispatch import forms
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.dispatch.issuing import unit_here
from qingyuan.web.dispatch.listing import clauses
from qingyuan.web.templatetags.qingyuan import refusal_sentence
from qingyuan.web.timeline import told

SIZE = 50
ROWS = 3
MOST_ROWS = 30


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings, the latest recorded first."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    mechanism, after = request.GET.get("mechanism", ""), request.GET.get("after", "")
    rows = queries.meetings(
        who,
        path=at.path if at else "",
        mechanism=mechanism,
        after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        limit=SIZE + 1,
    )
    following = {"mechanism": mechanism, "after": rows[SIZE - 1].pk} if len(rows) > SIZE else {}
    context = {
        "rows": rows[:SIZE],
        "next": urlencode(following),
        "mechanism": mechanism,
        "mechanisms": queries.mechanisms_of(at, on=timezone.localdate()) if at else (),
        "may_record": bool(who.holding(Permission.DISPATCH_ISSUE)) and at is not None,
        "trail": lookup.trail(request, at),
    }
    return render(request, "dispatch/meetings.html", context)


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting with its decisions."""
    found = queries.meeting(lookup.actor(request), pk)
    context = {
        "meeting": found,
        "decisions": found.decisions.select_related("item").order_by("number"),
        "timeline": told(ledger.timeline("meeting", str(found.pk), limit=50)),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "dispatch/meeting.html", context)


@require_safe
def minutes(request: HttpRequest, pk: int) -> FileResponse:
    """The minutes, as a download."""
    found = queries.meeting(lookup.actor(request), pk)
    if not found.minutes_sha256:
        raise NotFound("minutes", str(pk))
    file = library.file(found.minutes_sha256)
    return FileResponse(BytesIO(library.content_of(file.sha256)), as_attachment=True, filename=file.name)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record a meeting with its decisions; those with an owner, a day, an outlet or a clause become items."""
    who = lookup.actor(request)
    lookup.require(request, Permission.DISPATCH_ISSUE)
    unit = unit_here(request, who)
    rows = _rows(request)
    asks = {"who": who, "unit": unit}
    listed = clauses(unit, timezone.localdate())
    if request.method == "GET":
        blank = [forms.NewDecision(prefix=f"d{n}", clauses=listed, **asks) for n in range(rows)]  # type: ignore[arg-type]
        return _ask(request, unit, forms.NewMeeting(**asks), blank)  # type: ignore[arg-type]
    head = forms.NewMeeting(request.POST, request.FILES, **asks)  # type: ignore[arg-type]
    decisions = [
        forms.NewDecision(request.POST, prefix=f"d{n}", clauses=listed, **asks)  # type: ignore[arg-type]
        for n in range(rows)
    ]
    if all([head.is_valid(), *(one.is_valid() for one in decisions)]) and "more" not in request.POST:
        try:
            return _record(request, unit, head, decisions)
        except Refused as no:
            head.add_error(None, refusal_sentence(no.refusal))
    if "more" in request.POST:
        extra = range(rows, min(rows + ROWS, MOST_ROWS))
        decisions += [forms.NewDecision(prefix=f"d{n}", clauses=listed, **asks) for n in extra]  # type: ignore[arg-type]
    return _ask(request, unit, head, decisions, status=200 if "more" in request.POST else 409)


def _rows(request: HttpRequest) -> int:
    given = request.POST.get("rows", "")
    return min(int(given), MOST_ROWS) if given.isdecimal() and len(given) < 4 else ROWS


def _record(
    request: HttpRequest, unit: Unit, head: forms.NewMeeting, decisions: list[forms.NewDecision]
) -> HttpResponse:
    who, at, given = lookup.actor(request), timezone.now(), head.cleaned_data
    if request.POST.get("unit", unit.code) != unit.code:
        raise NotFound("unit", request.POST["unit"])  # the unit was switched in another window meanwhile
    said = [one.cleaned_data for one in decisions if one.cleaned_data.get("text")]
    with transaction.atomic():
        made = actions.record_meeting(
            mechanism=given["mechanism"],
            title=given["title"],
            unit=unit,
            decisions=[actions.NewDecision(**one) for one in said],
            minutes_sha256=kept(given["minutes"], by=who, at=at),
            key=request.POST.get("key", "")[:64],
            on=given["on"],
            by=who,
            at=at,
        )
        items = [one.item for one in made.decisions.select_related("item") if one.item]
        item_notices.tell(items, by=who, on=timezone.localdate(at), at=at)
    messages.success(request, _("会议已登记，%(n)s 项决定已成为交办事项。") % {"n": len(items)})
    return redirect("web:meeting", pk=made.pk)


def _ask(
    request: HttpRequest, unit: Unit, head: forms.NewMeeting, rows: list[forms.NewDecision], *, status: int = 200
) -> HttpResponse:
    context = {
        "unit": unit,
        "form": head,
        "decisions": rows,
        "rows": len(rows),
        "key": request.POST.get("key", "") or uuid4().hex,
        "more": len(rows) < MOST_ROWS,
        "trail": lookup.trail(request, unit),
    }
    return render(request, "dispatch/meeting_new.html", context, status=status)
