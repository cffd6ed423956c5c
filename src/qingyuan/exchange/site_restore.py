"""Putting a backup back: everything is proved before the site is touched, and all of it enters in one transaction.

Whatever is wrong with the file — not a backup, cut off, a byte flipped, of another version — the site stays as it was.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.site_backup import FORMAT, MANIFEST, migrations, tables
from qingyuan.ledger import queries as ledger
from qingyuan.ledger import rows, triggers
from qingyuan.library.actions import keep
from qingyuan.registry import tallies
from qingyuan.registry.models import Outlet

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    rows: Mapping[str, int]
    files: int
    ledger_entries: int


def restore(path: Path, *, replace: bool) -> Restored:
    """Put a backup back into a migrated site.

    Raises
    ------
    Refused
        The file is not a whole backup of this version, the site is not empty (and `replace` is not said), or what would
        come back does not prove itself. Nothing was changed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _proved(archive)
            if not replace and Outlet.objects.exists():
                raise _refused("backup.not_empty", _("站点已有数据；确要以备份取代，请加 --replace。"))
            return _taken_in(archive, manifest)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as fault:
        raise _refused("backup.damaged", _("备份文件不完整或已损坏，站点未作改动。")) from fault


def _proved(archive: zipfile.ZipFile) -> Mapping[str, Any]:
    """The manifest, once every member is what it says."""
    if MANIFEST not in archive.namelist():
        raise _refused("backup.not_a_backup", _("该文件不是清源备份。"))
    try:
        manifest = json.loads(archive.read(MANIFEST))
        members, made_with = manifest["members"], manifest["migrations"]
    except (ValueError, KeyError, TypeError) as fault:
        raise _refused("backup.not_a_backup", _("该文件不是清源备份。")) from fault
    if manifest.get("format") != FORMAT or made_with != migrations():
        raise _refused("backup.other_version", _("备份与当前程序版本不同，请用制作备份的版本恢复后再升级。"))
    if set(archive.namelist()) != {MANIFEST, *members}:
        raise _refused("backup.damaged", _("备份文件不完整或已损坏，站点未作改动。"))
    for name, said in members.items():
        digest = hashlib.sha256()
        with archive.open(name) as member:
            while part := member.read(1 << 20):
                digest.update(part)
        if digest.hexdigest() != said["sha256"]:
            raise _refused("backup.damaged", _("备份文件不完整或已损坏，站点未作改动。"))
    return manifest


def _taken_in(archive: zipfile.ZipFile, manifest: Mapping[str, Any]) -> Restored:
    counts: dict[str, int] = {}
    contents = [name for name in manifest["members"] if name.startswith("library/")]
    for name in contents:  # named by their content: a file too many harms nobody
        keep(archive.read(name), name.removeprefix("library/"))
    with transaction.atomic():
        _empty()
        for model in tables():
            counts[model._meta.db_table] = _fill(model, archive)
        _count_on()
        triggers.install()
        report = ledger.verify()
        if not report.whole or tallies.differences():
            raise _refused("backup.unproved", _("备份中的变更留痕或计数核验不通过，站点未作改动。"))
    return Restored(counts, len(contents), report.entries)


def _empty() -> None:
    """Take away what is there. The ledger's own triggers stand in the way of everybody else."""
    with connection.cursor() as cursor:
        for name in triggers.NAMES:
            on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        for model in reversed(tables()):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def _fill(model: type[models.Model], archive: zipfile.ZipFile) -> int:
    fields = list(model._meta.concrete_fields)
    columns = [field.attname for field in fields]
    count = 0
    with archive.open(f"tables/{model._meta.db_table}.jsonl") as member:
        lines = iter(member)
        while batch := list(islice(lines, BATCH)):
            rows.insert(model, columns, _values(batch, fields))
            count += len(batch)
    return count


def _values(lines: list[bytes], fields: list[models.Field[Any, Any]]) -> Iterator[list[Any]]:
    for line in lines:
        yield [_value(field, value) for field, value in zip(fields, json.loads(line), strict=True)]


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    match field:
        case _ if value is None:
            return None
        case models.BinaryField():
            return base64.b64decode(value)
        case models.DateField() | models.DecimalField():
            return field.to_python(value)
        case _:
            return value


def _count_on() -> None:
    """New rows get numbers after the restored ones (SQLite does so by itself)."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables():
            if isinstance(model._meta.pk, models.AutoField):
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence(%s, %s), GREATEST((SELECT MAX(id) FROM {table}), 1))",  # noqa: S608
                    [model._meta.db_table, "id"],
                )


def _refused(code: str, text: str) -> Refused:
    return Refused(Refusal(code, text))
