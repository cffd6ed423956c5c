"""疑似重复: the pairs of one's scope, one pair side by side, and the three answers: 归并, 不是重复, 撤销归并."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingyuan.core import access
from qingyuan.core.access import Permission
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import STAGES, Stage, milestones_of
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.refusal import NotFound, Refusal, require
from qingyuan.registry import actions, guards_work, queries
from qingyuan.registry import duplicates as found_pairs
from qingyuan.registry.guards import DESCRIPTION
from qingyuan.registry.guards_work import TAKEN_OVER, Decision
from qingyuan.registry.models import Outlet, Resolution
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import policy_of
from qingyuan.web import lookup
from qingyuan.web.refusals import Stale

GROUPS: dict[str, tuple[str, ...]] = {
    "position": ("longitude_deg", "latitude_deg", "position_given"),
    "water": ("water", "water_text"),
}
"""Columns that are chosen together."""
SINGLE = ("name", "national_code", "local_code", *DESCRIPTION, "managing_body")


@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs among what one may see here, a page at a time."""
    lookup.require(request, Permission.OUTLET_VIEW)
    at, who = lookup.here(request), lookup.actor(request)
    found = queries.visible_to(who)
    if at is not None and at.path:
        found = found.within(at.path)
    page = found_pairs.pairs_in(found, who, on=timezone.localdate(), after=request.GET.get("after", "")[:60])
    resolved = Resolution.objects.filter(Exists(found.order_by().filter(pk=OuterRef("kept"))), undone_at=None)
    context = {
        "at": at,
        "pairs": page.pairs,
        "after": page.after,
        "started": bool(request.GET.get("after")),
        "resolved": list(resolved.select_related("kept", "dropped").order_by("-pk")[:10]) if at is not None else [],
        "trail": lookup.trail(request, at),
    }
    return render(request, "duplicates/list.html", context)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of both entries. `name` is the choice's name, "" where there is nothing to choose."""

    name: str
    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether the two say something else."""
        return self.left != self.right


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Two entries side by side; the form says which stays, which values it takes, and why."""
    left, right = _two(request, first, second)
    if request.method == "POST":
        return _resolve(request, left, right, at=timezone.now())
    on, who = timezone.localdate(), lookup.actor(request)
    candidate = found_pairs.Judge(found_pairs.limits_at(left.unit_path, on=on)).compare(left, right)
    done = _standing(left, right)
    context = {
        "left": left,
        "right": right,
        "candidate": candidate,
        "facts": [*_told(left, right)],
        "fields": _choices(left, right),
        "done": done,
        "reason_against": _reason(request, left, right),
        "points": _points(left, right),
        "suggested": _suggested(left, right).pk,
        "may": bool(who.holding(Permission.OUTLET_RESOLVE_DUPLICATE)),
    }
    return render(request, "duplicates/pair.html", context)


def _resolve(request: HttpRequest, left: Outlet, right: Outlet, *, at: datetime) -> HttpResponse:
    for outlet in (left, right):
        require(access.refusal(lookup.actor(request), Permission.OUTLET_RESOLVE_DUPLICATE, place_of(outlet)))
    keep, drop = (right, left) if request.POST.get("keep") == str(right.pk) else (left, right)
    if (done := _standing(left, right)) is not None:
        messages.info(request, _("这两条登记此前已经归并，没有重复写入。"))
        return redirect("web:outlet", pk=done.kept_id)
    taken = set()
    for name in (*SINGLE, *GROUPS):
        if request.POST.get(f"value_{name}") == str(drop.pk):
            taken |= set(GROUPS.get(name, (name,)))
    with transaction.atomic():
        for outlet in (keep, drop):
            if request.POST.get(f"version_{outlet.pk}") != str(outlet.version):
                raise Stale(outlet.name)
        reason = request.POST.get("reason", "").strip()[:200]
        decision = Decision(keep, drop, frozenset(taken & TAKEN_OVER), reason)
        actions.resolve_duplicate(decision, on=timezone.localdate(at), by=lookup.actor(request), at=at)
    said = _("已归并：“%(drop)s”作为重复登记撤销，保留“%(keep)s”。") % {"drop": drop.name, "keep": keep.name}
    messages.success(request, said)
    return redirect("web:outlet", pk=keep.pk)


