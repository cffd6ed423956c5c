"""Taking packs in and withdrawing them. Every fault or nothing: after a fault the last good text stays in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.policy import Pack, PackError, PackFault
from qingyuan.core.refusal import require
from qingyuan.ledger import actions as ledger
from qingyuan.rulebook import guards, queries, texts
from qingyuan.rulebook.checking import faults_of_texts, unit_path_of
from qingyuan.rulebook.models import PackVersion


def load_pack(path: Path | str, *, from_day: date | None, by: Actor, at: datetime) -> list[PackVersion]:
    """Take in the pack (or the packs) in a folder, in force from a day.

    Raises
    ------
    PackError
        With every fault of every pack, alone or together with those in force; nothing is taken in.
    """
    return load_texts(texts.read_folder(Path(path)), from_day=from_day, by=by, at=at)


def load_texts(
    given: Mapping[str, Mapping[str, str]], *, from_day: date | None, by: Actor, at: datetime, shipped: bool = False
) -> list[PackVersion]:
    """Take in packs given as folder → file → text, as an upload gives them. Same faults as `load_pack`.

    A text that is in force already is passed over.
    """
    found = {name: texts.canonical(files) for name, files in given.items()}
    new = _parsed(found)
    require(guards.load_packs(unit_paths=[unit_path_of(pack) for pack in new.values()], by=by))
    if taken := [fault for pack in new.values() for fault in queries.name_faults(pack)]:
        raise PackError(taken)
    standing = queries.texts_in_force(on=from_day or at.date())
    if not standing and not shipped:
        standing = texts.shipped_texts()
    _refuse_faults({**standing, **{pack.code: found[name] for name, pack in new.items()}})
    with transaction.atomic():
        if not shipped and not PackVersion.objects.exists():
            keep_shipped(except_for={pack.code for pack in new.values()}, by=by, at=at)
        kept = [keep(pack, found[name], from_day, shipped=shipped, by=by, at=at) for name, pack in new.items()]
    return [version for version in kept if version is not None]


def load_shipped(*, by: Actor, at: datetime) -> list[PackVersion]:
    """Take in the packs this release ships, in force since ever. One that a bureau replaced is left alone."""
    standing = PackVersion.objects.filter(shipped=False, status=PackVersion.Status.IN_FORCE)
    own = set(standing.values_list("pack", flat=True))
    given = {name: files for name, files in texts.read_folder(texts.SHIPPED).items() if name not in own}
    return load_texts(given, from_day=None, by=by, at=at, shipped=True)


@transaction.atomic
def withdraw(version: PackVersion, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a version out of force; the one before it governs again. The text stays.

    Raises
    ------
    PackError
        The packs that would remain do not fit each other.
    """
    require(guards.withdraw(version, by=by))
    version.status, version.withdrawn_at = PackVersion.Status.WITHDRAWN, at
    version.save(update_fields=["status", "withdrawn_at"])
    _refuse_faults(queries.texts_in_force(on=at.date()))
    ledger.record(
        ("pack", version.pack),
        "pack.withdraw",
        by=by,
        at=at,
        occurred=at,
        changes={"status": (PackVersion.Status.IN_FORCE, PackVersion.Status.WITHDRAWN)},
        details={"sha256": version.sha256, "reason": reason},
        pack=version.pack,
    )


def _refuse_faults(together: Mapping[str, str]) -> None:
    """Raise PackError with every fault of these packs beside each other."""
    if faults := faults_of_texts(frozenset(together.values())):
        raise PackError(list(faults))


def _parsed(given: Mapping[str, str]) -> dict[str, Pack]:
    packs, faults = {}, []
    for name, text in given.items():
        pack, slips = texts.parse_canonical(text)
        faults += [PackFault(f"{name}/{slip.file}", slip.key, slip.reason, slip.code) for slip in slips]
        if pack is not None:
            packs[name] = pack
    if faults:
        raise PackError(faults)
    return packs


def keep_shipped(*, except_for: set[str], by: Actor, at: datetime) -> None:
    """A bureau's first pack on an empty rulebook brings the shipped ones it stands on."""
    for code, text in texts.shipped_texts().items():
        if code not in except_for:
            keep(texts.parsed(text), text, None, shipped=True, by=by, at=at)


def keep(pack: Pack, text: str, from_day: date | None, *, shipped: bool, by: Actor, at: datetime) -> PackVersion | None:
    """Put a text in force from a day, with its entry; None when the newest text is this very one."""
    sha256 = texts.digest(text)
    before = queries.newest_version(pack.code)
    if before is not None and before.sha256 == sha256:
        return None
    version = PackVersion.objects.create(
        pack=pack.code,
        unit_path=unit_path_of(pack),
        text=text,
        sha256=sha256,
        in_force_from=from_day,
        recorded_at=at,
        loaded_by=by.id,
        shipped=shipped,
    )
    ledger.record(
        ("pack", pack.code),
        "pack.load",
        by=by,
        at=at,
        occurred=from_day or at,
        changes={"sha256": (before.sha256 if before else None, sha256)},
        details={"title": pack.title, "document_no": pack.document_no, "from": from_day, "shipped": shipped},
        pack=pack.code,
    )
    return version
