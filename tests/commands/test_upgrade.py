"""A site of an older release comes to this one: kept, brought forward aside, proved; whatever goes wrong, as it was."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.sites import Site, Template, _with_name

OLDER = Path(__file__).resolve().parent.parent / "data" / "site_of_0_1.zip"
"""A site with 30 outlets, kept by the release before the rooms of dispatch, notices and plans."""


@pytest.fixture(scope="module")
def older_template(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """That site, with its tables as they were, only copied from."""
    site = template.copy(tmp_path_factory.mktemp("older") / "home")
    site.run("upgrade", "--back", str(OLDER), "--json")
    yield Template(site)
    site.drop()


@pytest.fixture
def older(older_template: Template, tmp_path: Path) -> Iterator[Site]:
    """A copy of it."""
    site = older_template.copy(tmp_path / "home")
    yield site
    site.drop()


def state_of(site: Site) -> tuple[str, str]:
    return site.run("ledger", "verify", "--json").stdout, "\n".join(sorted(tables_of(site)))


def tables_of(site: Site) -> list[str]:
    if site.database:
        with psycopg.connect(_with_name(site.database)) as one:
            return [row[0] for row in one.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    with sqlite3.connect(site.home / "qingyuan.sqlite3") as one:
        return [row[0] for row in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def execute(site: Site, statement: str) -> None:
    if site.database:
        with psycopg.connect(_with_name(site.database)) as one:
            one.execute(statement)
        return
    with sqlite3.connect(site.home / "qingyuan.sqlite3") as one:
        one.execute(statement)
    one.close()


def test_a_site_of_the_older_release_is_not_served_before_it_is_upgraded(older: Site) -> None:
    assert "qingyuan upgrade" in older.run("serve", expect=1).stderr


def test_an_upgrade_keeps_everything_and_can_be_taken_back(older: Site) -> None:
    before = state_of(older)
    assert "dispatch_workitem" not in before[1]
    rehearsed = json.loads(older.run("upgrade", "--rehearse", "--json").stdout)
    assert rehearsed["rehearsed"]
    assert state_of(older) == before
    done = json.loads(older.run("upgrade", "--json").stdout)
    assert "dispatch.0001_initial" in done["migrations"]
    assert "dispatch_workitem" in tables_of(older)
    assert json.loads(older.run("ledger", "verify", "--json").stdout)["breaks"] == []
    assert json.loads(older.run("tallies", "check", "--json").stdout)["differences"] == []
    shown = json.loads(older.run("outlets", "show", "7", "--json").stdout)
    assert shown["stage"] == "verified"
    assert json.loads(older.run("upgrade", "--json").stdout)["migrations"] == []
    older.run("upgrade", "--back", done["backup"], "--discard")
    assert state_of(older) == before


def test_a_site_of_the_same_release_that_lacks_a_step_is_upgraded(template: Template, tmp_path: Path) -> None:
    # The release has not changed its number: what counts is which steps the tables went through.
    site = template.copy(tmp_path / "home")
    try:
        execute(site, "DROP INDEX outlet_out")
        execute(site, "DELETE FROM django_migrations WHERE app = 'registry' AND name = '0012_pages'")
        assert "qingyuan upgrade" in site.run("serve", expect=1).stderr
        assert json.loads(site.run("upgrade", "--json").stdout)["migrations"] == ["registry.0012_pages"]
        assert json.loads(site.run("upgrade", "--json").stdout)["migrations"] == []
    finally:
        site.drop()


def test_a_site_whose_steps_are_recorded_and_whose_tables_lack_a_column_is_told_so(
    template: Template, tmp_path: Path
) -> None:
    site = template.copy(tmp_path / "home")
    try:
        execute(site, "ALTER TABLE dispatch_urging RENAME COLUMN overdue_days TO something_else")
        said = site.run("upgrade", expect=1)
        assert "dispatch_urging.overdue_days（共 1 处）" in said.stderr
        assert "无须升级" not in said.stdout
    finally:
        site.drop()


def test_what_was_recorded_after_the_upgrade_is_not_lost_unasked(older: Site, tmp_path: Path) -> None:
    kept = json.loads(older.run("upgrade", "--json").stdout)["backup"]
    table = tmp_path / "台账.csv"
    table.write_text("入河排污口名称,县区\n运城市新绛县龙兴镇31号农村生活污水散排口,新绛县\n", "utf-8")
    older.run("outlets", "import", str(table), "--unit", "140825")
    assert "--discard" in older.run("upgrade", "--back", kept, expect=1).stderr


def test_an_upgrade_whose_proof_fails_leaves_the_site_as_it_was(older: Site) -> None:
    # A count that does not agree with the register is found when everything is proved, at the very end.
    execute(older, "UPDATE registry_tally SET n = n + 1 WHERE id = (SELECT min(id) FROM registry_tally)")
    before = state_of(older)
    assert "没有改动" in older.run("upgrade", expect=1).stderr
    assert state_of(older) == before
    assert "qingyuan upgrade" in older.run("serve", expect=1).stderr


def test_a_site_that_runs_is_not_upgraded(older: Site) -> None:
    descriptor = os.open(older.home / "running.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    try:
        assert "先停止" in older.run("upgrade", expect=1).stderr
    finally:
        os.close(descriptor)
    older.run("upgrade")


def test_a_backup_of_the_older_release_comes_back_on_this_one(template: Template, tmp_path: Path) -> None:
    site = template.copy(tmp_path / "home")
    try:
        site.run("restore", str(OLDER))
        assert json.loads(site.run("upgrade", "--json").stdout)["migrations"] == []
        assert json.loads(site.run("outlets", "show", "30", "--json").stdout)["stage"] == "surveyed"
    finally:
        site.drop()
