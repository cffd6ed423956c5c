"""The prints of all pictures in the memory of a process, ready to be searched.

A process reads them once and then only what came since. Numbers are given before they are committed, so the newest rows
are read anew each time: a picture filed by another process is found by the next search.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from qingyuan.core import pictures
from qingyuan.core.pictures import WORDS, Floats, Words
from qingyuan.library.models import Picture

UNSETTLED = 2_000  # newest numbers that another process may still be writing
BYTES = WORDS * 8


def _none() -> tuple[np.ndarray, Words]:
    return np.empty(0, dtype=np.int64), np.empty((0, WORDS), dtype=np.uint64)


@dataclass(slots=True)
class Held:
    """Prints in the order of their numbers, up to the newest number that is settled."""

    _numbers: np.ndarray = field(default_factory=lambda: _none()[0])
    _prints: Words = field(default_factory=lambda: _none()[1])
    _lock: Lock = field(default_factory=Lock)

    def search(self, shade: Floats) -> list[tuple[str, int]]:
        """(content hash, signs that differ) of every picture that is the same, best first."""
        numbers, prints = self._all()
        found = [(int(numbers[one.index]), one.distance) for one in pictures.search(shade, prints)]
        names = dict(Picture.objects.filter(pk__in=[pk for pk, _distance in found]).values_list("pk", "sha256"))
        return [(names[pk], distance) for pk, distance in found if pk in names]

    def _all(self) -> tuple[np.ndarray, Words]:
        with self._lock:
            newest = Picture.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            if len(self._numbers) and newest < int(self._numbers[-1]):  # another database took the place of this one
                self._numbers, self._prints = _none()
            settled = int(self._numbers[-1]) if len(self._numbers) else 0
            numbers, prints = _read(after=settled)
            numbers, prints = np.concatenate((self._numbers, numbers)), np.concatenate((self._prints, prints))
            keep = int(np.searchsorted(numbers, newest - UNSETTLED, side="right"))
            if keep > len(self._numbers):
                self._numbers, self._prints = numbers[:keep], prints[:keep]
            return numbers, prints


def _read(*, after: int) -> tuple[np.ndarray, Words]:
    rows = Picture.objects.filter(pk__gt=after, print__isnull=False).order_by("pk").values_list("pk", "print")
    numbers, content = [], bytearray()
    for pk, one in rows.iterator(chunk_size=20_000):
        if one is not None and len(one) == BYTES:
            numbers.append(pk)
            content += bytes(one)
    return np.array(numbers, dtype=np.int64), np.frombuffer(bytes(content), dtype=np.uint64).reshape(-1, WORDS)


HELD = Held()
"""The prints that this process holds."""
