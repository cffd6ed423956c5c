"""连片统一设口: the groups of a place, and the plans for one group."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, queries, queries_clusters
from qingyuan.stages.remediation.actions.clusters import Common
from qingyuan.stages.remediation.words_plans import FloodAnswer
from qingyuan.web import lookup
from qingyuan.web.fields import DayField

MOST = 100
CONFLICT = 409


class CommonForm(forms.Form):
    """What the plans of a group have in common."""

    works = forms.CharField(label=_("统一收集处理养殖尾水的设施"), max_length=128)
    due = DayField(label=_("完成期限"), required=False)
    basis = forms.CharField(label=_("法律或技术依据"), max_length=500, required=False)
    flood_answer = forms.ChoiceField(
        label=_("是否可能影响防洪排涝、堤防安全"), required=False, choices=[("", "—"), *FloodAnswer.choices]
    )
    departments = forms.CharField(label=_("联动部门"), max_length=500, required=False)
    deviation_reason = forms.CharField(label=_("另作处理的理由"), max_length=1000, required=False)


@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """The groups of the unit one stands at."""
    lookup.require(request, Permission.OUTLET_VIEW)
    return _page(request)


def _page(request: HttpRequest, *, fault: Refusal | None = None, status: int = 200) -> HttpResponse:
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    path = at.path if at else ""
    policy = policy_of(path, on=on)
    context = {
        "at": at,
        "clusters": queries_clusters.clusters(who, path=path, on=on),
        "asked": policy.parameters.get(queries_clusters.PARAMETER),
        "reach": policy.parameters.get("aquaculture.cluster_distance_m"),
        "form": CommonForm(),
        "may_plan": access_refusal(who, Permission.REMEDIATION_PLAN) is None,
        "fault": fault,
        "trail": lookup.trail(request, at),
    }
    return render(request, "remediation/clusters.html", context, status=status)


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Plans for the chosen outlets of a group."""
    lookup.require(request, Permission.REMEDIATION_PLAN)
    by, at = lookup.actor(request), timezone.now()
    form = CommonForm(request.POST)
    chosen = [int(key) for key in request.POST.getlist("round")[:MOST] if key.isdecimal() and len(key) < 18]
    kept = request.POST.get("keep", "")
    if not form.is_valid() or not kept.isdecimal() or int(kept) not in chosen:
        text = noop("请选择成员、保留的统一排污口，填写设施名称。")
        return _page(request, fault=Refusal("remediation.form", text), status=CONFLICT)
    on: date = timezone.localdate(at)
    try:
        with transaction.atomic():
            rounds = [queries.round_by_id(by, pk) for pk in dict.fromkeys(chosen)]
            keep = next(one for one in rounds if one.pk == int(kept))
            actions.propose_common(keep, rounds, given=Common(**form.cleaned_data), on=on, by=by, at=at)
    except Refused as no:
        if no.refusal.code.startswith("access."):
            raise
        return _page(request, fault=no.refusal, status=CONFLICT)
    messages.success(request, plain("已为 %(n)d 个排污口编制统一设口的方案，请逐个提交。") % {"n": len(rounds)})
    return redirect("web:round", pk=keep.pk)
