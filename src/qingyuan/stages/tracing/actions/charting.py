"""画链条: the way of the water from the outlet up to the dischargers, point by point."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.stages.tracing import guards
from qingyuan.stages.tracing.actions.working import set_source
from qingyuan.stages.tracing.actions.writing import change, record
from qingyuan.stages.tracing.models import Case, Edge, Node
from qingyuan.stages.tracing.words import NodeKind


@transaction.atomic
def extend(
    case: Case,
    *,
    lower: Node,
    kind: NodeKind,
    name: str,
    on: date,
    by: Actor,
    at: datetime,
    body: Body | None = None,
    position: tuple[Decimal, Decimal] | None = None,
    length_m: Decimal | None = None,
    note: str = "",
) -> Edge:
    """向上游延伸: a new point whose water runs to `lower`. A discharger at the end is also a source of the case. The
    same name of the same kind above the same point is the same point.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.extend(case, lower=lower, kind=kind, name=name, body=body, by=by))
    called = name.strip() or (body.name if body else "")
    above = Edge.objects.filter(lower=lower, ended_at=None, upper__kind=kind, upper__name=called)
    if held := above.select_related("upper", "lower").first():
        return held
    longitude, latitude = position or (None, None)
    upper = Node.objects.create(
        kind=kind,
        name=called,
        body=body,
        unit=case.outlet.unit,
        unit_path=case.outlet.unit_path,
        longitude_deg=longitude,
        latitude_deg=latitude,
    )
    edge = _join(case, upper, lower, length_m=length_m, note=note, by=by, at=at)
    details = {"upper": upper.pk, "upper_name": upper.name, "lower": lower.pk, "lower_name": lower.name}
    change(case)
    record(case, "case.extend", on=on, by=by, at=at, details={**details, "kind_of_node": kind})
    if body is not None and not case.sources.filter(body=body, ended_at=None).exists():
        set_source(case, body=body, share=None, on=on, by=by, at=at)
    return edge


@transaction.atomic
def connect(
    case: Case, *, upper: Node, lower: Node, on: date, by: Actor, at: datetime, length_m: Decimal | None = None
) -> Edge:
    """连接两点: water runs from one standing point to another. Never in a circle.

    Raises
    ------
    Refused, StaleRecord
    """
    held = Edge.objects.filter(upper=upper, lower=lower, ended_at=None).first()
    if held is not None:
        return held
    require(guards.connect(case, upper=upper, lower=lower, by=by))
    edge = _join(case, upper, lower, length_m=length_m, note="", by=by, at=at)
    details = {"upper": upper.pk, "upper_name": upper.name, "lower": lower.pk, "lower_name": lower.name}
    change(case)
    record(case, "case.connect", on=on, by=by, at=at, details=details)
    return edge


def _join(
    case: Case, upper: Node, lower: Node, *, length_m: Decimal | None, note: str, by: Actor, at: datetime
) -> Edge:
    try:
        with transaction.atomic():
            return Edge.objects.create(
                upper=upper,
                lower=lower,
                case=case,
                length_m=length_m,
                note=note.strip(),
                recorded_by=by.id,
                recorded_at=at,
            )
    except IntegrityError:
        return Edge.objects.get(upper=upper, lower=lower, ended_at=None)


@transaction.atomic
def disconnect(edge: Edge, case: Case, *, on: date, by: Actor, at: datetime) -> Edge:
    """断开: the water does not run there. Ended already, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    if edge.ended_at is not None:
        return edge
    require(guards.work(case, by=by))
    Edge.objects.filter(pk=edge.pk, ended_at=None).update(ended_at=at)
    edge.ended_at = at
    change(case)
    details = {"upper": edge.upper_id, "upper_name": edge.upper.name, "lower_name": edge.lower.name}
    record(case, "case.disconnect", on=on, by=by, at=at, details=details)
    return edge
