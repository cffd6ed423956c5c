"""Recognising a photograph again after it was re-encoded, resized, cropped, brightened or turned.

A picture is looked at as a square grid of luminance (`GRID` × `GRID`, whatever its shape). Its print is taken from the
middle (`CENTRE` of each side), which every crop of up to a tenth still shows: the signs of the 255 lowest cosine
frequencies there, in the quarter turn in which it grows brighter to the right. Signs do not move with brightness,
size or encoding. Only the one who searches looks twice: through windows where the middle of the other picture would
lie had one of the two been cropped. docs/adr/0017-altered-photographs.md has the measurements behind the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Words = NDArray[np.uint64]

GRID = 128  # luminance samples a side
SAMPLES = 32  # averages a side within a window
ORDER = 16  # cosine frequencies a side, so 255 signs without the mean
WORDS = 4  # 64-bit words of a print; the lowest frequencies first
CENTRE = (0.1, 0.9)  # the part of each side that the print is taken from
CROP_AT_MOST = 0.1  # of a side, both edges together
FIRST_AT_MOST = 12  # differing signs of 64 with which a picture is looked at more closely
ALIKE = 10  # differing signs of 64 up to which looks are asked together; the answer does not depend on it
SAME_AT_MOST = 48  # differing signs of 255 with which two pictures are the same
TURN_MARGIN = 0.35  # radians by which the turn of a window may be mistaken
FLAT = 2.0  # standard deviation of luminance (of 255) below which there is nothing to recognise

Crop = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Match:
    """A picture found again: its place among those searched, and how many of 255 signs differ."""

    index: int
    distance: int


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which the one picture may lie in the other: window along x and y, quarter turns."""

    across: Crop
    down: Crop
    turns: int


def is_flat(shade: Floats) -> bool:
    """Whether the picture shows nothing (a black frame, a white sheet): such pictures are all alike, and are left
    out."""
    return float(shade.std()) < FLAT


def print_of(shade: Floats) -> Words:
    """The print of a luminance grid (GRID × GRID, 0 to 255): WORDS words."""
    signs = _cosines(shade, CENTRE, CENTRE)
    return _packed(_turned(signs, _turn_of(signs)))


def distance(one: Words, other: Words) -> int:
    """How many of the 255 signs of two prints differ."""
    return int(np.bitwise_count(one ^ other).sum())


def search(shade: Floats, *parts: Words) -> list[Match]:
    """Which of many prints (n × WORDS, in one part or several that are counted on) are of the same picture, best
    first. Empty for a flat picture."""
    if is_flat(shade):
        return []
    best: dict[int, int] = {}
    every, before = list(looks(shade)), 0
    seen = np.array([words[0] for _look, words in every])
    for prints in parts:
        for number, near in _near(np.ascontiguousarray(prints[:, 0]), seen):
            for index, found in _refined(shade, every[number][0], prints, near):
                best[before + index] = min(found, best.get(before + index, found))
        before += len(prints)
    return sorted(
        (Match(i, d) for i, d in best.items() if d <= SAME_AT_MOST), key=lambda one: (one.distance, one.index)
    )


def _near(first: Words, seen: Words) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """(number of a look, places whose first word differs little from what is seen in it).

    Looks are much alike, and what is far from one of them is not near to its neighbours (the triangle inequality). So
    all prints are passed once for a group of looks, and only the few that are left once for each of the group.
    """
    apart = np.bitwise_count(seen[:, None] ^ seen[None, :]).astype(np.intp)
    left = np.arange(len(seen))
    while len(left):
        alike = apart[np.ix_(left, left)] <= ALIKE
        middle = int(alike.sum(axis=1).argmax())
        group = left[alike[middle]]
        reach = FIRST_AT_MOST + apart[left[middle], group].max()
        some = np.flatnonzero(np.bitwise_count(first ^ seen[left[middle]]) <= reach)
        words = first[some]
        for number in group:
            near = some[np.bitwise_count(words ^ seen[number]) <= FIRST_AT_MOST]
            if len(near):
                yield int(number), near
        left = left[~alike[middle]]


def same(one: Floats, other: Floats) -> bool:
    """Whether two luminance grids are the same picture."""
    return not is_flat(other) and bool(search(one, print_of(other)[None, :]))


# --- looking ------------------

_EDGES = (0.0, 0.05, 0.1)


def _crops() -> list[Crop]:
    """Parts cut off a side (at its begin, at its end)."""
    return [(a, b) for a, b in product(_EDGES, _EDGES) if a + b <= CROP_AT_MOST + 1e-9]


def _windows() -> Iterator[tuple[Crop, Crop]]:
    """Where the middle of the other picture lies in the one that is looked through: had this one been cropped, or
    the other."""
    begin, end = CENTRE
    seen: set[tuple[Crop, Crop]] = set()
    for was_cropped in (True, False):
        for across, down in product(_crops(), _crops()):
            sides = []
            for a, b in (across, down):
                left = 1 - a - b
                sides.append(
                    ((begin - a) / left, (end - a) / left) if was_cropped else (a + begin * left, a + end * left)
                )
            window = (sides[0], sides[1])
            if window not in seen:
                seen.add(window)
                yield window


