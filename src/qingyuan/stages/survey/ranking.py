"""疑似漏查排口研判: which kilometres of which waters probably hide an outlet nobody found, with the reasons.

Clues are the facts entered with a paper, and what of the banks was not walked. A place with an outlet of the register
near it explains itself and is no clue. The weights are pack data (survey.missing_weights).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qingyuan.core.access import Actor
from qingyuan.core.leads import Clue, Kilometre, ranked
from qingyuan.places.models import Water
from qingyuan.places.paths import within_q
from qingyuan.registry.nearby import near
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey.models import Segment
from qingyuan.stages.survey.models_leads import Hint, Lead
from qingyuan.stages.survey.words import CampaignState
from qingyuan.stages.survey.words_leads import HintKind, LeadState

KM = 1_000
MOST_HINTS = 2_000
MOST_SEGMENTS = 2_000


@dataclass(frozen=True, slots=True)
class Probable:
    """A kilometre where an outlet was probably missed. `point`: where to look, degrees, None without any position;
    `open_leads` on it already."""

    water: Water
    kilometre: Kilometre
    point: tuple[float, float] | None
    unit_path: str
    open_leads: int

    @property
    def key(self) -> str:
        """Its name in an address: water and kilometre."""
        return f"{self.water.pk}-{'' if self.kilometre.number is None else self.kilometre.number}"


def probable(actor: Actor, *, path: str, on: date, limit: int = 50) -> list[Probable]:
    """The kilometres of a unit's waters in the actor's scope, the most probable first."""
    policy = policy_of(path, on=on)
    weights = policy.value("survey.missing_weights", {})
    weights = (
        {str(kind): float(str(points)) for kind, points in weights.items()} if isinstance(weights, Mapping) else {}
    )
    near_m = float(str(policy.value("survey.missing_near_m", 200)))
    hints = hints_of(actor, path=path)
    clues: dict[tuple[int, int | None], list[Clue]] = {}
    for hint in hints:
        if hint.water_id is not None and not _explained(actor, hint, near_m):
            for number in _kilometres(hint):
                share = hint.share if hint.kind == HintKind.LOAD_GAP and hint.share is not None else 1.0
                clues.setdefault((hint.water_id, number), []).append(Clue(hint.kind, share, hint.text, hint.pk))
    for key, share in _unwalked(path).items():
        clues.setdefault(key, []).append(Clue(HintKind.UNWALKED, share, f"{share:.0%}"))
    found = ranked(clues, weights)[:limit]
    return _placed(found, hints, path=path)


def hints_of(actor: Actor, *, path: str) -> list[Hint]:
    """What was entered and stands, in the actor's scope."""
    scope = Q(pk__in=[])
    for grant in actor.grants:
        for reached in grant.reach.unit_paths:
            scope |= within_q("unit_path", reached) if reached else Q(pk__isnull=False)
    rows = Hint.objects.filter(scope, within_q("unit_path", path), retracted_at=None)
    return list(rows.select_related("water", "unit").defer("water__geometry").order_by("-pk")[:MOST_HINTS])


def _explained(actor: Actor, hint: Hint, near_m: float) -> bool:
    """An outlet of the register stands near the place: it is no sign of a missed one. A stretch is never explained."""
    if hint.kind == HintKind.LOAD_GAP or hint.longitude_deg is None or hint.latitude_deg is None:
        return False
    found = near(actor, float(hint.longitude_deg), float(hint.latitude_deg), within_m=near_m)
    return any(one.outlet.in_register for one in found)


def _kilometres(hint: Hint) -> list[int | None]:
    if hint.along_m is None:
        return [None]
    last = hint.until_m if hint.until_m is not None and hint.until_m > hint.along_m else hint.along_m
    return list(range(hint.along_m // KM, last // KM + 1))


def _unwalked(path: str) -> dict[tuple[int, int | None], float]:
    """The share of each kilometre's bank that segments of campaigns under way have and no track covers."""
    running = Segment.objects.filter(within_q("unit_path", path), campaign__state=CampaignState.STARTED, closed_on=None)
    length: dict[tuple[int, int], float] = {}
    bare: dict[tuple[int, int], float] = {}
    for one in running.only("water_id", "start_m", "length_m", "covered")[:MOST_SEGMENTS]:
        walked = [(float(a), float(b)) for a, b in one.covered]
        for number in range(one.start_m // KM, (one.start_m + one.length_m - 1) // KM + 1):
            low = max(number * KM - one.start_m, 0)
            high = min((number + 1) * KM - one.start_m, one.length_m)
            covered = sum(max(0.0, min(b, high) - max(a, low)) for a, b in walked)
            key = (one.water_id, number)
            length[key] = length.get(key, 0.0) + high - low
            bare[key] = bare.get(key, 0.0) + max(0.0, high - low - covered)
    return {key: bare[key] / length[key] for key in length if length[key] and bare[key] > 0}


def _placed(found: list[Kilometre], hints: list[Hint], *, path: str) -> list[Probable]:
    waters = Water.objects.defer("geometry").in_bulk([one.water for one in found])
    by_pk = {hint.pk: hint for hint in hints}
    open_leads = _open(list(waters), path)
    placed = []
    for one in found:
        said = [by_pk[clue.ref] for reason in one.reasons for clue in reason.clues if clue.ref in by_pk]
        spot = next((hint for hint in said if hint.longitude_deg is not None), None)
        point = (float(str(spot.longitude_deg)), float(str(spot.latitude_deg))) if spot else None
        unit_path = (spot or said[0]).unit_path if said else path
        placed.append(Probable(waters[one.water], one, point, unit_path, open_leads.get((one.water, one.number), 0)))
    return placed


def _open(waters: list[int], path: str) -> dict[tuple[int, int | None], int]:
    rows = Lead.objects.filter(within_q("unit_path", path), water__in=waters, state=LeadState.OPEN)
    counts: dict[tuple[int, int | None], int] = {}
    for water, along in rows.values_list("water", "along_m")[: MOST_HINTS * 5]:
        key = (water, None if along is None else along // KM)
        counts[key] = counts.get(key, 0) + 1
    return counts
