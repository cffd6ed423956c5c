"""The acts upon a case: which guard greys the button, which form asks, which action does it.

One table, one view. Some are about a step, a source, a point or an edge of the case (`?of=`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.registry import offers
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import guards, queries
from qingyuan.stages.tracing.models import Case
from qingyuan.web import lookup, refusals
from qingyuan.web.tracing import doing, forms

Reason = Callable[[Case, Actor, date, datetime], Refusal | None]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form, the doing of it. `of_one`: its button stands beside a
    step, a source or an edge."""

    name: str
    label: str
    permission: Permission
    reason: Reason
    form: type[forms.AboutCase]
    do: Callable[[doing.Asked], str]
    of_one: bool = False
    says: str = ""


def _work(case: Case, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    return guards.work(case, by=by)


def _conclude(case: Case, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    """What the form cannot change; what the conclusion needs is said when it is chosen."""
    barred = access.refusal(by, Permission.TRACING_CONCLUDE, place_of(case.outlet))
    return barred or guards.still_open(case)


def _lead(case: Case, by: Actor, _on: date, _at: datetime) -> Refusal | None:
    return access.refusal(by, Permission.TRACING_OPEN, place_of(case.outlet)) or guards.still_open(case)


def _fix_party(case: Case, by: Actor, on: date, at: datetime) -> Refusal | None:
    barred = offers.fix_party(case.outlet, by, on, at)
    if barred is None and case.is_open:
        barred = Refusal("tracing.not_concluded", _("案件还没有结论，得出结论之后再明确责任主体。"), {}, case.clause)
    return barred


_WORK = Permission.TRACING_WORK
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("step", noop("记录步骤"), _WORK, _work, forms.AddStep, doing.add_step),
        Act(
            "extend",
            noop("向上游延伸"),
            _WORK,
            _work,
            forms.Extend,
            doing.extend,
            says=noop("从排污口往上游逐点登记：管道、检查井、支管，直到末端的排污单位。"),
        ),
        Act("connect", noop("连接两点"), _WORK, _work, forms.Connect, doing.connect),
        Act("source", noop("登记来源"), _WORK, _work, forms.SetSource, doing.set_source),
        Act(
            "conclude",
            noop("得出结论"),
            Permission.TRACING_CONCLUDE,
            _conclude,
            forms.Conclude,
            doing.conclude,
            says=noop(
                "“确定”须有排污单位；“无法确定”由本地方案规定的单位兜底；责任主体已明确而不需再查的，选“无需溯源”。"
            ),
        ),
        Act(
            "fix-party", noop("明确责任主体"), Permission.OUTLET_FIX_PARTY, _fix_party, forms.FixParty, doing.fix_party
        ),
        Act("lead", noop("另定牵头单位"), Permission.TRACING_OPEN, _lead, forms.Lead, doing.set_lead),
        Act("strike", noop("划去步骤"), _WORK, _work, forms.Strike, doing.strike_step, of_one=True),
        Act("end-source", noop("删去来源"), _WORK, _work, forms.Plain, doing.end_source, of_one=True),
        Act("disconnect", noop("断开"), _WORK, _work, forms.Plain, doing.disconnect, of_one=True),
    )
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one case: the form, or the doing. A refusal is shown before anything is asked."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    by, at = lookup.actor(request), timezone.now()
    case = queries.case(by, pk)
    barred = chosen.reason(case, by, timezone.localdate(at), at)
    if request.method == "POST":
        if barred is not None and barred.code.startswith("access."):
            raise Refused(barred)  # who may not do it is told so, whatever he read before
        return _do(request, chosen, pk, by=by, at=at)
    if barred is not None:
        return refusals.refused(request, barred)
    return _ask(request, chosen, case, chosen.form(case=case, of=about(request)))


def about(request: HttpRequest) -> int:
    """The number of the step, source, point or edge in the address; 0 for none."""
    given = request.GET.get("of", "")
    return int(given) if given.isdecimal() and len(given) < 18 else 0


def _do(request: HttpRequest, chosen: Act, pk: int, *, by: Actor, at: datetime) -> HttpResponse:
    with transaction.atomic():
        case = as_read(request, pk)
        if (barred := chosen.reason(case, by, timezone.localdate(at), at)) is not None:
            raise Refused(barred)
        form = chosen.form(request.POST, request.FILES, case=case, of=about(request))
        if not form.is_valid():
            return _ask(request, chosen, case, form, status=409)
        said = chosen.do(doing.Asked(case, form, about(request), by, at))
    messages.success(request, said)
    return redirect("web:case", pk=pk)


def as_read(request: HttpRequest, pk: int) -> Case:
    """The case to be acted upon, as it was when the form was shown. Call it within a transaction.

    Raises
    ------
    NotFound, StaleRecord
    """
    found = queries.case(lookup.actor(request), pk)
    Case.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "conclusion"])
    lookup.same_version(request, ("case", pk), found.version, name=found.outlet.name, back="web:case")
    return found


def _ask(request: HttpRequest, chosen: Act, case: Case, form: forms.AboutCase, *, status: int = 200) -> HttpResponse:
    on = timezone.localdate()
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "case": case,
        "of": about(request),
        "form": form,
        "fallback": queries.fallback(case.outlet, on=on) if chosen.name in {"fix-party", "conclude"} else None,
        "has_files": form.is_multipart(),
    }
    return render(request, "tracing/act.html", context, status=status)
