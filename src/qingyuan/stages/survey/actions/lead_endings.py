"""处置线索: as an outlet, as none, or as one that is known already; and taking an ending back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import Paper
from qingyuan.core.refusal import require
from qingyuan.places.models import Unit, Water
from qingyuan.registry import actions as registry
from qingyuan.registry.guards import CORRECTABLE
from qingyuan.registry.models import Fact, Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.survey import guards_leads as guards
from qingyuan.stages.survey.actions.leads import change, note, replaced
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.words_leads import LeadState, NotOutlet

ENDED = "lead_ended"
APART = frozenset({"name", "water", "longitude_deg", "latitude_deg", "managing_body"})
COLUMNS = CORRECTABLE - APART
"""Columns a survey record fills as they are; the others are said by name."""


@transaction.atomic
def end_as_outlet(
    by: Actor,
    lead: Lead,
    *,
    fields: Mapping[str, object],
    paper_sha256: str,
    at: datetime,
    on: date,
    level: int = 2,
    reason: str = "",
) -> Lead:
    """是排污口: its candidate enters the register with the survey record (T2). What the scheme asks and `fields` does
    not say makes the record 待补充.

    `fields`: columns of an outlet by name, and besides them name, unit (Unit), water (Water), position (Decimal pair),
    party_proposed, unit_unknown, type_proposed, and apart: why it is not an outlet that stands near.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    require(guards.end_as_outlet(lead, fields=fields, paper_sha256=paper_sha256, level=level, by=by, on=on, at=at))
    assert lead.outlet is not None  # every lead has its candidate
    made = registry.register_lead(lead.outlet, _surveyed(lead, fields, paper_sha256, on), by=by, at=at)
    previous = {"version": made.version}
    _end(lead, LeadState.OUTLET, reason=reason, level=level, previous=previous, on=on, by=by)
    note(
        lead,
        "lead.end_as_outlet",
        on=on,
        by=by,
        at=at,
        changes={"state": (LeadState.OPEN.value, lead.state)},
        details={"outlet": made.pk, "level": level, "reason": reason, "missing": list(made.missing)},
        evidence=(paper_sha256,),
    )
    return lead


def _surveyed(lead: Lead, fields: Mapping[str, object], paper: str, on: date) -> registry.NewOutlet:
    unit, water, position = fields.get("unit"), fields.get("water", lead.water), fields.get("position")
    if position is None and lead.longitude_deg is not None and lead.latitude_deg is not None:
        position = (lead.longitude_deg, lead.latitude_deg)
    known = {name: value for name, value in fields.items() if name in COLUMNS and value not in (None, "")}
    kind = str(fields.get("type_proposed") or "")
    return registry.NewOutlet(
        name=str(fields.get("name") or lead.name),
        unit=unit if isinstance(unit, Unit) else lead.unit,
        on=on,
        papers={Paper.SURVEY_RECORD: paper},
        managing_body=lead.campaign.managing_body if lead.campaign else None,
        water=water if isinstance(water, Water) else None,
        position=_pair(position),
        fields={"position_given": lead.position_given, "bank": lead.bank, **known},
        type_proposed=(kind, "") if kind else None,
        party_proposed=str(fields.get("party_proposed") or "")[:128],
        details={"lead": lead.key},
        is_demo=lead.is_demo,
        is_survey_record=True,
        unit_unknown=bool(fields.get("unit_unknown")),
        apart_reason=str(fields.get("apart") or "")[:200],
    )


def _pair(position: object) -> tuple[Decimal, Decimal] | None:
    if not isinstance(position, tuple | list) or len(position) != 2:
        return None
    return Decimal(str(position[0])), Decimal(str(position[1]))


@transaction.atomic
def end_with(by: Actor, lead: Lead, *, outlet: Outlet, at: datetime, on: date, level: int = 2) -> Lead:
    """是排污口, entered by a field record of its own: the lead ends as that outlet.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.end(lead, by=by, on=on, at=at))
    _end(lead, LeadState.OUTLET, reason="", level=level, previous={}, same_as=outlet, on=on, by=by)
    changes = {"state": (LeadState.OPEN.value, lead.state)}
    details = {"outlet": outlet.pk, "level": level}
    note(lead, "lead.end_as_outlet", on=on, by=by, at=at, changes=changes, details=details)
    return lead


@transaction.atomic
def end_as_not_outlet(
    by: Actor, lead: Lead, *, why: str, reason: str, at: datetime, on: date, level: int = 2, paper_sha256: str = ""
) -> Lead:
    """不是排污口: its record stays a candidate, outside every register and count.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.end_as_not_outlet(lead, why=why, reason=reason, by=by, on=on, at=at))
    _end(lead, LeadState.NOT_OUTLET, reason=reason, level=level, why=NotOutlet(why), on=on, by=by)
    _say_ended(lead, on=on, by=by, at=at)
    note(
        lead,
        "lead.end_as_not_outlet",
        on=on,
        by=by,
        at=at,
        changes={"state": (LeadState.OPEN.value, lead.state)},
        details={"why": why, "reason": reason, "level": level},
        evidence=(paper_sha256,) if paper_sha256 else (),
    )
    return lead


