"""The connection of the embedded database.

SQLite lets a writer wait by asking again, at last every tenth of a second. One who writes batch after batch leaves the
lock for a few milliseconds only, so that a clerk's button might wait for seconds while an import runs. Here who waits
asks again every few milliseconds and has his turn after the batch that is being written.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

ASK_AGAIN_S = 0.004  # shorter than any writer of batches leaves the lock alone


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that begins its transactions as soon as it may."""

    def _start_transaction_under_autocommit(self) -> None:
        """Begin, or ask again until the timeout of the settings is over.

        Raises
        ------
        OperationalError
            Somebody else wrote all the time.
        """
        begin: Any = super()._start_transaction_under_autocommit  # type: ignore[misc]  # Django's stubs leave it out
        options = self.settings_dict["OPTIONS"]
        if options.get("transaction_mode") != "IMMEDIATE":
            begin()
            return
        patience_s = float(options.get("timeout", 5.0))
        until = time.monotonic() + patience_s
        self._wait_in_sqlite(0.0)
        try:
            while True:
                try:
                    begin()
                except OperationalError as error:
                    if not _is_busy(error) or time.monotonic() >= until:
                        raise
                    time.sleep(ASK_AGAIN_S)
                else:
                    return
        finally:
            self._wait_in_sqlite(patience_s)

    def _wait_in_sqlite(self, patience_s: float) -> None:
        """How long a single statement waits by SQLite's own way of asking."""
        self.connection.execute(f"PRAGMA busy_timeout={int(patience_s * 1000)}")


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
