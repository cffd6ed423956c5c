"""自定义规则: handing in a pack or one setting, what it would change, and what a second officer decides."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingyuan.core.access import Permission
from qingyuan.core.policy import PackError
from qingyuan.core.policy.ladder import declarations
from qingyuan.core.policy.parameters import Kind, Status
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Unit
from qingyuan.rulebook import checking, guards, proposals, proposing, queries, settings_of
from qingyuan.rulebook.differences import HEAD, LABELS, PackDifference
from qingyuan.rulebook.models import PackProposal
from qingyuan.rulebook.texts import MAX_BYTES
from qingyuan.web import lookup
from qingyuan.web.fields import DayField
from qingyuan.web.rules import words
from qingyuan.web.rules.views import frame

KINDS = {
    Kind.BOOLEAN: lazy("填“是”或者“否”"),
    Kind.LIST: lazy("每行一项"),
    Kind.DATE: lazy("日期，如 2024-01-01"),
    Kind.SHARE: lazy("比例，如 0.95 或者 95%"),
    Kind.INTEGER: lazy("整数"),
    Kind.NUMBER: lazy("数"),
    Kind.TEXT: lazy("文字或者代号"),
    Kind.TABLE: lazy("YAML 格式的列表"),
    Kind.MAPPING: lazy("YAML 格式的键值"),
}


class ManyFiles(forms.FileInput):
    """A chooser for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files as a list."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(widget=ManyFiles(attrs={"multiple": True}), **kwargs)  # type: ignore[arg-type]

    def clean(self, data: object, initial: object = None) -> list:
        given = data if isinstance(data, list | tuple) else [data]
        found = [forms.FileField.clean(self, one, initial) for one in given]
        if sum(one.size for one in found) > MAX_BYTES:
            raise forms.ValidationError(_("文件过大，请核对。"))
        return found


class Upload(forms.Form):
    """A pack as files."""

    files = FilesField(  # type: ignore[assignment] # a form's own name for what was sent
        label=lazy("政策包文件（zip 或若干 yaml）"), help_text=lazy("须含 pack.yaml，格式与在用政策包相同")
    )
    wanted_from = DayField(label=lazy("拟施行日"), required=False)
    reason = forms.CharField(label=lazy("理由和依据"), max_length=500)


