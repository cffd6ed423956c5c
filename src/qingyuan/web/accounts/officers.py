"""账号管理: who has which role where; enrolling, assigning, ending. Nobody is deleted: what he did keeps his id."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qingyuan.access import actions, guards_people, people, second_factor
from qingyuan.access import officers as queries
from qingyuan.access.models import Officer
from qingyuan.core.access import GRANTS, LABELS, Actor, Permission, Role
from qingyuan.core.access_uses import USES
from qingyuan.core.refusal import Refused
from qingyuan.ledger import queries as ledger
from qingyuan.web import lookup
from qingyuan.web.accounts import limits
from qingyuan.web.accounts.forms import Appointment, Enrolment
from qingyuan.web.accounts.passwords import new_password
from qingyuan.web.templatetags.qingyuan import refusal_sentence
from qingyuan.web.timeline import told

PAGE = 50


def officers(request: HttpRequest) -> HttpResponse:
    """Officers in the actor's scope, with their assignments."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    found = queries.officers_in_scope(lookup.actor(request), text=request.GET.get("name", ""))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/officers.html", {"page": page, "name": request.GET.get("name", "")})


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """新建账号 with its first assignment; the one-time password is shown once and kept nowhere."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    form = Enrolment(request.POST or None, actor=who, initial={"from_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        password = new_password()
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made = actions.enrol(
                    username=given["username"].strip(),
                    name=given["name"].strip(),
                    password=password,
                    by=who,
                    at=timezone.now(),
                )
                _assign(made, form, by=who)
        except Refused as error:
            form.add_error(None, refusal_sentence(error.refusal))
        else:
            return render(request, "accounts/enrolled.html", {"officer": made, "password": password})
    return render(request, "accounts/enrol.html", {"form": form}, status=409 if request.method == "POST" else 200)


def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One officer: assignments, what they allow, the ledger about them."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    found = queries.officer_in_scope(lookup.actor(request), pk)
    return _officer_page(request, found, Appointment(actor=lookup.actor(request), initial=_today()))


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """任职: one more role within a reach."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.officer_in_scope(who, pk)
    form = Appointment(request.POST, actor=who)
    if not form.is_valid():
        return _officer_page(request, found, form, status=409)
    if queries.holds_already(found, form.reach()):
        messages.info(request, _("该人员已有相同的任职。"))
        return redirect("web:officer", pk=pk)
    _assign(found, form, by=who)
    messages.success(request, _("已任职。"))
    return redirect("web:officer", pk=pk)


@require_POST
def end_assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """结束任职, from today on."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.assignment_in_scope(who, pk)
    actions.end_assignment(found, on=timezone.localdate(), by=who, at=timezone.now())
    messages.success(request, _("任职已结束。"))
    return redirect("web:officer", pk=found.officer_id)


@never_cache
@require_POST
def one_time_password(request: HttpRequest, pk: int) -> HttpResponse:
    """重置密码: a new one-time password, shown once."""
    lookup.require(request, Permission.OFFICERS_MANAGE)
    who = lookup.actor(request)
    found = queries.officer_in_scope(who, pk, wholly=True)
    password = new_password()
    actions.set_password(
        found,
        text=password,
        min_length=limits.password_min_length(),
        kinds=limits.password_kinds(),
        by=who,
        at=timezone.now(),
        temporary=True,
    )
    return render(request, "accounts/enrolled.html", {"officer": found, "password": password, "again": True})


def permissions(request: HttpRequest) -> HttpResponse:
    """角色与权限: drawn from the table that decides, so it cannot say anything else."""
    roles = [role for role in Role if role is not Role.CONSOLE]
    rows = [
        (_(LABELS[permission]), [permission in GRANTS[role] for role in roles], _(use.pages), use.operations)
        for permission, use in USES.items()
    ]
    return render(request, "accounts/permissions.html", {"roles": [_(LABELS[role]) for role in roles], "rows": rows})


def _assign(found: Officer, form: Appointment, *, by: Actor) -> None:
    actions.assign(found, by=by, at=timezone.now(), **form.reach())


def _officer_page(request: HttpRequest, found: Officer, form: Appointment, *, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    places = people.places_of_officer(found, on=today)
    context = {
        "officer": found,
        "assignments": queries.assignments_of(found),
        "lent": people.delegations_by(found, on=today),
        "why_not_off": guards_people.switch_off(found, places=places, by=lookup.actor(request)),
        "factor": (factor := second_factor.factor_of(found)),
        "why_not_reset": second_factor.may_reset(found, by=lookup.actor(request), at=timezone.now())
        if factor
        else None,
        "form": form,
        "timeline": told(ledger.timeline("officer", str(found.pk), limit=50)),
        "today": today,
    }
    return render(request, "accounts/officer.html", context, status=status)


def _today() -> dict[str, date]:
    return {"from_day": timezone.localdate()}
