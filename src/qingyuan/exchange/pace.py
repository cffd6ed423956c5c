"""How many rows one transaction of an import writes: as many as it may while another writer waits for the lock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from qingyuan.exchange import judgement

HELD_S = 0.15  # of the half second that others wait at most, by the clock
BEGINS, LEAST = 250, 100


@dataclass(slots=True)
class Pace:
    """The size of the next batch, by how long the last one held the lock; a busy machine takes fewer at a time."""

    rows: int = field(default_factory=lambda: min(BEGINS, judgement.BATCH))

    def took(self, rows: int, since: float) -> None:
        """So many rows were written since an instant of `time.monotonic`."""
        held_s = max(time.monotonic() - since, 1e-3)
        fitting = int(rows * HELD_S / held_s)
        self.rows = max(min(LEAST, judgement.BATCH), min(fitting, 2 * self.rows, judgement.BATCH))
