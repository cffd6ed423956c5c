"""待验收, 销号备案, 回头看: what waits, for whom, since when; batches with a draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qingyuan.core.access import Permission
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.flows import remediation_notices
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation import actions, queries_closure, rules_closure
from qingyuan.stages.remediation import guards_closure as guards
from qingyuan.stages.remediation.guards_looking import MOST
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Review, SiteCheck
from qingyuan.stages.remediation.words_closure import FilingState
from qingyuan.web import lookup
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.remediation import closing_forms as forms

SIZE, CONFLICT = 50, 409
ACCEPTANCE = {"awaiting": noop("待验收"), "undecided": noop("待备案、待定去向")}
FILINGS = {"mine": noop("待我办理"), "pending": noop("待备案"), "returned": noop("退回"), "filed": noop("已备案")}
NO_FILINGS = {
    "mine": noop("没有等待本单位办理的备案。"),
    "pending": noop("没有待备案的。方案要求报上级备案的地方，验收之后在该口的整治页面报备。"),
    "returned": noop("没有退回的。"),
    "filed": noop("还没有已备案的。"),
}
LOOKS = {"due": noop("待回头看"), "done": noop("已核查"), "relapses": noop("反弹"), "closed": noop("已销号")}


def _after(request: HttpRequest) -> int:
    given = request.GET.get("after", "")
    return int(given) if given.isdecimal() and len(given) < 18 else 0


def _tab(request: HttpRequest, tabs: dict[str, str]) -> str:
    given = request.GET.get("tab", "")
    return given if given in tabs else next(iter(tabs))


def _chosen(request: HttpRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("round") if pk.isdecimal() and len(pk) < 18][: MOST + 1]


def _list(
    request: HttpRequest, template: str, tabs: dict[str, str], tab: str, rows: Sequence[Any], **more: object
) -> HttpResponse:
    shown = list(rows[:SIZE])
    at = lookup.here(request)
    context = {
        "tabs": [(key, _(label)) for key, label in tabs.items()],
        "tab": tab,
        "rows": shown,
        "next": shown[-1].pk if len(rows) > SIZE else 0,
        "at": at,
        "today": timezone.localdate(),
        "trail": lookup.trail(request, at),
        **more,
    }
    return render(request, template, context)


@require_safe
def acceptance(request: HttpRequest) -> HttpResponse:
    """待验收 and what was accepted and waits for filing or its outcome."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    tab, path = _tab(request, ACCEPTANCE), at.path if at else ""
    asked = queries_closure.awaiting if tab == "awaiting" else queries_closure.accepted_undecided
    rows = asked(who, path=path, after=_after(request), limit=SIZE + 1)
    on = timezone.localdate()
    filings = {one.pk: queries_closure.filing_state(one) for one in rows} if tab == "undecided" else {}
    waiting = {one.pk: not rules_closure.is_done(one.outlet, on=on) for one in rows}
    may = bool(who.holding(Permission.REMEDIATION_ACCEPT))
    reviews = queries_closure.open_reviews(who) if may else []
    return _list(
        request,
        "remediation/acceptance.html",
        ACCEPTANCE,
        tab,
        rows,
        filings=filings,
        waiting=waiting,
        may_review=may and tab == "awaiting",
        reviews=reviews,
    )


