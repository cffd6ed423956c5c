"""From an archive into the tables: files first, then every table, then the proof that it is what was kept."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models

from qingyuan.commands.archive import Reader, columns_of
from qingyuan.core import proof
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import queries as ledger
from qingyuan.ledger import rows, triggers
from qingyuan.ledger.actions import leaf
from qingyuan.ledger.models import Entry, Head
from qingyuan.library.actions import path_of
from qingyuan.registry import tallies

CHUNK = 2_000


def put_files(archive: Reader) -> list[Path]:
    """Files before rows: a row never names a file that is not there. Returns those that were not there before."""
    added = []
    for sha256 in archive.files:
        path = path_of(sha256)
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            draft.write(archive.content(sha256))
        shutil.move(draft.name, path)
        added.append(path)
    return added


def take_away(paths: Iterable[Path]) -> None:
    """Remove the files that a restore brought and that nothing names after it failed."""
    for path in paths:
        path.unlink(missing_ok=True)


def fill(archive: Reader, tables: Sequence[type[models.Model]]) -> dict[str, int]:
    """Empty every table and fill it from the archive; rows per table. Constraints are looked at when the transaction
    ends.

    Raises
    ------
    Refused
    """
    if missing := [model._meta.db_table for model in tables if not archive.has(model)]:
        raise Refused(Refusal("backup.tables", _("备份中缺少数据表“%(name)s”。"), {"name": missing[0]}))
    _empty([model._meta.db_table for model in tables])
    counts = {}
    for model in tables:
        names = [field.attname for field in columns_of(model)]
        found, count = archive.rows(model), 0
        while part := list(islice(found, CHUNK)):
            rows.insert(model, names, part)
            count += len(part)
        counts[model._meta.db_table] = count
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)
    triggers.install()
    return counts


def _empty(names: Sequence[str]) -> None:
    quoted = [connection.ops.quote_name(name) for name in names]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(f"TRUNCATE {', '.join(quoted)} RESTART IDENTITY")
            return
        for name in triggers.NAMES:  # put back by triggers.install, in this same transaction
            cursor.execute(f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}")
        for table in quoted:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  names of our own tables
        listed = ", ".join(["%s"] * len(names))
        cursor.execute(f"DELETE FROM sqlite_sequence WHERE name IN ({listed})", list(names))  # noqa: S608


def ledger_head() -> dict[str, object]:
    """How many entries, how many chains, and the root over all heads."""
    heads = Head.objects.order_by("kind", "subject_id").values_list("kind", "subject_id", "number", "hash")
    leaves = [leaf(*head) for head in heads.iterator()]
    root = proof.merkle_root(leaves, settings.LEDGER_HASH)
    return {"entries": Entry.objects.count(), "heads": len(leaves), "root": root}


def prove_ledger(*, head: dict[str, object] | None = None) -> ledger.Report:
    """The chains hold, and are those of the archive.

    Raises
    ------
    Refused
    """
    report = ledger.verify()
    if not report.whole:
        first = report.breaks[0]
        text = _("变更留痕核验不通过（%(where)s：%(reason)s），站点没有改动。")
        where = f"{first.kind}:{first.subject_id}"
        raise Refused(Refusal("backup.ledger", text, {"where": where, "reason": first.reason}))
    if head is not None and ledger_head() != head:
        raise Refused(Refusal("backup.ledger", _("变更留痕与备份清单不一致，站点没有改动。")))
    return report


def prove_counts() -> None:
    """The counts are those of the register, and every reference leads somewhere.

    Raises
    ------
    Refused
    """
    if tallies.differences():
        raise Refused(Refusal("backup.tallies", _("计数与名录不一致，站点没有改动。")))
    connection.check_constraints()
