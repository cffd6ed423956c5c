"""一口一档: everything on record about one outlet, what its scheme asks next, and why a button is grey."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qingyuan.boards.oversight.queries import HOW_LABELS, oversight_of
from qingyuan.boards.progress.queries import Asking, scope_of
from qingyuan.core.access import Actor, Permission
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import PAPERS, Move, Stage, milestones_of, moves_from
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.policy import FACTS, Policy
from qingyuan.core.policy import words as policy_words
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.ledger import queries as ledger
from qingyuan.library import queries as library
from qingyuan.prepared import prepared
from qingyuan.registry import offers, queries, rules
from qingyuan.registry.models import FiledPaper, MilestoneRecord, Outlet
from qingyuan.stages.dispatch import queries as dispatch
from qingyuan.stages.tracing import queries as tracing
from qingyuan.web import facts, lookup
from qingyuan.web.outlets import acts, rooms, sections
from qingyuan.web.outlets.chain import picture
from qingyuan.web.remediation import findings_section, plans_box
from qingyuan.web.timeline import told

MERGED = 20


@dataclass(frozen=True, slots=True)
class Next:
    """A move that leads on: its word and clause, its address when this release makes it, and the reason against it."""

    label: str
    clause: str
    url: str
    reason: Refusal | None
    papers: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule of the pack says of this outlet."""

    title: str
    text: str
    effect: str
    verdict: bool | None
    clause: str
    origin: str
    status: str
    missing: str
    bars_renewal: bool = False


