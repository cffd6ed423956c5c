"""From a form that was filled in to the one action it asks for. What is said afterwards is returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qingyuan.core.access import Actor
from qingyuan.exchange import tracks as files
from qingyuan.stages.survey import queries
from qingyuan.stages.survey.actions import campaigns, plans, rechecks, segments, tracks
from qingyuan.stages.survey.models import Campaign, Segment, Team
from qingyuan.stages.survey.words import Bank
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.survey import forms
from qingyuan.web.templatetags.qingyuan import number


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: about which campaign, by a form that is in order; `key` is the press of the button."""

    campaign: Campaign
    form: forms.ForCampaign
    by: Actor
    at: datetime
    key: str

    @property
    def given(self) -> Mapping[str, Any]:
        """The answers of the form."""
        return self.form.cleaned_data


def new_key() -> str:
    """A name for a press of a button that is still to come."""
    return str(uuid4())


def file_plan(asked: Asked) -> str:
    """提交方案."""
    given = asked.given
    plans.file_plan(
        asked.campaign,
        paper=kept(given["paper"], by=asked.by, at=asked.at),
        procedures=given["procedures"],
        roadmap=given["roadmap"],
        steps=given["timetable"],
        by=asked.by,
        on=given["on"],
        at=asked.at,
    )
    return _("方案已提交，请第二人审定。")


def approve_plan(asked: Asked) -> str:
    """审定方案."""
    plans.approve_plan(asked.campaign, by=asked.by, on=asked.given["on"], at=asked.at)
    return _("方案已审定，可以启动排查。")


def start(asked: Asked) -> str:
    """启动排查."""
    campaigns.start(asked.campaign, by=asked.by, on=asked.given["on"], at=asked.at)
    return _("排查已启动。")


def finish(asked: Asked) -> str:
    """完成排查."""
    campaigns.finish(asked.campaign, by=asked.by, on=asked.given["on"], at=asked.at)
    return _("排查已完成。")


def withdraw(asked: Asked) -> str:
    """撤销专项."""
    given = asked.given
    campaigns.withdraw(asked.campaign, reason=given["reason"], by=asked.by, on=given["on"], at=asked.at)
    return _("专项已撤销，不再计入。")


def add_team(asked: Asked) -> str:
    """增加队伍."""
    form: forms.AddTeam = asked.form  # type: ignore[assignment]
    team = form.team(second=asked.given["second"])
    assert team is not None  # its name is a required field
    campaigns.add_team(asked.campaign, team, by=asked.by, on=asked.given["on"], at=asked.at)
    return _("已增加队伍“%(name)s”。") % {"name": team.name}


def cut(asked: Asked) -> str:
    """按河线划分岸段."""
    given, form = asked.given, asked.form
    shared = {
        "banks": form.banks,
        "piece_m": given["piece_m"],
        "by": asked.by,
        "on": given["on"],
        "at": asked.at,
    }
    if file := given["file"]:
        shapes = files.read_lines(file.read(), file.name or "")
        made = segments.cut_file(asked.campaign, form.chosen_water, shapes, name=file.name or "", **shared)
    else:
        made = segments.cut_water(asked.campaign, form.chosen_water, **shared)
    return ngettext("已划分 %(n)s 个岸段。", "已划分 %(n)s 个岸段。", len(made)) % {"n": len(made)}


def add_segment(asked: Asked) -> str:
    """人工填报岸段."""
    given = asked.given
    made = segments.add_by_hand(
        asked.campaign,
        asked.form.chosen_water,
        bank=Bank(given["bank"]),
        name=given["name"],
        length_m=given["length_m"],
        unit=given["unit"],
        by=asked.by,
        on=given["on"],
        at=asked.at,
    )
    return _("已填报岸段 %(number)s。") % {"number": made.number}


def assign(asked: Asked) -> str:
    """分派岸段."""
    given = asked.given
    team = Team.objects.select_related("campaign").get(pk=given["team"], campaign=asked.campaign)
    rows = Segment.objects.filter(campaign=asked.campaign).select_related("campaign").order_by("number")
    spans = given["numbers"]
    if spans:
        found = [one for one in rows if any(first <= one.number <= last for first, last in spans)]
    else:
        found = list(rows.filter(team=None))
    segments.assign(
        found,
        team,
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        by=asked.by,
        on=given["on"],
        at=asked.at,
    )
    return _("已将 %(n)s 个岸段分派给%(team)s。") % {"n": len(found), "team": team.name}


def take_track(asked: Asked) -> str:
    """上传轨迹."""
    return took(asked.campaign, None, asked.given, key=asked.key, by=asked.by, at=asked.at)


def took(
    campaign: Campaign, segment: Segment | None, given: Mapping[str, Any], *, key: str, by: Actor, at: datetime
) -> str:
    """A track's file read and taken in; what is wrong with it is said, and it is kept."""
    file = given["file"]
    made = tracks.take_track(
        by,
        client_id=_uuid(key),
        campaign_key=campaign.key,
        segment_id=segment.pk if segment else None,
        points=files.read_track(file.read(), file.name or ""),
        device=given.get("device") or file.name or "",
        at=at,
    )
    told = [_(one["text"]) % one["params"] for one in made.findings]
    said = _("轨迹已入库，计 %(n)s 米。") % {"n": number(made.length_m)}
    return " ".join([said, *told])


def _uuid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        return uuid4()


def place_track(asked: Asked) -> str:
    """指定轨迹的岸段."""
    segment = asked.given["number"]
    found = queries.track(asked.campaign, UUID(asked.given["track"]))
    tracks.place_track(found, segment, by=asked.by, at=asked.at)
    segment.refresh_from_db(fields=["covered_m"])
    told = {"number": segment.number, "covered": number(segment.covered_m), "length": number(segment.length_m)}
    return _("轨迹已归入岸段 %(number)s，已走 %(covered)s / %(length)s 米。") % told


def draw(asked: Asked) -> str:
    """抽取复核岸段."""
    given = asked.given
    team = Team.objects.get(pk=given["team"], campaign=asked.campaign)
    made = rechecks.draw(
        asked.campaign,
        team=team,
        seed=given["seed"],
        share=Decimal(given["share"]) / 100,
        key=asked.key,
        by=asked.by,
        on=given["on"],
        at=asked.at,
    )
    return _("已抽取 %(n)s 个岸段。") % {"n": made.segments.count()}
