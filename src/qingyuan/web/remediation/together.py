"""批量研判: many outlets with one confirmation that says exactly what will happen to which of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from qingyuan.core.access import Permission
from qingyuan.core.refusal import DomainError, NotFound, Refusal, Refused
from qingyuan.flows import remediation_support
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, guards, queries
from qingyuan.stages.remediation.models import Finding
from qingyuan.web import lookup
from qingyuan.web.remediation import forms

MOST = 200
ACTS = {
    "list": noop("列入问题排污口清单"),
    "no-problem": noop("认定没有问题"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One chosen outlet: what will be confirmed or dismissed with it, or why nothing will."""

    outlet: Outlet
    findings: tuple[Finding, ...]
    reason: Refusal | None


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The confirmation, then the doing. Outlets out of scope are not there."""
    lookup.require(request, Permission.REMEDIATION_TRIAGE)
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise NotFound("act", act)
    chosen = [int(pk) for pk in request.POST.getlist("outlet") if pk.isdecimal() and len(pk) < 18][:MOST]
    visible = registry.visible_to(lookup.actor(request)).filter(pk__in=chosen)
    outlets = list(
        visible.select_related("unit", "managing_unit", "managing_body", "party").order_by("unit_path", "pk")
    )
    if not outlets:
        messages.warning(request, _("没有勾选排污口。"))
        return redirect(f"{reverse('web:problems')}?tab=awaiting")
    form = (
        forms.Decide(request.POST) if request.POST.get("step") else forms.Decide(initial={"on": timezone.localdate()})
    )
    if request.POST.get("step") == "do" and form.is_valid():
        return _do(request, act, outlets, form)
    rows = [_row(request, act, one) for one in outlets]
    doable = [row for row in rows if row.reason is None]
    context = {
        "act": act,
        "label": _(ACTS[act]),
        "rows": rows,
        "doable": len(doable),
        "against": len(rows) - len(doable),
        "findings": sum(len(row.findings) for row in doable),
        "form": form,
    }
    return render(request, "remediation/bulk.html", context, status=409 if form.errors else 200)


def _row(request: HttpRequest, act: str, outlet: Outlet) -> Row:
    by, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    standing = [one for one in queries.findings_of(outlet) if one.state != "dismissed"]
    for one in standing:
        one.outlet = outlet
    if act == "list":
        return Row(outlet, tuple(standing), guards.list_as_problem(outlet, findings=standing, by=by, on=on, at=at))
    reason = guards.find_no_problem(outlet, standing=standing, reason="…", by=by, on=on, at=at)
    return Row(outlet, tuple(one for one in standing if one.state == "lead"), reason)


def _do(request: HttpRequest, act: str, outlets: list[Outlet], form: forms.Decide) -> HttpResponse:
    """Each outlet in its own transaction; what a guard forbids is told with its reason."""
    given, by, at = form.cleaned_data, lookup.actor(request), timezone.now()
    done, refused = 0, []
    for outlet in outlets:
        how = {"on": given["on"], "by": by, "at": at, "reason": given["reason"]}
        try:
            with transaction.atomic():
                if act == "list":
                    standing = [one for one in queries.findings_of(outlet) if one.state != "dismissed"]
                    made = actions.list_as_problem(outlet, findings=standing, **how)
                    remediation_support.hand_out(made, by=by, on=timezone.localdate(at), at=at)
                else:
                    actions.find_no_problem(outlet, **how)
            done += 1
        except Refused as no:
            refused.append(f"{outlet.name}：{no.refusal.sentence}")
        except DomainError:
            refused.append(_("%(name)s：记录已被他人修改") % {"name": outlet.name})
    label = _(ACTS[act])
    said = _("%(label)s：办理 %(done)s 个，退回 %(refused)s 个。")
    messages.success(request, said % {"label": label, "done": done, "refused": len(refused)})
    for line in refused[:10]:
        messages.warning(request, line)
    return redirect(f"{reverse('web:problems')}?tab=awaiting")
