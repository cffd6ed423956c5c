"""实施方案登记: who must file a plan, who did, who is overdue; filing, approving, sending back."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qingyuan.core.access import Permission, Place, may_see
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions as library
from qingyuan.library import queries as files
from qingyuan.stages.reporting import actions, guards, queries
from qingyuan.stages.reporting.filers import Filer, Scheme, scheme_for
from qingyuan.stages.reporting.models import PlanState, SubordinatePlan
from qingyuan.web import lookup
from qingyuan.web.fields import DayField, DocumentField
from qingyuan.web.oversight.views import unit_of
from qingyuan.web.templatetags.qingyuan import refusal_sentence
from qingyuan.web.timeline import told


class PlanForm(forms.Form):
    """A plan: its name, its day, its file, the parts it has."""

    title = forms.CharField(label=lazy("方案名称"), max_length=200)
    issued_on = DayField(label=lazy("印发日期"), past=True)
    file = DocumentField(label=lazy("方案文件"))
    parts = forms.MultipleChoiceField(
        label=lazy("组成部分"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("勾选方案中已有的部分"),
    )

    def __init__(self, *args: object, scheme: Scheme, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parts"].choices = [(one, _(one)) for one in scheme.offered]  # type: ignore[attr-defined]


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The register as of a day: due, filed, overdue, missing."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, on, who = unit_of(request), lookup.day(request), lookup.actor(request)
    scheme = scheme_for(at, on=on)
    lines = []
    if scheme is not None:
        seen = [line for line in queries.register(scheme, on=on) if may_see(who, guards.place_of(line.filer))]
        inside = [line for line in seen if line.filer.unit.path.startswith(at.path)] or seen
        lines = [(line, _(queries.LABELS[line.standing]), _may_file(request, scheme, line.filer)) for line in inside]
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "on": on,
        "scheme": scheme,
        "lines": lines,
        "numbers": [
            (_(queries.LABELS[one]), sum(line.standing is one for line, _word, _reason in lines))
            for one in queries.Standing
        ],
        "due_reason": guards.set_due(scheme, day=on, by=who) if scheme else None,
    }
    return render(request, "oversight/plans.html", context)


@require_http_methods(["GET", "POST"])
def file_plan(request: HttpRequest) -> HttpResponse:
    """报送实施方案."""
    lookup.require(request, Permission.PLAN_FILE)
    at, who, on = unit_of(request), lookup.actor(request), timezone.localdate()
    scheme = scheme_for(at, on=on)
    key = (request.POST if request.method == "POST" else request.GET).get("filer", "")
    if scheme is None:
        raise NotFound("plan", key)
    filer = queries.filer_of(scheme, key)
    if not may_see(who, guards.place_of(filer)):
        raise NotFound("plan", key)
    form = PlanForm(request.POST or None, request.FILES or None, scheme=scheme)
    if request.method == "POST" and form.is_valid():
        try:
            plan = _file(form, filer, scheme, request)
        except Refused as error:
            form.add_error(None, refusal_sentence(error.refusal))
        else:
            messages.success(request, _("已报送，等待审核。"))
            return redirect("web:plan", pk=plan.pk)
    context = {"form": form, "filer": filer, "scheme": scheme, "trail": lookup.trail(request, at), "at": at}
    return render(request, "oversight/plan_file.html", context, status=409 if request.method == "POST" else 200)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what it has and lacks, its file, its ledger, and the buttons."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found, who = _plan(request, pk), lookup.actor(request)
    scheme = _scheme(found)
    context = {
        "plan": found,
        "scheme": scheme,
        "name": found.body.name if found.body else found.unit.name,
        "missing": guards.missing_parts(found.parts, scheme),
        "approve_reason": guards.approve_plan(found, scheme, by=who),
        "refuse_reason": guards.refuse_plan(found, reason="-", by=who),
        "waiting": found.state == PlanState.FILED,
        "earlier": [one for one in queries.plans_of(scheme, found.filer) if one.pk != found.pk],
        "timeline": told(ledger.timeline("plan", str(found.pk), limit=50)),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "oversight/plan.html", context)


@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """The plan's file. Always a download."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = _plan(request, pk)
    file = files.file(found.sha256)
    return FileResponse(BytesIO(files.content_of(found.sha256)), as_attachment=True, filename=file.name or found.title)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """审核通过."""
    lookup.require(request, Permission.PLAN_APPROVE)
    with transaction.atomic():
        found = _as_read(request, pk)
        actions.approve_plan(
            found, _scheme(found), on=timezone.localdate(), by=lookup.actor(request), at=timezone.now()
        )
    messages.success(request, _("已通过。"))
    return redirect("web:plan", pk=pk)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """退回."""
    lookup.require(request, Permission.PLAN_APPROVE)
    with transaction.atomic():
        found = _as_read(request, pk)
        actions.refuse_plan(
            found,
            reason=request.POST.get("reason", ""),
            on=timezone.localdate(),
            by=lookup.actor(request),
            at=timezone.now(),
        )
    messages.success(request, _("已退回。"))
    return redirect("web:plan", pk=pk)


