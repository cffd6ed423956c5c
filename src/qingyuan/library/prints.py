"""The prints of all pictures in the memory of a process, ready to be searched.

A process reads them once and then only what came since. Numbers are given before they are committed, so the newest rows
are read anew each time: a picture filed by another process is found by the next search.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from django.db import connection

from qingyuan.core import pictures
from qingyuan.core.pictures import WORDS, Floats, Words
from qingyuan.library.models import Picture

UNSETTLED = 2_000  # newest numbers that another process may still be writing
WORTH = 2_000  # prints for which those held are copied together with them
BYTES = WORDS * 8
AT_ONCE = 50_000  # rows read by one statement


@dataclass(frozen=True, slots=True)
class Part:
    """Prints in the order of their numbers. They lie word by word, because a search passes all the first words."""

    numbers: np.ndarray
    prints: Words

    def __len__(self) -> int:
        return len(self.numbers)


NOTHING = Part(np.empty(0, dtype=np.int64), np.empty((0, WORDS), dtype=np.uint64))


@dataclass(slots=True)
class Held:
    """Prints up to a number that is settled; what came since is read at each search until it is worth a place here."""

    _settled: Part = NOTHING
    _lock: Lock = field(default_factory=Lock)

    def search(self, shade: Floats) -> list[tuple[str, int]]:
        """(content hash, signs that differ) of every picture that is the same, best first."""
        settled, fresh = self._all()
        held = len(settled)
        found = [
            (int(fresh.numbers[one.index - held] if one.index >= held else settled.numbers[one.index]), one.distance)
            for one in pictures.search(shade, settled.prints, fresh.prints)
        ]
        names = dict(Picture.objects.filter(pk__in=[pk for pk, _distance in found]).values_list("pk", "sha256"))
        return [(names[pk], distance) for pk, distance in found if pk in names]

    def _all(self) -> tuple[Part, Part]:
        """What is settled, and what came since."""
        with self._lock:
            newest = Picture.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            if len(self._settled) and newest < int(self._settled.numbers[-1]):  # another database took its place
                self._settled = NOTHING
            settled = self._settled
            fresh = _read(after=int(settled.numbers[-1]) if len(settled) else 0)
            keep = int(np.searchsorted(fresh.numbers, newest - UNSETTLED, side="right"))
            if keep < WORTH:
                return settled, fresh
            self._settled = Part(
                np.concatenate((settled.numbers, fresh.numbers[:keep])),
                np.asfortranarray(np.concatenate((settled.prints, fresh.prints[:keep]))),
            )
            return self._settled, Part(fresh.numbers[keep:], fresh.prints[keep:])


def _read(*, after: int) -> Part:
    """By key, and as the driver gives them: values of a million records would take the first search of a process as
    long again."""
    asked = Picture.objects.filter(print__isnull=False).order_by("pk").values_list("pk", "print")
    numbers, content = [NOTHING.numbers], [b""]
    with connection.cursor() as cursor:
        while True:
            cursor.execute(*asked.filter(pk__gt=after)[:AT_ONCE].query.sql_with_params())
            part = cursor.fetchall()
            whole = [one for one in part if len(one[1]) == BYTES]
            numbers.append(np.array([pk for pk, _print in whole], dtype=np.int64))
            content.append(b"".join([one for _pk, one in whole]))
            if len(part) < AT_ONCE:
                break
            after = part[-1][0]
    prints = np.frombuffer(b"".join(content), dtype=np.uint64).reshape(-1, WORDS)
    return Part(np.concatenate(numbers), prints)


HELD = Held()
"""The prints that this process holds."""
