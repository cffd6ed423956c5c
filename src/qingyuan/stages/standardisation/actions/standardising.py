"""核对、归档、确认规范化 (T19)、纳入日常监管 (T20)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.archive import STATES, Completeness
from qingyuan.core.lifecycle import Move, Paper, Stage
from qingyuan.core.refusal import require
from qingyuan.core.standardising import ITEM_STATES, ItemState
from qingyuan.ledger import actions as ledger
from qingyuan.library import actions as library
from qingyuan.registry import actions as registry
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.standardisation import guards_archive as guards
from qingyuan.stages.standardisation import queries_archive as queries
from qingyuan.stages.standardisation.models_archive import ArchiveEntry, ItemCheck, SupervisionStart
from qingyuan.stages.standardisation.words_archive import CheckResult, EntryKind

DONE = frozenset({Stage.STANDARDISED, Stage.SUPERVISED})


@transaction.atomic
def check_item(
    outlet: Outlet,
    *,
    item: str,
    result: CheckResult,
    on: date,
    by: Actor,
    at: datetime,
    reason: str = "",
    photo_sha256: str = "",
    key: str = "",
) -> ItemCheck:
    """核对项目: what was found of one item, or why it is waived.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := ItemCheck.objects.filter(key=key).first()):
        return made
    require(guards.check_item(outlet, item=item, result=result, reason=reason, by=by, on=on, at=at))
    if photo_sha256:
        check_filed({photo_sha256})
    try:
        with transaction.atomic():
            made = ItemCheck.objects.create(
                outlet=outlet,
                key=key or None,
                item=item,
                round=outlet.round,
                result=result,
                reason=reason.strip(),
                photo_sha256=photo_sha256,
                day=on,
                checked_by=by.id,
                recorded_at=at,
            )
    except IntegrityError:  # the same button pressed in another window this moment
        return ItemCheck.objects.get(key=key)
    details = {"item": item, "result": str(result)}
    _record(outlet, "outlet.check_item", on=on, by=by, at=at, details=details, note=reason, evidence=photo_sha256)
    return made


