"""How a long import treats its process: the collector of cycles looks seldom, the database's file is not mapped, and
what was written goes from SQLite's log to its file less often.

An import makes millions of objects and hardly a cycle; to walk over the units of the country again and again would be a
sixth of its time. A mapped file counts as memory of the process, as large as the file grows. The inner pages of
indexes change with every batch: carried over once for several batches they are written once.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection

SELDOM = (200_000, 20, 20)
LOG_PAGES = 8_000  # 32 MB
_lock = Lock()
_running: list[tuple[int, int, int]] = []  # how often it looked before, once for each import that runs


@contextmanager
def unhindered() -> Iterator[None]:
    """For the time of an import; all is as before when the last one of this process has ended."""
    mapped, carried = _set("mmap_size", 0), _set("wal_autocheckpoint", LOG_PAGES)
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
        _set("mmap_size", mapped)
        _set("wal_autocheckpoint", carried)


def _set(pragma: str, size: int) -> int:
    """What this connection does from now on: bytes of the file it maps, pages of the log before they are carried over.
    Returns what it was before. Nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        before = cursor.execute(f"PRAGMA {pragma}").fetchone()
        cursor.execute(f"PRAGMA {pragma}={size:d}")
    return int(before[0]) if before else 0  # a database in memory has no answer
