"""A second walk: the drawn segments, both findings side by side, the form of the second team."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from qingyuan.core.refusal import NotFound, Refused
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey import finishing, guards_rechecks, queries_rechecks
from qingyuan.stages.survey.actions import rechecks as actions
from qingyuan.stages.survey.actions.rechecks import Difference
from qingyuan.stages.survey.models_rechecks import RecheckSegment
from qingyuan.stages.survey.words import FindingKind
from qingyuan.web import lookup, refusals
from qingyuan.web.dispatch.forms import Lines
from qingyuan.web.fields import DayField
from qingyuan.web.templatetags.qingyuan import refusal_sentence

FIELDS = {
    "name": lazy("名称"),
    "position": lazy("位置"),
    "type": lazy("类型"),
    "mouth_size_mm": lazy("口径"),
    "bank": lazy("岸别"),
    "other": lazy("其他"),
}


@require_GET
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """A draw with its segments, the differences side by side, and whether it can be drawn again."""
    who, at = lookup.actor(request), timezone.now()
    found = queries_rechecks.recheck(who, pk)
    parts = queries_rechecks.parts_of(found)
    findings = [finding for part in parts for finding in part.findings.all()]
    on = timezone.localdate(at)
    context = {
        "recheck": found,
        "campaign": found.campaign,
        "trail": lookup.trail(request, found.campaign.unit),
        "rates": queries_rechecks.rates(findings),
        "as_drawn": queries_rechecks.is_as_drawn(found),
        "parts": [(one, guards_rechecks.record_second_walk(one, findings=(), by=who, on=on, at=at)) for one in parts],
        "fields": FIELDS,
    }
    return render(request, "survey/recheck.html", context)


class SecondWalk(forms.Form):
    """登记复核结果: each outlet the first team found, and what it missed."""

    on = DayField(label=lazy("复核日期"), past=True)
    missed = Lines(label=lazy("首次排查漏掉的排污口（每行一个）"))
    note = forms.CharField(label=lazy("说明"), required=False, max_length=1000)

    def __init__(self, *args: object, outlets: list[Outlet], **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate()}
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.outlets = outlets
        choices = [
            ("same", _("一致")),
            *((name, _("有误：%(field)s") % {"field": word}) for name, word in FIELDS.items()),
        ]
        for one in outlets:
            self.fields[f"outlet-{one.pk}"] = forms.ChoiceField(label=one.name, choices=choices)
            self.fields[f"first-{one.pk}"] = forms.CharField(
                label=_("%(name)s：首次记录") % {"name": one.name}, required=False, max_length=200
            )
            self.fields[f"second-{one.pk}"] = forms.CharField(
                label=_("%(name)s：复核所见") % {"name": one.name}, required=False, max_length=200
            )

    def differences(self) -> list[Difference]:
        """What was typed, as the action takes it."""
        given = self.cleaned_data
        found = []
        for one in self.outlets:
            said = given[f"outlet-{one.pk}"]
            if said == "same":
                found.append(Difference(FindingKind.SAME, one.name, one))
            else:
                first, second = given[f"first-{one.pk}"], given[f"second-{one.pk}"]
                found.append(Difference(FindingKind.WRONG, one.name, one, said, first, second))
        field: Lines = self.fields["missed"]  # type: ignore[assignment]
        return [*found, *(Difference(FindingKind.MISSED, name) for name in field.lines(given["missed"]))]


@require_http_methods(["GET", "POST"])
def second_walk(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The form of the second team for one drawn segment."""
    by, at = lookup.actor(request), timezone.now()
    found = queries_rechecks.recheck(by, pk)
    rows = RecheckSegment.objects.select_related("segment__campaign", "segment__water", "recheck__campaign")
    one = rows.select_related("recheck__team").filter(recheck=found, pk=part).first()
    if one is None:
        raise NotFound("part", str(part))
    barred = guards_rechecks.record_second_walk(one, findings=(), by=by, on=timezone.localdate(at), at=at)
    if barred is not None:
        if request.method == "POST":
            raise Refused(barred)
        return refusals.refused(request, barred)
    outlets = finishing.outlets_on(one.segment)
    form = SecondWalk(request.POST or None, outlets=outlets)
    status = 200
    if request.method == "POST":
        status = 409
        if form.is_valid():
            try:
                actions.record_second_walk(
                    one,
                    findings=form.differences(),
                    note=form.cleaned_data["note"],
                    by=by,
                    on=form.cleaned_data["on"],
                    at=at,
                )
            except Refused as no:
                form.add_error(None, refusal_sentence(no.refusal))
            else:
                messages.success(request, _("复核结果已登记。"))
                return redirect("web:recheck", pk=pk)
    context = {"recheck": found, "part": one, "form": form, "campaign": found.campaign}
    return render(request, "survey/second_walk.html", context, status=status)
