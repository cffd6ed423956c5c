"""In the head of every page: the way to its handbook page, and the clauses it rests on where one stands."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils import timezone

from qingyuan.core.policy import Resolved
from qingyuan.registry.rules import policy_of
from qingyuan.web.help.handbook import INDEX
from qingyuan.web.help.pages import Job, clauses, job_of

register = template.Library()


@register.simple_tag(takes_context=True)
def help_url(context: template.Context) -> str:
    """The handbook page of the page in hand; the contents for a page of no job, as the one saying 没有这一页."""
    job = _job(context)
    return (
        reverse("web:help") if job is None or job.handbook == INDEX else reverse("web:help-page", args=[job.handbook])
    )


@register.simple_tag(takes_context=True)
def rests_on(context: template.Context) -> list[Resolved]:
    """The clauses of the page in hand for the unit one stands at; none for who stands nowhere."""
    job = _job(context)
    at = context.get("here")
    if job is None or not job.rests_on or not at:
        return []
    return clauses(job, policy_of(at.path, on=timezone.localdate()))


def _job(context: template.Context) -> Job | None:
    match = getattr(context.get("request"), "resolver_match", None)
    return job_of(match.view_name) if match else None
