"""The signs of tracing: where a case stands, how much of the water a source has, whether a duty is done."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qingyuan.boards.parties.duties import Done
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Conclusion
from qingyuan.web.templatetags.qingyuan import badge, unknown

register = template.Library()

SIGNS = {
    "": ("blue", "ring"),
    Conclusion.DEFINITE: ("green", "check"),
    Conclusion.INCONCLUSIVE: ("amber", "triangle"),
    Conclusion.NOT_NEEDED: ("grey", "circle"),
}
DONE = {
    Done.DONE: ("green", "check"),
    Done.UNDONE: ("red", "square"),
    Done.NOT_YET: ("grey", "ring"),
    Done.ENDED: ("grey", "circle"),
}


@register.simple_tag
def case_badge(case: Case) -> SafeString:
    """Open, or what was concluded."""
    return badge(case.get_conclusion_display() or _("在办"), *SIGNS[case.conclusion])


@register.simple_tag
def share_of(share: Decimal | None) -> SafeString | str:
    """A share of the flow."""
    return unknown(_("占比未知")) if share is None else f"{share * 100:.1f} %"


@register.simple_tag
def duty_badge(state: str, word: str) -> SafeString:
    """Whether a party has done a duty."""
    return badge(word, *DONE[Done(state)])
