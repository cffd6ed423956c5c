"""The site's database as a thing that is replaced whole: a copy, or an empty one, is worked on aside and takes the
place of the old one only when everything went well. SQLite: another file; PostgreSQL: one transaction.

Also the states the tables went through: which migrations were applied, and the models as they were then, so that a
site of an older release can be kept, upgraded and brought back.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import triggers

Node = tuple[str, str]


def is_laid() -> bool:
    """Whether the site has tables."""
    return "ledger_entry" in connection.introspection.table_names()


def applied() -> list[str]:
    """The migrations the tables went through, as `app.name`, in the order of names."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def pending() -> list[str]:
    """The migrations the tables still lack, in the order in which they will be applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def lacking() -> list[str]:
    """The tables and columns of this release's models that the database does not have, as `table` or `table.column`.
    None where every migration did what it says; a migration that was recorded and changed afterwards leaves some."""
    there = set(connection.introspection.table_names())
    found: list[str] = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if not model._meta.managed or model._meta.proxy:
                continue
            if table not in there:
                found.append(table)
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")  # noqa: S608  (our own name)
            columns = {one[0] for one in cursor.description}
            wanted = [field.column for field in model._meta.local_concrete_fields]
            found += [f"{table}.{column}" for column in wanted if column not in columns]
    return sorted(found)


def known(names: Iterable[str]) -> bool:
    """Whether this release knows all of these migrations."""
    return {_node(name) for name in names} <= set(MigrationExecutor(connection).loader.graph.nodes)


def models_at(names: Sequence[str]) -> list[type[models.Model]]:
    """Every table, those in between included, as it was after these migrations."""
    state = MigrationExecutor(connection).loader.project_state([_node(name) for name in names])
    return [model for model in state.apps.get_models(include_auto_created=True) if model._meta.managed]


def migrate(names: Iterable[str] | None = None) -> None:
    """Bring the tables to these migrations (None: to the newest), with the triggers in their place."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    if names is None:
        targets = graph.leaf_nodes()
    else:
        # Only the last of each app: an earlier one named after it would be a way back.
        wanted = {_node(name) for name in names}
        targets = [
            node
            for node in wanted
            if not any(child.key in wanted for child in graph.node_map[node].children if child.key[0] == node[0])
        ]
    executor.migrate(sorted(targets))
    triggers.install()


def _node(name: str) -> Node:
    app, _dot, migration = name.partition(".")
    return app, migration


@contextmanager
def aside(*, empty: bool) -> Iterator[None]:
    """Inside, the connection works on a copy of the database or on an empty one; after a fault all is as before."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            if empty:
                _drop_tables()
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return
    live = Path(connection.settings_dict["NAME"])
    draft = live.with_name(f".{live.name}.aside")
    _take_away(draft)
    if not empty:
        with sqlite3.connect(live) as source, sqlite3.connect(draft) as copy:
            source.backup(copy)
        source.close()
        copy.close()
    try:
        _work_on(draft)
        yield
        _settle(draft)
        _settle(live)
        _work_on(live)
        _take_away(live, journal_only=True)
        draft.replace(live)
    finally:
        _work_on(live)
        _take_away(draft)


def flush_checks() -> None:
    """Have deferred constraints looked at now: PostgreSQL alters no table that still has some to look at."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _work_on(path: Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = str(path)


def _settle(path: Path) -> None:
    """Everything that was committed into the file itself, so that the file alone is the database."""
    connection.close()
    if path.exists():
        with sqlite3.connect(path) as one:
            one.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        one.close()


def _take_away(path: Path, *, journal_only: bool = False) -> None:
    for name in (path.name + "-wal", path.name + "-shm", *([] if journal_only else [path.name])):
        path.with_name(name).unlink(missing_ok=True)


def _drop_tables() -> None:
    quoted = [connection.ops.quote_name(name) for name in connection.introspection.table_names()]
    if quoted:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {', '.join(quoted)} CASCADE")


@contextmanager
def running() -> Iterator[None]:
    """Held as long as the site is served: nobody replaces the database of a site that runs.

    Raises
    ------
    Refused
        The database is being replaced at this moment.
    """
    with _lock(fcntl.LOCK_SH, Refusal("site.being_replaced", _("站点正在升级或恢复，请稍后再启动。"))):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Held while the database is replaced.

    Raises
    ------
    Refused
        The site runs, or somebody else is connected to its database.
    """
    with _lock(fcntl.LOCK_EX, Refusal("site.running", _("站点正在运行，请先停止网页和后台任务。"))):
        if others := _others():
            text = _("另有 %(count)s 个程序连着数据库，请先停止它们。")
            raise Refused(Refusal("site.connected", text, {"count": others}))
        yield


@contextmanager
def _lock(kind: int, otherwise: Refusal) -> Iterator[None]:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.HOME / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(otherwise) from None
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _others() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])
