"""The whole site in one file: every table as lines of JSON, every file of the library, and a manifest that proves both.

The register is read in one transaction, so a backup taken while people work is one moment. A backup of SQLite can be
put back on PostgreSQL and the other way. Passwords are in it as hashes; the site's secret key and sessions are not.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from qingyuan.core import proof
from qingyuan.ledger.actions import leaf
from qingyuan.ledger.models import Head
from qingyuan.library.actions import path_of
from qingyuan.library.models import File

FORMAT = 1
MANIFEST = "manifest.json"


def tables() -> list[type[models.Model]]:
    """The models a backup holds, in the order of the storeys; tables between two models included."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("qingyuan.")
        for model in config.get_models(include_auto_created=True)
    ]


def migrations() -> list[str]:
    """The state of the tables: which migrations were applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if (apps.is_installed(f"qingyuan.{app}")))


def write(path: Path, *, at: datetime) -> dict[str, object]:
    """Write a backup beside its final name and rename it: a kill leaves no half file under the name. Returns the
    manifest."""
    draft = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=3, allowZip64=True) as archive:
            with transaction.atomic():
                _one_moment()
                members = {f"tables/{model._meta.db_table}.jsonl": _table(archive, model) for model in tables()}
                heads = Head.objects.order_by("kind", "subject_id").values_list("kind", "subject_id", "number", "hash")
                root = proof.merkle_root([leaf(*head) for head in heads.iterator()])
                hashes = list(File.objects.order_by("sha256").values_list("sha256", flat=True))
            members |= {f"library/{sha256}": _content(archive, sha256) for sha256 in hashes if path_of(sha256).exists()}
            manifest = {
                "format": FORMAT,
                "made": at.isoformat(),
                "database": connection.vendor,
                "migrations": migrations(),
                "ledger_root": root,
                "files": len(hashes),
                "members": members,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _one_moment() -> None:
    """All reads of this transaction see the same moment."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _table(archive: zipfile.ZipFile, model: type[models.Model]) -> dict[str, object]:
    digest, rows = hashlib.sha256(), 0
    name = f"tables/{model._meta.db_table}.jsonl"
    with archive.open(name, "w", force_zip64=True) as raw, io.BufferedWriter(raw, 1 << 18) as member:
        for line in _lines(model):
            digest.update(line)
            member.write(line)
            rows += 1
    return {"sha256": digest.hexdigest(), "rows": rows}


def _lines(model: type[models.Model]) -> Iterator[bytes]:
    columns = [field.attname for field in model._meta.concrete_fields]
    found = model._default_manager.order_by("pk").values_list(*columns)
    for row in found.iterator(chunk_size=5_000):
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_said).encode() + b"\n"


def _said(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case _:
            raise TypeError(f"no word in a backup for {type(value)}")


def _content(archive: zipfile.ZipFile, sha256: str) -> dict[str, object]:
    content = path_of(sha256).read_bytes()
    archive.writestr(f"library/{sha256}", content)
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
