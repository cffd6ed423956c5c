"""The acts upon a campaign: which guard greys the button, which form asks, which action does it. One table, one view:
what the page shows as possible is exactly what the address accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_POST

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.flows import survey_support
from qingyuan.stages.survey import finishing, guards, queries
from qingyuan.stages.survey.actions import plans
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.words import CampaignState as S
from qingyuan.web import lookup, refusals
from qingyuan.web.survey import doing, forms
from qingyuan.web.templatetags.qingyuan import refusal_sentence

Reason = Callable[[Campaign, Actor, date, datetime], Refusal | None]
UNDER_WAY = frozenset({S.DRAFTED, S.APPROVED, S.STARTED})
SOME = "—"
"""Stands for the text that the form will ask for, when a guard is asked beforehand."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form, the doing of it. `states`: where it has a button."""

    name: str
    label: str
    permission: Permission
    reason: Reason
    form: type[forms.ForCampaign]
    do: Callable[[doing.Asked], str]
    states: frozenset[S] = UNDER_WAY
    first: bool = False
    says: str = ""

    def fits(self, campaign: Campaign) -> bool:
        """Whether the act has a button in this state."""
        return campaign.state in self.states


def _leading(*states: S) -> Reason:
    def reason(campaign: Campaign, by: Actor, on: date, _at: datetime) -> Refusal | None:
        return guards.leading(guards.place_of(campaign), by, on) or guards.in_state(campaign, *states)

    return reason


