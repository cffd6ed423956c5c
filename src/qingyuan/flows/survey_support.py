"""排查 → 交办: when a campaign starts, the bodies the scheme names get an item under its clause; supporting bodies
bring evidence there and cannot close it (济源 五(二), 新绛 二(一), 大同 二(一)).

One item for a campaign, by the campaign's key: starting twice, or asking again, hands out nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qingyuan.bodies import naming
from qingyuan.core.access import CONSOLE, Actor, Permission, Place
from qingyuan.core.access import refusal as access_refusal
from qingyuan.flows import item_notices
from qingyuan.stages.dispatch import actions as dispatch
from qingyuan.stages.dispatch import guards as dispatch_guards
from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ItemKind
from qingyuan.stages.survey import rules
from qingyuan.stages.survey.models import Campaign, CampaignBody


@dataclass(frozen=True, slots=True)
class Support:
    """A supporting body with its part in the item handed out; `part` None: nothing was handed out to it."""

    row: CampaignBody
    part: Part | None


def key_of(campaign: Campaign) -> str:
    """The key of the item of a campaign."""
    return f"survey:{campaign.pk}"


def item_of(campaign: Campaign) -> WorkItem | None:
    """The item handed out for a campaign."""
    return WorkItem.objects.filter(key=key_of(campaign)).first()


def hand_out(campaign: Campaign, *, by: Actor, on: date, at: datetime) -> WorkItem | None:
    """Hand the supporting work out. None where nobody supports, or the scheme's bodies are not registered.

    The item is issued in the name of who starts the campaign; where he may not hand out work himself, the campaign's
    own start is the order (its clause names the bodies).
    """
    if made := item_of(campaign):
        return made
    rows = list(campaign.supporting.select_related("body").order_by("pk"))
    bodies = [row.body for row in rows if row.body is not None and row.body_id != campaign.lead_body_id]
    clause = next((row.clause for row in rows if row.clause), "")
    policy = rules.policy_of(campaign.unit_path, on=on)
    listed = naming.row_of(policy, clause) is not None if clause else False
    if not bodies and not listed:
        return None
    issuer = _issuer(campaign, by)
    if issuer is None:
        return None
    responsible = [campaign.lead_body] if campaign.lead_body and not listed else []
    if not listed and not responsible:
        return None
    item = dispatch.issue(
        kind=ItemKind.TASK,
        clause=clause,
        subject=f"配合{campaign.title}"[:200],
        text=f"{campaign.starts_on} 至 {campaign.ends_on}，按方案配合排查，反馈情况并附佐证材料。",
        unit=campaign.unit,
        due=max(campaign.ends_on, on),
        responsible=responsible,
        supporting=[] if listed else list(dict.fromkeys(bodies)),
        key=key_of(campaign),
        on=on,
        by=issuer,
        at=at,
        is_demo=campaign.is_demo,
    )
    item_notices.tell([item], by=by, on=on, at=at)
    return item


def _issuer(campaign: Campaign, by: Actor) -> Actor | None:
    """Who hands out: the officer himself if he may, else the site in the campaign's name."""
    may = access_refusal(by, Permission.DISPATCH_ISSUE, Place(unit_path=campaign.unit_path)) is None
    return by if may and dispatch_guards.acting_bodies(by, Permission.DISPATCH_ISSUE) else CONSOLE


def states(campaign: Campaign) -> list[Support]:
    """Each supporting body of a campaign with where its part stands (新绛 五(十三): 其他有关单位配合)."""
    item = item_of(campaign)
    parts = list(item.parts.all()) if item else []
    by_body = {part.body_id: part for part in parts if part.body_id}
    by_name = {part.name: part for part in parts}
    rows = campaign.supporting.select_related("body").order_by("pk")
    return [Support(row, by_body.get(row.body_id or 0) or by_name.get(row.name)) for row in rows]
