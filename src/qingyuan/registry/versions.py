"""Versions of a register: rows to bytes and back, the one published last, and the difference from it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from qingyuan.core.comparing import Difference, difference
from qingyuan.core.refusal import NotFound
from qingyuan.library import queries as library
from qingyuan.places.models import Unit
from qingyuan.registry import registers
from qingyuan.registry.models import RegisterVersion
from qingyuan.registry.registers import Register, Row


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of a register at one instant: outlet id → values in the order of `columns`."""

    columns: tuple[str, ...]
    rows: dict[int, tuple[str, ...]]


def live(register: Register, unit: Unit, *, on: date) -> Snapshot:
    """The register as it stands now."""
    found = registers.rows_of(register, registers.outlets_in(register, unit, on=on), unit, on=on)
    return Snapshot(register.columns, {row.outlet_id: row.values for row in found})


def written(snapshot: Snapshot) -> tuple[bytes, str]:
    """The snapshot as a compressed file (one JSON line for the columns, one for each row), and the digest of what it
    says: sha256 of the lines before compression. The same rows always give the same bytes."""
    digest, out = hashlib.sha256(), BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed:
        for line in _lines(snapshot):
            digest.update(line)
            packed.write(line)
    return out.getvalue(), digest.hexdigest()


def _lines(snapshot: Snapshot) -> Iterable[bytes]:
    yield _line({"columns": snapshot.columns})
    for pk, values in snapshot.rows.items():
        yield _line([pk, *values])


def _line(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def read(content: bytes) -> Snapshot:
    """A snapshot from its file."""
    first, *lines = gzip.decompress(content).splitlines()
    columns = tuple(json.loads(first)["columns"])
    parsed = (json.loads(line) for line in lines)
    return Snapshot(columns, {row[0]: tuple(row[1:]) for row in parsed})


def snapshot_of(version: RegisterVersion) -> Snapshot:
    """The rows of a published version.

    Raises
    ------
    NotFound
        The file is not in the library.
    """
    return read(library.content_of(version.sha256))


def versions_of(unit: Unit, key: str) -> list[RegisterVersion]:
    """The published versions of a unit's register, newest first."""
    return list(RegisterVersion.objects.filter(unit=unit, register=key).order_by("-number"))


def last_of(unit: Unit, key: str) -> RegisterVersion | None:
    """The version published last."""
    return RegisterVersion.objects.filter(unit=unit, register=key).order_by("-number").first()


def version_of(unit: Unit, key: str, number: int) -> RegisterVersion:
    """One published version.

    Raises
    ------
    NotFound
    """
    found = RegisterVersion.objects.filter(unit=unit, register=key, number=number).first()
    if found is None:
        raise NotFound("register version", f"{key}/{number}")
    return found


def differs(before: Snapshot | None, now: Snapshot) -> Difference:
    """How the later differs from the earlier; without an earlier one every row is new."""
    earlier = before or Snapshot(now.columns, {})
    return difference(earlier.columns, earlier.rows, now.columns, now.rows)


def rows_as_listed(snapshot: Snapshot) -> list[Row]:
    """The rows in the order they were written."""
    return [Row(pk, values) for pk, values in snapshot.rows.items()]
