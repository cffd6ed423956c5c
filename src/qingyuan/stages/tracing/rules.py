"""What the packs say about tracing: who leads and supports a case, which methods are offered, on which clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Named, Row
from qingyuan.bodies.queries import functions_of
from qingyuan.core.functions import BodyFunction
from qingyuan.core.policy import Policy
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import ancestors_of, is_within
from qingyuan.registry.models import Outlet, Proposal
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.tracing.words import MORE_METHODS, OTHER_METHOD, Why

__all__ = ["Assigned", "assigned", "clause_of", "clause_why", "methods", "pack_of", "policy_of"]

TRACES = "溯源"
SUPPORT = "tracing.support_roles"
SUPPORTING = frozenset({"tracing.support", "technical_support"})
"""The duty tags of organisations that support a case where the clause has no list."""
CLAUSES = {
    Why.UNCLEAR: "tracing.scope",
    Why.SCOPE: "tracing.scope",
    Why.NO_UNIT: "tracing.scope",
    Why.DRY_FLOW: "storm_outlets.dry_weather_tracing",
    Why.OTHER: "tracing.scope",
}


@dataclass(frozen=True, slots=True)
class Assigned:
    """Whom the scheme gives a case to. A body that nobody registered stays a name. `support_clause` names who
    supports."""

    lead: tuple[Named, ...]
    supporting: tuple[Named, ...]
    clause: str
    support_clause: str = ""


def methods(policy: Policy) -> list[str]:
    """The methods offered: the scheme's own first, then its survey techniques, then ours, 其他 last."""
    own = cast("Iterable[str]", policy.value("tracing.methods", ()))
    techniques = cast("Iterable[str]", policy.value("survey.techniques", ()))
    found = dict.fromkeys([*own, *techniques, *MORE_METHODS])
    found.pop(OTHER_METHOD, None)
    return [*found, OTHER_METHOD]


def clause_of(policy: Policy, parameter: str) -> str:
    """The clause a parameter's value rests on; empty for none."""
    found = policy.parameters.get(parameter)
    return found.clause if found and found.value is not None else ""


def clause_why(policy: Policy, why: Why) -> str:
    """The clause that asks for a case of this kind."""
    return clause_of(policy, CLAUSES[why])


def assigned(outlet: Outlet, *, why: Why, on: date) -> Assigned:
    """Who leads and who supports a case about an outlet: sewage in dry weather has a lead of its own (新绛 三(五), 大同
    四(十)), some schemes lead by type (安阳 四(一)), else the unit list of the clause, else who traces there."""
    policy = policy_of(outlet.unit_path, on=on)
    clause = clause_why(policy, why)
    ground = ground_of(outlet)
    line = naming.line(policy, clause, unit=ground, on=on)
    listed = _not_below(ground, (*(line.responsible if line else ()), *(line.implementing if line else ())))
    others, named_by = _not_below(ground, line.supporting if line else ()), clause
    lead: Sequence[Named]
    if why is Why.DRY_FLOW:
        lead = _named_for(policy, "dry_flow.lead", outlet, on) or _configured(policy, outlet, on)
        lead = lead or listed or _government(outlet, on)
        return Assigned(tuple(lead), _without(lead, (*listed, *others)), clause, named_by)
    if support_roles(policy):
        found, named_by = naming.supporting(policy, SUPPORT, SUPPORTING, unit=ground, on=on)
        others = _not_below(ground, found)
    by_type, asked_by = _by_type(policy, outlet, on)
    lead = _by_area(policy, outlet, on) or by_type or listed or _named_for(policy, "tracing.execute", outlet, on)
    lead = lead or _named_for(policy, "survey.lead", outlet, on) or _government(outlet, on)
    return Assigned(tuple(lead), _without(lead, (*listed, *others)), asked_by or clause, named_by)


def _not_below(ground: Unit, named: Iterable[Named]) -> tuple[Named, ...]:
    """Without the bodies of the counties below, where an outlet lies in a whole city: which county nobody knows, and a
    case is not every county's."""
    return tuple(one for one in named if one.unit.pk == ground.pk or not is_within(one.unit.path, ground.path))