@transaction.atomic
def end_as_duplicate(
    by: Actor,
    lead: Lead,
    *,
    of_outlet: Outlet | None = None,
    of_lead: Lead | None = None,
    reason: str,
    at: datetime,
    on: date,
    level: int = 1,
) -> Lead:
    """重复: of an outlet of the register, or of another lead.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.end_as_duplicate(lead, of_outlet=of_outlet, of_lead=of_lead, reason=reason, by=by, on=on, at=at))
    same = {"same_as": of_outlet, "same_lead": of_lead}
    _end(lead, LeadState.DUPLICATE, reason=reason, level=level, on=on, by=by, **same)
    _say_ended(lead, on=on, by=by, at=at)
    note(
        lead,
        "lead.end_as_duplicate",
        on=on,
        by=by,
        at=at,
        changes={"state": (LeadState.OPEN.value, lead.state)},
        details={
            "outlet": of_outlet.pk if of_outlet else None,
            "lead": of_lead.pk if of_lead else None,
            "reason": reason,
        },
    )
    return lead


def _end(lead: Lead, state: LeadState, *, reason: str, level: int, on: date, by: Actor, **more: object) -> None:
    values = {"previous": {}, **more}
    change(lead, state=state, reason=reason.strip()[:200], ended_on=on, ended_by=by.id, ended_level=level, **values)


def _say_ended(lead: Lead, *, on: date, by: Actor, at: datetime) -> None:
    """The register learns by a fact that the lead's candidate asks nobody any more whether it is the same outlet."""
    assert lead.outlet is not None  # every lead has its candidate
    subject, source = ("outlet", str(lead.outlet_id)), f"线索 {lead.key}"
    registry.enter_fact(
        subject, place=place_of(lead.outlet), name=ENDED, value=True, source=source, on=on, by=by, at=at
    )


def _take_back(lead: Lead, *, reason: str, by: Actor, at: datetime) -> None:
    """What _say_ended said is said no more."""
    said = Fact.objects.filter(subject_kind="outlet", subject_id=str(lead.outlet_id), name=ENDED, retracted_at=None)
    if lead.outlet is None:
        return
    for fact in said:
        registry.retract_fact(fact, place=place_of(lead.outlet), reason=reason, by=by, at=at)


@transaction.atomic
def reopen(by: Actor, lead: Lead, *, reason: str, at: datetime, on: date) -> Lead:
    """撤销处置: the lead is open again. An outlet it became is withdrawn, as long as nobody went on with it, and a new
    candidate stands in its place.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.reopen(lead, reason=reason, by=by, on=on, at=at))
    was = lead.state
    values: dict[str, object] = {"state": LeadState.OPEN, "ended_on": None, "ended_by": "", "ended_level": None}
    values |= {"why": "", "reason": "", "same_as": None, "same_lead": None, "previous": {}}
    if was == LeadState.OUTLET and "version" in lead.previous:
        values["outlet"] = replaced(lead, on=lead.reported_on, reason=reason, by=by, at=at)
    _take_back(lead, reason=reason, by=by, at=at)
    change(lead, **values)
    changes = {"state": (str(was), LeadState.OPEN.value)}
    note(lead, "lead.reopen", on=on, by=by, at=at, changes=changes, details={"reason": reason})
    return lead


@dataclass(frozen=True, slots=True)
class Ending:
    """One lead and how it ends, for many at once: none (`why`), or a duplicate of an outlet or a lead."""

    lead: Lead
    reason: str
    why: str = ""
    of_outlet: Outlet | None = None
    of_lead: Lead | None = None


@transaction.atomic
def end_many(by: Actor, endings: Sequence[Ending], *, at: datetime, on: date) -> list[Lead]:
    """批量处置, after one confirmation that said exactly what would happen: all or none.

    Raises
    ------
    Refused, StaleRecord
    """
    ended = []
    for one in endings:
        if one.why:
            ended.append(end_as_not_outlet(by, one.lead, why=one.why, reason=one.reason, at=at, on=on))
        else:
            twin = {"of_outlet": one.of_outlet, "of_lead": one.of_lead}
            ended.append(end_as_duplicate(by, one.lead, reason=one.reason, at=at, on=on, **twin))  # type: ignore[arg-type]
    return ended
