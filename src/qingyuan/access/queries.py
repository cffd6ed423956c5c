"""Who may do what, where: an officer's assignments on a day as an Actor."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from qingyuan.access.models import Assignment, Officer
from qingyuan.bodies.models import BodyDuty
from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.prepared import any_of, prepared


@prepared
def _standing(officer: Any, on: Any) -> QuerySet[Assignment, Any]:
    held = Assignment.objects.filter(Q(to_day=None) | Q(to_day__gt=on), officer_id=officer, from_day__lte=on)
    return held.order_by("pk").values_list(
        "role",
        "reaches_own_area_only",
        "unit__path",
        "water__path",
        "body_id",
        "body__unit_path",
        "party_id",
        "delegated_from__officer_id",
        "delegated_from__officer__name",
    )


@prepared
def _duties(bodies: Any, on: Any) -> QuerySet[BodyDuty, Any]:
    begun, not_over = Q(from_day=None) | Q(from_day__lte=on), Q(to_day=None) | Q(to_day__gt=on)
    return BodyDuty.objects.filter(begun, not_over, any_of("body_id", bodies)).values_list("body_id", "function")


def actor_of(officer: Officer, *, on: date) -> Actor:
    """The officer as an actor on a day. Two queries. An officer without a standing assignment may do and see
    nothing."""
    assignments = [_Held(*row) for row in _standing(officer=officer.pk, on=on)] if officer.is_active else []
    functions: dict[int, set[str]] = {}
    for body_id, function in _duties(bodies=sorted({one.body_id for one in assignments if one.body_id}), on=on):
        functions.setdefault(body_id, set()).add(function)
    grants = tuple(_grant(one, frozenset(functions.get(one.body_id or 0, ()))) for one in assignments)
    return Actor(f"officer:{officer.pk}", officer.name, grants)


class _Held(NamedTuple):
    """As much of an assignment as a grant says."""

    role: str
    reaches_own_area_only: bool
    unit_path: str | None
    water_path: str | None
    body_id: int | None
    seat_path: str | None
    party_id: int | None
    lender_id: int | None
    lender: str | None


def _grant(one: _Held, functions: frozenset[str]) -> Grant:
    own_area = one.reaches_own_area_only and one.body_id is not None
    reach = Reach(
        unit_paths=frozenset() if own_area or one.unit_path is None else frozenset({one.unit_path}),
        water_paths=frozenset() if one.water_path is None else frozenset({one.water_path}),
        body_ids=frozenset({one.body_id}) if own_area and one.body_id else frozenset(),
        party_ids=frozenset({one.party_id}) if one.party_id else frozenset(),
    )
    return Grant(
        Role(one.role),
        reach,
        functions,
        (one.seat_path if one.body_id is not None else one.unit_path) or "",
        one.body_id,
        delegated_from=f"officer:{one.lender_id}" if one.lender_id else "",
        lender=one.lender or "",
    )
