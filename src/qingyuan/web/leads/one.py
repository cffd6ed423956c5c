"""One lead on one screen: what is known, what it may be once more side by side, the photo, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django import forms as plain
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refused, require
from qingyuan.ledger import queries as ledger
from qingyuan.library import actions as library
from qingyuan.library import queries as files
from qingyuan.registry import surveyed
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey import guards_leads as guards
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey.actions import lead_endings as endings
from qingyuan.stages.survey.actions import leads as actions
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words_leads import DATUMS, LeadSource, LeadState, NotOutlet
from qingyuan.web import lookup
from qingyuan.web.leads import forms
from qingyuan.web.leads.said import findings, why
from qingyuan.web.templatetags.qingyuan import refusal_sentence
from qingyuan.web.timeline import told


@dataclass(frozen=True, slots=True)
class Act:
    """One act upon a lead: its word, its form, the doing of it. `ends`: it needs an open lead."""

    name: str
    label: str
    form: type[forms.Dated]
    do: Callable[[Lead, plain.Form, Actor, datetime], str]
    ends: bool = True


def _outlet(lead: Lead, form: plain.Form, by: Actor, at: datetime) -> str:
    assert isinstance(form, forms.AsOutlet)
    given = form.cleaned_data
    paper = library.file_bytes(given["paper"].read(), name=given["paper"].name or "", by=by, at=at)
    asked = ("name", "water_text", "conduit_form", "discharge_pattern", "bank", "mouth_text")
    more = ("party_proposed", "unit_unknown", "type_proposed", "apart", "water")
    fields = {name: given[name] for name in (*asked, *more)} | {"position": form.position}
    ended = endings.end_as_outlet(
        by, lead, fields=fields, paper_sha256=paper.sha256, level=int(given["level"]), at=at, on=given["on"]
    )
    missing = ended.outlet.missing if ended.outlet else []
    said = _("已登记为排污口“%(name)s”。") % {"name": given["name"]}
    if missing:
        items = _("、").join(_(surveyed.ITEMS[item]) for item in missing)
        said += _("排查记录待补充：%(items)s；补充后才能核实、列入名录。") % {"items": items}
    return said


def _none(lead: Lead, form: plain.Form, by: Actor, at: datetime) -> str:
    given = form.cleaned_data
    level = int(given["level"])
    endings.end_as_not_outlet(by, lead, why=given["why"], reason=given["reason"], level=level, at=at, on=given["on"])
    return _("已处置：不是排污口。")


def _twin(lead: Lead, form: plain.Form, by: Actor, at: datetime) -> str:
    given = form.cleaned_data
    key = int(given["twin"][1:])
    of_outlet = of_lead = None
    for one in queries.twins(by, lead, on=timezone.localdate(at)):
        if given["twin"].startswith("o") and one.outlet is not None and one.outlet.pk == key:
            of_outlet = one.outlet
        if given["twin"].startswith("l") and one.lead is not None and one.lead.pk == key:
            of_lead = one.lead
    endings.end_as_duplicate(
        by, lead, of_outlet=of_outlet, of_lead=of_lead, reason=given["reason"], at=at, on=given["on"]
    )
    return _("已处置：重复线索。")


def _reopen(lead: Lead, form: plain.Form, by: Actor, at: datetime) -> str:
    endings.reopen(by, lead, reason=form.cleaned_data["reason"], at=at, on=form.cleaned_data["on"])
    return _("已撤销处置，线索重新待核。")


def _mend(lead: Lead, form: plain.Form, by: Actor, at: datetime) -> str:
    given = form.cleaned_data
    actions.mend_position(
        lead,
        longitude=given["longitude"],
        latitude=given["latitude"],
        datum=given["datum"],
        reason=given["reason"],
        on=given["on"],
        by=by,
        at=at,
    )
    return _("位置已更正。")


ACTS: Mapping[str, Act] = {
    one.name: one
    for one in (
        Act("outlet", noop("是排污口"), forms.AsOutlet, _outlet),
        Act("not-outlet", noop("不是排污口"), forms.AsNone, _none),
        Act("duplicate", noop("重复"), forms.AsTwin, _twin),
        Act("mend", noop("更正位置"), forms.Mend, _mend),
        Act("reopen", noop("撤销处置"), forms.WithReason, _reopen, ends=False),
    )
}


LABELS = {
    "state": noop("状态"),
    "level": noop("级次"),
    "why": noop("情形"),
    "missing": noop("待补充"),
    "position_given": noop("坐标原文"),
    "datum": noop("坐标系"),
    "given": noop("坐标原文"),
    "ref": noop("来源编号"),
}


def _values() -> dict[str, dict[str, str]]:
    """Stored words of the ledger's entries about leads."""
    return {
        "state": {value: str(label) for value, label in LeadState.choices},
        "source": {value: str(label) for value, label in LeadSource.choices},
        "why": {value: str(label) for value, label in NotOutlet.choices},
        "datum": {value: str(label) for value, label in DATUMS.items()},
    }