@transaction.atomic
def enter_paper(
    outlet: Outlet,
    *,
    section: str,
    sha256: str,
    on: date,
    by: Actor,
    at: datetime,
    title: str = "",
    key: str = "",
) -> ArchiveEntry:
    """归入档案: a paper of the library into a section of the outlet's file.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := ArchiveEntry.objects.filter(key=key).first()):
        return made
    require(guards.enter_paper(outlet, section=section, sha256=sha256, by=by, on=on, at=at))
    check_filed({sha256})
    values = {"kind": EntryKind.PAPER, "title": title.strip(), "sha256": sha256}
    return _enter(outlet, section, values, key=key, on=on, by=by, at=at)


@transaction.atomic
def put_aside(
    outlet: Outlet, *, section: str, reason: str, on: date, by: Actor, at: datetime, key: str = ""
) -> ArchiveEntry:
    """注明不适用: the section does not apply to this outlet, and why.

    Raises
    ------
    Refused
    """
    if key and (made := ArchiveEntry.objects.filter(key=key).first()):
        return made
    require(guards.put_aside(outlet, section=section, reason=reason, by=by, on=on, at=at))
    values = {"kind": EntryKind.NOT_APPLICABLE, "reason": reason.strip()}
    return _enter(outlet, section, values, key=key, on=on, by=by, at=at)


def _enter(
    outlet: Outlet, section: str, values: dict[str, str], *, key: str, on: date, by: Actor, at: datetime
) -> ArchiveEntry:
    try:
        with transaction.atomic():
            made = ArchiveEntry.objects.create(
                outlet=outlet, key=key or None, section=section, day=on, entered_by=by.id, recorded_at=at, **values
            )
    except IntegrityError:  # the same button pressed in another window this moment
        return ArchiveEntry.objects.get(key=key)
    details = {"section": section, "entry": made.pk, "kind": str(values["kind"])}
    act = "outlet.enter_archive" if made.kind == EntryKind.PAPER else "outlet.put_aside"
    _record(outlet, act, on=on, by=by, at=at, details=details, note=made.reason, evidence=made.sha256)
    return made


@transaction.atomic
def withdraw_entry(entry: ArchiveEntry, *, on: date, by: Actor, at: datetime, reason: str = "") -> ArchiveEntry:
    """撤回 what was entered by hand. Withdrawn already, nothing happens.

    Raises
    ------
    Refused
    """
    if entry.withdrawn_at is not None:
        return entry
    require(guards.withdraw_entry(entry, by=by))
    ArchiveEntry.objects.filter(pk=entry.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by.id)
    entry.withdrawn_at, entry.withdrawn_by = at, by.id
    details = {"section": entry.section, "entry": entry.pk}
    _record(entry.outlet, "outlet.withdraw_archive", on=on, by=by, at=at, details=details, note=reason)
    return entry


@transaction.atomic
def standardise(outlet: Outlet, *, archive: Completeness, on: date, by: Actor, at: datetime) -> Outlet:
    """确认规范化 (T19). `archive`: how complete the file is, as a board read it in this transaction; the list of
    its sections is filed as 档案目录. Standardised already, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    if Stage(outlet.stage) in DONE:
        return outlet
    require(guards.standardise(outlet, archive=archive, by=by, on=on, at=at))
    items = queries.items_of(outlet, archive=archive, on=on)
    index = library.file_bytes(_index(outlet, archive, on), name=f"{outlet.national_code}档案目录.json", by=by, at=at)
    papers = {Paper.ARCHIVE_INDEX: index.sha256, Paper.SIGNBOARD_PHOTO: queries.sign_photo(outlet)}
    waived = {one.key: one.why for one in items if one.state is ItemState.WAIVED}
    details = {
        "items": {one.key: ITEM_STATES[one.state] for one in items},
        "waived": waived,
        "score": archive.score,
    }
    return registry.advance(outlet, Move.STANDARDISE, on=on, by=by, at=at, papers=papers, details=details)


def _index(outlet: Outlet, archive: Completeness, on: date) -> bytes:
    """档案目录: what the file holds on the day."""
    listed = [
        {
            "section": one.section.value,
            "name": one.name,
            "state": STATES[one.state],
            "why": one.why,
            "mandatory": one.mandatory,
        }
        for one in archive.sections
    ]
    told = {"outlet": outlet.pk, "code": outlet.national_code, "name": outlet.name, "day": on.isoformat()}
    text = json.dumps({**told, "score": archive.score, "sections": listed}, ensure_ascii=False, indent=1)
    return text.encode()


@transaction.atomic
def supervise(
    outlet: Outlet, *, owner: Body | None, sha256: str, on: date, by: Actor, at: datetime, chief: str = ""
) -> Outlet:
    """纳入日常监管 (T20): from now on the owner supervises by the plan filed. Supervised already, nothing happens.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if Stage(outlet.stage) is Stage.SUPERVISED:
        return outlet
    require(guards.supervise(outlet, owner=owner, chief=chief, sha256=sha256, by=by, on=on, at=at))
    assert owner is not None  # the guard refuses without
    SupervisionStart.objects.create(
        outlet=outlet, owner=owner, chief=chief.strip(), day=on, recorded_by=by.id, recorded_at=at
    )
    details = {"owner": owner.pk, "owner_name": owner.name, "chief": chief.strip()}
    papers = {Paper.SUPERVISION_PLAN: sha256} if sha256 else {}
    return registry.advance(outlet, Move.SUPERVISE, on=on, by=by, at=at, papers=papers, details=details)


def _record(
    outlet: Outlet,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    details: Mapping[str, object],
    note: str = "",
    evidence: str = "",
) -> None:
    ledger.record(
        ("outlet", str(outlet.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        details=details,
        private={"note": note} if note.strip() else {},
        pack=pack_of(policy_of(outlet.unit_path, on=on)),
        evidence=(evidence,) if evidence else (),
    )
