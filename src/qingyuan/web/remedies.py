"""Where what a refusal misses is entered: beside a grey button, and on the page that says no, stands the way there.

The table names acts in the order of preference; offered is the first one that the reader may do now. An act that is
refused itself leads nowhere, and is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import NotFound, Refusal
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation import queries as remediation
from qingyuan.stages.tracing import queries as tracing
from qingyuan.web import lookup
from qingyuan.web.outlets import acts
from qingyuan.web.remediation import plans_acts

MISSING: Mapping[str, tuple[str, ...]] = {
    "remediation.party_required": ("fix-party", "case", "open-tracing"),
    "standardisation.party_required": ("fix-party", "classify", "propose-type", "case", "open-tracing"),
    "signs.no_party": ("fix-party", "case", "open-tracing"),
    "registry.not_traced": ("case", "open-tracing"),
    "registry.fallback_untraced": ("case", "open-tracing"),
    "registry.fallback_place": ("change-unit",),
    "registry.fallback_unregistered": ("body-new",),
    "dispatch.unregistered": ("body-new",),
    "remediation.type_required": ("classify", "propose-type"),
    "coding.no_letters": ("classify", "propose-type"),
    "coding.no_county": ("change-unit",),
    "registry.no_position": ("correct",),
    "registry.incomplete": ("correct",),
    "lifecycle.missing_papers": ("file-paper",),
    "remediation.back_review": ("file-paper",),
    "remediation.no_finding": ("triage",),
    "remediation.zone_undecided": ("triage",),
    "remediation.has_problem": ("triage",),
    "remediation.tracing_open": ("case",),
    "remediation.no_draft": ("round:draft",),
    "remediation.plan_required": ("round:draft",),
    "remediation.plan_incomplete": ("round:draft",),
    "remediation.plan_basis": ("round:draft",),
    "remediation.flood_question": ("round:draft",),
    "remediation.deviates": ("round:draft",),
    "remediation.crowded": ("round:draft",),
    "remediation.no_receiving": ("round:draft",),
    "remediation.order_required": ("round:order",),
    "remediation.works_not_started": ("round:start",),
    "remediation.steps_open": ("works",),
    "remediation.evidence_missing": ("works",),
    "standardisation.open_items": ("standardisation",),
    "signs.no_code": ("outlet-signs",),
}
"""The code of a refusal → where the fact it misses is entered: an act upon the outlet, upon its stay on the problem
list (`round:`), or a page."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way to what is missing: its word and its address."""

    label: str
    address: str


def remedy(request: HttpRequest, reason: Refusal, outlet: Outlet | None) -> Remedy | None:
    """The first way that is open to the reader; None without one, or when he stands there already."""
    if outlet is None or reason.code not in MISSING:
        return None
    by = lookup.actor(request)
    for name in MISSING[reason.code]:
        found = next(_ways(name, outlet, by), None)
        if found is not None:
            return None if found.address.partition("#")[0] == request.path else found
    return None


def _ways(name: str, outlet: Outlet, by: Actor) -> Iterator[Remedy]:
    at = timezone.now()
    on = timezone.localdate(at)
    if chosen := acts.ACTS.get(name):
        if chosen.reason(outlet, by, on, at) is None:
            yield Remedy(_(chosen.label), reverse("web:act", args=[outlet.pk, name]))
    elif name.startswith("round:"):
        yield from _upon_the_round(name.removeprefix("round:"), outlet, by)
    elif name == "case":
        if case := tracing.open_case_of(outlet):
            yield Remedy(_("办理溯源案件"), reverse("web:case", args=[case.pk]))
    elif name == "works":
        if (here := remediation.round_of(outlet)) and _may(by, Permission.REMEDIATION_WORK, outlet):
            yield Remedy(_("报告进度、交佐证"), reverse("web:works", args=[here.pk]))
    elif (page := PAGES.get(name)) and _may(by, page.permission, outlet):
        yield Remedy(_(page.label), page.address(outlet))


def _upon_the_round(name: str, outlet: Outlet, by: Actor) -> Iterator[Remedy]:
    here, at = remediation.round_of(outlet), timezone.now()
    if here is None:
        return
    here.outlet, chosen = outlet, plans_acts.ACTS[name]
    if _may(by, chosen.permission, outlet) and chosen.reason(here, by, timezone.localdate(at), at) is None:
        yield Remedy(_(chosen.label), reverse("web:round-act", args=[here.pk, name]))


@dataclass(frozen=True, slots=True)
class _Page:
    label: str
    permission: Permission
    address: Callable[[Outlet], str]


PAGES: Mapping[str, _Page] = {
    "triage": _Page(
        noop("登记、认定问题"), Permission.OUTLET_ENTER_FACT, lambda one: reverse("web:triage", args=[one.pk])
    ),
    "standardisation": _Page(
        noop("规范化建设项目"),
        Permission.STANDARDISATION_WORK,
        lambda one: reverse("web:outlet-standardisation", args=[one.pk]),
    ),
    "outlet-signs": _Page(
        noop("命名编码"), Permission.CODE_ISSUE, lambda one: reverse("web:outlet-signs", args=[one.pk])
    ),
    "body-new": _Page(
        noop("登记单位"), Permission.BODIES_MAINTAIN, lambda one: f"{reverse('web:body-new')}?unit={one.unit.code}"
    ),
}


def _may(by: Actor, permission: Permission, outlet: Outlet) -> bool:
    return access.refusal(by, permission, place_of(outlet)) is None


def outlet_asked(request: HttpRequest) -> Outlet | None:
    """The outlet that the address of a page is about; None for a page about something else."""
    match = request.resolver_match
    if match is None or not isinstance(pk := match.kwargs.get("pk"), int):
        return None
    by, room = lookup.actor(request), match.route.partition("/")[0]
    try:
        match room:
            case "outlets":
                return lookup.outlet(request, pk)
            case "remediation" if match.view_name in {"web:round-act", "web:works-act", "web:closing-act"}:
                return remediation.round_by_id(by, pk).outlet
            case "tracing" if match.view_name == "web:case-act":
                return tracing.case(by, pk).outlet
            case "problems" if match.view_name == "web:triage-act":
                return lookup.outlet(request, pk)
    except NotFound:
        return None
    return None
