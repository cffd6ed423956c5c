"""排查 → 交办: when a campaign starts, the bodies the scheme names get an item under its clause; supporting bodies
bring evidence there and cannot close it (济源 五(二), 新绛 二(一), 大同 二(一)).
"""

from __future__ import annotations

from datetime import date, datetime

from qingyuan.core.access import Actor
from qingyuan.flows import supporting
from qingyuan.flows.supporting import Support, Work
from qingyuan.stages.dispatch.models import WorkItem
from qingyuan.stages.survey.models import Campaign


def key_of(campaign: Campaign) -> str:
    """The key of the item of a campaign."""
    return f"survey:{campaign.pk}"


def hand_out(campaign: Campaign, *, by: Actor, on: date, at: datetime) -> WorkItem | None:
    """Hand the supporting work out. None where nobody supports, or the scheme's bodies are not registered."""
    rows = list(campaign.supporting.select_related("body").order_by("pk"))
    work = Work(
        key=key_of(campaign),
        subject=f"配合{campaign.title}",
        text=f"{campaign.starts_on} 至 {campaign.ends_on}，按方案配合排查，反馈情况并附佐证材料。",
        unit=campaign.unit,
        clause=next((row.clause for row in rows if row.clause), ""),
        leads=[campaign.lead_body] if campaign.lead_body else [],
        supporting=[row.body for row in rows if row.body is not None],
        due=max(campaign.ends_on, on),
        is_demo=campaign.is_demo,
    )
    return supporting.hand_out(work, by=by, on=on, at=at)


def states(campaign: Campaign) -> list[Support]:
    """Each supporting body of a campaign with where its part stands (新绛 五(十三): 其他有关单位配合)."""
    rows = campaign.supporting.select_related("body").order_by("pk")
    return supporting.states(key_of(campaign), [(row.name, row.body, row.clause) for row in rows])
