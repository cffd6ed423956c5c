"""The signs of surveys: where a campaign and a segment stand, what is wrong with a track."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qingyuan.stages.survey.models import Campaign, Segment, Track
from qingyuan.stages.survey.words import CampaignState
from qingyuan.web.templatetags.qingyuan import badge

register = template.Library()

SIGNS = {
    CampaignState.DRAFTED: ("grey", "ring"),
    CampaignState.APPROVED: ("blue", "ring"),
    CampaignState.STARTED: ("blue", "circle"),
    CampaignState.FINISHED: ("green", "check"),
    CampaignState.WITHDRAWN: ("grey", "square"),
}


@register.simple_tag
def campaign_badge(campaign: Campaign) -> SafeString:
    """Where a campaign stands."""
    return badge(campaign.get_state_display(), *SIGNS[CampaignState(campaign.state)])


@register.simple_tag
def segment_badge(segment: Segment) -> SafeString:
    """Whether a segment is done, and with what."""
    if segment.closed_on is None:
        return badge(_("未完成"), "grey", "ring")
    return badge(_("有排口") if segment.has_outlets else _("无排口"), "green", "check")


@register.filter
def faults(track: Track) -> list[str]:
    """What is wrong with a track, as sentences."""
    return [_(one["text"]) % one["params"] for one in track.findings]
