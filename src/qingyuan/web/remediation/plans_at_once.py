"""立行立改 from the page of an outlet (T10)."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qingyuan.core.refusal import Refused
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, guards_orders
from qingyuan.web import lookup, refusals
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.remediation.plans_forms import AtOnce

CONFLICT = 409


@require_http_methods(["GET", "POST"])
def at_once(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, or the doing."""
    by, at = lookup.actor(request), timezone.now()
    outlet = lookup.outlet(request, pk)
    barred = guards_orders.may_remediate_at_once(outlet, by=by, on=timezone.localdate(at))
    if request.method == "POST":
        if barred is not None and barred.code.startswith("access."):
            raise Refused(barred)
        return _do(request, pk)
    if barred is not None:
        return refusals.refused(request, barred)
    return _ask(request, outlet, AtOnce(outlet=outlet))


def _do(request: HttpRequest, pk: int) -> HttpResponse:
    by, at = lookup.actor(request), timezone.now()
    with transaction.atomic():
        outlet = lookup.outlet_as_read(request, pk)
        form = AtOnce(request.POST, request.FILES, outlet=outlet)
        if not form.is_valid():
            return _ask(request, outlet, form, status=CONFLICT)
        given = form.cleaned_data
        try:
            with transaction.atomic():
                before, after, report = (kept(given[name], by=by, at=at) for name in ("before", "after", "report"))
                found = actions.remediate_at_once(
                    outlet,
                    norm=given["norm"],
                    text=given["text"],
                    before_sha256=before,
                    after_sha256=after,
                    report_sha256=report,
                    on=given["on"],
                    by=by,
                    at=at,
                )
        except Refused as no:
            outlet.refresh_from_db()
            return _ask(request, outlet, form, fault=no.refusal, status=CONFLICT)
    messages.success(request, _("已记录立行立改，待验收。"))
    return redirect("web:round", pk=found.pk)


def _ask(
    request: HttpRequest, outlet: Outlet, form: AtOnce, *, fault: object = None, status: int = 200
) -> HttpResponse:
    context = {"outlet": outlet, "form": form, "fault": fault, "label": _("立行立改")}
    return render(request, "remediation/at_once.html", context, status=status)
