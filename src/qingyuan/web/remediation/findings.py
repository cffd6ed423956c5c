"""研判: the page of one outlet with what stands against it, and its buttons."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.flows import remediation_support
from qingyuan.library import queries as library
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, queries, rules
from qingyuan.stages.remediation.models import Finding
from qingyuan.web import lookup
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.remediation import findings_section, forms

CONFLICT = 409


@require_safe
def triage(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands against one outlet, and what the competent body may do about it."""
    lookup.require(request, Permission.OUTLET_VIEW)
    return _page(request, lookup.outlet(request, pk))


def _page(
    request: HttpRequest, outlet: Outlet, *, fault: object = None, form: object = None, status: int = 200
) -> HttpResponse:
    who, on = lookup.actor(request), timezone.localdate()
    policy = policy_of(outlet.unit_path, on=on)
    box = findings_section.box(who, outlet)
    here = box["problem_round"]
    if here:
        box["problem_findings"] = findings_section.section(who, here)["findings"]  # type: ignore[arg-type]
    context = {
        **box,
        "outlet": outlet,
        "rounds": queries.rounds_of(outlet),
        "leads": queries.leads_by_type(outlet, on=on),
        "today": on,
        "find_form": form or forms.Find(kinds=rules.kinds(policy), initial={"on": on}),
        "fault": fault,
        "clause": policy.parameters.get("register.problem_list"),
        "trail": lookup.trail(request, outlet.unit),
    }
    return render(request, "remediation/triage.html", context, status=status)


@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """登记线索、列入清单、认定没有问题、无问题保留."""
    outlet = lookup.outlet(request, pk)
    doing = {"find": _find, "list": _list, "no-problem": _no_problem, "retain": _retain}.get(act)
    if doing is None:
        raise NotFound("act", act)
    lookup.require(request, Permission.OUTLET_ENTER_FACT if act == "find" else Permission.REMEDIATION_TRIAGE)
    try:
        with transaction.atomic():
            return doing(request, outlet)
    except Refused as no:
        outlet.refresh_from_db()
        return _page(request, outlet, fault=no.refusal, status=CONFLICT)


def _find(request: HttpRequest, outlet: Outlet) -> HttpResponse:
    on = timezone.localdate()
    form = forms.Find(request.POST, request.FILES, kinds=rules.kinds(policy_of(outlet.unit_path, on=on)))
    if not form.is_valid():
        return _page(request, outlet, form=form, status=CONFLICT)
    given, by, at = form.cleaned_data, lookup.actor(request), timezone.now()
    paper = kept(given["paper"], by=by, at=at)
    actions.find(outlet, kind=given["kind"], text=given["text"], on=given["on"], by=by, at=at, sha256=paper)
    messages.success(request, _("已登记线索，待有权部门核查。"))
    return redirect("web:triage", pk=outlet.pk)


def _list(request: HttpRequest, outlet: Outlet) -> HttpResponse:
    outlet = lookup.outlet_as_read(request, outlet.pk)
    form = forms.Decide(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, outlet, fault=form.first_fault, status=CONFLICT)
    by, at = lookup.actor(request), timezone.now()
    chosen = {int(pk) for pk in request.POST.getlist("finding") if pk.isdecimal() and len(pk) < 18}
    findings = [one for one in queries.findings_of(outlet) if one.pk in chosen or one.state == "confirmed"]
    made = actions.list_as_problem(
        outlet,
        findings=findings,
        reason=form.cleaned_data["reason"],
        papers=_papers(form, request),
        on=form.cleaned_data["on"],
        by=by,
        at=at,
    )
    remediation_support.hand_out(made, by=by, on=timezone.localdate(at), at=at)
    messages.success(request, _("“%(name)s”已列入问题排污口清单。") % {"name": outlet.name})
    return redirect("web:triage", pk=outlet.pk)


def _no_problem(request: HttpRequest, outlet: Outlet) -> HttpResponse:
    outlet = lookup.outlet_as_read(request, outlet.pk)
    form = forms.Decide(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, outlet, fault=form.first_fault, status=CONFLICT)
    given = form.cleaned_data
    by, at = lookup.actor(request), timezone.now()
    actions.find_no_problem(outlet, reason=given["reason"], papers=_papers(form, request), on=given["on"], by=by, at=at)
    messages.success(request, _("已认定“%(name)s”没有问题。") % {"name": outlet.name})
    return redirect("web:triage", pk=outlet.pk)


def _retain(request: HttpRequest, outlet: Outlet) -> HttpResponse:
    outlet = lookup.outlet_as_read(request, outlet.pk)
    at = timezone.now()
    actions.retain_without_problem(outlet, on=timezone.localdate(at), by=lookup.actor(request), at=at)
    messages.success(request, _("“%(name)s”已保留。") % {"name": outlet.name})
    return redirect("web:triage", pk=outlet.pk)


def _papers(form: forms.Decide, request: HttpRequest) -> dict[Paper, str]:
    given = form.cleaned_data.get("paper")
    if not given:
        return {}
    return {Paper.TRIAGE_OPINION: kept(given, by=lookup.actor(request), at=timezone.now())}


@require_POST
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """认定 or 排除 one finding, or 撤回认定."""
    found = queries.finding(lookup.actor(request), pk)
    lookup.require(request, Permission.REMEDIATION_TRIAGE)
    if act not in ("confirm", "dismiss", "take-back"):
        raise NotFound("act", act)
    form = forms.Decide(request.POST, request.FILES)
    outlet = lookup.outlet(request, found.outlet_id)
    if not form.is_valid():
        return _page(request, outlet, fault=form.first_fault, status=CONFLICT)
    try:
        with transaction.atomic():
            _decide(request, found, act, form)
    except Refused as no:
        return _page(request, outlet, fault=no.refusal, status=CONFLICT)
    return redirect("web:triage", pk=outlet.pk)


def _decide(request: HttpRequest, found: Finding, act: str, form: forms.Decide) -> None:
    given, by, at = form.cleaned_data, lookup.actor(request), timezone.now()
    paper = kept(given["paper"], by=by, at=at)
    if act == "take-back":
        actions.take_back(found, reason=given["reason"], on=given["on"], by=by, at=at)
        messages.success(request, _("认定已撤回，该问题回到待核查。"))
        return
    how = {"reason": given["reason"], "basis_sha256": paper, "on": given["on"], "by": by, "at": at}
    if act == "confirm":
        actions.confirm(found, **how)
        messages.success(request, _("问题已认定。"))
    else:
        actions.dismiss(found, **how)
        messages.success(request, _("线索已排除。"))


@require_safe
def basis(request: HttpRequest, pk: int) -> FileResponse:
    """The paper a finding was confirmed on. Always a download."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries.finding(lookup.actor(request), pk)
    if not found.basis_sha256:
        raise NotFound("file", str(pk))
    file = library.file(found.basis_sha256)
    return FileResponse(BytesIO(library.content_of(file.sha256)), as_attachment=True, filename=file.name or "basis")
