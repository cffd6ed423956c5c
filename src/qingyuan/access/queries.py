"""Who may do what, where: an officer's assignments on a day as an Actor."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from qingyuan.access.models import Assignment, Officer
from qingyuan.bodies.models import BodyDuty
from qingyuan.core.access import Actor, Grant, Reach, Role


def actor_of(officer: Officer, *, on: date) -> Actor:
    """The officer as an actor on a day. Two queries. An officer without a standing assignment may do and see
    nothing."""
    standing = (
        Assignment.objects.filter(Q(to_day=None) | Q(to_day__gt=on), officer=officer, from_day__lte=on)
        .select_related("unit", "water", "body", "party", "delegated_from__officer")
        .order_by("pk")
    )
    assignments = list(standing) if officer.is_active else []
    functions: dict[int, set[str]] = {}
    for body_id, function in BodyDuty.objects.filter(
        Q(from_day=None) | Q(from_day__lte=on),
        Q(to_day=None) | Q(to_day__gt=on),
        body_id__in=[one.body_id for one in assignments if one.body_id],
    ).values_list("body_id", "function"):
        functions.setdefault(body_id, set()).add(function)
    grants = tuple(_grant(one, frozenset(functions.get(one.body_id or 0, ()))) for one in assignments)
    return Actor(f"officer:{officer.pk}", officer.name, grants)


def _grant(assignment: Assignment, functions: frozenset[str]) -> Grant:
    own_area = assignment.reaches_own_area_only and assignment.body_id is not None
    unit = assignment.unit
    reach = Reach(
        unit_paths=frozenset() if own_area or unit is None else frozenset({unit.path}),
        water_paths=frozenset({assignment.water.path}) if assignment.water else frozenset(),
        body_ids=frozenset({assignment.body_id}) if own_area and assignment.body_id else frozenset(),
        party_ids=frozenset({assignment.party_id}) if assignment.party_id else frozenset(),
    )
    seat = assignment.body.unit_path if assignment.body else (unit.path if unit else "")
    lender = assignment.delegated_from.officer if assignment.delegated_from else None
    return Grant(
        Role(assignment.role),
        reach,
        functions,
        seat,
        assignment.body_id,
        delegated_from=f"officer:{lender.pk}" if lender else "",
        lender=lender.name if lender else "",
    )
