"""The clock: each job once in its turn, a second run changes nothing, a failure waits for the next turn."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from qingyuan.commands.work import Job, daily, every, run_due
from qingyuan.core.refusal import StaleRecord
from tests.sites import Site

NOON = datetime(2024, 5, 1, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_a_job_runs_once_in_each_turn() -> None:
    ran: list[datetime] = []
    job = Job("job", every(5), lambda at: ran.append(at) or 1)
    turns: dict[str, str] = {}
    for second in range(12):
        run_due(job, turns, NOON + timedelta(seconds=second))
    assert len(ran) == 3


def test_a_day_is_a_day_in_beijing() -> None:
    assert daily(datetime(2024, 5, 1, 15, 59, tzinfo=UTC)) == "2024-05-01"
    assert daily(datetime(2024, 5, 1, 16, 0, tzinfo=UTC)) == "2024-05-02"


@pytest.mark.django_db
def test_a_failure_is_written_down_and_the_job_comes_round_again(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_at: datetime) -> int:
        raise StaleRecord("记录")

    job = Job("failing", every(5), fail)
    turns: dict[str, str] = {}
    assert run_due(job, turns, NOON)
    assert "failing" in capsys.readouterr().err
    assert not run_due(job, turns, NOON)
    assert run_due(job, turns, NOON + timedelta(seconds=5))


def test_running_everything_twice_changes_nothing(site: Site) -> None:
    first = json.loads(site.run("work", "--once", "--json").stdout)
    second = json.loads(site.run("work", "--once", "--json").stdout)
    assert set(first) == {
        "tallies.fold",
        "ledger.anchor",
        "registry.water_flags",
        "exchange.place",
        "exchange.resume",
        "dispatch.escalate",
        "api.forget",
        "logs.turn_over",
        "notice.forget",
        "notice.items",
        "notice.remediation",
        "reading.take_in",
        "tracing.open",
        "library.pictures",
        "remediation.problems",
        "remediation.borrowed",
        "signboards.urge",
    }
    assert first == second


def test_the_worker_ends_when_told(site: Site) -> None:
    worker = subprocess.Popen([sys.executable, "-m", "qingyuan.commands.main", "work"], env=site.environment)
    pulse, end = site.home / "pulse", time.monotonic() + 90
    while not list(pulse.glob("*.json")) and time.monotonic() < end:
        time.sleep(0.2)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
