"""The archive of a site: one zip file, sealed, the same for SQLite and PostgreSQL.

`register/<table>.jsonl` holds a table (a line of column names, then a line a row, in plain JSON), `library/<sha256>` a
file, `manifest.json` the counts and the hash of every member. The last 64 characters of the file are the hash of
everything before them: a missing tail or one flipped byte shows before anything is believed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import models

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _

FORMAT = 1
SEAL_LENGTH = 64
MANIFEST = "manifest.json"
_BLOCK = 1 << 20


class Writer:
    """Writes an archive beside its name and moves it there when it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        self.members: dict[str, dict[str, Any]] = {}
        self.draft.touch(mode=0o600)  # password hashes are inside
        self.zip = zipfile.ZipFile(self.draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=4)

    def table(self, model: type[models.Model], rows: Iterable[Sequence[Any]]) -> int:
        """Write a table; returns its rows."""
        fields = columns_of(model)
        count = 0
        digest, size = hashlib.sha256(), 0
        with self.zip.open(f"register/{model._meta.db_table}.jsonl", "w", force_zip64=True) as out:
            for line in self._lines(fields, rows):
                count += 1
                size += len(line)
                digest.update(line)
                out.write(line)
        count -= 1
        self.members[f"register/{model._meta.db_table}.jsonl"] = _member(digest, size, rows=count)
        return count

    def _lines(self, fields: Sequence[models.Field], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
        yield _dump([field.attname for field in fields])
        for row in rows:
            yield _dump([plain(value) for value in row])

    def file(self, sha256: str, path: Path) -> bool:
        """Add a file of the library; False when the bytes are not what their name says."""
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != sha256:
            return False
        self.zip.writestr(f"library/{sha256}", content)
        self.members[f"library/{sha256}"] = {"sha256": sha256, "bytes": len(content)}
        return True

    def close(self, about: dict[str, Any]) -> dict[str, Any]:
        """Write the manifest, seal the archive and move it to its name."""
        manifest = {"format": FORMAT, **about, "members": self.members}
        self.zip.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))
        self.zip.comment = b"0" * SEAL_LENGTH
        self.zip.close()
        digest, length = _digest_without_seal(self.draft)
        with self.draft.open("r+b") as file:
            file.seek(length)
            file.write(digest.encode())
            file.flush()
            os.fsync(file.fileno())
        self.draft.replace(self.path)
        return manifest

    def abandon(self) -> None:
        """Take the draft away, wherever the writing stopped."""
        with suppress(ValueError, OSError):
            self.zip.close()
        self.draft.unlink(missing_ok=True)


class Reader:
    """Reads an archive after every byte of it was checked.

    Raises
    ------
    Refused
        No such file, no archive of this platform, aborted, damaged, or of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        _check_seal(path)
        try:
            self.zip = zipfile.ZipFile(path)
            self.manifest: dict[str, Any] = json.loads(self.zip.read(MANIFEST))
            self.members: dict[str, dict[str, Any]] = self.manifest["members"]
        except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as fault:
            raise _refused("backup.unreadable", _("备份文件无法读取。")) from fault
        if self.manifest.get("format") != FORMAT:
            raise _refused("backup.format", _("备份文件的格式版本与本程序不一致。"))
        self._check_members()

    def _check_members(self) -> None:
        if set(self.zip.namelist()) != {*self.members, MANIFEST}:
            raise _refused("backup.members", _("备份文件的内容与清单不一致。"))
        for name, said in self.members.items():
            digest, size = hashlib.sha256(), 0
            try:
                with self.zip.open(name) as member:
                    for block in _blocks(member):
                        digest.update(block)
                        size += len(block)
            except (zipfile.BadZipFile, OSError, EOFError, ValueError) as fault:
                raise _refused("backup.damaged", _("备份文件中的“%(name)s”已损坏。"), name=name) from fault
            if (digest.hexdigest(), size) != (said["sha256"], said["bytes"]):
                raise _refused("backup.damaged", _("备份文件中的“%(name)s”已损坏。"), name=name)

    def rows(self, model: type[models.Model]) -> Iterator[list[Any]]:
        """The rows of a table as Python values, in the order of `columns_of`."""
        fields = {field.attname: field for field in columns_of(model)}
        with self.zip.open(f"register/{model._meta.db_table}.jsonl") as member:
            names = json.loads(next(iter(member)))
            if set(names) != set(fields):
                raise _refused("backup.columns", _("备份与本程序的数据表不一致，请用相同版本恢复。"))
            places = [(names.index(name), reader_of(field)) for name, field in fields.items()]
            for line in member:
                row = json.loads(line)
                yield [None if row[place] is None else read(row[place]) for place, read in places]

    def has(self, model: type[models.Model]) -> bool:
        """Whether the archive holds the table."""
        return f"register/{model._meta.db_table}.jsonl" in self.members

    @property
    def files(self) -> list[str]:
        """The hashes of the library's files."""
        return [name.removeprefix("library/") for name in self.members if name.startswith("library/")]

    def content(self, sha256: str) -> bytes:
        """The bytes of a file of the library."""
        return self.zip.read(f"library/{sha256}")


def columns_of(model: type[models.Model]) -> list[models.Field]:
    """The columns of a table, in the model's order."""
    return list(model._meta.concrete_fields)


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case _:
            return value


def reader_of(field: models.Field) -> Callable[[Any], Any]:
    """How a column's value is read back from JSON."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    match target:
        case models.DateTimeField():
            return datetime.fromisoformat
        case models.DateField():
            return date.fromisoformat
        case models.DecimalField():
            return Decimal
        case models.BinaryField():
            return base64.b64decode
        case models.UUIDField():
            return UUID
        case _:
            return lambda value: value


def _dump(values: Sequence[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _member(digest: Any, size: int, *, rows: int) -> dict[str, Any]:
    return {"sha256": digest.hexdigest(), "bytes": size, "rows": rows}


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def _digest_without_seal(path: Path) -> tuple[str, int]:
    length = path.stat().st_size - SEAL_LENGTH
    digest, left = hashlib.sha256(), length
    with path.open("rb") as file:
        while left > 0 and (block := file.read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest(), length


def _check_seal(path: Path) -> None:
    if not path.is_file():
        raise _refused("backup.missing", _("没有找到备份文件“%(path)s”。"), path=str(path))
    if not zipfile.is_zipfile(path):
        raise _refused("backup.not_archive", _("“%(path)s”不是完整的备份文件：不是备份，或写入中断。"), path=path.name)
    digest, length = _digest_without_seal(path)
    with path.open("rb") as file:
        file.seek(max(length, 0))
        if file.read() != digest.encode():
            raise _refused("backup.seal", _("备份文件“%(path)s”的封签不符：文件被改动或损坏。"), path=path.name)


def _refused(code: str, text: str, **params: object) -> Refused:
    return Refused(Refusal(code, text, params))
