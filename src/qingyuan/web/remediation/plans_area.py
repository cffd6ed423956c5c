"""Beside the plans of outlets: plans of the unit, packages of projects, programmes; one page, one table of acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.exchange import plan_papers
from qingyuan.library import actions as library
from qingyuan.places.models import Unit
from qingyuan.registry import queries as registry
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, queries_plans, rules_plans
from qingyuan.stages.remediation.models_plans import FundingPackage, YearPlan
from qingyuan.stages.remediation.words_plans import PackageState
from qingyuan.web import lookup
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.fields import DayField
from qingyuan.web.outlets.act_forms import PaperField
from qingyuan.web.tracing.forms import BodyField

CONFLICT = 409


class YearPlanForm(forms.Form):
    """编制区域整治方案."""

    title = forms.CharField(label=_("名称"), max_length=200)
    year = forms.IntegerField(label=_("年度（不分年度的不填）"), required=False, min_value=2000, max_value=2100)
    body = BodyField(label=_("责任区部门（不填为本区划）"), required=False)
    text = forms.CharField(label=_("要点"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ApproveYearPlanForm(forms.Form):
    """审定区域整治方案."""

    plan = forms.IntegerField(widget=forms.HiddenInput)
    paper = PaperField(label=_("方案文本（不附则由系统生成）"), required=False)


class PackageForm(forms.Form):
    """建立资金打包."""

    title = forms.CharField(label=_("名称"), max_length=200)


class AddForm(forms.Form):
    """列入打包."""

    package = forms.IntegerField(widget=forms.HiddenInput)
    outlet = forms.CharField(label=_("排污口（编码或编号）"), max_length=64)


class MoveForm(forms.Form):
    """变更打包状态."""

    package = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("状态"), choices=PackageState.choices)
    source = forms.ChoiceField(
        label=_("资金来源"), choices=[("", "—"), ("中央", _("中央")), ("省", _("省"))], required=False
    )
    amount_yuan = forms.DecimalField(
        label=_("金额（元）"), min_value=0, max_digits=14, decimal_places=2, required=False
    )


class ProgrammeForm(forms.Form):
    """登记统筹工程."""

    kind = forms.CharField(label=_("类别"), max_length=64)
    title = forms.CharField(label=_("名称"), max_length=200)
    due = DayField(label=_("计划完成"), required=False)


FORMS: dict[str, type[forms.Form]] = {
    "year-plan": YearPlanForm,
    "approve": ApproveYearPlanForm,
    "package": PackageForm,
    "add": AddForm,
    "move": MoveForm,
    "programme": ProgrammeForm,
}


@require_safe
def area(request: HttpRequest) -> HttpResponse:
    """What the unit one stands at keeps beside the plans of its outlets."""
    lookup.require(request, Permission.OUTLET_VIEW)
    return _page(request)


def _page(request: HttpRequest, *, fault: Refusal | None = None, status: int = 200) -> HttpResponse:
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    path = at.path if at else ""
    policy = policy_of(path, on=on)
    kinds = rules_plans.texts_of(policy.value("remediation.linked_programmes", ()))
    programme = ProgrammeForm()
    programme.fields["kind"].widget = forms.Select(choices=[(one, one) for one in kinds])
    context = {
        "at": at,
        "today": on,
        "asked": policy.parameters.get("remediation.area_plan"),
        "funding": policy.parameters.get("remediation.funding_package"),
        "year_plans": list(queries_plans.year_plans(who, path=path)[:100]),
        "is_missing": at is not None and queries_plans.lacks_area_plan(at, on=on),
        "packages": list(queries_plans.packages(who)[:50].prefetch_related("outlets__outlet")),
        "programmes": [(one, queries_plans.linked_with(who, one, on=on)) for one in queries_plans.programmes(who)[:50]],
        "aim": rules_plans.aim(policy),
        "forms": {
            "year_plan": YearPlanForm(
                initial={"year": on.year if policy.value("remediation.area_plan") == "annual" else None}
            ),
            "package": PackageForm(),
            "programme": programme,
        },
        "rebuilt_m": queries_plans.rebuilt_m(who, path=path),
        "states": PackageState.choices,
        "may_plan": access_refusal(who, Permission.REMEDIATION_PLAN) is None,
        "may_approve": access_refusal(who, Permission.REMEDIATION_APPROVE) is None,
        "fault": fault,
        "trail": lookup.trail(request, at),
    }
    return render(request, "remediation/area.html", context, status=status)


@require_POST
def act(request: HttpRequest, name: str) -> HttpResponse:
    """One of the acts of the page."""
    if name not in FORMS:
        raise NotFound("act", name)
    lookup.require(request, Permission.REMEDIATION_APPROVE if name == "approve" else Permission.REMEDIATION_PLAN)
    form = FORMS[name](request.POST, request.FILES)
    if not form.is_valid():
        field, wrong = next(iter(form.errors.items()))
        label = str(form.fields[field].label or "") if field in form.fields else ""
        fault = Refusal("remediation.form", "%(label)s：%(said)s", {"label": label, "said": str(wrong[0])})
        return _page(request, fault=fault, status=CONFLICT)
    by, at = lookup.actor(request), timezone.now()
    try:
        with transaction.atomic():
            said = _do(request, name, form.cleaned_data, by=by, on=timezone.localdate(at), at=at)
    except Refused as no:
        if no.refusal.code.startswith("access."):
            raise
        return _page(request, fault=no.refusal, status=CONFLICT)
    messages.success(request, said)
    return redirect("web:remediation-area")


def _do(request: HttpRequest, name: str, given: dict[str, Any], *, by: Actor, on: date, at: datetime) -> str:
    acting: dict[str, Any] = {"on": on, "by": by, "at": at}
    match name:
        case "year-plan":
            unit, body = _unit(request), given["body"]
            actions.draft_year_plan(
                unit, body=body, year=given["year"] or 0, title=given["title"], text=given["text"], **acting
            )
            return plain("区域整治方案已保存。")
        case "approve":
            _approve(given, by=by, on=on, at=at)
            return plain("区域整治方案已审定。")
        case "package":
            actions.open_package(_unit(request), title=given["title"], **acting)
            return plain("已建立资金打包。")
        case "add":
            package = _package(by, given["package"])
            actions.add_to_package(package, outlet=registry.outlet(by, given["outlet"]), **acting)
            return plain("已列入资金打包。")
        case "move":
            package = _package(by, given["package"])
            state, source, amount = PackageState(given["state"]), given["source"], given["amount_yuan"]
            actions.move_package(package, state=state, source=source, amount_yuan=amount, **acting)
            return plain("打包状态已变更。")
        case _:
            actions.enter_programme(
                _unit(request), kind=given["kind"], title=given["title"], due=given["due"], **acting
            )
            return plain("已登记统筹工程。")


def _approve(given: dict[str, Any], *, by: Actor, on: date, at: datetime) -> None:
    plan: YearPlan | None = queries_plans.year_plans(by).filter(pk=given["plan"]).first()
    if plan is None:
        raise NotFound("year_plan", str(given["plan"]))
    paper = kept(given["paper"], by=by, at=at)
    if not paper:
        of_unit = queries_plans.plans(by, queries_plans.Asked(on=on, path=plan.unit_path))
        content = plan_papers.year_plan_pdf(plan, of_unit[:2000], at=at)
        paper = library.file_bytes(content, name=f"{plan.title}.pdf", by=by, at=at).sha256
    actions.approve_year_plan(plan, paper_sha256=paper, on=on, by=by, at=at)


def _unit(request: HttpRequest) -> Unit:
    at = lookup.here(request)
    if at is None:
        raise NotFound("unit", "")
    return at


def _package(by: Actor, pk: int) -> FundingPackage:
    found = queries_plans.packages(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("package", str(pk))
    return found
