"""The acts upon a segment: results of the levels, a track, the closing with 有排口 or 无排口, opening it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django import forms as plain
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.stages.survey import finishing, guards, queries, rules
from qingyuan.stages.survey.actions import segments as actions
from qingyuan.stages.survey.models import Segment
from qingyuan.stages.survey.words import CampaignState, LevelResult, SurveyLevel
from qingyuan.web import lookup, refusals
from qingyuan.web.fields import DayField
from qingyuan.web.survey import doing
from qingyuan.web.survey.forms import GeoField
from qingyuan.web.templatetags.qingyuan import refusal_sentence

Reason = Callable[[Segment, Actor, date, datetime], Refusal | None]
SOME = "—"


class ForSegment(plain.Form):
    """A form about one segment."""

    on = DayField(label=lazy("办理日期"), past=True)

    def __init__(self, *args: object, segment: Segment, **kwargs: object) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **(kwargs.get("initial") or {})}  # type: ignore[dict-item]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.segment = segment
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the segment."""


class Level(ForSegment):
    """记录级次结果."""

    level = plain.TypedChoiceField(label=lazy("级次"), choices=SurveyLevel.choices, coerce=int)
    result = plain.ChoiceField(label=lazy("结果"), choices=LevelResult.choices)
    techniques = plain.MultipleChoiceField(
        label=lazy("技术手段"),
        required=False,
        widget=plain.SelectMultiple(attrs={"size": 5}),
        help_text=lazy("按住 Ctrl 可多选。"),
    )
    note = plain.CharField(
        label=lazy("说明"), required=False, max_length=1000, widget=plain.Textarea(attrs={"rows": 3})
    )
    field_order = ("level", "result", "techniques", "note", "on")

    def prepare(self) -> None:
        known = rules.techniques(rules.policy_of(self.segment.unit_path, on=timezone.localdate()))
        self.fields["techniques"].choices = [(one, one) for one in known]  # type: ignore[attr-defined]
        done = queries.levels_of(self.segment)
        self.fields["level"].initial = next((one for one in SurveyLevel if one not in done), SurveyLevel.HARD)


class Close(ForSegment):
    """完成岸段."""

    has_outlets = plain.ChoiceField(
        label=lazy("结果"), choices=[("yes", lazy("有排污口或线索，已逐个登记")), ("no", lazy("无排口"))]
    )
    field_order = ("has_outlets", "on")


class Reopen(ForSegment):
    """重新排查岸段."""

    reason = plain.CharField(label=lazy("原因"), max_length=1000, widget=plain.Textarea(attrs={"rows": 3}))
    field_order = ("reason", "on")


class TakeTrack(ForSegment):
    """上传轨迹."""

    file = GeoField(label=lazy("轨迹文件（GPX 或 GeoJSON）"))
    device = plain.CharField(label=lazy("设备"), max_length=64, required=False)
    field_order = ("file", "device")

    def prepare(self) -> None:
        del self.fields["on"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form. `needs_closed`: it is about a closed segment."""

    name: str
    label: str
    permission: Permission
    reason: Reason
    form: type[ForSegment]
    first: bool = False
    needs_closed: bool = False


def _level(segment: Segment, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.record_level(segment, level=1, result=LevelResult.NONE, on=on, by=by, at=at)


def _track(segment: Segment, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    return guards.may_record(by, segment) or guards.in_state(
        segment.campaign, CampaignState.STARTED, CampaignState.FINISHED
    )


def _close(segment: Segment, by: Actor, on: date, at: datetime) -> Refusal | None:
    lacking = finishing.lacking(segment, has_outlets=bool(finishing.outlets_there(segment)), on=on)
    return guards.close_segment(segment, lacking=lacking, on=on, by=by, at=at)


def _reopen(segment: Segment, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.reopen_segment(segment, reason=SOME, on=on, by=by, at=at)


_RECORD = Permission.SURVEY_RECORD
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("level", noop("记录级次结果"), _RECORD, _level, Level),
        Act("track", noop("上传轨迹"), _RECORD, _track, TakeTrack),
        Act("close", noop("完成岸段"), _RECORD, _close, Close, first=True),
        Act("reopen", noop("重新排查"), Permission.SURVEY_LEAD, _reopen, Reopen, needs_closed=True),
    )
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one segment: the form, or the doing."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    segment = queries.segment_of(by, pk)
    barred = chosen.reason(segment, by, timezone.localdate(at), at)
    if request.method == "POST":
        if barred is not None and barred.code.startswith("access."):
            raise Refused(barred)
        return _do(request, chosen, pk, by=by, at=at)
    if barred is not None:
        return refusals.refused(request, barred)
    return _ask(request, chosen, segment, chosen.form(segment=segment))


def _do(request: HttpRequest, chosen: Act, pk: int, *, by: Actor, at: datetime) -> HttpResponse:
    with transaction.atomic():
        segment = as_read(request, chosen, pk)
        form = chosen.form(request.POST, request.FILES, segment=segment)
        if not form.is_valid():
            return _ask(request, chosen, segment, form, status=409)
        try:
            with transaction.atomic():
                said = _act(chosen, segment, form, key=request.POST.get("key", ""), by=by, at=at)
        except Refused as no:
            if no.refusal.code.startswith("access."):
                raise
            form.add_error(None, refusal_sentence(no.refusal))
            return _ask(request, chosen, segment, form, status=409)
    messages.success(request, said)
    return redirect("web:segment", pk=pk)


def as_read(request: HttpRequest, chosen: Act, pk: int) -> Segment:
    """The segment to be acted upon, as it was when the form was shown; a track changes nothing that was read.

    Raises
    ------
    NotFound, StaleRecord
    """
    found = queries.segment_of(lookup.actor(request), pk)
    Segment.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "closed_on", "covered", "covered_m"])
    if chosen.name != "track" and request.POST.get("version", "") != str(found.version):
        raise refusals.Stale(str(found.number), back=reverse("web:segment", args=[pk]))
    return found


def _act(chosen: Act, segment: Segment, form: ForSegment, *, key: str, by: Actor, at: datetime) -> str:
    given = form.cleaned_data
    match chosen.name:
        case "level":
            actions.record_level(
                segment,
                level=given["level"],
                result=given["result"],
                techniques=given["techniques"],
                note=given["note"],
                by=by,
                on=given["on"],
                at=at,
            )
            return _("已记录“%(level)s”的结果。") % {"level": SurveyLevel(given["level"]).label}
        case "track":
            return doing.took(segment.campaign, segment, given, key=key, by=by, at=at)
        case "close":
            actions.close_segment(segment, has_outlets=given["has_outlets"] == "yes", by=by, on=given["on"], at=at)
            return _("岸段 %(number)s 已完成。") % {"number": segment.number}
        case _:
            actions.reopen_segment(segment, reason=given["reason"], by=by, on=given["on"], at=at)
            return _("岸段 %(number)s 已重新打开。") % {"number": segment.number}


def _ask(request: HttpRequest, chosen: Act, segment: Segment, form: ForSegment, *, status: int = 200) -> HttpResponse:
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "segment": segment,
        "campaign": segment.campaign,
        "form": form,
        "has_files": form.is_multipart(),
        "key": request.POST.get("key", "") or doing.new_key(),
    }
    return render(request, "survey/segment_act.html", context, status=status)
