"""One outlet's line 监管责任: owner, whose duty it is when there is none, chief, industry department, authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet

from qingyuan.access.models import Assignment
from qingyuan.boards.oversight.matrix import organisations
from qingyuan.boards.oversight.owners import Duty, Owner, in_force, owner_of, seat_of, standing, words_in
from qingyuan.bodies.models import Body, BodyDuty
from qingyuan.core.access import Role
from qingyuan.core.policy import Policy, Resolved
from qingyuan.places.paths import ancestors_of
from qingyuan.places.queries import unit_at
from qingyuan.prepared import prepared
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.dispatch.models import ItemOutlet, Part, WorkItem
from qingyuan.stages.dispatch.words import ItemStatus

CHIEF_DUTY = "chief.patrol"
FEW_TASKS = 5


@dataclass(frozen=True, slots=True)
class Chief:
    """The river chief whose reach covers the outlet's water or unit."""

    name: str
    reach: str


@dataclass(frozen=True, slots=True)
class Department:
    """The department that manages the party's industry (管行业), with its open work items, this outlet's first."""

    body: Body | None
    functions: tuple[str, ...]
    industry: str
    clause: str
    status: str
    principle: Resolved | None
    tasks: tuple[WorkItem, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides on applications and on which principle. Reading it makes no task (大同 四(九))."""

    decisions: tuple[tuple[str, str], ...]
    clause: str
    status: str
    origin: str
    principle: Resolved | None


@dataclass(frozen=True, slots=True)
class Oversight:
    """What the outlet's page says under 监管责任."""

    owner: Owner | None
    duty: Duty
    duty_unit: str
    asks_for_chief: bool
    chief_clause: str
    chief: Chief | None
    approved: Resolved | None
    department: Department | None
    authority: Authority | None


def oversight_of(outlet: Outlet, *, on: date) -> Oversight:
    """Everything about who supervises one outlet on a day."""
    policy = policy_of(outlet.unit_path, on=on)
    owner, duty = owner_of(outlet, on=on)
    chief_clause = next(
        (str(row.get("clause", "")) for row in organisations(policy) if CHIEF_DUTY in words_in(row.get("duties"))), ""
    )
    at = None if owner else unit_at(duty.unit_path)
    return Oversight(
        owner,
        duty,
        at.name if at else duty.unit_path,
        bool(chief_clause),
        chief_clause,
        chief_of(outlet, on=on) if chief_clause else None,
        _stated(policy, "approval.supervision_owner_after"),
        department_of(outlet, policy, on=on),
        authority_of(policy),
    )


def chief_of(outlet: Outlet, *, on: date) -> Chief | None:
    """The chief nearest to the outlet: of the smallest water, else of the smallest unit, his reach covers."""
    waters = [outlet.water_path[:end] for end in range(1, len(outlet.water_path) + 1)]
    held = _chiefs(waters=waters or ["?"], units=list(ancestors_of(outlet.unit_path)), on=on)
    nearest = max(
        held,
        key=lambda one: (len(one.water.path) if one.water else -1, len(one.unit.path) if one.unit else 0, -one.pk),
        default=None,
    )
    if nearest is None:
        return None
    return Chief(nearest.officer.name, "、".join(str(part.name) for part in (nearest.water, nearest.unit) if part))


@prepared
def _chiefs(waters: Any, units: Any, on: Any) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(
            Q(to_day=None) | Q(to_day__gt=on),
            Q(water__path__in=waters) | Q(water=None, unit__path__in=units),
            role=Role.RIVER_CHIEF,
            from_day__lte=on,
            officer__is_active=True,
        )
        .select_related("officer", "water", "unit")
        .defer("water__geometry")
    )


def department_of(outlet: Outlet, policy: Policy, *, on: date) -> Department | None:
    """The department of the party's industry (济源 四(二)); None when the party has no industry the pack maps."""
    resolved = policy.parameters.get("supervision.department_by_industry")
    industry = outlet.party.industry if outlet.party else ""
    if resolved is None or not industry:
        return None
    rows = cast(tuple[Mapping[str, object], ...], resolved.value or ())
    row = next((row for row in rows if _is_of(industry, row)), None)
    if row is None:
        return None
    functions = words_in(row.get("functions"))
    body = _seated(functions, frozenset(words_in(row.get("seat"))), outlet.unit_path, on=on)
    return Department(
        body,
        functions,
        industry,
        str(row.get("clause") or resolved.clause),
        str(resolved.status),
        _stated(policy, "supervision.industry_principle"),
        open_tasks(body, outlet) if body else (),
    )


def open_tasks(body: Body, outlet: Outlet) -> tuple[WorkItem, ...]:
    """Work items a body still has open, those about this outlet first, then by due day."""
    here = ItemOutlet.objects.filter(outlet=outlet, item=OuterRef("pk"), to_day=None)
    items = WorkItem.objects.filter(pk__in=Part.objects.filter(body=body).values("item"))
    return tuple(
        items.exclude(status=ItemStatus.CLOSED)
        .annotate(is_here=Exists(here))
        .order_by("-is_here", "due", "pk")[:FEW_TASKS]
    )


def authority_of(policy: Policy) -> Authority | None:
    """Who decides on applications by the scheme, with the principle as the reason; None where the scheme names nobody.

    A panel to read: no task is made from it.
    """
    rules = policy.parameters.get("approval.authority_rules")
    if rules is None or not rules.value:
        return None
    rows = cast(tuple[Mapping[str, object], ...], rules.value)
    return Authority(
        tuple((str(row.get("case", "")), str(row.get("authority", ""))) for row in rows),
        rules.clause,
        str(rules.status),
        rules.origin,
        _stated(policy, "approval.authority_principle"),
    )


def _stated(policy: Policy, name: str) -> Resolved | None:
    resolved = policy.parameters.get(name)
    return resolved if resolved is not None and resolved.value else None


def _is_of(industry: str, row: Mapping[str, object]) -> bool:
    """Whether an industry as it is written is one the row names: a code of GB/T 4754 (C, C26, 26), or a word of it."""
    code = industry.strip().upper()
    if code[:1].isascii() and code[:1].isalnum():
        return any(code.startswith(one) for one in words_in(row.get("codes")))
    return any(word in industry for word in words_in(row.get("words")))


def _seated(functions: tuple[str, ...], seat: frozenset[str], unit_path: str, *, on: date) -> Body | None:
    """The nearest body at or above a unit with one of the functions, in a seat the pack names."""
    paths = [path for path in ancestors_of(unit_path) if seat_of(path) in seat]
    duties = BodyDuty.objects.filter(
        in_force(on), standing(on), function__in=functions, body__unit_path__in=paths
    ).select_related("body")
    return max((duty.body for duty in duties.order_by("-body_id")), key=lambda body: len(body.unit_path), default=None)
