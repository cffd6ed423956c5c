"""What a long file leaves in memory: a table of hashes, two dozen bytes an entry where a dictionary needs five times as
many, and the points of its lines. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence


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


class Points:
    """The points of a file by cells of a grid, with the line and the name of each."""

    __slots__ = ("_before", "_cell_deg", "_ends", "_last", "_lat", "_lines", "_lon", "_names")

    def __init__(self, cell_deg: float) -> None:
        self._cell_deg = cell_deg
        self._lon, self._lat, self._lines = array("d"), array("d"), array("i")
        self._names, self._ends = bytearray(), array("q", [0])
        self._last, self._before = Firsts(), array("i")  # cell → its latest point, point → the one before it, from 1

    def add(self, lon: float, lat: float, line: int, name: str) -> None:
        """Keep a point."""
        self._lon.append(lon)
        self._lat.append(lat)
        self._lines.append(line)
        self._names += name.encode()
        self._ends.append(len(self._names))
        cell = (int(lon / self._cell_deg) * _ACROSS) ^ (int(lat / self._cell_deg) * _UP)
        self._before.append(self._last.last(cell, len(self._lon)))

    def around(self, lon: float, lat: float) -> list[tuple[float, float, int, str]]:
        """The points in the cell of a point and the eight beside it, those of a cell in the order they came."""
        x, y = int(lon / self._cell_deg) * _ACROSS, int(lat / self._cell_deg) * _UP
        beside = (y - _UP, y, y + _UP)
        cells = [across ^ up for across in (x - _ACROSS, x, x + _ACROSS) for up in beside]
        return [point for number in self._last.found(cells) for point in self._chain(number)]

    def _chain(self, number: int) -> Iterator[tuple[float, float, int, str]]:
        found = []
        while number:
            at = number - 1
            name = self._names[self._ends[at] : self._ends[at + 1]].decode()
            found.append((self._lon[at], self._lat[at], self._lines[at], name))
            number = self._before[at]
        return reversed(found)
