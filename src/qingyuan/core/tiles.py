"""Map tiles (Mapbox Vector Tile 2.1) of outlets and of groups of outlets, written column-wise.

Protobuf lets a varint be padded, so every feature of a layer is a row of one byte matrix of fixed width: no loop over
features. Version, extent and name are always written: a reader that is handed no extent draws nothing and says nothing.
This file knows keys, pixels and codes; it does not know who may see what, nor where rows come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from qingyuan.core.coding import TYPE_LETTERS
from qingyuan.core.geometry import KEY_ZOOM
from qingyuan.core.lifecycle_words import StageGroup

EXTENT = 4096
OUTLETS, GROUPS = "outlets", "groups"
CELLS = 16  # groups per side of a tile of 512 pixels: closer together the numbers run into each other
FINE = 64  # what the database counts by, per side; a group lies at the mean of its fine cells
MAX_OUTLETS = 7_500  # 25 bytes each: 188 KB

Ints = NDArray[np.int64]


class PublicState(StrEnum):
    """Whether the public page shows the outlet. UNDECIDED until somebody publishes or withholds it."""

    UNDECIDED = "undecided"
    SHOWN = "shown"
    WITHHELD = "withheld"


TYPE_CODES: tuple[str, ...] = ("", *TYPE_LETTERS)
STAGE_CODES: tuple[str, ...] = tuple(group.value for group in StageGroup)
PUBLIC_CODES: tuple[str, ...] = tuple(state.value for state in PublicState)


@dataclass(frozen=True, slots=True)
class OutletPoints:
    """Outlets by column: database id, pixel (0 to EXTENT), and the places of type, stage group and public state in
    TYPE_CODES, STAGE_CODES and PUBLIC_CODES."""

    ids: Ints
    x: Ints
    y: Ints
    types: Ints
    stages: Ints
    public: Ints

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class GroupPoints:
    """Groups by column: pixel, how many outlets, and a name each ("" for a group that is only near together)."""

    x: Ints
    y: Ints
    n: Ints
    names: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.n)


_NONE = np.zeros(0, np.int64)
NO_OUTLETS = OutletPoints(_NONE, _NONE, _NONE, _NONE, _NONE, _NONE)
NO_GROUPS = GroupPoints(_NONE, _NONE, _NONE)


def type_code(type_key: str) -> int:
    """The place of a type ("GY.enterprise" or "GY") in TYPE_CODES; 0 for none or an unknown one."""
    letters = type_key[:2]
    return TYPE_CODES.index(letters) if letters in TYPE_CODES else 0


def pixels(keys: Ints, zoom: int) -> tuple[Ints, Ints]:
    """The pixels of Morton keys in their tile at a zoom, the middle of the cell where a cell is wider than a pixel."""
    bits = KEY_ZOOM - zoom
    local = keys & ((1 << 2 * bits) - 1)
    found = []
    for axis in (_gather(local), _gather(local >> 1)):
        found.append(axis >> (bits - 12) if bits >= 12 else (axis << (12 - bits)) + (1 << (12 - bits) >> 1))
    return found[0], found[1]


def fine_shift(zoom: int) -> int:
    """By how many bits a key is shifted for the fine cell it is counted in."""
    return 2 * max(KEY_ZOOM - zoom - FINE.bit_length() + 1, 0)


PYRAMID_LEVELS = (8, 11)
"""Zooms whose cells are kept counted: the tiles of zoom 0 to 4 are drawn from the first, those of 5 to 7 from the
second, each in CELLS × CELLS cells or more."""


def pyramid_level(zoom: int) -> int:
    """Which counted cells a tile below zoom 8 is drawn from."""
    return PYRAMID_LEVELS[0] if zoom <= PYRAMID_LEVELS[0] - 4 else PYRAMID_LEVELS[1]


def pyramid_cell(level: int, key: int) -> int:
    """The counted cell of a Morton key at a level; cells of different levels never share a number."""
    return (level << 40) | (key >> 2 * (KEY_ZOOM - level))


def pyramid_keys(level: int, cells: Ints) -> Ints:
    """The Morton keys at the middle of counted cells of a level."""
    wide = KEY_ZOOM - level
    return ((cells & ((1 << 40) - 1)) << 2 * wide) | (3 << 2 * (wide - 1))


def gather_cells(x: Ints, y: Ints, n: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Put counted pixels together by the CELLS × CELLS cells of a tile.

    Returns x, y (the mean, weighted by count), n, and for each group the place of one of its members.
    """
    cell = y * CELLS // EXTENT * CELLS + x * CELLS // EXTENT
    _cells, member, which = np.unique(cell, return_index=True, return_inverse=True)
    total = np.bincount(which, weights=n)
    mean_x, mean_y = (np.bincount(which, weights=axis * n) / total for axis in (x, y))
    return mean_x.astype(np.int64), mean_y.astype(np.int64), total.astype(np.int64), member


