"""The signs of work handed out: where an item stands, where a body stands with its part."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qingyuan.stages.dispatch.models import Part, WorkItem
from qingyuan.stages.dispatch.words import ItemStatus, PartState
from qingyuan.web.templatetags.qingyuan import badge

register = template.Library()

ITEM_SIGNS = {
    ItemStatus.OPEN: ("grey", "ring"),
    ItemStatus.ANSWERED: ("blue", "circle"),
    ItemStatus.RETURNED: ("amber", "triangle"),
    ItemStatus.CLOSED: ("green", "check"),
}
PART_SIGNS = {
    PartState.AWAITING: ("grey", "ring"),
    PartState.ANSWERED: ("green", "check"),
    PartState.RETURNED: ("amber", "triangle"),
}


@register.simple_tag
def item_badge(item: WorkItem) -> SafeString:
    """Where an item stands."""
    return badge(item.get_status_display(), *ITEM_SIGNS[ItemStatus(item.status)])


@register.simple_tag
def part_badge(part: Part) -> SafeString:
    """Where a body stands with its part; a body nobody registered cannot answer."""
    if part.body_id is None:
        return badge(_("尚未登记该单位"), "amber", "triangle")
    return badge(part.get_state_display(), *PART_SIGNS[PartState(part.state)])


@register.simple_tag
def closed_or_due(item: WorkItem, today: date) -> SafeString | str:
    """`已逾期` beside an open item whose day has passed."""
    if item.status != ItemStatus.CLOSED and item.due is not None and item.due < today:
        return badge(_("已逾期"), "red", "square")
    return ""
