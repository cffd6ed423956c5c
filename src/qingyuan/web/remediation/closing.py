"""销号: the acts upon a round, a filing, a look back and a relapse, each with its form.

One table, one view: why the button is grey is the guard's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.access import reading
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.flows import remediation_notices
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation import actions, guards_looking, queries, queries_closure, queries_plans
from qingyuan.stages.remediation import guards_closure as guards
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_closure import Filing, LookBack, Relapse
from qingyuan.stages.remediation.words_closure import Source
from qingyuan.web import lookup, refusals
from qingyuan.web.dispatch.doing import kept
from qingyuan.web.remediation import closing_forms as forms

CONFLICT = 409
About = Round | Filing | LookBack | Relapse | Outlet


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: about what, by a form that is in order."""

    of: Any
    form: Any
    by: Actor
    at: datetime

    @property
    def given(self) -> Mapping[str, Any]:
        """The answers of the form."""
        return self.form.cleaned_data

    @property
    def acting(self) -> dict[str, Any]:
        """Who, when it happened, when it is recorded."""
        return {"on": self.given["on"], "by": self.by, "at": self.at}

    def paper(self, name: str = "paper") -> str:
        """A file of the form, kept in the library; "" for none."""
        return kept(self.given.get(name), by=self.by, at=self.at)


