"""批量处置: first the list of exactly what would happen, then one confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from qingyuan.core.access import Permission
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey.actions.lead_endings import Ending, end_many
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words_leads import LeadState, NotOutlet
from qingyuan.web import lookup
from qingyuan.web.leads.said import why
from qingyuan.web.refusals import Stale

MOST = 200
TWIN = "twin"


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """End several leads alike: as none, for one reason; or each as its own most suspicious twin in the register."""
    lookup.require(request, Permission.SURVEY_SETTLE)
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    given = [int(one) for one in request.POST.getlist("lead") if one.isdecimal() and len(one) < 18][:MOST]
    leads = [one for one in queries.several(who, given) if one.state == LeadState.OPEN]
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "").strip()[:200]
    if not leads:
        raise Refused(Refusal("survey.none_chosen", noop("请先勾选待核的线索。")))
    if kind not in (TWIN, *NotOutlet.values):
        raise Refused(Refusal("survey.no_why", noop("请选择不是排污口的情形。")))
    planned, left = _planned(request, leads, kind, reason)
    if request.POST.get("confirm") != "1":
        context = {
            "planned": planned,
            "left": left,
            "kind": kind,
            "label": _("已有登记的排污口") if kind == TWIN else NotOutlet(kind).label,
            "reason": reason,
        }
        return render(request, "leads/bulk.html", context)
    for one, _said in planned:
        if request.POST.get(f"version_{one.lead.pk}") != str(one.lead.version):
            raise Stale(one.lead.name)
    ended = end_many(who, [one for one, _said in planned], at=at, on=on)
    messages.success(request, _("已处置 %(n)s 条线索。") % {"n": len(ended)})
    return redirect("web:leads")


def _planned(
    request: HttpRequest, leads: list[Lead], kind: str, reason: str
) -> tuple[list[tuple[Ending, str]], list[Lead]]:
    """What would happen to each, in words; and the leads that have no twin."""
    if kind != TWIN:
        return [(Ending(one, reason, why=kind), str(NotOutlet(kind).label)) for one in leads], []
    planned, left, on = [], [], timezone.localdate()
    for one in leads:
        found = [twin for twin in queries.twins(lookup.actor(request), one, on=on) if twin.outlet is not None]
        if found:
            said = why(found[0])
            planned.append((Ending(one, reason or said, of_outlet=found[0].outlet), said))
        else:
            left.append(one)
    return planned, left
