"""Entering and correcting organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

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
    """更正单位信息.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.correct(body, fields=set(values), reason=reason, by=by))
    changes = {name: (getattr(body, name), value) for name, value in values.items() if getattr(body, name) != value}
    if not changes:
        return body
    if "credit_code" in changes:
        require(guards.credit_code_refusal(str(values["credit_code"]), of=body))
    moved = Body.objects.filter(pk=body.pk, version=body.version).update(
        version=F("version") + 1, **{name: new for name, (_old, new) in changes.items()}
    )
    if not moved:
        raise StaleRecord(body.name)
    ledger.record(
        ("body", str(body.pk)), "body.correct", by=by, at=at, occurred=on, changes=changes, details={"reason": reason}
    )
    body.refresh_from_db()
    return body