Reason = Callable[[Any, Actor, date, datetime], Refusal | None]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, whose permission it takes, why it may not be done now, its form, the doing of it."""

    name: str
    label: str
    permission: Permission
    reason: Reason
    form: type[forms.Closing]
    do: Callable[[Asked], str]
    says: str = ""
    initial: Callable[[Any], dict[str, object]] = lambda _of: {}


# --- doing -----------------------------------------------------------------------------------------------------------


def _check(asked: Asked) -> str:
    given = asked.given
    photo = asked.paper("photo")
    passed = given["passed"] == "yes"
    actions.check_site(
        asked.of, passed=passed, note=given["note"], photo_sha256=photo, key=given["key"], **asked.acting
    )
    return _("已登记现场核查：合格。") if passed else _("已登记现场核查：不合格，请退回整改。")


def _accept(asked: Asked) -> str:
    actions.accept(
        asked.of, paper_sha256=asked.paper(), note=asked.given["note"], key=asked.given["key"], **asked.acting
    )
    return _("已验收销号。")


def _return(asked: Asked) -> str:
    given = asked.given
    actions.return_works(asked.of, reason=given["reason"], paper_sha256=asked.paper(), key=given["key"], **asked.acting)
    return _("已退回整改。")


def _file(asked: Asked) -> str:
    given = asked.given
    actions.file_upward(asked.of, proof_sha256=asked.paper(), note=given["note"], key=given["key"], **asked.acting)
    return _("已报上级，待备案。")


def _retain(asked: Asked) -> str:
    actions.decide_retain(asked.of, **asked.acting)
    return _("已列入需要保留的入河排污口清单。")


def _merge(asked: Asked) -> str:
    given = asked.given
    actions.decide_merge(asked.of, target=given["target"], paper_sha256=asked.paper(), **asked.acting)
    return _("已确定合并，排污通道随之变更。")


def _close(asked: Asked) -> str:
    actions.decide_close(asked.of, order_sha256=asked.paper("order"), record_sha256=asked.paper(), **asked.acting)
    return _("已确定取缔。")


def _take(asked: Asked) -> str:
    actions.take_filing(asked.of, note=asked.given["note"], **asked.acting)
    return _("已备案。")


def _send_back(asked: Asked) -> str:
    actions.return_filing(asked.of, reason=asked.given["reason"], **asked.acting)
    return _("已退回。")


def _look(asked: Asked) -> str:
    given = asked.given
    relapsed = given["relapsed"] == "yes"
    actions.look_back(asked.of, relapsed=relapsed, note=given["note"], paper_sha256=asked.paper(), **asked.acting)
    return _("已登记：有反弹，待确认后重新列入问题清单。") if relapsed else _("已登记：没有反弹。")


def _report(asked: Asked) -> str:
    given = asked.given
    paper, source = asked.paper(), Source(given["source"])
    actions.report_relapse(
        asked.of, source=source, text=given["text"], paper_sha256=paper, key=given["key"], **asked.acting
    )
    return _("已登记反弹线索，待生态环境部门确认。")


def _reopen(asked: Asked) -> str:
    actions.reopen(asked.of, reason=asked.given["note"], **asked.acting)
    return _("已确认反弹，重新列入问题清单。")


def _dismiss(asked: Asked) -> str:
    actions.dismiss_relapse(asked.of, reason=asked.given["reason"], **asked.acting)
    return _("已排除。")


# --- why not ---------------------------------------------------------------------------------------------------------
# What the form is yet to say (a paper, a reason, a target) counts as said.

ANY = "0" * 64


def _why(guard: Callable[..., Refusal | None], **said: object) -> Reason:
    def reason(of: Any, by: Actor, on: date, at: datetime) -> Refusal | None:
        return guard(of, by=by, on=on, at=at, **said)

    return reason


def _why_merge(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    barred = guards.decide_merge(found, target=None, paper_sha256=ANY, by=by, on=on, at=at)
    return None if barred is not None and barred.code == "remediation.no_target" else barred


def _as_planned(found: Round) -> dict[str, object]:
    """The outlet that the plan merges into."""
    plan = queries_plans.plan_of(found)
    target = plan.target_outlet if plan else None
    return {"target": target.national_code or str(target.pk)} if target else {}


def _why_close(found: Round, by: Actor, on: date, at: datetime) -> Refusal | None:
    return guards.decide_close(found, order_sha256=ANY, record_sha256=ANY, by=by, on=on, at=at)


ROUND_ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "check",
            noop("现场核查"),
            Permission.REMEDIATION_ACCEPT,
            _why(guards.check_site, note="-"),
            forms.CheckSite,
            _check,
        ),
        Act(
            "accept",
            noop("验收销号"),
            Permission.REMEDIATION_ACCEPT,
            _why(guards.accept, paper_sha256=ANY),
            forms.Accept,
            _accept,
            says=noop("整治完成一个，销号一个。验收之后由有关单位确定保留、合并或取缔。"),
        ),
        Act(
            "return",
            noop("退回整改"),
            Permission.REMEDIATION_ACCEPT,
            _why(guards.return_works, reason="-"),
            forms.Return,
            _return,
        ),
        Act(
            "file",
            noop("报上级备案"),
            Permission.REMEDIATION_FILE_UPWARD,
            _why(guards.file_upward, proof_sha256=ANY, note=""),
            forms.FileUpward,
            _file,
            says=noop("报上一级生态环境部门；备案之前不计入完成整治。"),
        ),
        Act(
            "retain",
            noop("确定保留"),
            Permission.REMEDIATION_ACCEPT,
            _why(guards.decide_retain),
            forms.Closing,
            _retain,
        ),
        Act(
            "merge",
            noop("确定合并"),
            Permission.REMEDIATION_ACCEPT,
            _why_merge,
            forms.Merge,
            _merge,
            initial=_as_planned,
        ),
        Act("close", noop("确定取缔"), Permission.REMEDIATION_ACCEPT, _why_close, forms.Close, _close),
    )
}
OTHER_ACTS: Mapping[tuple[str, str], Act] = {
    ("filing", "take"): Act(
        "take", noop("予以备案"), Permission.REMEDIATION_FILE_UPWARD, _why(guards.take_filing), forms.Note, _take
    ),
    ("filing", "return"): Act(
        "return",
        noop("退回备案"),
        Permission.REMEDIATION_FILE_UPWARD,
        _why(guards.return_filing, reason="-"),
        forms.Reason,
        _send_back,
    ),
    ("look", "result"): Act(
        "result",
        noop("登记回头看结果"),
        Permission.REMEDIATION_REOPEN,
        _why(guards_looking.look_back, note="-"),
        forms.Look,
        _look,
    ),
    ("relapse", "reopen"): Act(
        "reopen",
        noop("确认反弹"),
        Permission.REMEDIATION_REOPEN,
        _why(guards_looking.reopen, reason=""),
        forms.Note,
        _reopen,
        says=noop("确认之后排污口重新列入问题清单，整治取得的进展不再计入，完成比例随之变化。"),
    ),
    ("relapse", "dismiss"): Act(
        "dismiss",
        noop("排除线索"),
        Permission.REMEDIATION_REOPEN,
        _why(guards_looking.dismiss_relapse, reason="-"),
        forms.Reason,
        _dismiss,
    ),
    ("outlet", "relapse"): Act(
        "relapse",
        noop("登记反弹线索"),
        Permission.OUTLET_ENTER_FACT,
        _why(guards_looking.report_relapse, text="-", paper_sha256=ANY),
        forms.Relapse,
        _report,
        says=noop("超标排放、群众举报、执法案件或巡查发现；生态环境部门确认后重新列入问题清单。"),
    ),
}


# --- pages -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon a round."""
    chosen = ROUND_ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    found = queries.round_by_id(lookup.actor(request), pk)
    back = f"{reverse('web:round', args=[pk])}#closing"
    return _act(request, chosen, found, found.outlet, back)


