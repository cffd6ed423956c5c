"""立案: a case with its lead; the outlet comes to the stage 溯源 when its own stage allows."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.registry import actions as registry
from qingyuan.registry import guards as registry_guards
from qingyuan.registry.guards_party import tracing_facts
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.tracing import guards, rules
from qingyuan.stages.tracing.actions.writing import change, record
from qingyuan.stages.tracing.models import Case, CaseBody, Node
from qingyuan.stages.tracing.words import NodeKind, Part, Why


@transaction.atomic
def open_case(
    outlet: Outlet,
    *,
    why: Why,
    on: date,
    by: Actor,
    at: datetime,
    why_text: str = "",
    lead: Body | None = None,
    lead_reason: str = "",
    key: str = "",
) -> Case:
    """立案溯源. The scheme names lead and supporting bodies; `lead` takes the place of the scheme's lead with a reason.
    `key` names the press of the button, or the fact that asks for it: the same key again gives the case made before.
    An outlet that is verified comes to the stage 溯源 (T4); else the case stands beside its stage.

    Raises
    ------
    Refused, StaleRecord
    """
    if key and (made := Case.objects.filter(key=key).first()):
        return made
    require(
        guards.open_case(outlet, why=why, why_text=why_text, lead=lead, lead_reason=lead_reason, by=by, on=on, at=at)
    )
    asked = rules.assigned(outlet, why=why, on=on)
    case = Case(
        outlet=outlet,
        key=key or None,
        why=why,
        why_text=why_text.strip(),
        clause=asked.clause,
        lead_reason=lead_reason.strip(),
        opened_on=on,
        opened_by=by.id,
        opened_at=at,
        is_demo=outlet.is_demo,
    )
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:  # the same button pressed in another window this moment
        return Case.objects.get(outlet=outlet, conclusion="")
    _give_to(case, asked, lead)
    _put_on_the_network(outlet)
    _tell(case, on=on, by=by, at=at)
    _state(outlet, case, on=on, by=by, at=at)
    follow_stage(case, on=on, by=by, at=at)
    return case


def _put_on_the_network(outlet: Outlet) -> None:
    """The outlet as the lowest point of its chain; one for all its cases."""
    Node.objects.get_or_create(
        outlet=outlet,
        defaults={
            "kind": NodeKind.OUTLET,
            "name": outlet.name,
            "unit": outlet.unit,
            "unit_path": outlet.unit_path,
            "longitude_deg": outlet.longitude_deg,
            "latitude_deg": outlet.latitude_deg,
        },
    )


def _tell(case: Case, *, on: date, by: Actor, at: datetime) -> None:
    record(
        case,
        "case.open",
        on=on,
        by=by,
        at=at,
        details={
            "outlet": case.outlet_id,
            "outlet_name": case.outlet.name,
            "why": case.why,
            "lead": [one.name for one in case.bodies.filter(part=Part.LEAD)],
        },
        private={"why_text": case.why_text, "lead_reason": case.lead_reason},
    )


def _give_to(case: Case, asked: rules.Assigned, instead: Body | None) -> None:
    by = asked.support_clause[:64]
    rows = [
        CaseBody(case=case, part=Part.SUPPORTING, name=one.name, body=one.body, clause=by) for one in asked.supporting
    ]
    if instead is not None:
        rows = [row for row in rows if row.body_id != instead.pk]
        rows.insert(0, CaseBody(case=case, part=Part.LEAD, name=instead.name, body=instead))
        lead_part = Part.SUPPORTING
    else:
        lead_part = Part.LEAD
    rows += [
        CaseBody(case=case, part=lead_part, name=one.name, body=one.body)
        for one in asked.lead
        if instead is None or one.body is None or one.body.pk != instead.pk
    ]
    CaseBody.objects.bulk_create(rows)


def _state(outlet: Outlet, case: Case, *, on: date, by: Actor, at: datetime) -> None:
    """What the register learns: nothing is concluded yet, and that it is unclear who answers."""
    source = f"溯源案件 {case.pk}"
    known = tracing_facts(outlet, on=on)
    said: dict[str, object] = {"tracing_concluded": False}
    if case.why == Why.UNCLEAR and known.get("responsibility_unclear") is not True:
        said["responsibility_unclear"] = True
    for name, value in said.items():
        registry.enter_fact(
            ("outlet", str(outlet.pk)),
            place=place_of(outlet),
            name=name,
            value=value,
            source=source,
            on=on,
            by=by,
            at=at,
        )


@transaction.atomic
def follow_stage(case: Case, *, on: date, by: Actor, at: datetime) -> bool:
    """Bring the outlet of an open case to the stage 溯源 once its own stage allows (T4). Returns whether it came."""
    if not case.is_open or case.outlet.party_id is not None:
        return False
    if registry_guards.open_tracing(case.outlet, by=by, on=on, at=at) is not None:
        return False
    registry.open_tracing(case.outlet, on=on, by=by, at=at)
    return True


@transaction.atomic
def set_lead(case: Case, *, lead: Body, reason: str, on: date, by: Actor, at: datetime) -> Case:
    """另定牵头单位, with a reason where the scheme names another. Said twice it is said once.

    Raises
    ------
    Refused, StaleRecord
    """
    if case.bodies.filter(part=Part.LEAD, body=lead).exists():
        return case
    require(guards.set_lead(case, lead=lead, reason=reason, by=by, on=on))
    before = [one.name for one in case.bodies.filter(part=Part.LEAD)]
    case.bodies.filter(part=Part.LEAD).update(part=Part.SUPPORTING)
    case.bodies.filter(body=lead).delete()
    CaseBody.objects.create(case=case, part=Part.LEAD, name=lead.name, body=lead)
    change(case, lead_reason=reason.strip())
    details = {"lead": [lead.name], "lead_before": before}
    record(case, "case.set_lead", on=on, by=by, at=at, details=details, private={"reason": reason})
    return case
