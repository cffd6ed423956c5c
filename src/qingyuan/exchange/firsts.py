"""What a long file leaves in memory: a table of hashes, two dozen bytes an entry where a dictionary needs five times as
many, and the points of its lines."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from struct import Struct
from tempfile import TemporaryFile


class Firsts:
    """Hash → number, by open addressing. Numbers are from 1 on; 0 says that there is none."""

    __slots__ = ("_count", "_hashes", "_mask", "_numbers")

    def __init__(self, bits: int = 12) -> None:
        self._mask = (1 << bits) - 1
        self._hashes = array("q", bytes(8 << bits))
        self._numbers = array("i", bytes(4 << bits))
        self._count = 0

    def _place(self, key: int) -> int:
        """Where the hash is, or where it would be put."""
        place, mask = key & self._mask, self._mask
        hashes, numbers = self._hashes, self._numbers
        while numbers[place] and hashes[place] != key:
            place = (place + 1) & mask
        return place

    def first(self, key: int, number: int) -> int:
        """The number kept for a hash; if there is none, this one from now on."""
        place = self._place(key)
        if not (kept := self._numbers[place]):
            self._put(place, key, number)
            return number
        return kept

    def found(self, keys: Sequence[int]) -> list[int]:
        """The numbers kept for some hashes, in their order."""
        mask, hashes, numbers = self._mask, self._hashes, self._numbers
        found = []
        for key in keys:
            place = key & mask
            while (number := numbers[place]) and hashes[place] != key:
                place = (place + 1) & mask
            if number:
                found.append(number)
        return found

    def last(self, key: int, number: int) -> int:
        """Keep this number from now on; gives the one that was kept before."""
        place = self._place(key)
        if before := self._numbers[place]:
            self._numbers[place] = number
        else:
            self._put(place, key, number)
        return before

    def _put(self, place: int, key: int, number: int) -> None:
        self._hashes[place], self._numbers[place] = key, number
        self._count += 1
        if self._count * 8 > self._mask * 5:
            self._grow()

    def _grow(self) -> None:
        hashes, numbers = self._hashes, self._numbers
        self._mask = self._mask * 2 + 1
        self._hashes, self._numbers = array("q", bytes(16 * len(hashes))), array("i", bytes(8 * len(numbers)))
        for key, number in zip(hashes, numbers, strict=True):
            if number:
                place = self._place(key)
                self._hashes[place], self._numbers[place] = key, number


# A cell as one number whose low bits differ between neighbours; two cells with one number are only asked together.
_ACROSS, _UP = 73_856_093, 19_349_663
_POINT = Struct("<ddi")  # longitude, latitude, line; the name follows
WRITTEN_TOGETHER = 64 * 1024


class Points:
    """The points of a file by cells of a grid, with the line and the name of each. What is said of a point lies in a
    file without a name, where it is looked up when another point comes near; in memory are some forty bytes a point."""

    __slots__ = ("_before", "_cell_deg", "_count", "_last", "_places", "_told", "_unwritten")

    def __init__(self, cell_deg: float) -> None:
        self._cell_deg = cell_deg
        self._told = TemporaryFile(buffering=0)  # noqa: SIM115  closed with this object
        self._unwritten = bytearray()
        self._places, self._count = array("q", [0]), 0  # where each point's words end
        self._last, self._before = Firsts(), array("i")  # cell → its latest point, point → the one before it, from 1

    def __del__(self) -> None:
        self._told.close()

    def add(self, lon: float, lat: float, line: int, name: str) -> None:
        """Keep a point."""
        words = self._unwritten
        words += _POINT.pack(lon, lat, line)
        words += name.encode()
        self._count += 1
        self._places.append(self._places[0] + len(words))
        if len(words) > WRITTEN_TOGETHER:
            self._write()
        cell = (int(lon / self._cell_deg) * _ACROSS) ^ (int(lat / self._cell_deg) * _UP)
        self._before.append(self._last.last(cell, self._count))

    def around(self, lon: float, lat: float) -> list[tuple[float, float, int, str]]:
        """The points in the cell of a point and the eight beside it, those of a cell in the order they came."""
        x, y = int(lon / self._cell_deg) * _ACROSS, int(lat / self._cell_deg) * _UP
        down, up = y - _UP, y + _UP
        west, east = x - _ACROSS, x + _ACROSS
        cells = (west ^ down, west ^ y, west ^ up, x ^ down, x ^ y, x ^ up, east ^ down, east ^ y, east ^ up)
        return [point for number in self._last.found(cells) for point in self._chain(number)]

    def _chain(self, number: int) -> Iterator[tuple[float, float, int, str]]:
        found = []
        if self._unwritten:
            self._write()
        while number:
            at = number - 1
            begins = self._places[at] if at else 0
            words = os.pread(self._told.fileno(), self._places[number] - begins, begins)
            found.append((*_POINT.unpack_from(words), words[_POINT.size :].decode()))
            number = self._before[at]
        return reversed(found)

    def _write(self) -> None:
        """The first place says how much lies in the file."""
        self._told.write(self._unwritten)
        self._places[0] += len(self._unwritten)
        self._unwritten.clear()
