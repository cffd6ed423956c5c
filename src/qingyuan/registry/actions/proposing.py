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


@transaction.atomic
def propose_anew(
    outlet: Outlet, *, type_key: str, party: str, reasons: str, on: date, by: Actor, at: datetime
) -> list[Proposal]:
    """现场记录更新后的建议: what the record that made the outlet says of type and party now takes the place of what it
    said first; an empty word is no proposal. What stands confirmed, or is said already, is not proposed again. Returns
    what is new.

    Raises
    ------
    Refused
    """
    made = []
    wanted = (("type", type_key, type_key, outlet.type_key), ("party", "", party, str(outlet.party_id or "")))
    for about, value, word, confirmed in wanted:
        said = Proposal.objects.filter(outlet=outlet, about=about, origin="file", decision="open")
        said = said.filter(value="") if about == "party" else said
        same = said.filter(value=value) if about == "type" else said.filter(text=party)
        if not word or confirmed or same.exists():
            continue
        require(access_refusal(by, Permission.OUTLET_PROPOSE_TYPE, place_of(outlet)))
        require(guards.withdrawn(outlet))
        if about == "type":
            require(guards.propose_type(outlet, type_key=value, by=by, on=on))
        said.update(decision="kept", decided_at=at)
        made.append(
            Proposal.objects.create(
                outlet=outlet,
                about=about,
                value=value,
                text=reasons if about == "type" else party,
                origin="file",
                proposed_by=by.id,
                proposed_at=at,
            )
        )
        details = {"type": value, "reasons": reasons} if about == "type" else {"party_name": party}
        record(outlet, f"outlet.propose_{about}", on=on, by=by, at=at, details=details)
    return made