@require_safe
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead."""
    lookup.require(request, Permission.OUTLET_VIEW)
    return _page(request, queries.lead(lookup.actor(request), pk))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act upon one lead: done, or the screen again with what is wrong."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("act", name)
    lookup.require(request, Permission.SURVEY_SETTLE)
    by, at = lookup.actor(request), timezone.now()
    found = queries.lead(by, pk)
    require(access.refusal(by, Permission.SURVEY_SETTLE, guards.place_of(found)))
    try:
        with transaction.atomic():
            found = _as_read(request, pk)
            form = _form(chosen, found, request.POST, request.FILES)
            if not form.is_valid():
                return _page(request, found, bound={name: form}, status=409)
            messages.success(request, chosen.do(found, form, by, at))
    except Refused as no:
        if no.refusal.code.startswith("access."):
            raise
        form.add_error(None, refusal_sentence(no.refusal))
        return _page(request, queries.lead(by, pk), bound={name: form}, status=409)
    return redirect("web:lead", pk=pk)


def _form(chosen: Act, found: Lead, *data: object) -> plain.Form:
    about = {"lead": found} if chosen.form in (forms.AsOutlet, forms.Mend) else {}
    return chosen.form(*data, prefix=chosen.name, **about)


def _as_read(request: HttpRequest, pk: int) -> Lead:
    """The lead to be acted upon, as it was when the screen was shown. Within a transaction."""
    found = queries.lead(lookup.actor(request), pk)
    Lead.objects.select_for_update().filter(pk=pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "state"])
    lookup.same_version(request, ("lead", pk), found.version, name=found.name, back="web:lead")
    return found


def _page(
    request: HttpRequest, found: Lead, *, bound: Mapping[str, plain.Form] | None = None, status: int = 200
) -> HttpResponse:
    by, at = lookup.actor(request), timezone.now()
    on = timezone.localdate(at)
    barred = access.refusal(by, Permission.SURVEY_SETTLE, guards.place_of(found))
    twins = [(one, why(one)) for one in queries.twins(by, found, on=on)] if found.state == LeadState.OPEN else []
    shown = {name: _form(chosen, found) for name, chosen in ACTS.items()} | dict(bound or {})
    for name, form in shown.items():
        if name == "outlet" and not _near(found, by) and not form.errors:
            del form.fields["apart"]
    context = {
        "lead": found,
        "said": findings(found),
        "twins": twins,
        "forms": {name.replace("-", "_"): form for name, form in shown.items()},
        "ending": barred or guards.end(found, by=by, on=on, at=at),
        "reopening": barred or guards.reopen(found, reason="…", by=by, on=on, at=at),
        "why": NotOutlet(found.why).label if found.why else "",
        "datum": DATUMS.get(found.datum, found.datum),
        "points": _points(found, twins),
        "timeline": told(
            ledger.timeline("lead", str(found.pk), limit=20),
            labels={name: _(word) for name, word in LABELS.items()},
            values=_values(),
        ),
        "reasons": found.reasons,
        "clause": policy_of(found.unit_path, on=on).parameters.get("survey.slogan"),
        "distance_clause": policy_of(found.unit_path, on=on).parameters.get("register.duplicate_distance_m"),
    }
    return render(request, "leads/lead.html", context, status=status)


def _near(found: Lead, by: Actor) -> bool:
    """Whether an outlet stands so near that a reason is asked."""
    if found.longitude_deg is None or found.latitude_deg is None:
        return False
    beside = surveyed.standing_near(
        by,
        (found.longitude_deg, found.latitude_deg),
        unit_path=found.unit_path,
        water=found.water,
        bank=found.bank,
        on=timezone.localdate(),
        without={found.outlet_id or 0},
    )
    return bool(beside)


def _points(found: Lead, twins: list) -> str:
    spots = [(found.name, found), *((one.name, one.outlet or one.lead) for one, _why in twins)]
    return json.dumps(
        [
            {"lon": float(one.longitude_deg), "lat": float(one.latitude_deg), "label": label}
            for label, one in spots
            if one.longitude_deg is not None and one.latitude_deg is not None
        ],
        ensure_ascii=False,
    )


@require_safe
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """The image of a lead. Sent as a download: a page may show it, nothing uploaded is ever a page of this site."""
    lookup.require(request, Permission.OUTLET_VIEW)
    found = queries.lead(lookup.actor(request), pk)
    if not found.photo_sha256:
        raise NotFound("photo", str(pk))
    file = files.file(found.photo_sha256)
    return FileResponse(
        BytesIO(files.content_of(file.sha256)),
        as_attachment=True,
        filename=file.name or "image",
        content_type=file.media_type if file.media_type.startswith("image/") else "application/octet-stream",
    )