@require_safe
def filings(request: HttpRequest) -> HttpResponse:
    """销号备案: 待备案, 已备案, 退回."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at = lookup.actor(request), lookup.here(request)
    tab = _tab(request, FILINGS)
    state = "pending" if tab == "mine" else tab
    path = at.path if at else ""
    rows = queries_closure.filings(
        who, state=state, path=path, mine=tab == "mine", after=_after(request), limit=SIZE + 1
    )
    now, on = timezone.now(), timezone.localdate()
    waiting = [one for one in rows[:SIZE] if one.state == FilingState.PENDING]
    seats = dict(Unit.objects.filter(path__in={one.to_path for one in rows}).values_list("path", "name"))
    return _list(
        request,
        "remediation/filings.html",
        FILINGS,
        tab,
        rows,
        against={one.pk: guards.take_filing(one, by=who, on=max(on, one.filed_on), at=now) for one in waiting},
        seats=seats,
        none=_(NO_FILINGS[tab]),
    )


@require_safe
def look_backs(request: HttpRequest) -> HttpResponse:
    """回头看, 反弹 and 反弹率, and the closed rounds of which some may be looked at."""
    lookup.require(request, Permission.OUTLET_VIEW)
    who, at, on = lookup.actor(request), lookup.here(request), timezone.localdate()
    tab, path = _tab(request, LOOKS), at.path if at else ""
    how: dict[str, Any] = {"path": path, "after": _after(request), "limit": SIZE + 1}
    rows: Sequence[Any]
    match tab:
        case "relapses":
            rows = queries_closure.relapses(who, **how)
        case "closed":
            rows = queries_closure.closed_rounds(who, **how)
        case _:
            rows = queries_closure.look_backs(who, state=tab, **how)
    policy = policy_of(path, on=on)
    days = policy.value("look_back.days", 20)
    may = bool(who.holding(Permission.REMEDIATION_REOPEN))
    least = rules_closure.share(policy, "look_back.share") * 100
    form = forms.PlanLooks(
        by=who, initial={"due": on + timedelta(days=(days if isinstance(days, int) else 20) * 7 // 5)}
    )
    return _list(
        request,
        "remediation/look_backs.html",
        LOOKS,
        tab,
        rows,
        rate=queries_closure.relapse_rate(who, path=path, on=on),
        may_plan=may and tab == "closed",
        may_decide=may,
        least=least,
        form=form,
    )


# --- batches ---------------------------------------------------------------------------------------------------------


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """安排回头看: all that were picked, or a draw among them."""
    lookup.require(request, Permission.REMEDIATION_REOPEN)
    by, at = lookup.actor(request), timezone.now()
    back = f"{reverse('web:look-backs')}?tab=closed"
    form = forms.PlanLooks(request.POST, by=by)
    rounds = queries_closure.rounds(by, list(dict.fromkeys(_chosen(request))))
    if not form.is_valid():
        messages.warning(request, "；".join(str(found[0]) for found in form.errors.values()))
        return redirect(back)
    given = form.cleaned_data
    how: dict[str, Any] = {"due": given["due"], "on": given["on"], "by": by, "at": at}
    if given["seed"]:
        share = form.part if given["share"] else rules_closure.share(policy_of("", on=given["on"]), "look_back.share")
        made = actions.draw_look_backs(rounds, seed=given["seed"], share=share, key=given["key"], **how)
        messages.success(request, _("从 %(of)s 个中抽取了 %(n)s 个。") % {"of": len(made.pool), "n": len(made.drawn)})
    else:
        looks = actions.plan_look_back(rounds, reason=given["reason"], **how)
        messages.success(request, _("已安排 %(n)s 个回头看。") % {"n": len(looks)})
    return redirect(f"{reverse('web:look-backs')}?tab=due")


@require_POST
def open_review(request: HttpRequest) -> HttpResponse:
    """批量验收: the draw among the chosen, after one confirmation that says what will happen."""
    lookup.require(request, Permission.REMEDIATION_ACCEPT)
    by, at = lookup.actor(request), timezone.now()
    rounds = queries_closure.rounds(by, list(dict.fromkeys(_chosen(request))))
    on = timezone.localdate(at)
    if not rounds:
        messages.warning(request, _("没有勾选排污口。"))
        return redirect("web:acceptance")
    least = max(
        rules_closure.share(policy_of(one.outlet.unit_path, on=on), "deregistration.sample_share") for one in rounds
    )
    form = forms.Draw(request.POST if request.POST.get("step") == "do" else None, by=by, initial={"share": least * 100})
    fault: Refusal | None = None
    if request.POST.get("step") == "do" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.open_review(
                rounds, seed=given["seed"], share=form.part, on=given["on"], by=by, at=at, key=given["key"]
            )
        except Refused as no:
            fault = no.refusal
        else:
            messages.success(request, _("从 %(of)s 个中抽取了 %(n)s 个，请现场核查。") % _counts(made))
            return redirect("web:review", pk=made.pk)
    context = {"rounds": rounds, "form": form, "least": least * 100, "fault": fault, "trail": []}
    bad = fault is not None or bool(form.errors)
    return render(request, "remediation/review_open.html", context, status=CONFLICT if bad else 200)


def _counts(made: Review) -> dict[str, int]:
    return {"of": len(made.pool), "n": len(made.drawn)}


@dataclass(frozen=True, slots=True)
class Row:
    """One outlet of a batch: whether it was drawn, its check, and why it would not be accepted now."""

    round: Round
    is_drawn: bool
    check: SiteCheck | None
    reason: Refusal | None

    @property
    def is_accepted(self) -> bool:
        """Whether it was accepted."""
        return self.round.outlet.stage != "awaiting_acceptance"


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: which were drawn and seen, what will be accepted and what not, and the one confirmation."""
    lookup.require(request, Permission.REMEDIATION_ACCEPT)
    by, at = lookup.actor(request), timezone.now()
    found = queries_closure.review(by, pk)
    rounds = queries_closure.rounds(by, found.pool)
    form = forms.Accept(request.POST or None, request.FILES or None, by=by)
    fault: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                paper = kept(given["paper"], by=by, at=at)
                done = actions.accept_batch(
                    found, _standing(rounds), paper_sha256=paper, note=given["note"], on=given["on"], by=by, at=at
                )
        except Refused as no:
            fault = no.refusal
        else:
            for one in done.accepted:
                remediation_notices.tell(one, by=by, on=timezone.localdate(at), at=at)
            said = _("验收销号 %(n)s 个，%(m)s 个不能验收，原因见下。")
            messages.success(request, said % {"n": len(done.accepted), "m": len(done.refused)})
            return redirect("web:review", pk=pk)
    on = timezone.localdate(at)
    rows = [
        Row(
            one,
            one.pk in found.drawn,
            queries_closure.site_check_of(one),
            guards.accept(one, paper_sha256="0" * 64, by=by, on=on, at=at, review=found)
            if one.outlet.stage == "awaiting_acceptance"
            else None,
        )
        for one in rounds
    ]
    doable = [row for row in rows if not row.is_accepted and row.reason is None]
    context = {
        "review": found,
        "rows": rows,
        "form": form,
        "fault": fault,
        "doable": len(doable),
        "against": sum(1 for row in rows if row.reason is not None),
        "done": sum(1 for row in rows if row.is_accepted),
    }
    bad = fault is not None or (request.method == "POST" and bool(form.errors))
    return render(request, "remediation/review.html", context, status=CONFLICT if bad else 200)


def _standing(rounds: Sequence[Round]) -> list[Round]:
    return [one for one in rounds if one.is_open and one.outlet.stage == "awaiting_acceptance"]