_WINDOWS = tuple(_windows())
_SIDES = tuple(sorted({side for window in _WINDOWS for side in window}))


def looks(shade: Floats) -> Iterator[tuple[Look, Words]]:
    """Every way to look at a picture, with the print seen that way."""
    by_side = np.stack([_basis(*side) for side in _SIDES])
    rows = by_side @ shade  # sides × ORDER × GRID
    for across, down in _WINDOWS:
        signs = rows[_SIDES.index(down)] @ by_side[_SIDES.index(across)].T
        for turns in _likely_turns(signs):
            yield Look(across, down, turns), _packed(_turned(signs, turns))


TOGETHER = 1_000  # near prints compared at once
_NUDGES = (-0.02, 0.0, 0.02)


def _refined(shade: Floats, look: Look, prints: Words, near: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """The smallest distance to each near print when the window is moved a little."""
    sides = []
    for begin, end in (look.down, look.across):
        sides.append(np.stack([_basis(begin + a, end + b) for a, b in product(_NUDGES, _NUDGES)]))
    rows = sides[0] @ shade
    cosines = (rows[:, None] @ sides[1].swapaxes(1, 2)).astype(np.float32)  # moved down × moved across × ORDER × ORDER
    seen = _packed(_turned(cosines, look.turns)).reshape(-1, WORDS)
    for at in range(0, len(near), TOGETHER):
        some = near[at : at + TOGETHER]
        found = np.bitwise_count(seen[:, None] ^ prints[some]).sum(axis=2, dtype=np.uint16).min(axis=0)
        yield from zip(some.tolist(), found.tolist(), strict=True)


# --- signs ------------------


@lru_cache(maxsize=4096)
def _basis(begin: float, end: float) -> Floats:
    """ORDER × GRID: averages over SAMPLES equal parts of [begin, end] of a side, then their cosine frequencies."""
    begin, end = max(begin, 0.0), min(end, 1.0)
    edges = np.linspace(begin, end, SAMPLES + 1) * GRID
    cells = np.arange(GRID)
    overlap = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    averages = np.clip(overlap, 0, None) / (edges[1] - edges[0])
    k = np.arange(ORDER)[:, None]
    cosines = np.cos(np.pi * k * (np.arange(SAMPLES) + 0.5) / SAMPLES)
    return (cosines @ averages).astype(np.float32)


def _cosines(shade: Floats, across: Crop, down: Crop) -> Floats:
    """ORDER × ORDER cosine frequencies of a window, down × across."""
    found: Floats = (_basis(*down) @ shade @ _basis(*across).T).astype(np.float32)
    return found


_ALTERNATING = np.where(np.arange(ORDER) % 2, np.float32(-1), np.float32(1))


def _turned(cosines: Floats, turns: int) -> Floats:
    """What the frequencies would be, had the picture been turned to the left by so many quarter turns."""
    for _turn in range(turns % 4):
        cosines = (cosines.swapaxes(-1, -2) * _ALTERNATING[:, None]).astype(np.float32)
    return cosines


def _angle(cosines: Floats) -> float:
    """Where the picture grows brighter: 0 to the right, counted to the left, in radians."""
    # The lowest odd frequency is positive where the picture is bright at its begin.
    return float(np.arctan2(cosines[1, 0], -cosines[0, 1]))


def _turn_of(cosines: Floats) -> int:
    """Quarter turns to the left after which it grows brighter to the right."""
    return -round(_angle(cosines) / (np.pi / 2)) % 4


def _likely_turns(cosines: Floats) -> Sequence[int]:
    """The turn, and the next best where the angle is near the border between two."""
    quarters = _angle(cosines) / (np.pi / 2)
    margin = TURN_MARGIN / (np.pi / 2)
    return sorted({-round(quarters - margin) % 4, -round(quarters) % 4, -round(quarters + margin) % 4})


def _ranked() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Frequencies from the lowest up, without the mean."""
    every = sorted(product(range(ORDER), range(ORDER)), key=lambda at: (at[0] ** 2 + at[1] ** 2, at))[1:]
    return np.array([row for row, _column in every]), np.array([column for _row, column in every])


_ROWS, _COLUMNS = _ranked()


def _packed(cosines: Floats) -> Words:
    """The signs as words, lowest frequencies first; the last bit of the last word is 0. Of one window or of many."""
    bits = np.zeros((*cosines.shape[:-2], WORDS * 64), dtype=np.uint8)
    bits[..., : len(_ROWS)] = cosines[..., _ROWS, _COLUMNS] > 0
    return np.packbits(bits, axis=-1).view(">u8").astype(np.uint64)
