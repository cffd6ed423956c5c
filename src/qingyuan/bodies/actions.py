"""Entering and correcting organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from qingyuan.bodies import guards
from qingyuan.bodies.models import Body, BodyDuty
from qingyuan.core.access import Actor
from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit


@transaction.atomic
def enter(
    *,
    name: str,
    kind: BodyKind,
    unit: Unit,
    by: Actor,
    at: datetime,
    unit_type: str = "",
    industry: str = "",
    credit_code: str = "",
    parent: Body | None = None,
    supervising_body: Body | None = None,
    position: tuple[Decimal, Decimal] | None = None,
    functions: Iterable[BodyFunction] = (),
    from_day: date | None = None,
    is_demo: bool = False,
) -> Body:
    """登记单位: one organisation with its functions.

    Raises
    ------
    Refused
        No permission in the unit, a credit code that does not check, or a body of that code or name already there.
    """
    require(guards.enter(name=name, unit=unit, credit_code=credit_code, by=by))
    longitude, latitude = position or (None, None)
    body = Body.objects.create(
        name=name,
        kind=kind,
        unit=unit,
        unit_path=unit.path,
        unit_type=unit_type,
        industry=industry,
        credit_code=credit_code,
        parent=parent,
        supervising_body=supervising_body,
        longitude_deg=longitude,
        latitude_deg=latitude,
        valid_from=from_day,
        is_demo=is_demo,
    )
    functions = list(functions)
    BodyDuty.objects.bulk_create(BodyDuty(body=body, function=one, from_day=from_day) for one in functions)
    ledger.record(
        ("body", str(body.pk)),
        "body.enter",
        by=by,
        at=at,
        occurred=from_day or at,
        details={"name": name, "kind": kind, "unit": unit.code, "functions": [str(one) for one in functions]},
    )
    return body


@transaction.atomic
def correct(body: Body, *, values: Mapping[str, object], reason: str, by: Actor, at: datetime, on: date) -> Body:
    """更正单位信息, its affiliation (隶属单位、主管部门、行业类别) and its dates among it. `parent` and
    `supervising_body` are bodies or None.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.correct(body, values=values, reason=reason, by=by))
    sets = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    sets = {name: value for name, value in sets.items() if getattr(body, name) != value}
    if not sets:
        return body
    changes = {name: (_said(getattr(body, name)), _said(value)) for name, value in sets.items()}
    _change(body, sets)
    details = {"reason": reason}
    ledger.record(("body", str(body.pk)), "body.correct", by=by, at=at, occurred=on, changes=changes, details=details)
    return body


@transaction.atomic
def set_functions(
    body: Body, *, functions: Iterable[BodyFunction], reason: str, by: Actor, at: datetime, on: date
) -> Body:
    """调整职能: from a day on the body does exactly this. What it did before stays to be asked as of then.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.set_functions(body, reason=reason, by=by))
    wanted = {BodyFunction(one) for one in functions}
    held = list(BodyDuty.objects.filter(Q(to_day=None) | Q(to_day__gt=on), body=body))
    now = {BodyFunction(duty.function) for duty in held}
    begun = {BodyFunction(duty.function) for duty in held if duty.from_day is None or duty.from_day <= on}
    if now == wanted == begun:
        return body
    _change(body, {})
    for duty in held:
        if duty.function not in wanted:  # one that had not begun never will: its span is empty
            duty.to_day = max(duty.from_day or on, on)
            duty.save(update_fields=["to_day"])
    new = wanted - begun
    BodyDuty.objects.bulk_create(BodyDuty(body=body, function=one, from_day=on) for one in sorted(new))
    ledger.record(
        ("body", str(body.pk)),
        "body.set_functions",
        by=by,
        at=at,
        occurred=on,
        changes={"functions": (sorted(now), sorted(wanted))},
        details={"reason": reason},
    )
    return body


def _change(body: Body, sets: Mapping[str, object]) -> None:
    moved = Body.objects.filter(pk=body.pk, version=body.version).update(version=F("version") + 1, **sets)
    if not moved:
        raise StaleRecord(body.name)
    body.refresh_from_db()


def _said(value: object) -> object:
    """A body is named in the ledger by its id and its name as it was."""
    return [value.pk, value.name] if isinstance(value, Body) else value
