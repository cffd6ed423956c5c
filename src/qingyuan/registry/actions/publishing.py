"""发布名录和清单: fix what a register says today as a numbered version. What was published is never changed."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.refusal import Refusal, Refused, StaleRecord, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.library import actions as library
from qingyuan.places.models import Unit
from qingyuan.registry import guards_work as guards
from qingyuan.registry import registers, rules, versions
from qingyuan.registry.models import RegisterVersion


@transaction.atomic
def publish_version(unit: Unit, key: str, *, after: int, note: str, by: Actor, at: datetime) -> RegisterVersion:
    """发布新版: the live rows become the next version of the register, by the body the scheme names (济源 三(二)1、
    五(二)). `after` is the number of the version the officer saw as the last one (0: none). Pressed twice it is one
    version.

    Raises
    ------
    Refused
        No permission, another body's duty, or nothing changed since the last version.
    StaleRecord
        Somebody published in between, and the register has changed since.
    NotFound
        The scheme names no such register.
    """
    on = local_day(at)
    register = registers.register_of(unit.path, key, on=on)
    require(guards.publish_version(register, unit=unit, by=by, on=on))
    snapshot = versions.live(register, unit, on=on)
    content, digest = versions.written(snapshot)
    last = versions.last_of(unit, key)
    if last is not None and last.number != after:
        if last.digest == digest and last.published_by == by.id:
            return last
        raise StaleRecord(register.name)
    if last is not None and last.digest == digest:
        text = _("自第 %(number)s 版以来没有变化，无需发布新版。")
        raise Refused(Refusal("registry.nothing_changed", text, {"number": last.number}, register.clause))
    number = last.number + 1 if last else 1
    file = library.file_bytes(content, name=f"{register.name}-{number}.jsonl.gz", by=by, at=at)
    found = versions.differs(versions.snapshot_of(last) if last else None, snapshot)
    version = RegisterVersion(
        unit=unit,
        register=key,
        name=register.name,
        number=number,
        snapshot_day=on,
        rows=len(snapshot.rows),
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
        sha256=file.sha256,
        digest=digest,
        clause=register.clause,
        pack=rules.pack_of(rules.policy_of(unit.path, on=on)),
        note=note.strip(),
        published_by=by.id,
        published_at=at,
    )
    _number(version)
    _tell(version, by=by)
    return version


def _number(version: RegisterVersion) -> None:
    """Keep a version under its number, unless somebody else took the number a moment ago."""
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise StaleRecord(version.name) from None


def _tell(version: RegisterVersion, *, by: Actor) -> None:
    said = ("name", "number", "rows", "added", "removed", "changed", "digest", "note")
    ledger.record(
        ("register", f"{version.unit.code}:{version.register}"),
        "register.publish",
        by=by,
        at=version.published_at,
        occurred=version.snapshot_day,
        details={name: getattr(version, name) for name in said},
        clause=version.clause,
        pack=version.pack,
        evidence=(version.sha256,),
    )
