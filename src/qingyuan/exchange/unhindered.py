"""How a long import treats its process: the collector of cycles looks seldom, the database's file is not mapped, and
what was written is carried from SQLite's log to its file beside the import.

An import makes millions of objects and hardly a cycle; to walk over the units of the country again and again would be a
sixth of its time. A mapped file counts as memory of the process, as large as the file grows. Who writes carries the log
over in the midst of it, and waits for the disk; a thread of its own can do so while the next batch is made ready.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event, Lock, Thread

from django.db import connection

SELDOM = (200_000, 20, 20)
LOG_PAGES = 16_000  # 64 MB: then the import carries them over itself, as when there is no thread
CARRIED_EVERY_S = 0.8
AT_ONCE = 3  # times, until nothing is left: SQLite begins its log anew only then
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
        with _carrying():
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


@contextmanager
def _carrying() -> Iterator[None]:
    """Beside what is done inside, the log is carried over by a thread, which has ended when this ends."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        yield
        return
    enough = Event()
    thread = Thread(target=_carry, args=(str(connection.settings_dict["NAME"]), enough), daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def _carry(path: str, enough: Event) -> None:
    """Carry over what lies in the log, again and again, and what is left at the end; nobody waits for it. If it
    cannot, the import does so."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as own:
            is_last = False
            while not is_last:
                is_last = enough.wait(CARRIED_EVERY_S)
                for _time in range(AT_ONCE):
                    _busy, logged, carried = own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                    if logged == carried:
                        break
    except sqlite3.Error:
        return