# --- writing ------------


def encode(outlets: OutletPoints, groups: GroupPoints = NO_GROUPS) -> bytes:
    """A tile with the layers that have features; an empty tile is no bytes at all.

    Raises
    ------
    ValueError
        An id does not fit five bytes (2³⁵).
    """
    layers = []
    if len(outlets):
        values = [_text(code) for code in (*TYPE_CODES, *STAGE_CODES, *PUBLIC_CODES)]
        layers.append(_layer(OUTLETS, _outlet_features(outlets), ("type", "stage", "public"), values))
    if len(groups):
        layers.append(_group_layer(groups))
    return b"".join(layers)


def _outlet_features(of: OutletPoints) -> bytes:
    if int(of.ids.max()) >= 1 << 35 or int(of.ids.min()) < 0:
        raise ValueError("an id does not fit")
    after_types = len(TYPE_CODES)
    after_stages = after_types + len(STAGE_CODES)
    row = _row(len(of), b"\x12\x17\x08" + bytes(5) + b"\x12\x06\x00\x00\x01\x00\x02\x00" + _POINT)
    row[:, 3:8] = _varints(of.ids, 5)
    row[:, 11] = of.types
    row[:, 13] = of.stages + after_types
    row[:, 15] = of.public + after_stages
    _put_point(row[:, 16:], of.x, of.y)
    return row.tobytes()


def _group_layer(of: GroupPoints) -> bytes:
    counts, which = np.unique(of.n, return_inverse=True)
    values = [b"\x28" + _varint(int(count)) for count in counts]
    head = b"\x12\x0e\x12\x03\x00\x00\x00"
    if of.names:
        head = b"\x12\x11\x12\x06\x00\x00\x00\x01\x00\x00"
    row = _row(len(of), head + _POINT)
    row[:, 5:7] = _varints(which, 2)
    if of.names:
        words = {name: place for place, name in enumerate(dict.fromkeys(of.names), len(values))}
        values += [_text(name) for name in words]
        row[:, 8:10] = _varints(np.array([words[name] for name in of.names], np.int64), 2)
    _put_point(row[:, len(head) :], of.x, of.y)
    return _layer(GROUPS, row.tobytes(), ("n", "name") if of.names else ("n",), values)


_POINT = b"\x18\x01\x22\x05\x09\x00\x00\x00\x00"  # type point; one MoveTo with two padded varints


def _row(count: int, pattern: bytes) -> NDArray[np.uint8]:
    return np.tile(np.frombuffer(pattern, np.uint8), (count, 1))


def _put_point(row: NDArray[np.uint8], x: Ints, y: Ints) -> None:
    row[:, 5:7] = _varints(x << 1, 2)  # zigzag of what is never negative
    row[:, 7:9] = _varints(y << 1, 2)


def _varints(numbers: Ints, width: int) -> NDArray[np.uint8]:
    """Numbers as varints of one width: seven bits a byte, all but the last byte marked as followed by another."""
    shifts = np.arange(width, dtype=np.int64) * 7
    parts = (numbers[:, None] >> shifts) & 0x7F
    parts[:, :-1] |= 0x80
    return parts.astype(np.uint8)


def _layer(name: str, features: bytes, keys: Sequence[str], values: Sequence[bytes]) -> bytes:
    body = b"".join(
        [
            b"\x78\x02",
            _field(0x0A, name.encode()),
            features,
            *(_field(0x1A, key.encode()) for key in keys),
            *(_field(0x22, value) for value in values),
            b"\x28" + _varint(EXTENT),
        ]
    )
    return _field(0x1A, body)


def _text(word: str) -> bytes:
    return _field(0x0A, word.encode())


def _field(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


_STEPS = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)


def _gather(keys: Ints) -> Ints:
    """Every second bit of a key, from the lowest on: the inverse of spreading."""
    found = keys & 0x5555555555555555
    for bits, mask in _STEPS:
        found = (found | found >> bits) & mask
    return found
