"""Handing in a pack text, and what a second officer decides about it.

A text with a fault is kept with its faults and never comes into force: the last good version stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.policy import Pack, PackError, PackFault
from qingyuan.core.policy.ladder import declarations
from qingyuan.core.policy.parameters import Status
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit
from qingyuan.rulebook import guards, proposals, queries, settings_of, texts, uploads
from qingyuan.rulebook.actions import keep, keep_shipped
from qingyuan.rulebook.checking import ladder_of, unit_path_of
from qingyuan.rulebook.models import PackProposal, PackVersion

State = PackProposal.State


def propose_files(
    files: Sequence[tuple[str, bytes]],
    *,
    unit: Unit,
    wanted_from: date | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> PackProposal:
    """Hand in a pack as uploaded. A faulty upload is kept as refused, with every fault."""
    require(guards.propose(unit=unit, by=by))
    try:
        given = uploads.read_files(files)
    except PackError as slip:
        names = [name for name, _content in files]
        return _keep(unit, {}, None, list(slip.faults), wanted_from, reason, "", by=by, at=at, names=names)
    return propose(given, unit=unit, wanted_from=wanted_from, reason=reason, by=by, at=at)


@transaction.atomic
def propose(
    given: Mapping[str, str],
    *,
    unit: Unit,
    wanted_from: date | None,
    reason: str,
    by: Actor,
    at: datetime,
    setting: str = "",
) -> PackProposal:
    """Hand in the texts of a pack for a unit. Checked at once; the same text handed in twice waits once.

    Raises
    ------
    Refused
        No permission there; or the text is the one in force already.
    """
    require(guards.propose(unit=unit, by=by))
    text = texts.canonical(given)
    pack, slips = texts.parse_canonical(text)
    faults = list(slips)
    if pack is not None:
        faults = _faults(pack, text, unit, wanted_from or local_day(at))
        if not faults:
            if waiting := PackProposal.objects.filter(
                pack=pack.code, sha256=texts.digest(text), state=State.WAITING
            ).first():
                return waiting
            require(guards.is_new(against=_against(pack.code), sha256=texts.digest(text)))
    return _keep(unit, given, pack, faults, wanted_from, reason, setting, by=by, at=at)


def propose_setting(
    *,
    unit: Unit,
    name: str,
    value: str,
    clause: str,
    status: Status,
    from_day: date,
    reason: str,
    by: Actor,
    at: datetime,
    quote: str = "",
) -> PackProposal:
    """Hand in one other value of one parameter: the unit's own pack with exactly that change, or a first small pack.

    Raises
    ------
    Refused
        No permission; the parameter is unknown or locked.
    PackError
        The value is not of the parameter's type.
    """
    require(guards.propose(unit=unit, by=by))
    own = proposals.pack_at(unit.path, on=from_day)
    chain = ladder_of(queries.packs_in_force(on=from_day).values(), unit.path)
    declared = declarations(chain).get(name)
    require(guards.propose_setting(declared=declared, name=name))
    assert declared is not None
    if own is None:
        given = settings_of.fresh(code=f"{unit.code}-own", unit=unit.code, title=f"{unit.name}本级设定")
    else:
        given = texts.read_canonical(queries.text_in_force(own.code, on=from_day))
    read = settings_of.value_of(declared.kind, value, name=name)
    entry = settings_of.entry_of(read, from_day=from_day, clause=clause, status=status, quote=quote)
    standing = queries.policy_for(unit.path, on=from_day).parameters.get(name)
    changed = settings_of.changed(given, name, entry, of=standing)
    return propose(changed, unit=unit, wanted_from=from_day, reason=reason, by=by, at=at, setting=name)


@transaction.atomic
def approve(of: PackProposal, *, from_day: date, reason: str, by: Actor, at: datetime) -> PackVersion:
    """Put a proposal in force from a day. Pressed twice it gives the version it gave.

    Raises
    ------
    Refused
        The same officer proposed it, it waits no longer, the day lies back without a reason, another version came in.
    PackError
        It no longer fits the packs beside which it would be in force.
    """
    of = _locked(of)
    if of.state == State.APPROVED and of.decided_by == by.id and of.in_force_from == from_day:
        return PackVersion.objects.filter(pack=of.pack, sha256=of.sha256).latest("pk")
    newest = queries.newest_version(of.pack)
    require(guards.approve(of, from_day=from_day, today=local_day(at), reason=reason, newest=newest, by=by))
    if faults := proposals.faults_beside(of.text, on=from_day):
        raise PackError(faults)
    pack = texts.parsed(of.text)
    if not PackVersion.objects.exists():
        keep_shipped(except_for={pack.code}, by=by, at=at)
    version = keep(pack, of.text, from_day, shipped=False, by=by, at=at)
    if version is None:
        raise Refused(Refusal("rulebook.unchanged", _("与在用版本完全相同，没有可提交的改动。")))
    of.in_force_from, of.retroactive = from_day, from_day < local_day(at)
    _decide(of, State.APPROVED, reason, by=by, at=at, more={"from": from_day, "retroactive": of.retroactive})
    return version


@transaction.atomic
def reject(of: PackProposal, *, reason: str, by: Actor, at: datetime) -> None:
    """Send a proposal back with a reason."""
    of = _locked(of)
    if of.state == State.REJECTED and of.decided_by == by.id:
        return
    require(guards.reject(of, reason=reason, by=by))
    _decide(of, State.REJECTED, reason, by=by, at=at)


@transaction.atomic
def withdraw_proposal(of: PackProposal, *, reason: str, by: Actor, at: datetime) -> None:
    """Take back what one handed in, while it waits."""
    of = _locked(of)
    if of.state == State.WITHDRAWN and of.decided_by == by.id:
        return
    require(guards.withdraw_proposal(of, by=by))
    _decide(of, State.WITHDRAWN, reason, by=by, at=at)


def _faults(pack: Pack, text: str, unit: Unit, on: date) -> list[PackFault]:
    try:
        path = unit_path_of(pack)
    except PackError as slip:
        return list(slip.faults)
    if path != unit.path:
        reason = f"适用区划写的是 {pack.unit}，而提交到{unit.name}（{unit.code}）"
        return [PackFault(f"{pack.code}/pack.yaml", "unit", reason, "POLICY_UNIT")]
    return proposals.faults_beside(text, on=on)


def _against(code: str) -> str:
    """The hash of the newest text of a pack, empty when there is none."""
    newest = queries.newest_version(code)
    if newest is not None:
        return newest.sha256
    shipped = texts.shipped_texts().get(code)
    return texts.digest(shipped) if shipped is not None and not PackVersion.objects.exists() else ""


def _keep(
    unit: Unit,
    given: Mapping[str, str],
    pack: Pack | None,
    faults: list[PackFault],
    wanted_from: date | None,
    reason: str,
    setting: str,
    *,
    by: Actor,
    at: datetime,
    names: Sequence[str] = (),
) -> PackProposal:
    text = texts.canonical(given)
    code = pack.code if pack is not None and not any(fault.code == "POLICY_UNIT" for fault in faults) else ""
    state = State.FAULTY if faults else State.WAITING
    made = PackProposal.objects.create(
        pack=code[:64],
        unit_path=unit.path,
        unit_code=unit.code,
        unit_name=unit.name,
        title=(pack.title if pack is not None else "、".join(names or given))[:200],
        setting=setting,
        text=text,
        sha256=texts.digest(text),
        against=_against(code) if code else "",
        faults=[asdict(fault) for fault in faults],
        state=state,
        wanted_from=wanted_from,
        reason=reason,
        proposed_by=by.id,
        proposer=by.name,
        proposed_at=at,
    )
    ledger.record(
        _subject(made),
        "pack.propose_faulty" if faults else "pack.propose",
        by=by,
        at=at,
        occurred=at,
        changes={"state": (None, str(state))},
        details={"proposal": made.pk, "sha256": made.sha256, "from": wanted_from, "reason": reason}
        | ({"faults": len(faults)} if faults else {}),
        pack=made.pack,
    )
    return made


def _subject(of: PackProposal) -> tuple[str, str]:
    """The pack; for a text that is none, or bears a code that may be another unit's, the unit."""
    faulty = of.state == State.FAULTY
    return "pack", f"unit-{of.unit_code}" if faulty else of.pack


def _locked(of: PackProposal) -> PackProposal:
    return PackProposal.objects.select_for_update().get(pk=of.pk)


def _decide(
    of: PackProposal,
    state: PackProposal.State,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    more: Mapping[str, object] | None = None,
) -> None:
    was = of.state
    of.state, of.decision = state, reason
    of.decided_by, of.decider, of.decided_at = by.id, by.name, at
    of.save()
    act = {
        State.APPROVED: "pack.approve",
        State.REJECTED: "pack.reject",
        State.WITHDRAWN: "pack.withdraw_proposal",
    }[state]
    ledger.record(
        _subject(of),
        act,
        by=by,
        at=at,
        occurred=at,
        changes={"state": (was, str(state))},
        details={"proposal": of.pk, "sha256": of.sha256, "proposer": of.proposed_by, "reason": reason, **(more or {})},
        pack=of.pack,
    )
