"""The acts upon an item: which guard greys the button, which form asks, which action does it.

One table, one view: what the page shows as possible is exactly what the address accepts. Feedback, its return and the
body behind a name are about one part of the item (`?part=`); the others about the item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django import forms as plain
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.flows import item_notices
from qingyuan.stages.dispatch import guards, queries
from qingyuan.stages.dispatch.actions.issuing import targets_of
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.web import lookup, refusals
from qingyuan.web.dispatch import doing, forms

Reason = Callable[[WorkItem, Part | None, Actor, date, datetime], Refusal | None]
SOME = "—"
"""Stands for the text that the form will ask for, when a guard is asked beforehand."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form, the doing of it. `of_part`: it is about one part;
    `of_outlet`: its button stands beside an outlet."""

    name: str
    label: str
    permission: Permission
    reason: Reason
    form: type[forms.ForItem]
    do: Callable[[doing.Asked], str]
    of_part: bool = False
    of_outlet: bool = False
    says: str = ""


def _feedback(item: WorkItem, part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    if part is None:
        return access.refusal(by, Permission.DISPATCH_FEEDBACK) or Refusal(
            "access.no_part", _("您任职的单位不在本事项的名单中，不需反馈。"), {}, item.clause
        )
    return guards.feedback(part, text=SOME, on=on, by=by, at=at)


def _return(item: WorkItem, part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    if part is None:
        return guards.coordinating(item, by, Permission.DISPATCH_ISSUE) or _no_part()
    return guards.return_feedback(part, reason=SOME, on=on, by=by, at=at)


def _name(item: WorkItem, part: Part | None, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    barred = guards.coordinating(item, by, Permission.DISPATCH_ISSUE) or guards.not_closed(item)
    if barred or part is None:
        return barred or _no_part()
    said = noop("“%(name)s”已对应登记单位。")
    return Refusal("dispatch.named", said, {"name": part.name}) if part.body_id is not None else None


def _no_part() -> Refusal:
    return Refusal("dispatch.which_part", noop("请在事项页面选择单位后办理。"))


def _close(item: WorkItem, _part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.close(item, on=on, by=by, at=at)


def _reopen(item: WorkItem, _part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.reopen(item, reason=SOME, on=on, by=by, at=at)


def _pass_down(item: WorkItem, _part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    barred = guards.coordinating(item, by, Permission.DISPATCH_ISSUE)
    return barred or guards.pass_down(item, targets=targets_of(item, on=on), on=on, by=by, at=at)


def _decide(item: WorkItem, _part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.decide(item, text=SOME, on=on, by=by, at=at)


def _urge(item: WorkItem, _part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.urge([item], on=on, by=by, at=at)


def _add_body(item: WorkItem, _part: Part | None, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    barred = guards.coordinating(item, by, Permission.DISPATCH_ISSUE) or guards.not_closed(item)
    said = noop("本条单位名单没有“等”，不能增加单位。")
    return barred or (None if item.is_list_open else Refusal("dispatch.list_closed", said, {}, item.clause))


def _outlets(item: WorkItem, _part: Part | None, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.link_outlets(item, outlets=(), on=on, by=by, at=at)


_ISSUE = Permission.DISPATCH_ISSUE
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "feedback",
            noop("反馈"),
            Permission.DISPATCH_FEEDBACK,
            _feedback,
            forms.FeedBack,
            doing.feedback,
            of_part=True,
            says=noop("配合单位也可以反馈并上传佐证材料。"),
        ),
        Act("close", noop("办结"), Permission.DISPATCH_CLOSE, _close, forms.Close, doing.close),
        Act("pass-down", noop("分解下达"), _ISSUE, _pass_down, forms.PassDown, doing.pass_down),
        Act("urge", noop("督促"), Permission.DISPATCH_URGE, _urge, forms.Urge, doing.urge),
        Act("decide", noop("提出协调意见"), Permission.DISPATCH_URGE, _decide, forms.Decide, doing.decide),
        Act("add-body", noop("按“等”增加单位"), _ISSUE, _add_body, forms.AddBody, doing.add_body),
        Act("link-outlets", noop("关联排污口"), _ISSUE, _outlets, forms.LinkOutlets, doing.link_outlets),
        Act("reopen", noop("重新打开"), _ISSUE, _reopen, forms.Reopen, doing.reopen),
        Act("return", noop("退回"), _ISSUE, _return, forms.Return, doing.return_feedback, of_part=True),
        Act("name-body", noop("对应单位"), _ISSUE, _name, forms.NameBody, doing.name_body, of_part=True),
        Act("unlink-outlet", noop("解除关联"), _ISSUE, _outlets, forms.Plain, doing.unlink_outlet, of_outlet=True),
    )
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one item: the form, or the doing. A refusal is shown before anything is asked."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    item = queries.item(by, pk)
    part = part_asked(request, chosen, item, by)
    barred = chosen.reason(item, part, by, timezone.localdate(at), at)
    if request.method == "POST":
        if barred is not None and barred.code.startswith("access."):
            raise Refused(barred)  # who may not do it is told so, whatever he read before
        return _do(request, chosen, pk, by=by, at=at)
    if barred is not None:
        return refusals.refused(request, barred)
    return _ask(request, chosen, item, part, chosen.form(who=by, item=item))


def part_asked(request: HttpRequest, chosen: Act, item: WorkItem, by: Actor) -> Part | None:
    """The part an act is about: the one the address names, for feedback else the one of the officer's own body."""
    if not chosen.of_part:
        return None
    given = request.GET.get("part", "")
    parts = {one.pk: one for one in queries.parts_of(item)}
    if given.isdecimal() and int(given) in parts:
        return parts[int(given)]
    return queries.own_part(item, by) if chosen.name == "feedback" else None


def _do(request: HttpRequest, chosen: Act, pk: int, *, by: Actor, at: datetime) -> HttpResponse:
    with transaction.atomic():
        item = as_read(request, pk)
        part = part_asked(request, chosen, item, by)
        form = chosen.form(request.POST, request.FILES, who=by, item=item)
        if (barred := chosen.reason(item, part, by, timezone.localdate(at), at)) is not None:
            raise Refused(barred)
        if not form.is_valid():
            return _ask(request, chosen, item, part, form, status=409)
        said = chosen.do(doing.Asked(item, part, form, by, at))
        below = queries.children_of(item) if chosen.name == "pass-down" else []
        item_notices.tell([item, *below], by=by, on=timezone.localdate(at), at=at)
    messages.success(request, said)
    return redirect("web:item", pk=pk)


def as_read(request: HttpRequest, pk: int) -> WorkItem:
    """The item to be acted upon, as it was when the form was shown. Call it within a transaction.

    Raises
    ------
    NotFound, StaleRecord
    """
    found = queries.item(lookup.actor(request), pk)
    WorkItem.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "status"])
    lookup.same_version(request, ("item", pk), found.version, name=found.subject, back="web:item")
    return found


def _ask(
    request: HttpRequest, chosen: Act, item: WorkItem, part: Part | None, form: plain.Form, *, status: int = 200
) -> HttpResponse:
    on = timezone.localdate()
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "item": item,
        "part": part,
        "form": form,
        "targets": targets_of(item, on=on) if chosen.name == "pass-down" else [],
        "outlet": request.GET.get("outlet", "") or request.POST.get("outlet", ""),
        "has_files": form.is_multipart(),
    }
    return render(request, "dispatch/act.html", context, status=status)
