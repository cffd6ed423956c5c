"""How many rows one transaction of an import writes: as many as it may while another writer waits for the lock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.db import connection

from qingyuan.exchange import judgement

HELD_S = 0.3  # of the half second that others wait at most, by the clock
BEGINS, LEAST = 500, 250


@dataclass(slots=True)
class Pace:
    """The size of the next batch, by how long the last one held the lock; a busy machine takes fewer at a time. Where
    several may write at once (PostgreSQL) a batch is always whole."""

    one_writer: bool = field(default_factory=lambda: connection.vendor == "sqlite")
    rows: int = 0

    def __post_init__(self) -> None:
        self.rows = min(BEGINS, judgement.BATCH) if self.one_writer else judgement.BATCH

    def took(self, rows: int, since: float) -> None:
        """So many rows were written since an instant of `time.monotonic`."""
        if not self.one_writer:
            return
        held_s = max(time.monotonic() - since, 1e-3)
        fitting = int(rows * HELD_S / held_s)
        self.rows = max(min(LEAST, judgement.BATCH), min(fitting, 2 * self.rows, judgement.BATCH))
