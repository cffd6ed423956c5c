"""The acts of 规范化 upon an outlet: which guard greys the button, which form asks, which action does it. One view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

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
from qingyuan.core.lifecycle import TRANSITIONS, Move
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.flows import standardising as flow
from qingyuan.registry.guards import move_refusal
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.standardisation import guards_archive as guards
from qingyuan.web import lookup, refusals
from qingyuan.web.standardisation import archive_doing as doing
from qingyuan.web.standardisation import archive_forms as forms
from qingyuan.web.tracing.forms import About

Reason = Callable[[Outlet, Actor, date, datetime], Refusal | None]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form, the doing of it. `of_one`: its button stands beside a
    facility or an entry."""

    name: str
    label: str
    permission: Permission
    reason: Reason
    form: type[About]
    do: Callable[[doing.Asked], str]
    of_one: bool = False
    of_archive: bool = False
    says: str = ""


def _work(outlet: Outlet, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    return guards.work(outlet, by=by)


def _aside(outlet: Outlet, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    barred = guards.work(outlet, by=by)
    return barred or access.refusal(by, Permission.STANDARDISATION_CONFIRM, place_of(outlet))


def _confirm(outlet: Outlet, by: Actor, on: date, at: datetime) -> Refusal | None:
    return flow.refusal(outlet, on=on, by=by, at=at)


def _supervise(outlet: Outlet, by: Actor, on: date, _at: datetime) -> Refusal | None:
    barred = access.refusal(by, Permission.STANDARDISATION_CONFIRM, place_of(outlet))
    return barred or move_refusal(outlet, Move.SUPERVISE, on=on, given=TRANSITIONS[Move.SUPERVISE].papers)


_WORK, _CONFIRM = Permission.STANDARDISATION_WORK, Permission.STANDARDISATION_CONFIRM
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("check", noop("核对项目"), _WORK, _work, forms.Check, doing.check),
        Act("facility", noop("登记设施"), _WORK, _work, forms.AddFacility, doing.facility),
        Act(
            "confirm",
            noop("确认规范化"),
            _CONFIRM,
            _confirm,
            forms.Plain,
            doing.confirm,
            says=noop("确认之后，标识牌照片和档案目录归入该口的材料，阶段进入“已规范化”。"),
        ),
        Act("supervise", noop("纳入日常监管"), _CONFIRM, _supervise, forms.Supervise, doing.supervise),
        Act("paper", noop("归入材料"), _WORK, _work, forms.EnterPaper, doing.paper, of_archive=True),
        Act("aside", noop("注明不适用"), _CONFIRM, _aside, forms.PutAside, doing.aside, of_archive=True),
        Act("state", noop("变更状态"), _WORK, _work, forms.ChangeFacility, doing.facility_state, of_one=True),
        Act("gate", noop("记录启闭"), _WORK, _work, forms.WorkGate, doing.gate, of_one=True),
        Act("file", noop("闸阀备案"), _WORK, _work, forms.FileGate, doing.file_gate, of_one=True),
        Act("withdraw", noop("撤回"), _WORK, _work, forms.Plain, doing.withdraw, of_one=True, of_archive=True),
    )
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one outlet: the form, or the doing. A refusal is shown before anything is asked."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    outlet = lookup.outlet(request, pk)
    if request.method == "POST":
        return _do(request, chosen, pk, by=by, at=at)
    if (barred := chosen.reason(outlet, by, timezone.localdate(at), at)) is not None:
        return refusals.refused(request, barred)
    initial = {one: request.GET[one] for one in ("item", "section", "kind", "result") if one in request.GET}
    return _ask(request, chosen, outlet, chosen.form(outlet=outlet, initial=initial))


def _about(request: HttpRequest) -> int:
    given = request.GET.get("of", "")
    return int(given) if given.isdecimal() and len(given) < 18 else 0


def _do(request: HttpRequest, chosen: Act, pk: int, *, by: Actor, at: datetime) -> HttpResponse:
    found = lookup.outlet(request, pk)
    barred = chosen.reason(found, by, timezone.localdate(at), at)
    if barred is not None and barred.code.startswith("access."):
        raise Refused(barred)  # who may not do it is told so, whatever he read before
    with transaction.atomic():
        outlet = lookup.outlet_as_read(request, pk)
        if (barred := chosen.reason(outlet, by, timezone.localdate(at), at)) is not None:
            raise Refused(barred)
        form = chosen.form(request.POST, request.FILES, outlet=outlet)
        if not form.is_valid():
            return _ask(request, chosen, outlet, form, status=409)
        key = request.POST.get("key", "")[:64]
        said = chosen.do(doing.Asked(outlet, form, _about(request), key, by, at))
    messages.success(request, said)
    return redirect("web:outlet-archive" if chosen.of_archive else "web:outlet-standardisation", pk=pk)


def _ask(request: HttpRequest, chosen: Act, outlet: Outlet, form: About, *, status: int = 200) -> HttpResponse:
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "outlet": outlet,
        "of": _about(request),
        "form": form,
        "key": request.POST.get("key") or uuid4().hex,
        "has_files": form.is_multipart(),
        "back": "web:outlet-archive" if chosen.of_archive else "web:outlet-standardisation",
    }
    return render(request, "standardisation/archive_act.html", context, status=status)
