"""How a long import treats its process: the collector of cycles looks seldom, and the database's file is not mapped.

An import makes millions of objects and hardly a cycle; to walk over the units of the country again and again would be a
sixth of its time. A mapped file counts as memory of the process, as large as the file grows.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection

SELDOM = (200_000, 20, 20)
_lock = Lock()
_running: list[tuple[int, int, int]] = []  # how often it looked before, once for each import that runs


@contextmanager
def unhindered() -> Iterator[None]:
    """For the time of an import; all is as before when the last one of this process has ended."""
    mapped = _map_at_most(0)
    with _lock:
        _running.append(_running[0] if _running else gc.get_threshold())
        gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        with _lock:
            before = _running.pop()
            if not _running:
                gc.set_threshold(*before)
        _map_at_most(mapped)


def _map_at_most(size: int) -> int:
    """How many bytes of the file this connection maps, from now on; what it was before. Nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA mmap_size").fetchone()
        cursor.execute(f"PRAGMA mmap_size={size:d}")
    return int(before[0]) if before else 0  # a database in memory has no answer
