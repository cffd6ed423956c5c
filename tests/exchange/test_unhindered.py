"""What an import writes is carried from SQLite's log to its file beside it, and nothing stays behind."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from qingyuan.exchange import unhindered


def test_the_log_is_carried_over_beside_a_writer_and_at_the_end(tmp_path):
    path = str(tmp_path / "register.sqlite3")
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("CREATE TABLE one (text)")
        enough = threading.Event()
        beside = threading.Thread(target=unhindered._carry, args=(path, enough))
        beside.start()
        writer.execute("INSERT INTO one VALUES (?)", ["水" * 100_000])
        enough.set()
        beside.join(10)
        assert not beside.is_alive()
        assert ("水" * 1_000).encode() in (tmp_path / "register.sqlite3").read_bytes()


def test_a_file_that_cannot_be_opened_ends_the_thread_and_not_the_import(tmp_path):
    enough = threading.Event()
    enough.set()
    unhindered._carry(str(tmp_path / "nowhere" / "register.sqlite3"), enough)


@pytest.mark.django_db
def test_no_thread_stays_when_an_import_fails():
    before = threading.active_count()
    with pytest.raises(RuntimeError), unhindered.unhindered():
        raise RuntimeError
    assert threading.active_count() == before
