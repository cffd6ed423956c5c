"""代理、交接、停用和启用: what passes is on the page before anybody presses the button."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qingyuan.access import actions, guards_people, people
from qingyuan.access import officers as queries
from qingyuan.access.models import Assignment, Officer
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.exchange import queries as exchange
from qingyuan.flows.leaver_hands_over import hand_over as passed_on
from qingyuan.registry import actions as registry
from qingyuan.web import lookup
from qingyuan.web.accounts import limits
from qingyuan.web.accounts.passwords import new_password
from qingyuan.web.fields import DayField
from qingyuan.web.templatetags.qingyuan import refusal_sentence

SUGGESTED = 100


class Named(forms.Form):
    """Somebody, by his name to sign in with."""

    to = forms.CharField(label=lazy("登录名"), max_length=64, help_text=lazy("可从列表中选，也可直接填写登录名。"))

    def __init__(self, *args: object, among: list[Officer], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.among = among
        self.fields["to"].widget.attrs |= {"list": "colleagues", "autocomplete": "off"}

    def clean_to(self) -> Officer:
        text = self.cleaned_data["to"].strip()
        found = [one for one in self.among if one.username == text] or [one for one in self.among if one.name == text]
        if len(found) != 1:
            raise forms.ValidationError(_("没有这个人员，或姓名不止一人，请填写登录名。"))
        return found[0]


class Delegation(Named):
    """To whom, from when to when."""

    from_day = DayField(label=lazy("起"))
    to_day = DayField(label=lazy("止（当日起不再代理）"))


class HandOver(Named):
    """To whom, since when."""

    on = DayField(label=lazy("交接日期"), past=True)


@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """委托代理 of an assignment, by its holder or by who manages officers there."""
    who, today = lookup.actor(request), timezone.localdate()
    one = _assignment(request, pk)
    most = limits.delegation_max_days()
    among = list(people.colleagues_of(one, on=today))
    default = {"from_day": today, "to_day": min(today + timedelta(days=min(most, 30)), one.to_day or today.max)}
    form = Delegation(request.POST or None, among=among, initial=default)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.delegate(one, by=who, on=today, at=timezone.now(), max_days=most, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, refusal_sentence(error.refusal))
        else:
            messages.success(request, _("已委托%(name)s代理。") % {"name": made.officer.name})
            return redirect(_back(request, one.officer_id))
    why_not = guards_people.delegate(
        one,
        to=None,
        from_day=today,
        to_day=today,
        max_days=most,
        places=people.places_of([one]),
        is_colleague=True,
        on=today,
        by=who,
    )
    context = {"one": one, "form": form, "among": among[:SUGGESTED], "most": most, "why_not": why_not}
    status = 409 if request.method == "POST" else 200
    return render(request, "accounts/delegate.html", context | {"back": _back(request, one.officer_id)}, status=status)


@require_POST
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """结束代理, from today on; pressed twice it says so."""
    who, today = lookup.actor(request), timezone.localdate()
    one = _assignment(request, pk)
    try:
        actions.end_delegation(one, on=today, by=who, at=timezone.now())
        messages.success(request, _("代理已结束。"))
    except Refused as error:
        if error.refusal.code != "delegation.over":
            raise
        messages.info(request, refusal_sentence(error.refusal))
    return redirect(_back(request, one.officer_id))


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """交接: what passes to whom, shown before; then done in one go."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who, today, at = lookup.actor(request), timezone.localdate(), timezone.now()
    leaver = queries.officer_in_scope(who, pk)
    among = [
        one for one in queries.officers_in_scope(who).filter(is_active=True, is_program=False) if one.pk != leaver.pk
    ]
    form = HandOver(request.POST or None, among=among, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        to, on = form.cleaned_data["to"], form.cleaned_data["on"]
        try:
            done, views = passed_on(leaver, to=to, on=on, today=today, by=who, at=at)
        except Refused as error:
            form.add_error(None, refusal_sentence(error.refusal))
        else:
            said = {"n": len(done.passed), "views": views, "name": to.name}
            messages.success(
                request, _("已交接给%(name)s：任职 %(n)s 项，保存的筛选 %(views)s 个。原账号已停用。") % said
            )
            return redirect("web:officer", pk=leaver.pk)
    held = list(people.standing(leaver, on=today))
    own = [one for one in held if one.delegated_from_id is None]
    context = {
        "officer": leaver,
        "own": own,
        "ending": [one for one in held if one.delegated_from_id] + list(people.delegations_by(leaver, on=today)),
        "views": registry.views_named(f"officer:{leaver.pk}"),
        "imports": exchange.unfinished_of(f"officer:{leaver.pk}"),
        "form": form,
        "among": among[:SUGGESTED],
        "why_not": guards_people.hand_over(
            leaver, to=None, on=today, today=today, places=people.places_of_officer(leaver, on=today), by=who
        ),
    }
    return render(request, "accounts/hand_over.html", context, status=409 if request.method == "POST" else 200)


@require_POST
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    """停用: he is refused from his next request on."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.officer_in_scope(who, pk)
    try:
        actions.switch_off(found, on=timezone.localdate(), by=who, at=timezone.now())
        messages.success(request, _("账号已停用，其登录、会话和令牌即时失效。"))
    except Refused as error:
        if error.refusal.code not in {"officers.off_already", "officers.oneself"}:
            raise
        messages.info(request, refusal_sentence(error.refusal))
    return redirect("web:officer", pk=pk)


@never_cache
@require_POST
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """启用 with a new one-time password, shown once."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who, at = lookup.actor(request), timezone.now()
    found = queries.officer_in_scope(who, pk)
    try:
        with transaction.atomic():
            actions.switch_on(found, on=timezone.localdate(), by=who, at=at)
            if found.is_program:
                return redirect("web:program", pk=pk)
            password = new_password()
            actions.set_password(
                found,
                text=password,
                min_length=limits.password_min_length(),
                kinds=limits.password_kinds(),
                by=who,
                at=at,
                temporary=True,
            )
    except Refused as error:
        if error.refusal.code not in {"officers.on_already", "officers.oneself"}:
            raise
        messages.info(request, refusal_sentence(error.refusal))
        return redirect("web:officer", pk=pk)
    return render(request, "accounts/enrolled.html", {"officer": found, "password": password, "again": True})


def _assignment(request: HttpRequest, pk: int) -> Assignment:
    """One's own assignment, one that was lent by or to oneself, or one that the actor manages; NotFound else."""
    who = lookup.actor(request)
    found = Assignment.objects.filter(pk=pk).select_related(*people.WITH).first()
    if found is not None:
        lender = found.delegated_from.officer_id if found.delegated_from else None
        if who.id in {f"officer:{found.officer_id}", f"officer:{lender}"}:
            return found
    lookup.require(request, Permission.OFFICERS_MANAGE)
    if found is None or not Assignment.objects.filter(queries.in_scope_q(who), pk=pk).exists():
        raise NotFound("assignment", str(pk))
    return found


def _back(request: HttpRequest, officer: int) -> str:
    """Where the form was opened: one's own page, else the officer's."""
    who = lookup.actor(request)
    if who.id == f"officer:{officer}" or not who.holding(Permission.OFFICERS_MANAGE):
        return reverse("web:my-account")
    return reverse("web:officer", args=[officer])
