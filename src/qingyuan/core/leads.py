"""Leads, pure: where a point lies along a river, how far two points are apart along its bank, and how strongly what is
known of a kilometre of river speaks for an outlet that was missed there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qingyuan.core.geometry import distance_m, metres_per_degree

Line = Sequence[tuple[float, float]]
"""A river line, (longitude, latitude) in degrees, in the order of flow or against it."""


@dataclass(frozen=True, slots=True)
class OnLine:
    """A point by its line: metres from the line's start, metres off it, and the side (1 left of its course, −1 right,
    0 on it)."""

    along_m: float
    off_m: float
    side: int


def project(line: Line, longitude_deg: float, latitude_deg: float) -> OnLine | None:
    """The place on a line nearest to a point; None for a line of fewer than two points. Good to 1 % within 100 km."""
    if len(line) < 2:
        return None
    east_m, north_m = metres_per_degree(latitude_deg)
    flat = [((lon - longitude_deg) * east_m, (lat - latitude_deg) * north_m) for lon, lat in line]
    best, walked = OnLine(0.0, math.inf, 0), 0.0
    for (ax, ay), (bx, by) in pairwise(flat):
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy)
        part = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / (length * length)))
        off = math.hypot(ax + part * dx, ay + part * dy)
        if off < best.off_m:
            turn = dx * -ay - dy * -ax
            best = OnLine(walked + part * length, off, (turn > 0) - (turn < 0))
        walked += length
    return best


@dataclass(frozen=True, slots=True)
class Spot:
    """A point as far as the distance along the bank asks. `water` and `bank` None or "": not said; `along_m` None: the
    water has no line."""

    longitude_deg: float
    latitude_deg: float
    water: int | None = None
    bank: str = ""
    along_m: float | None = None


def along_bank_m(one: Spot, other: Spot, *, sure_m: float) -> float | None:
    """Metres between two points along the bank: what lies across a bend is near as the crow flies and far along the
    bank. None where both say different waters or banks: they are on no common bank. Within `sure_m` it is the straight
    distance, whatever the line says. Law: symmetric, and never less than the straight distance."""
    if one.water is not None and other.water is not None and one.water != other.water:
        return None
    if one.bank and other.bank and one.bank != other.bank:
        return None
    straight = distance_m(one.longitude_deg, one.latitude_deg, other.longitude_deg, other.latitude_deg)
    same_line = one.water is not None and one.water == other.water
    if straight <= sure_m or not same_line or one.along_m is None or other.along_m is None:
        return straight
    return max(straight, abs(one.along_m - other.along_m))


# --- which kilometres to look at first ------------


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that speaks for a missed outlet on a kilometre. `share` 0 to 1: how much of its kind's weight it
    brings (a place: 1; a load gap: the part unexplained; what was not walked: the part of the kilometre)."""

    kind: str
    share: float
    text: str
    ref: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What one kind of clue adds to a score, and the clues it rests on."""

    kind: str
    points: float
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Kilometre:
    """A kilometre of a water (or a whole water without a line: `number` None) with its score and the reasons."""

    water: int
    number: int | None
    score: float
    reasons: tuple[Reason, ...]


def score(clues: Sequence[Clue], weights: Mapping[str, float]) -> tuple[float, tuple[Reason, ...]]:
    """The points of a kilometre. Within a kind each further clue brings half of the one before, the strongest first,
    so that many complaints about one ditch do not outweigh a permit. Law: one clue more never lowers it.

    >>> score([Clue("permit", 1, ""), Clue("permit", 1, "")], {"permit": 30})[0]
    45.0
    """
    kinds: dict[str, list[Clue]] = {}
    for clue in clues:
        if weights.get(clue.kind, 0) > 0 and clue.share > 0:
            kinds.setdefault(clue.kind, []).append(clue)
    reasons = []
    for kind, found in kinds.items():
        ordered = sorted(found, key=lambda clue: -clue.share)
        points = weights[kind] * sum(clue.share / 2**place for place, clue in enumerate(ordered))
        reasons.append(Reason(kind, round(points, 1), tuple(ordered)))
    reasons.sort(key=lambda reason: (-reason.points, reason.kind))
    return round(sum(reason.points for reason in reasons), 1), tuple(reasons)


def ranked(clues: Mapping[tuple[int, int | None], Sequence[Clue]], weights: Mapping[str, float]) -> list[Kilometre]:
    """Kilometres that anything speaks for, the strongest first; ties in the order of water and kilometre."""
    found = []
    for (water, number), said in clues.items():
        points, reasons = score(said, weights)
        if reasons:
            found.append(Kilometre(water, number, points, reasons))
    return sorted(found, key=lambda one: (-one.score, one.water, -1 if one.number is None else one.number))
