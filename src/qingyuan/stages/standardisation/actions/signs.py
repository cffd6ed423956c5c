"""标识牌: designed, printed, erected, damaged, void; the party urged to erect it. Each once, each in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from qingyuan.core.access import CONSOLE, Actor
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.library import pictures
from qingyuan.library.actions import file_bytes
from qingyuan.registry import actions as registry
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.standardisation import board, guards_signs, rules
from qingyuan.stages.standardisation.models import Sign, Urging
from qingyuan.stages.standardisation.words import SignState


@transaction.atomic
def design_sign(outlet: Outlet, *, on: date, by: Actor, at: datetime) -> Sign:
    """设计标识牌: what would be printed today. Designed again before it is made, it says what is true by then.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards_signs.design_sign(outlet, by=by, on=on, at=at))
    policy = rules.policy_of(outlet.unit_path, on=on)
    who, clause = board.erected_by(policy)
    content, look = board.content_of(outlet, on=on), board.look_of(policy)
    said = {"code": outlet.national_code, "content": content, "look": look, "erected_by": who[:200]}
    held = Sign.objects.filter(outlet=outlet, state=SignState.DESIGNED).first()
    if held is not None:
        if (held.content, held.look) == (content, look):
            return held
        held.outlet = outlet
        _change(held, {**said, "designed_on": on})
        _record(held, "sign.redesign", on=on, by=by, at=at)
        return held
    number = (Sign.objects.filter(outlet=outlet).aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            made = Sign.objects.create(
                outlet=outlet,
                number=number,
                clause=clause,
                designed_on=on,
                designed_by=by.id,
                designed_at=at,
                is_demo=outlet.is_demo,
                **said,
            )
    except IntegrityError:
        raise StaleRecord(str(outlet)) from None
    _record(made, "sign.design", on=on, by=by, at=at, details={"code": made.code, "number": number})
    return made


@transaction.atomic
def mark_printed(signs: Sequence[Sign], *, on: date, by: Actor, at: datetime) -> list[Sign]:
    """登记制作, one or many: all or none. Made already, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    for sign in signs:
        if sign.state == SignState.PRINTED:
            continue
        require(guards_signs.mark_printed(sign, by=by, on=on, at=at))
        _change(sign, {"state": SignState.PRINTED, "printed_on": on})
        _record(sign, "sign.print", on=on, by=by, at=at)
    return list(signs)


@transaction.atomic
def erect_sign(
    sign: Sign,
    *,
    photo: bytes,
    name: str,
    on: date,
    by: Actor,
    at: datetime,
    position: tuple[Decimal, Decimal] | None = None,
    taken_at: datetime | None = None,
    reason: str = "",
) -> Sign:
    """登记立牌 with its photograph. Position and time are those given, else those the camera wrote into the picture.

    Raises
    ------
    Refused, StaleRecord
    """
    reading = pictures.read(photo) if photo else None
    where = position or (reading.position if reading else None)
    when = taken_at or (reading.taken_at if reading else None)
    file = file_bytes(photo, name=name, by=by, at=at) if reading else None
    if file is not None and sign.state == SignState.ERECTED and sign.photo_sha256 == file.sha256:
        return sign
    require(
        guards_signs.erect_sign(
            sign,
            photo_sha256=file.sha256 if file else ("" if not photo else "unreadable"),
            is_picture=reading is not None,
            position=where,
            taken_at=when,
            reason=reason,
            by=by,
            on=on,
            at=at,
        )
    )
    assert file is not None  # the guard asked
    assert where is not None
    _change(
        sign,
        {
            "state": SignState.ERECTED,
            "erected_on": on,
            "photo_sha256": file.sha256,
            "photo_taken_at": when,
            "photo_longitude_deg": where[0],
            "photo_latitude_deg": where[1],
            "distance_m": guards_signs.away_m(sign.outlet, where),
            "distance_reason": reason.strip()[:200],
        },
    )
    _record(sign, "sign.erect", on=on, by=by, at=at, evidence=(file.sha256,))
    # Who may erect the board may have its photograph in the file: an enterprise files nothing else.
    follows = Actor(by.id, by.name, CONSOLE.grants)
    registry.file_paper(sign.outlet, kind=Paper.SIGNBOARD_PHOTO, sha256=file.sha256, on=on, by=follows, at=at)
    _state(sign, True, on=on, by=follows, at=at)
    return sign


@transaction.atomic
def report_damage(sign: Sign, *, damage: str, on: date, by: Actor, at: datetime) -> Sign:
    """登记损坏. The board is to be erected again, or voided.

    Raises
    ------
    Refused, StaleRecord
    """
    if sign.state == SignState.DAMAGED and sign.damage == damage.strip():
        return sign
    require(guards_signs.report_damage(sign, damage=damage, by=by, on=on, at=at))
    _change(sign, {"state": SignState.DAMAGED, "damaged_on": on, "damage": damage.strip()[:200]})
    _record(sign, "sign.damage", on=on, by=by, at=at, private={"damage": damage})
    _state(sign, False, on=on, by=by, at=at)
    return sign


@transaction.atomic
def void_sign(sign: Sign, *, reason: str, on: date, by: Actor, at: datetime) -> Sign:
    """作废: it stays on record; the next one gets the next number. Void already, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    if sign.state == SignState.VOID:
        return sign
    require(guards_signs.void_sign(sign, reason=reason, by=by, on=on, at=at))
    was_up = sign.is_up
    _change(sign, {"state": SignState.VOID, "void_on": on, "void_reason": reason.strip()[:200]})
    _record(sign, "sign.void", on=on, by=by, at=at, private={"reason": reason})
    if was_up:
        _state(sign, False, on=on, by=by, at=at)
    return sign


@transaction.atomic
def urge_party(outlet: Outlet, *, turn: int, since: date, on: date, by: Actor, at: datetime) -> Urging:
    """敦促责任主体立牌 (大同 三(七)). The same turn is urged once.

    Raises
    ------
    Refused
    """
    key = f"{outlet.pk}:{turn}"
    if made := Urging.objects.filter(key=key).first():
        return made
    require(guards_signs.urge_party(outlet, turn=turn, by=by, on=on, at=at))
    assert outlet.party is not None  # the guard asked
    policy = rules.policy_of(outlet.unit_path, on=on)
    clause = rules.clause_of(policy, "signboard.urge_party")
    made = Urging.objects.create(
        key=key,
        outlet=outlet,
        body=outlet.party,
        turn=turn,
        waiting_since=since,
        clause=clause,
        urged_on=on,
        urged_by=by.id,
        urged_at=at,
        is_demo=outlet.is_demo,
    )
    ledger.record(
        ("outlet", str(outlet.pk)),
        "sign.urge",
        by=by,
        at=at,
        occurred=on,
        details={"body": outlet.party_id, "turn": turn, "since": since},
        clause=clause,
        pack=rules.pack_of(policy),
    )
    return made


def _state(sign: Sign, stands: bool, *, on: date, by: Actor, at: datetime) -> None:
    """What the rules of the packs ask: does the outlet have a signboard."""
    registry.enter_fact(
        ("outlet", str(sign.outlet_id)),
        place=place_of(sign.outlet),
        name="has_signboard",
        value=stands,
        source=f"标识牌 {sign.code} 第 {sign.number} 块",
        on=on,
        by=by,
        at=at,
    )


def _change(sign: Sign, values: Mapping[str, object]) -> None:
    if not Sign.objects.filter(pk=sign.pk, version=sign.version).update(version=F("version") + 1, **values):
        raise StaleRecord(str(sign))
    sign.version += 1
    for name, value in values.items():
        setattr(sign, name, value)


def _record(
    sign: Sign,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
    private: Mapping[str, str] | None = None,
    evidence: tuple[str, ...] = (),
) -> None:
    """One entry in the chain of the outlet."""
    policy = rules.policy_of(sign.outlet.unit_path, on=on)
    ledger.record(
        ("outlet", str(sign.outlet_id)),
        act,
        by=by,
        at=at,
        occurred=on,
        details={"number": sign.number, **(details or {})},
        private={name: text for name, text in (private or {}).items() if text},
        clause=rules.clause_of(policy, "signboard.required"),
        pack=rules.pack_of(policy),
        evidence=evidence,
    )
