"""Long acts of an import beside the request: small files at once, large ones in a thread that polling watches.

Nothing is lost when the process ends: judging is begun again by its button, taking in goes on from its cursor (by its
button or by the clock).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections

from qingyuan.exchange.models import Import
from qingyuan.library.actions import path_of

AT_ONCE_BYTES = 512 * 1024
_running: dict[int, threading.Thread] = {}


def start(batch: Import, work: Callable[[], object]) -> bool:
    """Do the work now (True), or begin it beside and answer at once (False)."""
    if path_of(batch.sha256).stat().st_size <= AT_ONCE_BYTES:
        work()
        return True
    if not is_running(batch):
        thread = threading.Thread(target=_run, args=(work,), daemon=True)
        _running[batch.pk] = thread
        thread.start()
    return False


def is_running(batch: Import) -> bool:
    """Whether this process is at work on the import."""
    thread = _running.get(batch.pk)
    return thread is not None and thread.is_alive()


def _run(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connections.close_all()