@require_POST
def apart(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """不是重复."""
    lookup.require(request, Permission.OUTLET_RESOLVE_DUPLICATE)
    left, right = _two(request, first, second)
    at = timezone.now()
    reason = request.POST.get("reason", "").strip()[:200]
    actions.keep_apart(left, right, reason=reason, on=timezone.localdate(at), by=lookup.actor(request), at=at)
    messages.success(request, _("已记下：这两条不是重复登记，不再提示。"))
    return redirect("web:duplicates")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销归并."""
    lookup.require(request, Permission.OUTLET_RESOLVE_DUPLICATE)
    resolution = Resolution.objects.filter(pk=pk).first()
    if resolution is None:
        raise NotFound("resolution", str(pk))
    keep = lookup.outlet(request, resolution.kept_id)
    lookup.outlet(request, resolution.dropped_id)
    at = timezone.now()
    was_done = resolution.undone_at is not None
    reason = request.POST.get("reason", "").strip()[:200]
    actions.undo_resolve(resolution, reason=reason, on=timezone.localdate(at), by=lookup.actor(request), at=at)
    said = _("内容相同，此前已经办理，没有重复写入。") if was_done else _("已撤销归并，两条登记恢复原状。")
    messages.success(request, said)
    return redirect("web:outlet", pk=keep.pk)


def _two(request: HttpRequest, first: int, second: int) -> tuple[Outlet, Outlet]:
    if first == second:
        raise NotFound("pair", f"{first}/{second}")
    low, high = sorted((first, second))
    return lookup.outlet(request, low), lookup.outlet(request, high)


def _standing(left: Outlet, right: Outlet) -> Resolution | None:
    both = [left.pk, right.pk]
    return Resolution.objects.filter(kept__in=both, dropped__in=both, undone_at=None).first()


def _reason(request: HttpRequest, left: Outlet, right: Outlet) -> Refusal | None:
    """What stands against resolving whichever stays; the reason and the choice come with the form."""
    on, at, who = timezone.localdate(), timezone.now(), lookup.actor(request)
    barred = [
        guards_work.resolve_duplicate(Decision(keep, drop, frozenset(), "…"), by=who, on=on, at=at)
        for keep, drop in ((left, right), (right, left))
    ]
    return barred[0] if all(barred) else None


def _suggested(left: Outlet, right: Outlet) -> Outlet:
    """The one to keep if nobody says otherwise: in the register, coded, further on, entered first."""
    return max(
        (left, right),
        key=lambda one: (one.in_register, bool(one.national_code), len(milestones_of(one.milestones)), -one.pk),
    )


def _told(left: Outlet, right: Outlet) -> list[Field]:
    """What is compared but not chosen: decisions and history that stay with their own entry."""

    def said(one: Outlet) -> dict[str, str]:
        tree = tree_of(policy_of(one.unit_path, on=timezone.localdate()))
        second = tree.second(one.type_key) if one.type_key else None
        return {
            _("编码"): one.national_code or one.local_code,
            _("所在区划"): one.unit.name,
            _("阶段"): _(STAGES[Stage(one.stage)]),
            _("类型"): _(second.name) if second else "",
            _("责任主体"): one.party.name if one.party else "",
            _("节点"): _("、").join(_(MILESTONES[milestone]) for milestone in milestones_of(one.milestones)),
            _("登记时间"): timezone.localtime(one.registered_at).strftime("%Y-%m-%d"),
            _("材料"): str(one.papers.count()),
        }

    first, second = said(left), said(right)
    return [Field("", label, first[label], second[label]) for label in first]


def _choices(left: Outlet, right: Outlet) -> list[Field]:
    labels = {column.name: str(column.verbose_name) for column in Outlet._meta.concrete_fields}
    both_coded = bool(left.national_code and right.national_code)  # neither code can be taken: a given one is fixed
    names = [name for name in SINGLE if not (both_coded and name == "national_code")]
    fields = [Field(name, labels[name], _plain(left, name), _plain(right, name)) for name in names]
    place = Field("position", _("坐标"), _position(left), _position(right))
    water = Field("water", labels["water"], _water(left), _water(right))
    fields[2:2] = [place, water]
    return [one for one in fields if one.left or one.right]


def _plain(outlet: Outlet, name: str) -> str:
    value = getattr(outlet, name)
    return "" if value is None else str(getattr(value, "name", value))


def _position(outlet: Outlet) -> str:
    return f"{outlet.longitude_deg}, {outlet.latitude_deg}" if outlet.longitude_deg is not None else ""


def _water(outlet: Outlet) -> str:
    return outlet.water.name if outlet.water else outlet.water_text


def _points(left: Outlet, right: Outlet) -> str:
    spots = [
        {"lon": float(one.longitude_deg), "lat": float(one.latitude_deg), "label": f"{mark} {one.name}"}
        for mark, one in (("甲", left), ("乙", right))
        if one.longitude_deg is not None and one.latitude_deg is not None
    ]
    return json.dumps(spots, ensure_ascii=False)
