"""Which part of a bank a track covers: fixes laid on a line, pieces united, gaps, and what is wrong with a track.

A line is walked where two fixes that follow each other both lie within reach of it, no further apart than a leg may be.
What lies between two fixes too far apart was not seen and stays uncovered. Arrays hold one fix a row: longitude_deg,
latitude_deg, epoch_s, accuracy_m (nan where unknown). Metres are those of a plane laid on the middle of the line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qingyuan.core.geometry import metres_per_degree
from qingyuan.core.refusal import gettext_noop as _

Array = NDArray[np.float64]
Piece = tuple[float, float]
"""From and to, in metres along a line."""

_BLOCK = 64
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How near is on the bank, how long a leg may be, how fast a walker or boat moves, how late a phone may be."""

    bank_m: float = 100.0
    leg_m: float = 200.0
    leg_s: float = 600.0
    speed_mps: float = 15.0
    accuracy_m: float = 100.0
    ahead_s: float = 600.0
    late_days: float = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a track that is kept all the same: a code, a Chinese sentence, how many fixes."""

    code: str
    text: str
    params: dict[str, object] = field(default_factory=dict)


def as_fixes(points: Iterable[Sequence[float | None]]) -> Array:
    """Points as an array of four columns; what is missing is nan."""
    rows = [[math.nan if value is None else float(value) for value in (*point, None, None)[:4]] for point in points]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def plane(degrees: Array, *, origin: tuple[float, float]) -> Array:
    """Degrees as metres east and north of an origin: true to a few parts in ten thousand over tens of kilometres."""
    east_m, north_m = metres_per_degree(origin[1])
    return np.column_stack(((degrees[:, 0] - origin[0]) * east_m, (degrees[:, 1] - origin[1]) * north_m))


def steps(metres: Array) -> Array:
    """The distances between points that follow each other."""
    return np.hypot(*np.diff(metres, axis=0).T) if len(metres) > 1 else np.zeros(0)


def line_length_m(line_deg: Array) -> float:
    """The length of a line in degrees."""
    return float(steps(plane(line_deg, origin=middle(line_deg))).sum())


def middle(line_deg: Array) -> tuple[float, float]:
    """The middle of the rectangle around a line."""
    low, high = line_deg[:, :2].min(axis=0), line_deg[:, :2].max(axis=0)
    return float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2


# --- laying a track on a line


def project(fixes_m: Array, line_m: Array, *, within_m: float) -> tuple[Array, Array]:
    """For each fix the place along the line that is nearest, and how far off it lies; nan and inf beyond `within_m`.

    Fixes are taken in blocks, and a block is measured only against the stretches of line near it.
    """
    along, off = np.full(len(fixes_m), np.nan), np.full(len(fixes_m), np.inf)
    if len(line_m) < 2 or not len(fixes_m):
        return along, off
    start, end = line_m[:-1], line_m[1:]
    span = end - start
    square = np.maximum((span**2).sum(axis=1), 1e-12)
    length = np.sqrt(square)
    begun = np.concatenate(([0.0], np.cumsum(length)))[:-1]
    low, high = np.minimum(start, end) - within_m, np.maximum(start, end) + within_m
    for first in range(0, len(fixes_m), _BLOCK):
        block = fixes_m[first : first + _BLOCK]
        known = block[~np.isnan(block).any(axis=1)]
        if not len(known):
            continue
        near = np.flatnonzero(((low <= known.max(axis=0)) & (high >= known.min(axis=0))).all(axis=1))
        if not near.size:
            continue
        apart = block[:, None, :] - start[None, near, :]
        part = np.clip((apart * span[near]).sum(axis=2) / square[near], 0.0, 1.0)
        away = np.hypot(*np.moveaxis(apart - part[:, :, None] * span[near], 2, 0))
        away = np.where(np.isnan(away), np.inf, away)
        best = away.argmin(axis=1)
        rows = np.arange(len(block))
        found = away[rows, best]
        reached = found <= within_m
        here = near[best]
        along[first : first + _BLOCK][reached] = (begun[here] + part[rows, best] * length[here])[reached]
        off[first : first + _BLOCK][reached] = found[reached]
    return along, off


def legs(fixes: Array, fixes_m: Array, limits: Limits) -> NDArray[np.bool_]:
    """Between which fixes that follow each other somebody was really seen walking."""
    apart = steps(fixes_m)
    took = np.diff(fixes[:, 2]) if len(fixes) > 1 else np.zeros(0)
    timed = ~np.isnan(took)
    good = apart <= limits.leg_m
    good &= ~(timed & ((took < 0) | (took > limits.leg_s)))
    good &= ~(timed & (apart > limits.speed_mps * np.maximum(took, 1.0) + 2 * limits.bank_m))
    rough = np.nan_to_num(fixes[:, 3], nan=0.0) > limits.accuracy_m
    return good & ~rough[:-1] & ~rough[1:]


def lay(line_deg: Array, fixes: Array, limits: Limits) -> list[Piece]:
    """The pieces of a line that a track covers, in metres from its start, united."""
    if len(fixes) < 2 or len(line_deg) < 2:
        return []
    origin = middle(line_deg)
    fixes_m, line_m = plane(fixes, origin=origin), plane(line_deg, origin=origin)
    along, _off = project(fixes_m, line_m, within_m=limits.bank_m)
    walked = legs(fixes, fixes_m, limits)
    one, other = along[:-1], along[1:]
    # Where a river bends back on itself the nearest place leaps from one arm to the other: that was not walked.
    leapt = np.abs(other - one) > 3 * steps(fixes_m) + 2 * limits.bank_m
    kept = walked & ~np.isnan(one) & ~np.isnan(other) & ~leapt
    return unite(zip(np.minimum(one, other)[kept].tolist(), np.maximum(one, other)[kept].tolist(), strict=True))


def side(line_deg: Array, fixes: Array, limits: Limits, *, least_m: float = 10.0) -> str | None:
    """On which bank a track runs, looking along the line: "left", "right", or None when it keeps to the middle."""
    origin = middle(line_deg)
    fixes_m, line_m = plane(fixes, origin=origin), plane(line_deg, origin=origin)
    along, off = project(fixes_m, line_m, within_m=limits.bank_m)
    near = ~np.isnan(along)
    if not near.any():
        return None
    reached = np.concatenate(([0.0], np.cumsum(steps(line_m))))
    leg = np.clip(np.searchsorted(reached, along[near], side="right") - 1, 0, len(line_m) - 2)
    span, away = line_m[leg + 1] - line_m[leg], fixes_m[near] - line_m[leg]
    signed = np.sign(span[:, 0] * away[:, 1] - span[:, 1] * away[:, 0]) * off[near]
    middle_m = float(np.median(signed))
    if abs(middle_m) < least_m:
        return None
    return "left" if middle_m > 0 else "right"


# --- pieces


def unite(pieces: Iterable[Sequence[float]], *, length_m: float = math.inf) -> list[Piece]:
    """Pieces as few as can be, in order, within 0 and a length. Pieces that touch become one."""
    found: list[Piece] = []
    cut = ((max(0.0, float(one[0])), min(length_m, float(one[1]))) for one in pieces)
    for start, end in sorted(one for one in cut if one[1] > one[0]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def measure(pieces: Iterable[Sequence[float]]) -> float:
    """The length of pieces that do not overlap."""
    return sum(float(one[1]) - float(one[0]) for one in pieces)


def gaps(pieces: Iterable[Sequence[float]], length_m: float, *, least_m: float = 0.0) -> list[Piece]:
    """What of a length the pieces leave out, but for slivers shorter than `least_m`."""
    found, done = [], 0.0
    for start, end in [*unite(pieces, length_m=length_m), (length_m, length_m)]:
        if start - done > least_m:
            found.append((done, start))
        done = max(done, end)
    return found


def close_slivers(pieces: Iterable[Sequence[float]], length_m: float, *, least_m: float) -> list[Piece]:
    """Pieces with the slivers between them closed: a step missed at a bend is not a stretch nobody walked."""
    left = gaps(pieces, length_m, least_m=least_m)
    return gaps(left, length_m)


# --- cutting lines


def cut(line_deg: Array, piece_m: float) -> list[tuple[float, Array]]:
    """A line in pieces of the same length, none longer than `piece_m`: (metres from its start, its points)."""
    length = line_length_m(line_deg)
    if len(line_deg) < 2 or length <= 0:
        return []
    number = max(1, math.ceil(length / piece_m - 1e-9))
    size = length / number
    return [
        (size * i, between(line_deg, size * i, size * (i + 1) if i + 1 < number else length)) for i in range(number)
    ]


def between(line_deg: Array, from_m: float, to_m: float) -> Array:
    """The part of a line between two places on it, its ends included."""
    reached = np.concatenate(([0.0], np.cumsum(steps(plane(line_deg, origin=middle(line_deg))))))
    ends = [
        (float(np.interp(one, reached, line_deg[:, 0])), float(np.interp(one, reached, line_deg[:, 1])))
        for one in (from_m, to_m)
    ]
    inside = line_deg[(reached > from_m + 1e-6) & (reached < to_m - 1e-6), :2]
    return np.array([ends[0], *inside.tolist(), ends[1]], dtype=np.float64)


# --- what is wrong with a track


def faults(fixes: Array, limits: Limits, *, received_s: float) -> tuple[Fault, ...]:
    """What the person at the desk should know about a track. Nothing is thrown away for it."""
    if len(fixes) < 2:
        return (Fault("track.short", _("轨迹只有 %(n)s 个点，算不出走过的岸线。"), {"n": len(fixes)}),)
    fixes_m = plane(fixes, origin=middle(fixes))
    return (*_time_faults(fixes, limits, received_s), *_step_faults(fixes, fixes_m, limits))


def _time_faults(fixes: Array, limits: Limits, received_s: float) -> list[Fault]:
    times = fixes[:, 2]
    known = times[~np.isnan(times)]
    found = []
    if len(known) < len(times):
        found.append(Fault("track.no_time", _("%(n)s 个点没有时间。"), {"n": int(len(times) - len(known))}))
    if not len(known):
        return found
    back = int((np.diff(known) < 0).sum())
    if back:
        found.append(Fault("track.clock_back", _("时间倒退 %(n)s 次，手机时钟可能被调整。"), {"n": back}))
    ahead = float(known.max()) - received_s
    if ahead > limits.ahead_s:
        minutes = math.ceil(ahead / 60)
        found.append(Fault("track.clock_ahead", _("轨迹时间比收到时间晚 %(n)s 分钟，手机时钟偏快。"), {"n": minutes}))
    late = (received_s - float(known.max())) / _DAY_S
    if late > limits.late_days:
        said = _("轨迹时间比收到时间早 %(n)s 天，请核对手机日期，或者说明迟报原因。")
        found.append(Fault("track.clock_late", said, {"n": math.floor(late)}))
    return found


def _step_faults(fixes: Array, fixes_m: Array, limits: Limits) -> list[Fault]:
    apart, took = steps(fixes_m), np.diff(fixes[:, 2])
    timed = ~np.isnan(took) & (took >= 0)
    fast = timed & (apart > limits.speed_mps * np.maximum(took, 1.0) + 2 * limits.bank_m)
    gap = ~fast & ((apart > limits.leg_m) | (timed & (took > limits.leg_s)))
    rough = np.nan_to_num(fixes[:, 3], nan=0.0) > limits.accuracy_m
    found = []
    if fast.any():
        said = _("有 %(n)s 处跳点，最远 %(m)s 米，不计入走过的岸线。")
        found.append(Fault("track.jump", said, {"n": int(fast.sum()), "m": round(float(apart[fast].max()))}))
    if gap.any():
        said = _("有 %(n)s 处中断，共 %(m)s 米没有轨迹。")
        found.append(Fault("track.gap", said, {"n": int(gap.sum()), "m": round(float(apart[gap].sum()))}))
    if rough.any():
        said = _("%(n)s 个点定位误差超过 %(m)s 米，不计入走过的岸线。")
        found.append(Fault("track.rough", said, {"n": int(rough.sum()), "m": round(limits.accuracy_m)}))
    return found
