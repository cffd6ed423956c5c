"""Campaigns for the oracle: one where an outlet lies, with its plan, a closed segment and a draw."""

from __future__ import annotations

from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from qingyuan.core.access import CONSOLE
from qingyuan.registry.models import Outlet
from qingyuan.stages.survey.actions import campaigns, plans, rechecks, segments, tracks
from qingyuan.stages.survey.drafts import MemberDraft, StepDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.models_rechecks import Recheck
from qingyuan.stages.survey.words import Bank
from tests import build

AT = build.NOON


def campaign(outlet: Outlet) -> Campaign:
    """A campaign under way where an outlet lies; the same one however often it is asked."""
    key = f"oracle:{outlet.pk}"
    if made := Campaign.objects.filter(key=key).first():
        return made
    teams = [
        TeamDraft("排查组", (MemberDraft("甲某"),), is_technical=True),
        TeamDraft("复核组", (MemberDraft("乙某"),), is_second=True),
    ]
    water = outlet.water or build.water("蟒河")
    made = campaigns.draft(
        CONSOLE,
        title="排查",
        unit=outlet.unit,
        waters=[water],
        starts_on=build.DAY,
        ends_on=build.DAY,
        teams=teams,
        key=key,
        on=build.DAY,
        at=AT,
    )
    said = {"by": CONSOLE, "on": build.DAY, "at": AT}
    for name in ("上段", "下段"):
        segments.add_by_hand(made, water, bank=Bank.BOTH, name=name, length_m=500, unit=outlet.unit, **said)
    steps = [StepDraft("排查", "徒步", build.DAY, "排查组")]
    plans.file_plan(
        made,
        paper=build.paper("方案"),
        procedures=["排查", "溯源", "监测", "分类", "整治"],
        roadmap="逐段",
        steps=steps,
        **said,
    )
    plans.approve_plan(made, by=build.VERIFIER, on=build.DAY, at=AT)
    campaigns.start(made, **said)
    first = Segment.objects.filter(campaign=made).select_related("campaign", "water").order_by("number").first()
    assert first is not None
    tracks.take_track(
        CONSOLE,
        client_id=uuid5(NAMESPACE_URL, key),
        campaign_key=key,
        segment_id=first.pk,
        points=[[113.3, 40.09, None, None], [113.301, 40.09, None, None]],
        device="",
        at=AT,
    )
    for level in (1, 2):
        first.refresh_from_db()
        segments.record_level(first, level=level, result="none", **said)
    segments.close_segment(first, has_outlets=False, **said)
    made.refresh_from_db()
    return made


def segment(outlet: Outlet) -> Segment:
    """Its segment that is still open."""
    return campaign(outlet).segments.get(number=2)


def recheck(outlet: Outlet) -> Recheck:
    """A draw of its closed segment."""
    found = campaign(outlet)
    team = found.teams.get(is_second=True)
    return rechecks.draw(
        found,
        team=team,
        seed="oracle",
        share=Decimal(1),
        key=f"oracle:{outlet.pk}",
        by=CONSOLE,
        on=build.DAY,
        at=AT,
    )
