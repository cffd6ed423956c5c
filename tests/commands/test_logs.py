"""The log file gets its day as a name once a day, and goes when the site no longer keeps it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from qingyuan.commands import logs

AT = datetime(2024, 3, 2, 1, tzinfo=UTC)


def test_yesterdays_log_is_named_after_its_day_once(settings, tmp_path: Path) -> None:
    settings.LOG_FILE, settings.LOG_DAYS = str(tmp_path / "qingyuan.log"), 200
    (tmp_path / "qingyuan.log").write_text("昨天")
    logs.turn_over(AT)
    assert (tmp_path / "qingyuan-2024-03-01.log").read_text() == "昨天"
    (tmp_path / "qingyuan.log").write_text("今天")
    logs.turn_over(AT)
    assert (tmp_path / "qingyuan.log").read_text() == "今天"
    assert (tmp_path / "qingyuan-2024-03-01.log").read_text() == "昨天"


def test_what_is_older_than_the_site_keeps_is_taken_away_and_nothing_else(settings, tmp_path: Path) -> None:
    settings.LOG_FILE, settings.LOG_DAYS = str(tmp_path / "qingyuan.log"), 200
    for name in ("qingyuan-2023-08-01.log", "qingyuan-2024-02-01.log", "qingyuan-note.log", "other-2020-01-01.log"):
        (tmp_path / name).write_text("x")
    assert logs.turn_over(AT) == 1
    left = {"qingyuan-2024-02-01.log", "qingyuan-note.log", "other-2020-01-01.log"}
    assert set(os.listdir(tmp_path)) == left


def test_a_site_that_logs_to_the_journal_turns_nothing_over(settings) -> None:
    settings.LOG_FILE = ""
    assert logs.turn_over(AT) == 0