@require_GET
def outlet(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one outlet."""
    found = lookup.outlet(request, pk)
    at = timezone.now()
    on = timezone.localdate(at)
    who = lookup.actor(request)
    policy = rules.policy_of(found.unit_path, on=on)
    tree = tree_of(policy)
    names = {child.key: child.name for top in tree.tops for child in top.children}
    lines = ledger.timeline("outlet", str(found.pk), limit=ledger.PAGE)
    timeline = told(lines, types=names)
    known = queries.facts_of(found, on=on)
    scope = scope_of(found, Asking.today(at))
    chain = queries.chain(found, on=on)
    said = judged(policy, known)
    context = {
        "outlet": found,
        "trail": lookup.trail(request, found.unit),
        "type_name": names.get(found.type_key, found.type_key),
        "top": tree.top_of(found.type_key),
        "next": next_of(found, policy, who, on=on, at=at),
        "other_acts": other_acts(found, who, on=on, at=at),
        "picture": picture(chain, policy),
        "branches": chain.branches,
        "why_not_channel": acts.ACTS["remove-channel"].reason(found, who, on, at),
        "why_not_fact": acts.ACTS["retract-fact"].reason(found, who, on, at),
        "groups": sections.groups_of(found, timeline, lines),
        "completeness": sections.missing_of(found),
        "papers": queries.papers_of(found),
        "paper_words": {kind.value: _(label) for kind, label in PAPERS.items()},
        "parties": queries.parties_of(found),
        "proposals": sections.proposals_of(found, names),
        "milestones": milestones(found),
        "zones": sections.zones_of(found),
        "facts": sections.facts_entered(found, on=on),
        "said": said,
        "renewal_barred": next((one for one in said if one.bars_renewal), None),
        "timeline": timeline,
        "may_export": bool(who.holding(Permission.OUTLET_EXPORT)),
        "points": points_of(found),
        "scope": scope,
        "scope_waters": _(policy_words.said(scope.waters)) if scope.waters else "",
        **oversight_words(found, on=on),
        "policy": policy,
        "cases": (cases := tracing.cases_of(found)),
        "may_trace": bool(who.holding(Permission.TRACING_OPEN)) and all(one.conclusion for one in cases),
        **findings_section.box(who, found),
        "remediation": plans_box.box(who, found, on=timezone.localdate()),
        "items": dispatch.items_of_outlet(who, found),
        "may_issue": bool(who.holding(Permission.DISPATCH_ISSUE)),
        "merged": _merged(outlet=found.pk),
    }
    return render(request, "outlets/page.html", context)


def oversight_words(found: Outlet, *, on: date) -> dict[str, object]:
    """Who supervises the outlet, with the words the page needs."""
    told = oversight_of(found, on=on)
    department = told.department
    return {
        "oversight": told,
        "oversight_how": _(HOW_LABELS[told.owner.how]) if told.owner else "",
        "oversight_functions": _("、").join(_(policy_words.said(one)) for one in told.duty.functions),
        "oversight_industry": _("、").join(_(policy_words.said(one)) for one in department.functions)
        if department
        else "",
    }


@require_GET
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The outlet in a few lines: for the map, and for a row of the list opened in place."""
    found = lookup.outlet(request, pk)
    on = timezone.localdate()
    policy = rules.policy_of(found.unit_path, on=on)
    tree = tree_of(policy)
    second = tree.second(found.type_key) if found.type_key else None
    context = {
        "outlet": found,
        "type_name": second.name if second else "",
        "picture": picture(queries.chain(found, on=on), policy),
        "next": next_of(found, policy, lookup.actor(request), on=on, at=timezone.now()),
        "completeness": sections.missing_of(found),
    }
    return render(request, "outlets/_card.html", context)


@require_GET
def paper(request: HttpRequest, pk: int, paper: int) -> FileResponse:
    """A document of the outlet's file. Always a download: nothing uploaded is ever shown as a page of this site."""
    found = lookup.outlet(request, pk)
    filed = FiledPaper.objects.filter(outlet=found, pk=paper).first()
    if filed is None:
        raise NotFound("paper", str(paper))
    file = library.file(filed.sha256)
    content = BytesIO(library.content_of(file.sha256))
    return FileResponse(content, as_attachment=True, filename=file.name or filed.title)


def next_of(found: Outlet, policy: Policy, who: Actor, *, on: date, at: datetime) -> list[Next]:
    """The moves that lead out of the outlet's stage, each with its clause and the reason against it, if any."""
    return [
        _next(one, _address(found, one), in_room=one.move in rooms.MOVES)
        for one in offers.moves_on(found, policy, who, on=on, at=at)
    ]


def _next(one: offers.Offer, url: str, *, in_room: bool) -> Next:
    """A room's own page says what stands against its moves and files their papers."""
    elsewhere = in_room and bool(url)
    return Next(
        label=_(one.label),
        clause=one.clause,
        url=url,
        reason=None if elsewhere else one.reason,
        papers="" if elsewhere else _("、").join(_(PAPERS[kind]) for kind in one.lacking),
    )


def _address(found: Outlet, one: offers.Offer) -> str:
    if one.move in rooms.MOVES:
        return rooms.address_of(found, one.move)
    return reverse("web:act", args=[found.pk, one.act]) if one.act else ""


@dataclass(frozen=True, slots=True)
class Button:
    """An act beside the moves."""

    label: str
    url: str
    reason: Refusal | None


def other_acts(found: Outlet, who: Actor, *, on: date, at: datetime) -> list[Button]:
    """Acts that move no stage; 明确责任主体 and 确认分类 again among them once they were done."""
    shown = []
    leads_on = set(moves_from(Stage(found.stage)))
    for act in acts.ACTS.values():
        again = act.move in {Move.FIX_PARTY, Move.CLASSIFY} and act.move not in leads_on and _was_done(found, act.move)
        if (act.move is None and not act.asked) or again:
            label = _("变更责任主体") if again and act.move is Move.FIX_PARTY else _(act.label)
            label = _("调整分类") if again and act.move is Move.CLASSIFY else label
            shown.append(Button(label, reverse("web:act", args=[found.pk, act.name]), act.reason(found, who, on, at)))
    return shown


def _was_done(found: Outlet, move: Move | None) -> bool:
    return found.party_id is not None if move is Move.FIX_PARTY else bool(found.type_key)


def judged(policy: Policy, known: Mapping[str, object]) -> list[Said]:
    """What the rules of the pack say, those that hold first, then those that cannot tell, then the rest."""
    verdicts = rules.judge(policy, known)
    about = {rule.id: rule for rule in policy.rules}
    said = [
        Said(
            title=about[one.rule].title,
            text=one.text,
            effect=one.effect,
            verdict=one.verdict,
            clause=one.clause,
            origin=one.origin,
            status=about[one.rule].status,
            missing=_("、").join(facts.title(name) for name in one.missing if name in FACTS),
            bars_renewal=rules.bars_renewal(one),
        )
        for one in verdicts
    ]
    return sorted(said, key=lambda one: (one.verdict is not True, one.verdict is not None))


def milestones(found: Outlet) -> list[tuple[str, date | None]]:
    """What has been reached, with the day."""
    days = dict(_reached(outlet=found.pk))
    return [(_(MILESTONES[one]), days.get(one.value)) for one in milestones_of(found.milestones)]


@prepared
def _reached(outlet: Any) -> QuerySet[MilestoneRecord, Any]:
    found = MilestoneRecord.objects.filter(outlet_id=outlet, reached=True, retracted_at=None)
    return found.order_by("day", "pk").values_list("milestone", "day")


@prepared
def _merged(outlet: Any) -> QuerySet[Outlet]:
    return Outlet.objects.filter(merged_into_id=outlet).order_by("pk")[:MERGED]


def points_of(found: Outlet) -> str:
    """The outlet, and its party where that has a position, for the small map."""
    spots = []
    if found.longitude_deg is not None and found.latitude_deg is not None:
        kind = found.type_key.partition(".")[0]
        spots.append(
            {"lon": float(found.longitude_deg), "lat": float(found.latitude_deg), "label": found.name}
            | ({"type": kind} if kind else {})
        )
    return json.dumps(spots, ensure_ascii=False)
