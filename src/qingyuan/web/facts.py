"""Words of the vocabulary of facts in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from qingyuan.core.policy.facts import FACTS
from qingyuan.core.zones import LABELS, ZoneKind, fact_of

ZONES = {fact_of(kind): kind for kind in ZoneKind}


def title(name: str) -> str:
    """What a declared fact is called."""
    if name in ZONES:
        return _("位于%(zone)s") % {"zone": _(LABELS[ZONES[name]])}
    return _(FACTS[name].title)


def meaning(name: str) -> str:
    """What a declared fact means."""
    if name in ZONES:
        return _("点位落在%(zone)s图层内；图层未载入则不知") % {"zone": _(LABELS[ZONES[name]])}
    return _(FACTS[name].meaning)