@require_POST
def due(request: HttpRequest) -> HttpResponse:
    """确定报送期限, where the scheme sets none."""
    lookup.require(request, Permission.PLAN_APPROVE)
    at, on, who = unit_of(request), timezone.localdate(), lookup.actor(request)
    scheme = scheme_for(at, on=on)
    if scheme is None:
        raise NotFound("plan", at.code)
    try:
        day: date | None = DayField(required=False).clean(request.POST.get("day") or None)
    except forms.ValidationError:
        day = None
    if reason := guards.set_due(scheme, day=day, by=who):
        raise Refused(reason)
    assert day is not None
    actions.set_due(scheme, day=day, reason=request.POST.get("reason", ""), on=on, by=who, at=timezone.now())
    messages.success(request, _("已确定报送期限：%(day)s。") % {"day": day.isoformat()})
    return redirect(f"{reverse('web:plans')}?unit={scheme.root.code}")


def _file(form: PlanForm, filer: Filer, scheme: Scheme, request: HttpRequest) -> SubordinatePlan:
    given, at = form.cleaned_data, timezone.now()
    who = lookup.actor(request)
    with transaction.atomic():
        kept = library.file_bytes(given["file"].read(), name=given["file"].name, by=who, at=at)
        return actions.file_plan(
            filer,
            scheme,
            title=given["title"],
            sha256=kept.sha256,
            issued_on=given["issued_on"],
            parts=given["parts"],
            on=timezone.localdate(),
            by=who,
            at=at,
        )


def _may_file(request: HttpRequest, scheme: Scheme, filer: Filer) -> object:
    """Why this line may not be filed by this reader now; the paper itself is asked for in the form."""
    reason = guards.file_plan(
        filer,
        scheme,
        title="-",
        sha256="",
        issued_on=timezone.localdate(),
        on=timezone.localdate(),
        by=lookup.actor(request),
    )
    return None if reason is None or reason.code == "plan.no_file" else reason


def _plan(request: HttpRequest, pk: int) -> SubordinatePlan:
    found = queries.plan(pk)
    if not may_see(lookup.actor(request), Place(unit_path=found.unit.path, managing_body_id=found.body_id)):
        raise NotFound("plan", str(pk))
    return found


def _scheme(found: SubordinatePlan) -> Scheme:
    scheme = scheme_for(found.unit, on=timezone.localdate())
    if scheme is None:
        raise NotFound("plan", str(found.pk))
    return scheme


def _as_read(request: HttpRequest, pk: int) -> SubordinatePlan:
    found = _plan(request, pk)
    if request.POST.get("version", str(found.version)) != str(found.version):
        raise lookup.overtaken(request, ("plan", pk), name=found.title, back=reverse("web:plan", args=[pk]))
    return found
