"""提出责任主体: whom somebody holds to answer for an outlet, on which basis; it decides nothing until accepted (T5)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Permission
from qingyuan.core.access import refusal as access_refusal
from qingyuan.core.refusal import require
from qingyuan.registry import guards, rules
from qingyuan.registry.actions.deciding import record
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Outlet, Proposal
from qingyuan.registry.places_of import place_of


@transaction.atomic
def propose_party(
    outlet: Outlet,
    *,
    body: Body,
    basis: str,
    on: date,
    by: Actor,
    at: datetime,
    sha256: str = "",
    origin: str = "officer",
    clause: str = "",
) -> Proposal:
    """提出责任主体. The same body on the same basis is proposed once; a later proposal of the same origin takes the
    place of an earlier one that is still open.

    Raises
    ------
    Refused, NotFound
    """
    require(access_refusal(by, Permission.OUTLET_PROPOSE_TYPE, place_of(outlet)))
    require(guards.withdrawn(outlet))
    require(guards.not_yet(on, at))
    if sha256:
        check_filed({sha256})
    about = Proposal.objects.filter(outlet=outlet, about="party", origin=origin, decision="open")
    held = about.filter(value=str(body.pk), reasons__basis=basis).first()
    if held is not None:
        return held
    about.exclude(value="").update(decision="kept", decided_at=at)
    resolved = rules.policy_of(outlet.unit_path, on=on).parameters.get("responsibility.register_form")
    made = Proposal.objects.create(
        outlet=outlet,
        about="party",
        value=str(body.pk),
        text=body.name,
        origin=origin,
        clause=clause or (resolved.clause if resolved else ""),
        reasons={"basis": basis} | ({"paper": sha256} if sha256 else {}),
        proposed_by=by.id,
        proposed_at=at,
    )
    record(
        outlet,
        "outlet.propose_party",
        on=on,
        by=by,
        at=at,
        details={"party": body.pk, "party_name": body.name, "basis": basis},
        clause=made.clause,
        evidence=(sha256,) if sha256 else (),
    )
    return made
