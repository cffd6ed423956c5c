"""Asking for leads: the inbox, one lead with what it may duplicate, what of earlier lists is still open, statistics."""

from __future__ import annotations

from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words_leads import LeadSource, LeadState


def residue(campaign: Campaign) -> list[Lead]:
    """Leads of earlier lists (历次排查成果) in a campaign that nobody has ended: it cannot be finished while there are
    any (安阳 二(一)1, 新绛 二(一), 吉林 二(四)1、四(十三))."""
    waiting = Lead.objects.filter(campaign=campaign, source=LeadSource.PRIOR_LIST, state=LeadState.OPEN)
    return list(waiting.select_related("unit").order_by("pk"))