class Setting(forms.Form):
    """Another value of one parameter."""

    value = forms.CharField(label=lazy("新的取值"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    clause = forms.CharField(
        label=lazy("依据条款"), max_length=120, help_text=lazy("文件和条款，如“某政办发〔2024〕1号 三”")
    )
    status = forms.ChoiceField(label=lazy("性质"))
    quote = forms.CharField(label=lazy("原文用语（取值由含糊用语得来的）"), max_length=200, required=False)
    from_day = DayField(label=lazy("起始日"))
    reason = forms.CharField(label=lazy("理由"), max_length=500)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["status"].choices = [(one.value, words.status_words(one)) for one in Status]  # type: ignore[attr-defined]


class Decision(forms.Form):
    """The day of effect and the opinion."""

    from_day = DayField(label=lazy("施行日"))
    reason = forms.CharField(label=lazy("审定意见"), max_length=500, required=False, help_text=lazy("追溯施行的必填"))


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """What was handed in for the unit and below, and a form for another."""
    context = frame(request, "proposals")
    at: Unit = context["at"]  # type: ignore[assignment]
    who = lookup.actor(request)
    form = Upload(request.POST or None, request.FILES or None, initial={"wanted_from": timezone.localdate()})
    if request.method == "POST":
        lookup.require(request, Permission.RULEBOOK_PROPOSE)
        if form.is_valid():
            given = form.cleaned_data
            made = proposing.propose_files(
                [(one.name, one.read()) for one in given["files"]],
                unit=at,
                wanted_from=given["wanted_from"],
                reason=given["reason"],
                by=who,
                at=timezone.now(),
            )
            return redirect("web:rules-proposal", pk=made.pk)
    after = request.GET.get("after", "")
    found, more = proposals.proposals(
        who, path=at.path, after=int(after) if after.isdecimal() and len(after) < 18 else None
    )
    context |= {"form": form, "proposals": found, "more": more, "why_not": guards.propose(unit=at, by=who)}
    return render(request, "rules/proposals.html", context, status=200)


@require_GET
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: faults, or difference, cases, who inherits; the buttons of the second officer."""
    lookup.require(request, Permission.OUTLET_VIEW)
    return _page(request, _proposal(request, pk), Decision(initial={"from_day": timezone.localdate()}))


def _proposal(request: HttpRequest, pk: int) -> PackProposal:
    return proposals.proposal(lookup.actor(request), pk)


def _page(
    request: HttpRequest, found: PackProposal, form: Decision, *, faults: tuple = (), status: int = 200
) -> HttpResponse:
    who, today = lookup.actor(request), timezone.localdate()
    on = found.in_force_from or max(found.wanted_from or today, today)
    seen = proposals.examined(found, on=on)
    newest = queries.newest_version(found.pack) if found.pack else None
    below = places.units_below(found.unit_path, level=3).count() if found.state != "faulty" else 0
    context = frame(request, "proposals") | {
        "one": found,
        "seen": seen,
        "changes": shown(seen.difference),
        "cases_failed": len(seen.failed),
        "counties": below,
        "form": form,
        "faults": faults or seen.faults,
        "no_approval": guards.approve(found, from_day=None, today=today, reason="", newest=newest, by=who),
        "no_rejection": guards.reject(found, reason="-", by=who),
        "no_withdrawal": guards.withdraw_proposal(found, by=who),
        "files": proposals.reading_of(found),
        "unit": places.unit(found.unit_code),
    }
    return render(request, "rules/proposal.html", context, status=status)


def shown(difference: PackDifference) -> dict[str, object]:
    """A difference in words."""
    parameters = [
        {
            "one": one,
            "change": _(LABELS[one.change]),
            "direction": _(LABELS[one.direction]),
            "tone": {"tightened": "blue", "loosened": "amber"}.get(one.direction, "grey"),
            "before": _value(one.before.value, one.unit, one.name),
            "after": _value(one.after.value, one.unit, one.name),
            "before_status": words.status_words(one.before.status) if one.before.clause else "",
            "after_status": words.status_words(one.after.status) if one.after.clause else "",
        }
        for one in difference.parameters
    ]
    rules = [{"one": one, "change": _(LABELS[one.change])} for one in difference.rules]
    head = [{"label": _(HEAD[one.key]), "one": one} for one in difference.head]
    return {"parameters": parameters, "rules": rules, "head": head, "is_empty": difference.is_empty}


def _value(value: object, unit: str, name: str) -> str:
    said = words.value_words(value, share=name.startswith("targets."))
    return f"{said} {unit}".strip() if value is not None else said


@require_POST
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """审定, 退回 or 撤回."""
    who, at = lookup.actor(request), timezone.now()
    lookup.require(request, Permission.RULEBOOK_PROPOSE if act == "withdraw" else Permission.RULEBOOK_APPROVE)
    found = _proposal(request, pk)
    reason = request.POST.get("reason", "").strip()[:500]
    match act:
        case "approve":
            form = Decision(request.POST)
            if not form.is_valid():
                return _page(request, found, form, status=409)
            day: date = form.cleaned_data["from_day"]
            try:
                proposing.approve(found, from_day=day, reason=reason, by=who, at=at)
            except PackError as slip:
                return _page(request, found, form, faults=slip.faults, status=409)
            messages.success(request, _("已审定，自 %(day)s 起施行。") % {"day": day.isoformat()})
        case "reject":
            proposing.reject(found, reason=reason, by=who, at=at)
            messages.success(request, _("已退回。"))
        case "withdraw":
            proposing.withdraw_proposal(found, reason=reason, by=who, at=at)
            messages.success(request, _("已撤回。"))
        case _:
            raise NotFound("act", act)
    return redirect("web:rules-proposal", pk=pk)


@require_http_methods(["GET", "POST"])
def setting(request: HttpRequest) -> HttpResponse:
    """另提取值: another value of one parameter of the unit, without writing YAML."""
    lookup.require(request, Permission.RULEBOOK_PROPOSE)
    context = frame(request, "parameters")
    at: Unit = context["at"]  # type: ignore[assignment]
    policy = context["policy"]
    name = request.GET.get("name", "")
    chosen = policy.parameters.get(name)  # type: ignore[attr-defined]
    if chosen is None:
        raise NotFound("parameter", name)
    chain = checking.ladder_of(queries.packs_in_force(on=policy.on).values(), at.path)  # type: ignore[attr-defined]
    declared = declarations(chain)[name]
    why_not = guards.propose(unit=at, by=lookup.actor(request)) or guards.propose_setting(declared=declared, name=name)
    initial = {"value": settings_of.written(chosen.value), "from_day": timezone.localdate(), "status": Status.READ}
    form = Setting(request.POST or None, initial=initial)
    form.fields["value"].help_text = KINDS[declared.kind]
    if request.method == "POST" and form.is_valid():
        try:
            made = proposing.propose_setting(
                unit=at,
                name=name,
                value=form.cleaned_data["value"],
                clause=form.cleaned_data["clause"],
                status=Status(form.cleaned_data["status"]),
                quote=form.cleaned_data["quote"],
                from_day=form.cleaned_data["from_day"],
                reason=form.cleaned_data["reason"],
                by=lookup.actor(request),
                at=timezone.now(),
            )
        except PackError as slip:
            form.add_error("value", "；".join(fault.reason for fault in slip.faults))
        else:
            return redirect("web:rules-proposal", pk=made.pk)
    is_share = declared.kind is Kind.SHARE and chosen.value is not None
    said = words.value_words(chosen.value, share=True) if is_share else words.said(chosen)
    context |= {"form": form, "chosen": chosen, "said": said, "why_not": why_not, "declared": declared}
    return render(request, "rules/setting.html", context)


@require_GET
def pack(request: HttpRequest, code: str) -> HttpResponse:
    """The versions of one pack over time, and the difference between any two."""
    context = frame(request, "packs")
    versions = queries.versions(code)
    summary = next((one for one in queries.packs(on=context["policy"].on) if one.code == code), None)  # type: ignore[attr-defined]
    if not versions and summary is None:
        raise NotFound("pack", code)
    first, second = request.GET.get("from", ""), request.GET.get("to", "")
    changes = None
    if first and second:
        changes = shown(proposals.between(code, first, second, on=timezone.localdate()))
    elif len(versions) > 1:
        first, second = versions[1].sha256, versions[0].sha256
    path = versions[0].unit_path if versions else summary.unit_path  # type: ignore[union-attr]
    context |= {
        "pack": summary,
        "code": code,
        "versions": versions,
        "first": first,
        "second": second,
        "changes": changes,
        "refused": proposals.last_refused(code, unit_path=path) if _reaches(request, path) else None,
    }
    return render(request, "rules/pack.html", context)


def _reaches(request: HttpRequest, path: str) -> bool:
    return lookup.is_within_reach(lookup.actor(request), path)
