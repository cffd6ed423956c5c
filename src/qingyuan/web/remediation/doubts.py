"""疑点: harm to people, falsification, perfunctory work; the explanation, and the decision by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, guards_works, rules_works
from qingyuan.stages.remediation import queries_works as queries
from qingyuan.stages.remediation.models_works import Doubt
from qingyuan.stages.remediation.words_works import DoubtKind, DoubtState
from qingyuan.web import lookup
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.remediation.forms import Decide
from qingyuan.web.remediation.works_section import shown

PAGE = 50
STATES: Mapping[str, object] = {
    "open": gettext_lazy("没有认定"),
    "confirmed": DoubtState.CONFIRMED.label,
    "dismissed": DoubtState.DISMISSED.label,
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The list, newest first; those nobody has decided unless another state is asked for."""
    who = lookup.actor(request)
    at = lookup.here(request)
    state = request.GET.get("state", "open")
    kind = request.GET.get("kind", "")
    given = request.GET.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 18 else None
    found = queries.doubts(
        who,
        path=at.path if at else "",
        kind=kind if kind in set(DoubtKind) else "",
        state=state if state in STATES else "",
    )
    rows = queries.doubt_page(found, after=after, limit=PAGE + 1)
    asked = {"state": state, "kind": kind}
    more = urlencode({**asked, "after": rows[PAGE - 1].pk}) if len(rows) > PAGE else ""
    policy = policy_of(at.path if at else "", on=timezone.localdate())
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "rows": rows[:PAGE],
        "more": more,
        "state": state,
        "kind": kind,
        "states": STATES.items(),
        "kinds": DoubtKind.choices,
        "clause": rules_works.integrity_clause(policy),
    }
    return render(request, "remediation/doubts.html", context)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One doubt: what raised it, what was said, what was decided."""
    found = queries.doubt(lookup.actor(request), pk)
    return render(request, "remediation/doubt.html", _context(request, found))


def _context(request: HttpRequest, found: Doubt, form: Decide | None = None) -> dict[str, object]:
    who, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    return {
        "doubt": found,
        "outlet": found.outlet,
        "piece": shown(found.evidence) if found.evidence else None,
        "trail": lookup.trail(request, found.outlet.unit),
        "form": form or Decide(initial={"on": on}),
        "against_explaining": guards_works.explain_doubt(found, text="…", by=who, on=on, at=at),
        "against_deciding": guards_works.decide_doubt(found, confirmed=True, reason="…", by=who, on=on, at=at),
        "today": on,
    }


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """说明, 认定 or 排除. A refusal changes nothing."""
    if name not in ("explain", "confirm", "dismiss"):
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    found = queries.doubt(by, pk)
    lookup.require(request, Permission.REMEDIATION_WORK if name == "explain" else Permission.REMEDIATION_ACCEPT)
    form = Decide(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "remediation/doubt.html", _context(request, found, form), status=409)
    given = form.cleaned_data
    if name == "explain":
        actions.explain_doubt(found, text=given["reason"], on=given["on"], by=by, at=at)
        messages.success(request, _("已收下说明，等待认定。"))
    else:
        paper = kept(given["paper"], by=by, at=at)
        actions.decide_doubt(
            found, confirmed=name == "confirm", reason=given["reason"], on=given["on"], by=by, at=at, sha256=paper
        )
        messages.success(request, _("已认定。") if name == "confirm" else _("已排除。"))
    return redirect("web:doubt", pk=pk)
