"""连片: outlets of one type near each other that could have one treatment and one outlet in common (安阳 二(二)2, 新绛
三(五), 大同 三(六), 吉林 二(六)4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qingyuan.core.access import Actor
from qingyuan.core.geometry import distance_m
from qingyuan.core.lifecycle import Stage
from qingyuan.core.policy import Policy
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.rules_plans import clause_of, texts_of

PARAMETER = "aquaculture.merge_small"
MOST = 2000
"""So many stays are looked at in one place at a time."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Stays whose outlets lie near each other, the proposed common one first."""

    rounds: tuple[Round, ...]
    clause: str


def is_encouraged(policy: Policy) -> bool:
    """Whether the scheme has small outlets of aquaculture collected together."""
    return policy.value(PARAMETER) in ("recommended", "mandatory")


def reach_m(policy: Policy) -> float:
    """How far neighbours may lie apart, in metres."""
    value = policy.value("aquaculture.cluster_distance_m")
    return float(value) if isinstance(value, int | float) else 0.0


def types(policy: Policy) -> tuple[str, ...]:
    """The types that are collected."""
    return texts_of(policy.value("aquaculture.cluster_types", ()))


def clusters(actor: Actor, *, path: str, on: date) -> list[Cluster]:
    """The groups of a place: on the problem list, not planned yet, of one county and one water, each within reach of a
    neighbour. The first is proposed to stay."""
    policy = policy_of(path, on=on)
    if not is_encouraged(policy):
        return []
    outlets = registry.visible_to(actor).filter(
        type_key__in=types(policy), stage=Stage.PROBLEM.value, longitude_deg__isnull=False
    )
    found = Round.objects.filter(ended_on=None, outlet__in=outlets.within(path))
    rounds = list(found.select_related("outlet__unit", "outlet__party", "outlet__water").order_by("pk")[:MOST])
    places: dict[tuple[str, int | None], list[Round]] = {}
    for one in rounds:
        places.setdefault((one.outlet.unit_path[:6], one.outlet.water_id), []).append(one)
    clause = clause_of(policy, PARAMETER)
    joined = [group for near in places.values() for group in together(near, reach=reach_m(policy))]
    return [Cluster(tuple(group), clause) for group in joined if len(group) > 1]


def together(rounds: Sequence[Round], *, reach: float) -> list[list[Round]]:
    """Stays by chains of neighbours within reach."""
    left, found = list(rounds), []
    while left:
        group = [left.pop(0)]
        for member in group:  # grows while it is read
            near = [one for one in left if apart_m(member.outlet, one.outlet) <= reach]
            group += near
            left = [one for one in left if one not in near]
        found.append(group)
    return found


def apart_m(one: Outlet, other: Outlet) -> float:
    """Metres between two outlets; endless where a position is missing."""
    given = (one.longitude_deg, one.latitude_deg, other.longitude_deg, other.latitude_deg)
    if any(value is None for value in given):
        return float("inf")
    return distance_m(*(float(value) for value in given))  # type: ignore[arg-type]
