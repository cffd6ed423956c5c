"""From a form that was filled in to the one domain call it asks for. True: done; False: it had been done already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop as noop

from qingyuan.bodies import actions as bodies
from qingyuan.core.access import Actor
from qingyuan.core.classification import tree_of
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Paper
from qingyuan.core.policy.facts import FACTS
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.library import actions as library
from qingyuan.registry import actions, guards
from qingyuan.registry.models import ChannelOutlet, Fact, FiledPaper, Outlet, Proposal
from qingyuan.registry.places_of import place_of


def verify(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """核实."""
    papers = _papers(form, Paper.VERIFICATION_RECORD, by=by, at=at)
    actions.verify(outlet, on=form.cleaned_data["on"], by=by, at=at, papers=papers)
    return True


def open_tracing(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """开展溯源."""
    actions.open_tracing(outlet, on=form.cleaned_data["on"], by=by, at=at)
    return True


def fix_party(outlet: Outlet, form: Any, by: Actor, at: datetime) -> bool:
    """明确责任主体; a party that is not known yet is entered with it."""
    given = form.cleaned_data
    held = outlet.responsibilities.filter(to_day=None).first()
    if held is not None and form.found is not None and (held.body_id, held.basis) == (form.found.pk, given["basis"]):
        return False
    body = form.found or bodies.enter(
        name=given["party"].strip(),
        kind=BodyKind(given["body_kind"] or BodyKind.OTHER),
        unit=outlet.unit,
        credit_code=given["credit_code"].strip().upper(),
        industry=given["industry"].strip(),
        by=by,
        at=at,
        is_demo=outlet.is_demo,
    )
    actions.fix_party(
        outlet,
        body=body,
        basis=given["basis"],
        note=given["note"],
        on=given["on"],
        by=by,
        at=at,
        papers=_papers(form, Paper.PARTY_BASIS, by=by, at=at),
    )
    return True


def classify(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """确认分类."""
    given = form.cleaned_data
    top = _top_name(form, given["top"])
    actions.classify(
        outlet,
        type_key=given["type_key"],
        top=top,
        reasons=given["reasons"],
        special_kind=given["special_kind"],
        on=given["on"],
        by=by,
        at=at,
    )
    return True


def propose_type(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """提出分类意见."""
    given = form.cleaned_data
    mine = {"outlet": outlet, "about": "type", "value": given["type_key"], "proposed_by": by.id, "decision": "open"}
    if Proposal.objects.filter(**mine, text=given["reasons"]).exists():
        return False
    require(guards.type_refusal(outlet, type_key=given["type_key"], top=_top_name(form, given["top"]), on=given["on"]))
    actions.propose_type(outlet, type_key=given["type_key"], reasons=given["reasons"], on=given["on"], by=by, at=at)
    return True


def suggest_type(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """按规则建议类型: both inputs are kept with the suggestion (新绛 二(三))."""
    given = form.cleaned_data
    made = actions.suggest_type(
        outlet, industry=given["industry"], character=given["character"], on=given["on"], by=by, at=at
    )
    if not made:
        text = noop("分类建议表中没有“%(industry)s”与“%(character)s”的组合，请由人判断。")
        words = {"industry": given["industry"], "character": given["character"]}
        raise Refused(Refusal("registry.no_suggestion", text, words))
    return True


def correct(outlet: Outlet, form: Any, by: Actor, at: datetime) -> bool:
    """更正信息."""
    given = form.cleaned_data
    before = outlet.version
    actions.correct(outlet, values=form.values(), reason=given["reason"], on=given["on"], by=by, at=at)
    return outlet.version != before


def change_unit(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """变更所在区划."""
    given = form.cleaned_data
    papers = _papers(form, Paper.BOUNDARY_BASIS, by=by, at=at)
    actions.change_unit([outlet], unit=given["unit"], on=given["on"], papers=papers, by=by, at=at)
    return True


def file_paper(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """归入材料. The same content of the same kind stands in the file once."""
    given = form.cleaned_data
    require(guards.file_paper(outlet, by=by, on=given["on"], at=at))
    filed = _kept(given["paper"], by=by, at=at)
    kind = Paper(given["kind"])
    if FiledPaper.objects.filter(outlet=outlet, kind=kind, sha256=filed, round=outlet.round).exists():
        return False
    actions.file_paper(outlet, kind=kind, sha256=filed, title=given["title"], on=given["on"], by=by, at=at)
    return True


def enter_fact(outlet: Outlet, form: Any, by: Actor, at: datetime) -> bool:
    """录入事实."""
    given = form.cleaned_data
    subject = form.subject()
    if subject is None:
        text = noop("“%(title)s”是关于责任主体或受纳水体的事实，请先明确责任主体或受纳水体。")
        raise Refused(Refusal("registry.no_subject", text, {"title": FACTS[given["name"]].title}))
    kind, subject_id = subject
    same = {"subject_kind": kind, "subject_id": subject_id, "name": given["name"], "from_day": given["on"]}
    if Fact.objects.filter(**same, value=given["value"], source=given["source"], retracted_at=None).exists():
        return False
    actions.enter_fact(
        subject,
        place=place_of(outlet),
        name=given["name"],
        value=given["value"],
        source=given["source"],
        on=given["on"],
        by=by,
        at=at,
        sha256=_kept(given["paper"], by=by, at=at) if given["paper"] else "",
    )
    return True


def add_channel(outlet: Outlet, form: forms.Form, by: Actor, at: datetime) -> bool:
    """登记排污通道."""
    given = form.cleaned_data
    if ChannelOutlet.objects.filter(outlet=outlet, to_day=None, channel__name=given["name"]).exists():
        return False
    actions.add_channel(
        name=given["name"],
        unit=outlet.unit,
        outlet=outlet,
        kind=given["kind"],
        length_m=given["length_m"],
        sources=given["sources"],
        on=given["on"],
        by=by,
        at=at,
    )
    return True


def _top_name(form: Any, asked: str) -> str:
    """The first level by its name, whether its name or its code was sent."""
    return next((top.name for top in tree_of(form.policy).tops if asked in (top.name, top.code)), asked)


def _papers(form: forms.Form, kind: Paper, *, by: Actor, at: datetime) -> Mapping[Paper, str]:
    given = form.cleaned_data.get("paper")
    return {kind: _kept(given, by=by, at=at)} if given else {}


def _kept(given: UploadedFile, *, by: Actor, at: datetime) -> str:
    """The upload in the library; its content hash."""
    return library.file_bytes(given.read(), name=given.name or "", by=by, at=at).sha256
