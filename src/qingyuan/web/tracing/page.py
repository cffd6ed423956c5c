"""One case: why, who leads, what was done, where the water comes from, what was concluded, who is to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.flows import tracing_support
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.queries import Line
from qingyuan.library import queries as library
from qingyuan.registry import queries as registry
from qingyuan.registry.choices import PARTY_BASES
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import queries
from qingyuan.stages.tracing.models import Case, Node
from qingyuan.web import lookup
from qingyuan.web.timeline import Told, told
from qingyuan.web.tracing.acts import ACTS, Act
from qingyuan.web.tracing.drawing import draw

TIMELINE = 200
TOLD = {"outlet_name", "lead", "method", "body_name", "upper_name", "lower_name", "share"}
"""What an entry says beside its act; the rest is how the machine finds the record again."""
FIRST = {"step", "conclude", "fix-party"}


@dataclass(frozen=True, slots=True)
class Button:
    """An act that may be done, or the reason why not."""

    label: str
    url: str
    reason: Refusal | None
    first: bool = False


@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one case."""
    who, at = lookup.actor(request), timezone.now()
    found, on = queries.case(who, pk), timezone.localdate(at)
    sources = queries.sources_of(found)
    network = queries.network(found.outlet.node)
    proposals = queries.party_proposals(found.outlet)
    given = {one.name: one.part for one in tracing_support.states(found)}
    context = {
        "case": found,
        "outlet": found.outlet,
        "trail": lookup.trail(request, found.outlet.unit),
        "bodies": [(one, given.get(one.name)) for one in queries.bodies_of(found)],
        "steps": queries.steps_of(found),
        "sources": sources,
        "picture": draw(network, found.outlet, sources),
        "edges": [
            (network.nodes[edge.upper_id], network.nodes[edge.lower_id], edge)
            for edge in found.edges.filter(ended_at=None).order_by("pk")
            if edge.upper_id in network.nodes and edge.lower_id in network.nodes
        ],
        "may_work": ACTS["step"].reason(found, who, on, at) is None,
        "may_reopen": bool(found.conclusion)
        and access_refusal(who, Permission.TRACING_OPEN, place_of(found.outlet)) is None
        and queries.open_case_of(found.outlet) is None,
        "buttons": buttons(found, who, on=on, at=at),
        "proposals": [(one, str(PARTY_BASES.get(str(one.reasons.get("basis")), ""))) for one in proposals],
        "fallback": queries.fallback(found.outlet, on=on),
        "parties": registry.parties_of(found.outlet),
        "others": [one for one in queries.cases_of(found.outlet) if one.pk != found.pk],
        "timeline": story(ledger.timeline("case", str(found.pk), limit=TIMELINE)),
    }
    return render(request, "tracing/case.html", context)


def buttons(found: Case, who: Actor, *, on: date, at: datetime) -> list[Button]:
    """The acts upon the case. Those the officer could never do, whatever the state, are left out but the chief ones,
    whose reason he should know."""
    shown = []
    for act in ACTS.values():
        if act.of_one or (act.name not in FIRST and access_refusal(who, act.permission) is not None):
            continue
        if found.conclusion and act.name not in {"step", "fix-party"}:
            continue  # one sentence says why a concluded case is not written any more
        shown.append(_button(act, found, who, on, at))
    return shown


def _button(act: Act, found: Case, who: Actor, on: date, at: datetime) -> Button:
    url = reverse("web:case-act", args=[found.pk, act.name])
    first = act.name == ("step" if found.is_open else "fix-party")
    return Button(_(act.label), url, act.reason(found, who, on, at), first)


def story(entries: Sequence[Line]) -> list[Told]:
    """The ledger's entries about a case in words."""
    return told(replace(one, details=_said(one.details)) for one in entries)


def _said(details: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in details.items() if name in TOLD}


@require_GET
def evidence(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A piece of evidence. Always a download: nothing uploaded is ever shown as a page of this site."""
    found = queries.evidence(queries.case(lookup.actor(request), pk), file)
    return _download(found.sha256)


@require_GET
def report(request: HttpRequest, pk: int) -> FileResponse:
    """The report of the conclusion."""
    found = queries.case(lookup.actor(request), pk)
    if not found.paper_sha256:
        raise NotFound("file", str(pk))
    return _download(found.paper_sha256)


def _download(sha256: str) -> FileResponse:
    file = library.file(sha256)
    return FileResponse(BytesIO(library.content_of(file.sha256)), as_attachment=True, filename=file.name)


@require_GET
def node(request: HttpRequest, pk: int) -> HttpResponse:
    """A point of the network: what drains to it, and where its water goes."""
    who = lookup.actor(request)
    found = queries.node(who, pk)
    up, down = queries.network(found), queries.network(found, upstream=False)
    visible = registry.visible_to(who, leads=True).filter(pk__in=[one.pk for one in down.outlets])
    context = {
        "node": found,
        "up": _listed(up),
        "down": _listed(down),
        "more": up.followed.more or down.followed.more,
        "dischargers": up.dischargers,
        "outlets": list(visible.order_by("pk")),
        "trail": lookup.trail(request, found.unit),
    }
    return render(request, "tracing/node.html", context)


def _listed(network: queries.Network) -> list[tuple[int, Node]]:
    """Points by their distance, the point itself left out."""
    rows = [(depth, network.nodes[pk]) for pk, depth in network.followed.depths.items() if depth]
    return sorted(rows, key=lambda row: (row[0], row[1].name, row[1].pk))
