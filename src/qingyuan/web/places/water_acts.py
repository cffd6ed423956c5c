"""登记、更正水体，设置、取消、撤回标记. After each the register follows, so that progress counts what now holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.core.waters import LABELS, Status, WaterFlagKind, WaterKind
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions as library
from qingyuan.places import actions, guards
from qingyuan.places.models import Water, WaterFlag
from qingyuan.places.waters import next_code
from qingyuan.registry import waters as registry
from qingyuan.registry.actions import follow_waters
from qingyuan.web import lookup, refusals
from qingyuan.web.places import water_forms
from qingyuan.web.places.waters import told_of_water
from qingyuan.web.refusals import Stale
from qingyuan.web.templatetags.qingyuan import refusal_sentence


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """登记水体."""
    lookup.require(request, Permission.PLACES_MAINTAIN)
    at_unit = lookup.here(request)
    if at_unit is None:
        raise NotFound("unit", "")
    first = {"units": at_unit.code, "source": _("现场排查")}
    form = water_forms.EnterWater(request.POST or None, near=at_unit.path, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        above = given["flows_into"]
        try:
            made = actions.add_water(
                given["code"] or next_code(above.code[:2]),
                given["name"],
                kind=WaterKind(given["kind"]),
                flows_into=above.code if above else "",
                units=[unit.code for unit in given["units"]],
                other_names=given["other_names"],
                source=given["source"],
                by=lookup.actor(request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, refusal_sentence(refused.refusal))
        else:
            messages.success(request, _("已办理：%(act)s。") % {"act": _("登记水体")})
            return redirect("web:water", code=made.code)
    context = {
        "form": form,
        "label": _("登记水体"),
        "back": reverse("web:waters"),
        "says": _("河流、沟渠、塘坝等都可登记；线形用官方文件更新。"),
        "trail": lookup.trail(request, at_unit),
    }
    return render(request, "places/water_form.html", context, status=409 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Act:
    """One act upon a water: its word, its form, and the doing of it."""

    label: str
    form: Callable[[HttpRequest, Water], forms.Form]
    do: Callable[[HttpRequest, Water, forms.Form], None]
    says: str = ""


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """One act upon one water: the form, or the doing. A refusal is shown before anything is asked."""
    lookup.require(request, Permission.PLACES_MAINTAIN)
    chosen, by = ACTS.get(act), lookup.actor(request)
    found = registry.water_visible_to(by, code)
    if chosen is None:
        raise NotFound("act", act)
    if (reason := guards.maintain_water(found, by)) is not None:
        return refusals.refused(request, reason)
    if request.method == "POST":
        _as_read(request, found)
    form = chosen.form(request, found)
    if request.method == "POST" and form.is_valid():
        before = found.version
        try:
            with transaction.atomic():
                chosen.do(request, found, form)
                counted = follow_waters(on=timezone.localdate()) if found.version != before else 0
        except Refused as refused:
            form.add_error(None, refusal_sentence(refused.refusal))
        else:
            _say(request, _(chosen.label), changed=found.version != before, counted=counted)
            return redirect("web:water", code=code)
    context = {
        "form": form,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "water": found,
        "flag": _flag_asked(request),
        "back": reverse("web:water", args=[code]),
        "trail": lookup.trail(request, lookup.here(request)),
    }
    return render(request, "places/water_form.html", context, status=409 if form.errors else 200)


def _say(request: HttpRequest, label: str, *, changed: bool, counted: int) -> None:
    if not changed:
        messages.info(request, _("内容相同，此前已经办理，没有重复写入。"))
        return
    told = _("已办理：%(act)s。") % {"act": label}
    messages.success(request, told + (_("已重新计数 %(n)s 个排污口。") % {"n": counted} if counted else ""))


def _as_read(request: HttpRequest, found: Water) -> None:
    if request.POST.get("version", "") != str(found.version):
        lines = ledger.timeline("water", found.code, limit=5)
        said = [line.sentence for line in told_of_water(lines)]
        back = reverse("web:water", args=[found.code])
        raise Stale(found.name, since=said, back=back, own=lookup.own(request, lines[:1]))


def _correct_form(request: HttpRequest, found: Water) -> forms.Form:
    unit = found.units.order_by("path").first()
    near = unit.path if unit else ""
    return water_forms.CorrectWater(request.POST or None, near=near, initial=water_forms.standing_values(found))


def _correct(request: HttpRequest, found: Water, form: forms.Form) -> None:
    assert isinstance(form, water_forms.CorrectWater)
    given = form.cleaned_data
    actions.correct_water(
        found,
        values=form.values(),
        reason=given["reason"],
        on=given["on"],
        by=lookup.actor(request),
        at=timezone.now(),
    )


def _set_form(request: HttpRequest, _found: Water) -> forms.Form:
    first = {"from_day": timezone.localdate(), "status": Status.READ.value, "flag": request.GET.get("flag", "")}
    return water_forms.SetFlag(request.POST or None, request.FILES or None, initial=first)


def _set(request: HttpRequest, found: Water, form: forms.Form) -> None:
    given = form.cleaned_data
    actions.set_flag(
        found,
        WaterFlagKind(given["flag"]),
        from_day=given["from_day"],
        to_day=given["to_day"],
        source=given["source"],
        status=Status(given["status"]),
        paper=_kept(request, given["paper"]),
        by=lookup.actor(request),
        at=timezone.now(),
    )


def _end_form(request: HttpRequest, found: Water) -> forms.Form:
    rows = found.flags.filter(retracted_at=None).order_by("flag").values_list("flag", flat=True).distinct()
    flags = [(value, _(LABELS[WaterFlagKind(value)])) for value in rows]
    first = {"on": timezone.localdate(), "flag": request.GET.get("flag", "")}
    return water_forms.EndFlag(request.POST or None, request.FILES or None, flags=flags, initial=first)


def _end(request: HttpRequest, found: Water, form: forms.Form) -> None:
    given = form.cleaned_data
    actions.clear_flag(
        found,
        WaterFlagKind(given["flag"]),
        on=given["on"],
        source=given["source"],
        paper=_kept(request, given["paper"]),
        by=lookup.actor(request),
        at=timezone.now(),
    )


def _withdraw_form(request: HttpRequest, found: Water) -> forms.Form:
    _row_asked(request, found)
    return water_forms.WithdrawFlag(request.POST or None)


def _withdraw(request: HttpRequest, found: Water, form: forms.Form) -> None:
    row = _row_asked(request, found)
    row.water = found
    actions.withdraw_flag(row, reason=form.cleaned_data["reason"], by=lookup.actor(request), at=timezone.now())


def _flag_asked(request: HttpRequest) -> str:
    return request.POST.get("row") or request.GET.get("row", "")


def _row_asked(request: HttpRequest, found: Water) -> WaterFlag:
    asked = _flag_asked(request)
    row = found.flags.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    if row is None:
        raise NotFound("flag", asked)
    return row


def _kept(request: HttpRequest, given: UploadedFile | None) -> str:
    if not given:
        return ""
    kept = library.file_bytes(given.read(), name=given.name or "", by=lookup.actor(request), at=timezone.now())
    return kept.sha256


ACTS: Mapping[str, Act] = {
    "correct": Act(noop("更正水体信息"), _correct_form, _correct),
    "set-flag": Act(
        noop("设置水体标记"),
        _set_form,
        _set,
        noop(
            "标记决定哪些目标把这个水体的排污口计入分母。起始日期可早于今天：以前各日的数字随之更正，当时掌握的数字不变。"
        ),
    ),
    "end-flag": Act(noop("取消水体标记"), _end_form, _end, noop("自所填日期起不再计入；以前各日仍按有此标记计算。")),
    "withdraw-flag": Act(
        noop("撤回水体标记"),
        _withdraw_form,
        _withdraw,
        noop("用于录入有误：各日都不再按有此标记计算，原来掌握的数字仍可查。"),
    ),
}
