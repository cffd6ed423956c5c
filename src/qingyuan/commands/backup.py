"""`backup FILE` and `restore FILE`: the register first, in one snapshot, then the library's files.

A restore checks every byte of the archive before it touches the site, fills the tables in one transaction, proves the
ledger and the counts inside it, and only then lets it stand. Whatever goes wrong, the site is as it was.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from qingyuan import __version__
from qingyuan.commands.answers import answer, note, verb
from qingyuan.commands.archive import Reader, Writer, columns_of
from qingyuan.core import proof
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import queries as ledger
from qingyuan.ledger import rows, triggers
from qingyuan.ledger.actions import leaf
from qingyuan.ledger.models import Entry, Head
from qingyuan.library.actions import path_of
from qingyuan.library.models import File
from qingyuan.registry import tallies

CHUNK = 2_000


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backup` and `restore`."""
    keep = verb(groups, "backup", backup, "备份整个站点到一个文件")
    keep.add_argument("file", type=Path)
    keep.add_argument("--force", action="store_true", help="文件已存在时替换它")
    back = verb(groups, "restore", restore, "从备份恢复站点")
    back.add_argument("file", type=Path)
    back.add_argument("--replace", action="store_true", help="替换现有站点的全部数据")


def backup(asked: argparse.Namespace) -> int:
    """Write the archive; the name exists only once it is whole."""
    require(_cannot_write(asked.file, force=asked.force))
    writer = Writer(asked.file)
    try:
        with snapshot():
            counts = {model._meta.db_table: writer.table(model, _rows(model)) for model in tables()}
            about = {
                "made_at": timezone.now().isoformat(),
                "program": __version__,
                "database": connection.vendor,
                "migrations": migrations(),
                "rows": counts,
                "ledger": ledger_head(),
            }
            files = list(File.objects.order_by("sha256").values_list("sha256", flat=True))
        lost = [sha256 for sha256 in files if not writer.file(sha256, path_of(sha256))]
        if lost:
            text = _("资料库有 %(count)s 个文件缺失或损坏，例如 %(first)s；未作备份。")
            raise Refused(Refusal("backup.library", text, {"count": len(lost), "first": lost[0]}))
        manifest = writer.close({**about, "files": len(files)})
    except BaseException:
        writer.abandon()
        raise
    size = asked.file.stat().st_size
    document = {
        "file": str(asked.file),
        "bytes": size,
        "rows": counts,
        "files": len(files),
        "ledger": manifest["ledger"],
        "members": {name: member["sha256"] for name, member in manifest["members"].items()},
    }
    lines = [
        f"已备份到 {asked.file}（{size / 1e6:.1f} MB）",
        f"数据 {sum(counts.values())} 行，文件 {len(files)} 个，留痕根 {manifest['ledger']['root'][:16]}…",
    ]
    return answer(asked, document, lines)


def _cannot_write(path: Path, *, force: bool) -> Refusal | None:
    if not path.parent.is_dir():
        return Refusal("backup.folder", _("没有文件夹“%(path)s”。"), {"path": str(path.parent)})
    if path.exists() and not force:
        return Refusal("backup.exists", _("文件“%(path)s”已存在；加 --force 替换。"), {"path": str(path)})
    return None


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment; writers are not held up."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")  # deferred: WAL readers see one state and block nobody
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def tables() -> list[type[models.Model]]:
    """Every table of the site, those in between included, in a fixed order."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def _rows(model: type[models.Model]) -> Iterator[Sequence[Any]]:
    names = [field.attname for field in columns_of(model)]
    return model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=CHUNK)


def migrations() -> list[str]:
    """The migrations the tables went through."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def ledger_head() -> dict[str, object]:
    """How many entries, how many chains, and the root over all heads."""
    heads = Head.objects.order_by("kind", "subject_id").values_list("kind", "subject_id", "number", "hash")
    leaves = [leaf(*head) for head in heads.iterator()]
    root = proof.merkle_root(leaves, settings.LEDGER_HASH)
    return {"entries": Entry.objects.count(), "heads": len(leaves), "root": root}


def restore(asked: argparse.Namespace) -> int:
    """Check the archive, then put it in place of what is there."""
    note(asked, "检验备份文件")
    archive = Reader(asked.file)
    settings.HOME.mkdir(parents=True, exist_ok=True)
    require(_occupied(replace=asked.replace))
    if "ledger_entry" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
    if archive.manifest["migrations"] != migrations():
        raise Refused(Refusal("backup.version", _("备份与本程序的数据表版本不一致，请用相同版本的程序恢复。")))
    note(asked, "恢复资料文件和数据")
    added = _put_files(archive)
    try:
        with transaction.atomic():
            counts = _fill(archive)
            report = _prove(archive)
    except BaseException as fault:
        for path in added:
            path.unlink(missing_ok=True)
        if isinstance(fault, DatabaseError | ValueError | TypeError):
            raise Refused(Refusal("backup.content", _("备份中的数据不能写入，站点没有改动。"))) from fault
        raise
    document = {
        "file": str(asked.file),
        "made_at": archive.manifest["made_at"],
        "rows": counts,
        "files": len(archive.files),
        "ledger": {"entries": report.entries, "chains": report.chains, "breaks": len(report.breaks)},
    }
    lines = [
        f"已恢复 {archive.manifest['made_at']} 的备份：数据 {sum(counts.values())} 行，文件 {len(archive.files)} 个",
        f"留痕 {report.entries} 条、链 {report.chains} 条核验无误，计数与名录一致",
    ]
    return answer(asked, document, lines)


def _occupied(*, replace: bool) -> Refusal | None:
    if replace or "ledger_entry" not in connection.introspection.table_names() or not Entry.objects.exists():
        return None
    return Refusal("site.exists", _("此处已有站点；加 --replace 以备份替换其全部数据。"))


def _put_files(archive: Reader) -> list[Path]:
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


def _fill(archive: Reader) -> dict[str, int]:
    """Empty every table and fill it from the archive. Constraints are looked at when the transaction ends."""
    everything = tables()
    if missing := [model._meta.db_table for model in everything if not archive.has(model)]:
        raise Refused(Refusal("backup.tables", _("备份中缺少数据表“%(name)s”。"), {"name": missing[0]}))
    _empty([model._meta.db_table for model in everything])
    counts = {}
    for model in everything:
        names = [field.attname for field in columns_of(model)]
        found, count = archive.rows(model), 0
        while part := list(islice(found, CHUNK)):
            rows.insert(model, names, part)
            count += len(part)
        counts[model._meta.db_table] = count
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), everything):
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


def _prove(archive: Reader) -> ledger.Report:
    """What was restored must be what was kept: the chains, their root, the counts."""
    report = ledger.verify()
    if not report.whole:
        first = report.breaks[0]
        text = _("恢复后的变更留痕核验不通过（%(where)s：%(reason)s），站点没有改动。")
        where = f"{first.kind}:{first.subject_id}"
        raise Refused(Refusal("backup.ledger", text, {"where": where, "reason": first.reason}))
    if ledger_head() != archive.manifest["ledger"]:
        raise Refused(Refusal("backup.ledger", _("恢复后的变更留痕与备份清单不一致，站点没有改动。")))
    if tallies.differences():
        raise Refused(Refusal("backup.tallies", _("恢复后的计数与名录不一致，站点没有改动。")))
    connection.check_constraints()
    return report
