"""The acts upon an outlet: which guard greys the button, which form asks, which action does it.

One table, one view: what the page shows as possible is exactly what the address accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods

from qingyuan.core.access import Actor
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import Move
from qingyuan.core.refusal import NotFound, Refused
from qingyuan.flows import survey_opens_tracing
from qingyuan.registry import offers, rules
from qingyuan.registry.models import Outlet
from qingyuan.registry.offers import Reason
from qingyuan.web import lookup, refusals
from qingyuan.web.outlets import act_forms, branch_form, doing, record_forms
from qingyuan.web.outlets.correct_form import Correct

Doing = Callable[[Outlet, Any, Actor, datetime], bool]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, why it may not be done now, its form, and the doing of it (True: done, False: was done)."""

    name: str
    label: str
    reason: Reason
    form: type[forms.Form]
    do: Doing
    move: Move | None = None
    template: str = "outlets/act.html"
    says: str = ""
    asked: str = ""
    """What the address may name beforehand (?fact=12); such an act is reached from its list on the page."""


def _offered(
    name: str, form: type[forms.Form], do: Doing, *, template: str = "outlets/act.html", says: str = ""
) -> Act:
    """An act that the registry offers at every door (registry.offers): its word, its move and what stands against it
    are said there."""
    offer = offers.ACTS[name]
    return Act(name, offer.label, offer.reason, form, do, offer.move, template, says)


TYPE_TEMPLATE = "outlets/act_type.html"
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        _offered("verify", act_forms.Verify, doing.verify),
        _offered("open-tracing", act_forms.OpenTracing, doing.open_tracing),
        _offered("fix-party", act_forms.FixParty, doing.fix_party),
        _offered("classify", act_forms.Classify, doing.classify, template=TYPE_TEMPLATE),
        _offered("propose-type", act_forms.ChooseType, doing.propose_type, template=TYPE_TEMPLATE),
        _offered(
            "suggest-type",
            act_forms.SuggestType,
            doing.suggest_type,
            says=noop("按责任主体行业和排放特征对照分类建议表，给出建议并保存两项依据；确认仍由人作出。"),
        ),
        _offered("correct", Correct, doing.correct),
        _offered("change-unit", act_forms.ChangeUnit, doing.change_unit),
        _offered("file-paper", act_forms.FilePaper, doing.file_paper),
        _offered(
            "enter-fact",
            act_forms.EnterFact,
            doing.enter_fact,
            says=noop("规则只读取这里的事实。没有录入的事实是“不知道”，不是“否”。"),
        ),
        _offered("add-channel", act_forms.AddChannel, doing.add_channel),
        Act(
            "retract-fact",
            noop("撤回事实"),
            record_forms.may_retract,
            record_forms.RetractFact,
            record_forms.retract_fact,
            says=noop("用于录入有误：此后不再采用，规则随即重新判断；原来录入的仍在变更留痕中。"),
            asked="fact",
        ),
        Act(
            "correct-channel",
            noop("更正排污通道"),
            record_forms.may_change,
            record_forms.CorrectChannel,
            record_forms.correct_channel,
            says=noop("按应有的内容填写；更正前的内容留在变更留痕中，支口关系不受影响。"),
            asked="channel",
        ),
        Act(
            "remove-channel",
            noop("解除排污通道"),
            record_forms.may_change,
            record_forms.RemoveChannel,
            record_forms.remove_channel,
            says=noop("解除后链条按其余通道重画；以前各日仍可查，支口关系不受影响。"),
            asked="channel",
        ),
        Act(
            "set-main",
            noop("登记为支口"),
            branch_form.may_set,
            branch_form.SetMain,
            branch_form.set_main,
            says=noop("与主口共用一个口门的，登记为主口的支口。各口仍分别计数。"),
        ),
        Act("end-main", noop("解除支口关系"), branch_form.may_end, branch_form.EndMain, branch_form.end_main),
    )
}
OPENS_TRACING = {"open-tracing", "enter-fact", "verify"}
"""Acts after which the outlet may need a case of tracing, or its case may go on."""
MOVES: Mapping[Move, Act] = {act.move: act for act in ACTS.values() if act.move is not None}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one outlet: the form, or the doing. A refusal is shown before anything is asked."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    outlet = lookup.outlet(request, pk)
    by, at = lookup.actor(request), timezone.now()
    if request.method == "POST":
        return _do(request, chosen, pk, by=by, at=at)
    if (reason := chosen.reason(outlet, by, timezone.localdate(at), at)) is not None:
        return refusals.refused(request, reason)
    first = {name: request.GET.get(name, "") for name in ("top", chosen.asked) if name}
    form = chosen.form(outlet=outlet, initial=first)  # type: ignore[call-arg]
    return _ask(request, chosen, outlet, form)


def _do(request: HttpRequest, chosen: Act, pk: int, *, by: Actor, at: datetime) -> HttpResponse:
    found = lookup.outlet(request, pk)
    barred = chosen.reason(found, by, timezone.localdate(at), at)
    if barred is not None and barred.code.startswith("access."):
        raise Refused(barred)  # who may not do it is told so, whatever he read before
    with transaction.atomic():
        outlet = lookup.outlet_as_read(request, pk)
        form = chosen.form(request.POST, request.FILES, outlet=outlet)  # type: ignore[call-arg]
        if not form.is_valid():
            if (reason := chosen.reason(outlet, by, timezone.localdate(at), at)) is not None:
                raise Refused(reason)
            return _ask(request, chosen, outlet, form, status=409)
        done = chosen.do(outlet, form, by, at)
        if chosen.name in OPENS_TRACING:
            survey_opens_tracing.after_act(outlet, on=timezone.localdate(at), at=at)
    if done:
        messages.success(request, _("已办理：%(act)s。") % {"act": _(chosen.label)})
    else:
        messages.info(request, _("内容相同，此前已经办理，没有重复写入。"))
    return redirect("web:outlet", pk=outlet.pk)


def _ask(request: HttpRequest, chosen: Act, outlet: Outlet, form: forms.Form, *, status: int = 200) -> HttpResponse:
    tree = tree_of(form.policy) if form.policy else None  # type: ignore[attr-defined]
    context = {
        "act": chosen,
        "label": _(chosen.label),
        "says": _(chosen.says) if chosen.says else "",
        "outlet": outlet,
        "form": form,
        "tree": tree,
        "top": form.data.get("top") or form.initial.get("top", ""),
        "clause": rules.clause_of(chosen.move, policy=form.policy) if chosen.move else "",  # type: ignore[attr-defined]
        "has_files": form.is_multipart(),
    }
    return render(request, chosen.template, context, status=status)


__all__ = ["ACTS", "MOVES", "Act", "act"]
