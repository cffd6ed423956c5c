"""The words of the scheme where one stands: what its short words stand for (安阳 序言: 排污口 is 入河排污口)."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.utils import timezone

from qingyuan.registry.rules import policy_of
from qingyuan.web import lookup

register = template.Library()


@register.inclusion_tag("_terms.html")
def terms(request: HttpRequest) -> dict[str, object]:
    """One line under a form or a search: each short word with what it stands for here."""
    at = lookup.here(request)
    return {"terms": policy_of(at.path if at else "", on=timezone.localdate()).glossary.items()}
