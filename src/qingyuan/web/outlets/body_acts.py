"""登记、更正单位: the forms of an organisation and the doing. What may not be done is said before anything is asked."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qingyuan.bodies import actions, guards
from qingyuan.bodies import queries as bodies_queries
from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Permission, Place
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.ledger import queries as ledger
from qingyuan.registry import queries as registry
from qingyuan.web import lookup, refusals
from qingyuan.web.outlets.body_forms import CorrectBody, EnterBody, SetFunctions, standing_values
from qingyuan.web.outlets.body_words import told_of_body
from qingyuan.web.refusals import Stale
from qingyuan.web.templatetags.qingyuan import refusal_sentence


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """登记单位."""
    lookup.require(request, Permission.BODIES_MAINTAIN)
    at_unit = lookup.here(request)
    if at_unit is None:
        raise NotFound("unit", "")
    form = EnterBody(request.POST or None, near=at_unit.path, initial={"unit": at_unit.code})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        unit = given["unit"]
        if not lookup.is_within_reach(lookup.actor(request), unit.path):
            raise NotFound("unit", unit.code)
        try:
            made = actions.enter(
                name=given["name"].strip(),
                kind=BodyKind(given["kind"]),
                unit=unit,
                unit_type=given["unit_type"].strip(),
                industry=given["industry"].strip(),
                credit_code=given["credit_code"],
                parent=given["parent"],
                supervising_body=given["supervising_body"],
                from_day=given["from_day"],
                by=lookup.actor(request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, refusal_sentence(refused.refusal))
        else:
            messages.success(request, _("已办理：%(act)s。") % {"act": _("登记单位")})
            return redirect("web:body", pk=made.pk)
    context = {
        "form": form,
        "label": _("登记单位"),
        "back": reverse("web:bodies"),
        "trail": lookup.trail(request, at_unit),
    }
    return render(request, "outlets/body_form.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正单位信息, its affiliation among it."""
    return _change(request, pk, label=_("更正单位信息"), form_of=_correct_form, do=_correct)


@require_http_methods(["GET", "POST"])
def functions(request: HttpRequest, pk: int) -> HttpResponse:
    """调整职能."""
    return _change(request, pk, label=_("调整职能"), form_of=_functions_form, do=_set_functions)


def _change(
    request: HttpRequest,
    pk: int,
    *,
    label: str,
    form_of: Callable[[HttpRequest, Body], forms.Form],
    do: Callable[[HttpRequest, Body, forms.Form], None],
) -> HttpResponse:
    lookup.require(request, Permission.BODIES_MAINTAIN)
    found = one(request, pk)
    if reason := access.refusal(lookup.actor(request), Permission.BODIES_MAINTAIN, Place(unit_path=found.unit_path)):
        return refusals.refused(request, reason)
    if request.method == "POST":
        found = _as_read(request, found)
    form = form_of(request, found)
    if request.method == "POST" and form.is_valid():
        before = found.version
        try:
            with transaction.atomic():
                do(request, found, form)
        except Refused as refused:
            form.add_error(None, refusal_sentence(refused.refusal))
        else:
            if found.version == before:
                messages.info(request, _("内容相同，此前已经办理，没有重复写入。"))
            else:
                messages.success(request, _("已办理：%(act)s。") % {"act": label})
            return redirect("web:body", pk=pk)
    context = {
        "form": form,
        "label": label,
        "body": found,
        "back": reverse("web:body", args=[pk]),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "outlets/body_form.html", context, status=409 if form.errors else 200)


def one(request: HttpRequest, pk: int) -> Body:
    """The organisation, if the asker may see it.

    Raises
    ------
    NotFound
    """
    visible = registry.bodies_visible_to(lookup.actor(request))
    found = visible.filter(pk=pk).select_related("unit", "parent", "supervising_body").first()
    if found is None:
        raise NotFound("body", str(pk))
    return found


def _as_read(request: HttpRequest, found: Body) -> Body:
    """The organisation as it was when the form was shown; the action itself writes under that version."""
    read = request.POST.get("version", "")
    if read != str(found.version):
        lines = ledger.timeline("body", str(found.pk), limit=5)
        said = [line.sentence for line in told_of_body(lines)]
        back = reverse("web:body", args=[found.pk])
        raise Stale(found.name, since=said, back=back, own=lookup.own(request, lines[:1]))
    return found


def _correct_form(request: HttpRequest, found: Body) -> forms.Form:
    return CorrectBody(request.POST or None, near=found.unit_path, initial=standing_values(found))


def _correct(request: HttpRequest, found: Body, form: forms.Form) -> None:
    assert isinstance(form, CorrectBody)
    given = form.cleaned_data
    actions.correct(
        found,
        values=form.values(),
        reason=given["reason"],
        on=given["on"],
        by=lookup.actor(request),
        at=timezone.now(),
    )


def _functions_form(request: HttpRequest, found: Body) -> forms.Form:
    today = timezone.localdate()
    held = [one.value for one in bodies_queries.functions_of(found, on=today)]
    return SetFunctions(request.POST or None, initial={"functions": held, "on": today})


def _set_functions(request: HttpRequest, found: Body, form: forms.Form) -> None:
    given = form.cleaned_data
    actions.set_functions(
        found,
        functions=[BodyFunction(one) for one in given["functions"]],
        reason=given["reason"],
        on=given["on"],
        by=lookup.actor(request),
        at=timezone.now(),
    )


def why_not(request: HttpRequest, found: Body) -> dict[str, object]:
    """The reason against the buttons of the page, as the guard gives it."""
    return {"why_not_correct": guards.set_functions(found, reason="-", by=lookup.actor(request))}
