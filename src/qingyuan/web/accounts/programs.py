"""程序: what talks to the API: its assignments like an officer's, and its tokens, whose text is shown once."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingyuan.access import actions, guards
from qingyuan.access import officers as officers_queries
from qingyuan.access import programs as queries
from qingyuan.access.models import Officer
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.ledger import queries as ledger
from qingyuan.web import lookup
from qingyuan.web.accounts.forms import Appointment, Enrolment
from qingyuan.web.fields import DayField
from qingyuan.web.templatetags.qingyuan import refusal_sentence
from qingyuan.web.timeline import told

PAGE = 50


class Issue(forms.Form):
    """A token: what for, from when to when."""

    label = forms.CharField(label=lazy("用途"), max_length=64, help_text=lazy("如：某省平台每日同步"))
    from_day = DayField(label=lazy("起"))
    to_day = DayField(label=lazy("止"), required=False)


@require_GET
def programs(request: HttpRequest) -> HttpResponse:
    """Programs in the actor's scope, page by page, with their reach and their tokens."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    text, after = request.GET.get("name", ""), request.GET.get("after", "")
    found = queries.programs_in_scope(lookup.actor(request), text=text)
    if after:
        found = found.filter(username__gt=after)
    rows = list(found[: PAGE + 1])
    more = rows[PAGE - 1].username if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "name": text, "after": more, "today": timezone.localdate()}
    return render(request, "accounts/programs.html", context)


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """新建程序 with its first assignment; it has no password and cannot sign in."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    form = Enrolment(request.POST or None, actor=who, initial={"from_day": timezone.localdate()})
    form.fields["name"].label = _("程序名称")
    form.fields["username"].label = _("程序代号")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made = actions.enrol(
                    username=given["username"].strip(),
                    name=given["name"].strip(),
                    password=None,
                    by=who,
                    at=timezone.now(),
                    is_program=True,
                )
                actions.assign(made, by=who, at=timezone.now(), **form.reach())
        except Refused as error:
            form.add_error(None, refusal_sentence(error.refusal))
        else:
            messages.success(request, _("已新建程序，可以签发令牌。"))
            return redirect("web:program", pk=made.pk)
    status = 409 if request.method == "POST" else 200
    return render(request, "accounts/program_new.html", {"form": form}, status=status)


@require_GET
def program(request: HttpRequest, pk: int) -> HttpResponse:
    """One program: its assignments, its tokens, the ledger about it."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    return _page(request, queries.program_in_scope(who, pk), by=who)


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """任职: one more role within a reach."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.program_in_scope(who, pk)
    form = Appointment(request.POST, actor=who)
    if not form.is_valid():
        return _page(request, found, by=who, appointment=form)
    if officers_queries.holds_already(found, form.reach()):
        messages.info(request, _("该程序已有相同的任职。"))
    else:
        actions.assign(found, by=who, at=timezone.now(), **form.reach())
        messages.success(request, _("已任职。"))
    return redirect("web:program", pk=pk)


@never_cache
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """签发令牌: its text is on this answer and nowhere else."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.program_in_scope(who, pk)
    form = Issue(request.POST)
    if not form.is_valid():
        return _page(request, found, by=who, token=form)
    try:
        token, text = actions.issue_token(found, by=who, at=timezone.now(), **form.cleaned_data)
    except Refused as error:
        if error.refusal.code.startswith("access."):
            raise
        form.add_error(None, refusal_sentence(error.refusal))
        return _page(request, found, by=who, token=form)
    return render(request, "accounts/token.html", {"program": found, "token": token, "text": text})


@require_POST
def end(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    """停用令牌, at once."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.token_of(queries.program_in_scope(who, pk), token)
    if found.ended_at is None:
        actions.end_token(found, by=who, at=timezone.now())
        messages.success(request, _("令牌已停用。"))
    else:
        messages.info(request, _("该令牌此前已经停用。"))
    return redirect("web:program", pk=pk)


def _page(
    request: HttpRequest,
    found: Officer,
    *,
    by: Actor,
    appointment: Appointment | None = None,
    token: Issue | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "officer": found,
        "assignments": officers_queries.assignments_of(found),
        "tokens": found.tokens.order_by("-from_day", "-pk"),
        "form": appointment or Appointment(actor=by, initial={"from_day": today}),
        "issue": token or Issue(initial={"from_day": today}),
        "why_not": _against(found, by),
        "timeline": told(ledger.timeline("officer", str(found.pk), limit=50)),
        "today": today,
    }
    return render(request, "accounts/program.html", context, status=409 if appointment or token else 200)


def _against(found: Officer, by: Actor) -> Refusal | None:
    """What stands against a new token whatever its label: the reason under the grey button."""
    places = queries.places_of_program(found)
    return guards.issue_token(
        found, places=places, label=_("（新令牌）"), from_day=timezone.localdate(), to_day=None, by=by
    )
