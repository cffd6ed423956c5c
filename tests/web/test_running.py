"""How the site is: a word for a load balancer, figures for monitoring, a page for the administrator."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from qingyuan.boards.running import queries
from qingyuan.commands.pulse import Heart
from qingyuan.core.access import Role
from tests import build
from tests.web.people import client


@pytest.fixture
def country(db, settings, tmp_path):
    settings.HOME = tmp_path
    build.country(waters=False)


def beat(at: datetime) -> None:
    Heart().beat({"tallies.fold": "1"}, at=at)


def test_health_is_open_and_says_a_word_for_each_part_and_nothing_more(country):
    beat(timezone.now())
    answer = Client().get("/health")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "ok"
    assert set(said["checks"]) == {"database", "tables", "ledger", "worker", "disk", "library", "packs"}
    assert set(said["checks"].values()) == {"ok"}


def test_a_worker_that_is_silent_for_a_minute_degrades_the_site(country):
    beat(timezone.now() - timedelta(seconds=90))
    said = Client().get("/health").json()
    assert (said["status"], said["checks"]["worker"]) == ("degraded", "degraded")


def test_a_missing_trigger_of_the_ledger_fails_the_site(country):
    table = " ON ledger_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_entry_no_update{table}")
    answer = Client().get("/health")
    assert answer.status_code == 503
    assert answer.json()["checks"]["ledger"] == "failing"


def test_a_pulse_that_is_half_written_is_no_pulse(country):
    queries.pulse_folder().mkdir()
    (queries.pulse_folder() / "7.json").write_text('{"at": "2024-')
    assert queries.pulses(at=timezone.now()) == []


def test_the_administrator_reads_every_part_as_a_sentence(country):
    beat(timezone.now())
    page = client(Role.ADMINISTRATOR, build.unit("000000")).get("/running/").content.decode()
    assert "只增不改" in page
    assert "1 个进程在运行" in page
    assert client(Role.CLERK, build.unit("140213")).get("/running/").status_code == 403


def test_figures_are_for_this_machine_or_for_the_bearer_of_the_token(country, settings):
    client_ = Client()
    client_.get("/health")
    text = client_.get("/metrics").content.decode()
    assert 'qingyuan_answer_seconds_count{address="web:health",status="200"}' in text
    assert "qingyuan_outlets 0.0" in text
    assert client_.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 403
    settings.METRICS_TOKEN = "keep-it"
    assert client_.get("/metrics").status_code == 403
    assert client_.get("/metrics", headers={"Authorization": "Bearer keep-it"}).status_code == 200


def test_what_a_check_cannot_ask_is_a_failing_part_with_its_reason(country, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(queries, "packs_in_force", lambda **_: (_ for _ in ()).throw(OSError("disk")))
    found = {check.name: check for check in queries.checks(at=timezone.now())}
    assert found["packs"].state is queries.State.FAILING
    assert found["packs"].params == {"fault": "disk"}
    assert found["database"].state is queries.State.WELL
    assert json.dumps(found["disk"].params)


def test_every_periodic_job_is_named_in_words_with_the_instant_of_its_turn(country):
    from qingyuan.commands.work import JOBS, every
    from qingyuan.web.running.views import JOBS as WORDS

    assert {job.name for job in JOBS} == set(WORDS)
    at = timezone.now()
    turn = every(60)(at)
    assert datetime.fromisoformat(turn) <= at < datetime.fromisoformat(turn) + timedelta(seconds=60)
    assert every(60)(datetime.fromisoformat(turn)) == turn
    Heart().beat({"tallies.fold": turn}, at=at)
    said = client(Role.ADMINISTRATOR, build.unit("000000")).get("/running/").content.decode()
    assert "归并计数" in said
    assert "tallies.fold" not in said