def _file_plan(campaign: Campaign, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.file_plan(campaign, paper=SOME, steps=(), by=by, on=on, at=at)


def _approve(campaign: Campaign, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.approve_plan(campaign, by=by, on=on, at=at)


def _start(campaign: Campaign, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.start(campaign, by=by, on=on, at=at)


def _finish(campaign: Campaign, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.finish(campaign, missing=finishing.missing(campaign, on=on), by=by, on=on, at=at)


def _withdraw(campaign: Campaign, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.withdraw(campaign, reason=SOME, by=by, on=on, at=at)


def _assign(campaign: Campaign, by: Actor, on: date, at: datetime) -> Refusal | None:
    if barred := _leading(*UNDER_WAY)(campaign, by, on, at):
        return barred
    if not campaign.teams.filter(is_second=False).exists():
        return Refusal("survey.no_team", noop("请先增加队伍。"))
    return None if campaign.segments.exists() else Refusal("survey.no_segments", noop("请先划分岸段。"))


def _track(campaign: Campaign, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    return guards.recording(campaign, by) or guards.in_state(campaign, S.STARTED, S.FINISHED)


def _place_track(campaign: Campaign, by: Actor, on: date, at: datetime) -> Refusal | None:
    if barred := _track(campaign, by, on, at):
        return barred
    if not queries.stray_tracks(campaign, limit=1):
        return Refusal("survey.no_stray_track", noop("没有未归入岸段的轨迹。"))
    return None


def _draw(campaign: Campaign, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    if barred := access.refusal(by, Permission.SURVEY_RECHECK, guards.place_of(campaign)):
        return barred
    if barred := guards.in_state(campaign, S.STARTED, S.FINISHED):
        return barred
    if not campaign.segments.filter(closed_on__isnull=False).exists():
        return Refusal("survey.nothing_closed", noop("还没有完成的岸段可供抽取。"))
    if not campaign.teams.filter(is_second=True).exists():
        return Refusal("survey.same_team", noop("复核须由另一支队伍进行，请先增加复核队伍。"))
    return None


_LEAD = Permission.SURVEY_LEAD
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("cut", noop("按河线划分岸段"), _LEAD, _leading(*UNDER_WAY), forms.Cut, doing.cut),
        Act(
            "add-segment", noop("人工填报岸段"), _LEAD, _leading(*UNDER_WAY), forms.AddSegment, doing.add_segment,
            says=noop("没有河线的沟渠、塘坝等，只填长度。"),
        ),
        Act(
            "add-team", noop("增加队伍"), _LEAD, _leading(*UNDER_WAY, S.FINISHED), forms.AddTeam, doing.add_team,
            states=UNDER_WAY | {S.FINISHED},
        ),
        Act("assign", noop("分派岸段"), _LEAD, _assign, forms.Assign, doing.assign),
        Act(
            "file-plan", noop("提交方案"), _LEAD, _file_plan, forms.FilePlan, doing.file_plan,
            states=frozenset({S.DRAFTED}),
        ),
        Act(
            "approve-plan", noop("审定方案"), Permission.SURVEY_APPROVE, _approve, forms.Day, doing.approve_plan,
            states=frozenset({S.DRAFTED}), first=True,
        ),
        Act(
            "start", noop("启动排查"), _LEAD, _start, forms.Day, doing.start,
            states=frozenset({S.DRAFTED, S.APPROVED}), first=True,
            says=noop("启动后，方案规定的配合单位收到交办事项。"),
        ),
        Act(
            "track", noop("上传轨迹"), Permission.SURVEY_RECORD, _track, forms.TakeTrack, doing.take_track,
            states=frozenset({S.STARTED, S.FINISHED}),
            says=noop("不指定岸段时，按轨迹在河线的哪一侧判断左右岸；也可以在岸段页面上传。"),
        ),
        Act(
            "place-track", noop("指定轨迹的岸段"), Permission.SURVEY_RECORD, _place_track, forms.PlaceTrack,
            doing.place_track, states=frozenset({S.STARTED, S.FINISHED}),
            says=noop("贴近河道中线、分不清左右岸的轨迹，由走过的队员或牵头人员指定岸段。"),
        ),
        Act(
            "finish", noop("完成排查"), _LEAD, _finish, forms.Day, doing.finish,
            states=frozenset({S.STARTED}), first=True,
        ),
        Act(
            "draw", noop("抽取复核岸段"), Permission.SURVEY_RECHECK, _draw, forms.Draw, doing.draw,
            states=frozenset({S.STARTED, S.FINISHED}),
        ),
        Act("withdraw", noop("撤销专项"), _LEAD, _withdraw, forms.Reason, doing.withdraw),
    )
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one campaign: the form, or the doing. A refusal is shown before anything is asked."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    campaign = queries.campaign(by, pk)
    barred = chosen.reason(campaign, by, timezone.localdate(at), at)
    if request.method == "POST":
        if barred is not None and barred.code.startswith("access."):
            raise Refused(barred)  # who may not do it is told so, whatever he read before
        return _do(request, chosen, pk, by=by, at=at)
    if barred is not None:
        return refusals.refused(request, barred)
    return _ask(request, chosen, campaign, chosen.form(who=by, campaign=campaign))


def _do(request: HttpRequest, chosen: Act, pk: int, *, by: Actor, at: datetime) -> HttpResponse:
    with transaction.atomic():
        campaign = as_read(request, pk)
        form = chosen.form(request.POST, request.FILES, who=by, campaign=campaign)
        if not form.is_valid():
            return _ask(request, chosen, campaign, form, status=409)
        if (barred := chosen.reason(campaign, by, timezone.localdate(at), at)) is not None:
            raise Refused(barred)
        try:
            with transaction.atomic():
                said = chosen.do(doing.Asked(campaign, form, by, at, request.POST.get("key", "")))
        except Refused as no:
            if no.refusal.code.startswith("access."):
                raise
            form.add_error(None, refusal_sentence(no.refusal))
            return _ask(request, chosen, campaign, form, status=409)
        if chosen.name == "start":
            survey_support.hand_out(campaign, by=by, on=timezone.localdate(at), at=at)
    messages.success(request, said)
    return redirect("web:campaign", pk=pk)


def as_read(request: HttpRequest, pk: int) -> Campaign:
    """The campaign to be acted upon, as it was when the form was shown. Call it within a transaction.

    Raises
    ------
    NotFound, StaleRecord
    """
    found = queries.campaign(lookup.actor(request), pk)
    Campaign.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "state"])
    lookup.same_version(request, ("campaign", pk), found.version, name=found.title, back="web:campaign")
    return found


def _ask(
    request: HttpRequest, chosen: Act, campaign: Campaign, form: forms.ForCampaign, *, status: int = 200
) -> HttpResponse:
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "campaign": campaign,
        "form": form,
        "has_files": form.is_multipart(),
        "key": request.POST.get("key", "") or doing.new_key(),
    }
    return render(request, "survey/act.html", context, status=status)


@require_POST
def step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """完成时间表的一行."""
    by, at = lookup.actor(request), timezone.now()
    found = queries.step_of(queries.campaign(by, pk), step)
    plans.finish_step(found, by=by, on=timezone.localdate(at), at=at)
    messages.success(request, _("已完成：%(text)s。") % {"text": found.text})
    return redirect("web:campaign", pk=pk)
