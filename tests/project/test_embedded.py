"""Who waits for the writers' lock of the embedded database has his turn as soon as it is left alone."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import ConnectionHandler
from django.db.utils import OperationalError

from qingyuan.project.embedded import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "one.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE said (word TEXT)")
    made.close()
    return path


@pytest.fixture
def waiting(place):
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    handler = ConnectionHandler(
        {"default": {"ENGINE": "qingyuan.project.embedded", "NAME": str(place), "OPTIONS": options}}
    )
    door = handler["default"]
    door.ensure_connection()
    yield door
    door.close()


@pytest.fixture
def writing(place):
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_who_waits_asks_again_every_few_milliseconds(waiting, writing, monkeypatch):
    asked = []

    def sleep(seconds):
        asked.append(seconds)
        if len(asked) == 3:
            writing.execute("COMMIT")

    monkeypatch.setattr(base.time, "sleep", sleep)
    waiting._start_transaction_under_autocommit()
    assert asked == [base.ASK_AGAIN_S] * 3
    assert base.ASK_AGAIN_S <= 0.005
    waiting.connection.execute("INSERT INTO said VALUES ('甲')")
    waiting.connection.execute("COMMIT")
    assert waiting.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


def test_nobody_waits_longer_than_the_settings_say(waiting, writing, monkeypatch):
    clock = iter(range(0, 1_000, 8))
    monkeypatch.setattr(base.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(base.time, "sleep", lambda _seconds: None)
    with pytest.raises(OperationalError, match="locked"):
        waiting._start_transaction_under_autocommit()


def test_what_is_wrong_otherwise_is_told_at_once(waiting, monkeypatch):
    monkeypatch.setattr(base.time, "sleep", lambda _seconds: pytest.fail("nothing to wait for"))
    waiting._start_transaction_under_autocommit()
    with pytest.raises(OperationalError, match="within a transaction"):
        waiting._start_transaction_under_autocommit()
