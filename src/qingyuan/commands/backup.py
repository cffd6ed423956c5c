"""`backup FILE` and `restore FILE`: the register first, in one snapshot, then the library's files.

A restore checks every byte of the archive before it touches the site, builds the tables of the archive's release aside,
fills them, brings them to this release, proves the ledger and the counts, and only then puts them in place. Whatever
goes wrong, the site is as it was.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from qingyuan import __version__
from qingyuan.commands import databases, filling
from qingyuan.commands.answers import answer, note, verb
from qingyuan.commands.archive import Reader, Writer, columns_of
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import queries as ledger
from qingyuan.ledger.models import Entry
from qingyuan.library.actions import path_of
from qingyuan.library.models import File
from qingyuan.rulebook import actions as rulebook

CHUNK = 2_000


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backup` and `restore`."""
    keep = verb(groups, "backup", backup, "备份整个站点到一个文件")
    keep.add_argument("file", type=Path)
    keep.add_argument("--force", action="store_true", help="文件已存在时替换它")
    back = verb(groups, "restore", restore, "从备份恢复站点；较早版本的备份会一并升级")
    back.add_argument("file", type=Path)
    back.add_argument("--replace", action="store_true", help="替换现有站点的全部数据")


def backup(asked: argparse.Namespace) -> int:
    """Write the archive; the name exists only once it is whole."""
    require(_cannot_write(asked.file, force=asked.force))
    manifest = write(asked.file)
    size = asked.file.stat().st_size
    document = {
        "file": str(asked.file),
        "bytes": size,
        "rows": manifest["rows"],
        "files": manifest["files"],
        "ledger": manifest["ledger"],
        "members": {name: member["sha256"] for name, member in manifest["members"].items()},
    }
    lines = [
        f"已备份到 {asked.file}（{size / 1e6:.1f} MB）",
        f"数据 {sum(manifest['rows'].values())} 行，文件 {manifest['files']} 个，"
        f"留痕根 {manifest['ledger']['root'][:16]}…",
    ]
    return answer(asked, document, lines)


def write(path: Path) -> dict[str, Any]:
    """Write the archive of the site, whichever release its tables are of; returns the manifest.

    Raises
    ------
    Refused
        A file of the library is missing or damaged.
    """
    migrations = databases.applied()
    tables = databases.models_at(migrations)
    writer = Writer(path)
    try:
        with snapshot():
            counts = {model._meta.db_table: writer.table(model, _rows(model)) for model in tables}
            about = {
                "made_at": timezone.now().isoformat(),
                "program": __version__,
                "database": connection.vendor,
                "migrations": migrations,
                "rows": counts,
                "ledger": filling.ledger_head(),
            }
            files = list(File.objects.order_by("sha256").values_list("sha256", flat=True))
        lost = [sha256 for sha256 in files if not writer.file(sha256, path_of(sha256))]
        if lost:
            text = _("资料库有 %(count)s 个文件缺失或损坏，例如 %(first)s；未作备份。")
            raise Refused(Refusal("backup.library", text, {"count": len(lost), "first": lost[0]}))
        return writer.close({**about, "files": len(files)})
    except BaseException:
        writer.abandon()
        raise


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


def _rows(model: type[models.Model]) -> Iterator[Sequence[Any]]:
    names = [field.attname for field in columns_of(model)]
    return model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=CHUNK)


def restore(asked: argparse.Namespace) -> int:
    """Check the archive, then put it in place of what is there."""
    note(asked, "检验备份文件")
    archive = Reader(asked.file)
    with databases.alone():
        require(_occupied(replace=asked.replace))
        require(from_later_release(archive))
        note(asked, "恢复资料文件和数据")
        counts, report = put_in_place(archive)
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
    if replace or not databases.is_laid() or not Entry.objects.exists():
        return None
    return Refusal("site.exists", _("此处已有站点；加 --replace 以备份替换其全部数据。"))


def from_later_release(archive: Reader) -> Refusal | None:
    """An archive whose tables this release does not know cannot be read."""
    if databases.known(archive.manifest["migrations"]):
        return None
    return Refusal("backup.version", _("备份来自更新版本的程序，请先升级程序再恢复。"))


def put_in_place(archive: Reader, *, upgraded: bool = True) -> tuple[dict[str, int], ledger.Report]:
    """Build the archive's site aside, prove it, and let it take the place of what is there. `upgraded` False leaves the
    tables as the archive's own release had them.

    Raises
    ------
    Refused
    """
    added = filling.put_files(archive)
    older: list[str] = archive.manifest["migrations"]
    try:
        with databases.aside(empty=True):
            databases.migrate(older)
            with transaction.atomic():
                counts = filling.fill(archive, databases.models_at(older))
            databases.flush_checks()
            report = filling.prove_ledger(head=archive.manifest["ledger"])
            if upgraded:
                bring_forward()
    except BaseException as fault:
        filling.take_away(added)
        if isinstance(fault, DatabaseError | ValueError | TypeError):
            raise Refused(Refusal("backup.content", _("备份中的数据不能写入，站点没有改动。"))) from fault
        raise
    return counts, report


def bring_forward() -> None:
    """Tables and shipped packs to this release; then the chains and the counts are proved.

    Raises
    ------
    Refused
    """
    if databases.pending():
        databases.migrate()
        databases.flush_checks()
        rulebook.load_shipped(by=CONSOLE, at=timezone.now())
        filling.prove_ledger()
    filling.prove_counts()