@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, kind: str, pk: int, name: str) -> HttpResponse:
    """One act upon a filing, a look back, a relapse, or an outlet that came back."""
    chosen = OTHER_ACTS.get((kind, name))
    if chosen is None:
        raise NotFound("act", name)
    who = lookup.actor(request)
    of: About
    match kind:
        case "filing":
            of = queries_closure.filing(who, pk)
            outlet, back = of.round.outlet, reverse("web:filings")
        case "look":
            of = queries_closure.look_back(who, pk)
            outlet, back = of.round.outlet, reverse("web:look-backs")
        case "relapse":
            of = queries_closure.relapse(who, pk)
            outlet, back = of.outlet, f"{reverse('web:look-backs')}?tab=relapses"
        case _:
            of = outlet = lookup.outlet(request, pk)
            back = reverse("web:outlet", args=[pk])
    return _act(request, chosen, of, outlet, back)


def _act(request: HttpRequest, chosen: Act, of: About, outlet: Outlet, back: str) -> HttpResponse:
    by, at = lookup.actor(request), timezone.now()
    barred = chosen.reason(of, by, timezone.localdate(at), at)
    says = _(chosen.says) if chosen.says else ""
    context = {"label": _(chosen.label), "says": says, "outlet": outlet, "back": back}
    if request.method == "GET":
        if barred is not None:
            return refusals.refused(request, barred)
        return _ask(request, chosen.form(by=by, initial=chosen.initial(of)), context)
    if barred is not None and barred.code.startswith("access."):
        raise Refused(barred)
    form = chosen.form(request.POST, request.FILES, by=by)
    if not form.is_valid():
        return _ask(request, form, context, status=CONFLICT)
    try:
        with transaction.atomic():
            said = chosen.do(Asked(of, form, by, at))
    except Refused as no:
        reading.with_refusal(request, no.refusal.code)
        form.add_error(None, _(no.refusal.text) % no.refusal.params if no.refusal.params else _(no.refusal.text))
        return _ask(request, form, {**context, "fault": no.refusal}, status=CONFLICT)
    if (stay := _stay(of)) is not None:
        remediation_notices.tell(stay, by=by, on=timezone.localdate(at), at=at)
    messages.success(request, said)
    return redirect(back)


def _stay(of: About) -> Round | None:
    """The stay whose circle may have something to learn after an act."""
    match of:
        case Round():
            return of
        case Filing() | LookBack():
            return of.round
        case Relapse():
            return of.new_round
    return None


def _ask(
    request: HttpRequest, form: forms.Closing, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    told = {**context, "form": form, "has_files": form.is_multipart()}
    return render(request, "remediation/closing_act.html", told, status=status)