def support_roles(policy: Policy) -> bool:
    """Whether the scheme says who supports tracing and finding who answers (济源 五(二), 大同 二(二))."""
    return bool(policy.value(SUPPORT, ()))


def _without(lead: Iterable[Named], others: Iterable[Named]) -> tuple[Named, ...]:
    taken = {(one.name, one.unit.pk) for one in lead} | {("", one.body.pk) for one in lead if one.body}
    return tuple(
        one
        for one in dict.fromkeys(others)
        if (one.name, one.unit.pk) not in taken and (one.body is None or ("", one.body.pk) not in taken)
    )


def _organisations(policy: Policy) -> tuple[Row, ...]:
    return cast("tuple[Row, ...]", policy.value("organisations", ()))


def _named_for(policy: Policy, duty: str, outlet: Outlet, on: date) -> list[Named]:
    """The bodies with a duty, each at the nearest seat at or above the outlet."""
    found: list[Named] = []
    for row in _organisations(policy):
        if duty not in cast("Iterable[str]", row.get("duties", ())):
            continue
        if row.get("seat") == "zone":
            zone = outlet.managing_unit if outlet.managing_unit.kind == "zone" else None
            name = str(row.get("each", row["name"]))
            found += naming.seated(str(row["function"]), [zone], name=name, on=on) if zone else []
            continue
        steps = naming.above([str(row["name"])], policy=policy, unit=outlet.unit, on=on)
        found += steps[0] if steps else []
    return found


def _configured(policy: Policy, outlet: Outlet, on: date) -> list[Named]:
    """The function a local government set to lead (吉林 三(十) names nobody)."""
    function = policy.value("storm_outlets.dry_flow_lead")
    county = _county(outlet)
    return naming.seated(str(function), [county], name="%s", on=on) if function and county else []


def _government(outlet: Outlet, on: date) -> list[Named]:
    county = _county(outlet)
    name = "%s人民政府"
    return naming.seated(BodyFunction.GOVERNMENT.value, [county], name=name, on=on) if county else []


def _by_area(policy: Policy, outlet: Outlet, on: date) -> list[Named]:
    """The department in whose 责任区 an outlet lies, where the scheme has such departments trace (大同 四(十))."""
    body = outlet.managing_body
    if body is None:
        return []
    functions = {row.get("function") for row in _organisations(policy) if "tracing.execute" in _duties(row)}
    return [Named(body.name, ground_of(outlet), body)] if functions & functions_of(body, on=on) else []


def _duties(row: Row) -> tuple[str, ...]:
    return tuple(cast("Iterable[str]", row.get("duties", ())))


def _by_type(policy: Policy, outlet: Outlet, on: date) -> tuple[list[Named], str]:
    """Who leads tracing for the outlet's type, or for the type proposed for it while none is confirmed."""
    keys = {outlet.type_key or _proposed_type(outlet), outlet.special_kind} - {""}
    for row in cast("tuple[Row, ...]", policy.value("lead_by_type", ())):
        if TRACES not in str(row.get("duty", "")) or not keys & set(cast("Iterable[str]", row.get("types", ()))):
            continue
        names = [
            str(one["name"])
            for one in _organisations(policy)
            if one.get("function") == row.get("function") and not one.get("seat")
        ]
        found = naming.bodies_named(names[:1], policy=policy, unit=ground_of(outlet), on=on)
        return found, str(row.get("clause", ""))
    return [], ""


def _proposed_type(outlet: Outlet) -> str:
    open_one = Proposal.objects.filter(outlet=outlet, about="type", decision="open").order_by("-pk").first()
    return open_one.value if open_one else ""


def ground_of(outlet: Outlet) -> Unit:
    """Where unit lists are read for an outlet: its zone, else its county."""
    if outlet.managing_unit.kind == "zone":
        return outlet.managing_unit
    return _county(outlet) or outlet.unit


def _county(outlet: Outlet) -> Unit | None:
    above = Unit.objects.filter(path__in=ancestors_of(outlet.unit_path), kind="division", level__lte=Level.COUNTY)
    return above.order_by("-level").first()
