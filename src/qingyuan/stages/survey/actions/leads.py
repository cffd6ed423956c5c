"""登记线索: each lead is diagnosed as it comes in and has a candidate in the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.geometry import morton_key
from qingyuan.core.lifecycle import Move
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.core.workdays import Unknown, add_working_days
from qingyuan.ledger import actions as ledger
from qingyuan.ledger.actions import Draft
from qingyuan.library.queries import copies_of, file
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.registry import actions as registry
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.survey import guards_leads as guards
from qingyuan.stages.survey.doctoring import Diagnosis, Doctor, said
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.models_leads import Lead, LeadBatch
from qingyuan.stages.survey.words_leads import LeadSource

TEXT = {"name": 128, "code": 32, "text": 500, "source_ref": 128}


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead as somebody hands it in. The position is as given; `unit` may be wider than where it lies."""

    unit: Unit
    longitude: str | float | Decimal | None = None
    latitude: str | float | Decimal | None = None
    datum: str = "cgcs2000"
    name: str = ""
    code: str = ""
    text: str = ""
    source_ref: str = ""
    year: int | None = None
    water: Water | None = None
    segment: Segment | None = None
    bank: str = ""
    photo_sha256: str = ""
    techniques: tuple[str, ...] = ()
    level: int = 1
    score: float | None = None
    reasons: tuple[Mapping[str, object], ...] = ()
    notes: tuple[Mapping[str, object], ...] = ()
    key: str = ""


def report_lead(
    by: Actor,
    *,
    source: str,
    longitude: str | float | Decimal | None,
    latitude: str | float | Decimal | None,
    datum: str,
    unit: Unit,
    at: datetime,
    on: date,
    campaign: Campaign | None = None,
    is_demo: bool = False,
    **more: object,
) -> Lead:
    """登记线索: one lead, whatever its position is worth. `more` are the other fields of NewLead; with a `key` the same
    press gives the lead made before.

    Raises
    ------
    Refused, NotFound
    """
    new = NewLead(unit, longitude, latitude, datum, **more)  # type: ignore[arg-type]
    return report_many([new], source=source, campaign=campaign, is_demo=is_demo, by=by, on=on, at=at)[0]


@transaction.atomic
def report_many(
    batch: Sequence[NewLead],
    *,
    source: str,
    by: Actor,
    on: date,
    at: datetime,
    campaign: Campaign | None = None,
    of_batch: LeadBatch | None = None,
    is_demo: bool = False,
) -> list[Lead]:
    """Several leads of one source in one transaction. Each gets its candidate in the register (T1), outside every
    register and count.

    Raises
    ------
    Refused, NotFound
    """
    keyed = {one.key for one in batch if one.key}
    known = {lead.key: lead for lead in Lead.objects.filter(key__in=keyed)} if keyed else {}
    fresh = [one for one in batch if one.key not in known]
    _check(fresh, source=source, campaign=campaign, by=by, on=on, at=at)
    doctor = Doctor(on)
    diagnosed = [_diagnose(one, doctor) for one in fresh]
    wanted = set(campaign.waters.values_list("pk", flat=True)) if campaign else set()
    leads = [
        _lead(one, found, source=source, campaign=campaign, waters=wanted, by=by, on=on, at=at)
        for one, found in zip(fresh, diagnosed, strict=True)
    ]
    due = _due_days(doctor, leads, on=on, campaign=campaign)
    _same_photos(leads)
    outlets = registry.register_many([_candidate(lead, on=on, is_demo=is_demo) for lead in leads], by=by, at=at)
    for lead, outlet, day in zip(leads, outlets, due, strict=True):
        lead.outlet, lead.due, lead.batch, lead.is_demo = outlet, day, of_batch, is_demo
    made = Lead.objects.bulk_create(leads)
    ledger.record_many([_reported(lead, one) for lead, one in zip(made, fresh, strict=True)], by=by, at=at)
    by_key = known | {lead.key: lead for lead in made}
    rest = iter([lead for lead, one in zip(made, fresh, strict=True) if not one.key])
    return [by_key[one.key] if one.key else next(rest) for one in batch]


def _check(
    batch: Sequence[NewLead], *, source: str, campaign: Campaign | None, by: Actor, on: date, at: datetime
) -> None:
    asked: set[tuple[str, str, int]] = set()
    for one in batch:
        if (ask := (one.unit.path, one.datum, one.level)) not in asked:
            require(
                guards.report_lead(
                    source=source,
                    datum=one.datum,
                    unit=one.unit,
                    campaign=campaign,
                    level=one.level,
                    by=by,
                    on=on,
                    at=at,
                )
            )
            asked.add(ask)
    for sha256 in {one.photo_sha256 for one in batch if one.photo_sha256}:
        file(sha256)


def _diagnose(new: NewLead, doctor: Doctor) -> Diagnosis:
    return doctor.diagnose(
        longitude=new.longitude, latitude=new.latitude, datum=new.datum, unit=new.unit, water=new.water
    )


def _lead(
    new: NewLead,
    found: Diagnosis,
    *,
    source: str,
    campaign: Campaign | None,
    waters: set[int],
    by: Actor,
    on: date,
    at: datetime,
) -> Lead:
    findings = [*new.notes, *found.findings]
    if campaign is not None and waters and (found.water is None or found.water.pk not in waters):
        findings.append(said("lead.outside_campaign"))
    key = new.key or uuid4().hex
    words = {name: getattr(new, name).strip()[:most] for name, most in TEXT.items()}
    words["name"] = words["name"] or _name(new, found, source, key)
    lead = Lead(
        key=key,
        campaign=campaign,
        source=source,
        year=new.year,
        segment=new.segment,
        bank=new.bank[:16],
        datum=new.datum,
        photo_sha256=new.photo_sha256,
        techniques=list(new.techniques),
        found_level=new.level,
        score=new.score,
        reasons=list(new.reasons),
        findings=findings,
        reported_by=by.id,
        reported_on=on,
        recorded_at=at,
        version=1,
        **words,
    )
    place(lead, found)
    return lead


def place(lead: Lead, found: Diagnosis) -> None:
    """Put what was read of a position on a lead in hand."""
    lead.unit, lead.unit_path, lead.water = found.unit, found.unit.path, found.water
    lead.position_given, lead.along_m, lead.river_m = found.given, found.along_m, found.river_m
    lead.longitude_deg, lead.latitude_deg = found.position or (None, None)
    lead.mkey = morton_key(float(found.position[0]), float(found.position[1])) if found.position else None


def _name(new: NewLead, found: Diagnosis, source: str, key: str) -> str:
    """A name made of where it is and where it comes from: nobody must think of one."""
    water = found.water.name if found.water else ""
    return f"{found.unit.name}{water}{LeadSource(source).label}线索{new.source_ref or key[:6].upper()}"[:128]


def _same_photos(leads: Sequence[Lead]) -> None:
    """The same photo file at another lead or outlet is told; not where: whoever reads it later may not see that."""
    hashes = {lead.photo_sha256 for lead in leads if lead.photo_sha256}
    if not hashes:
        return
    used = set(FiledPaper.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    used |= set(Lead.objects.filter(photo_sha256__in=hashes).values_list("photo_sha256", flat=True))
    for lead in leads:
        if not lead.photo_sha256:
            continue
        if lead.photo_sha256 in used or _used_altered(lead.photo_sha256):
            lead.findings = [*lead.findings, said("photo.used")]
        used.add(lead.photo_sha256)


def _used_altered(sha256: str) -> bool:
    """Whether the register holds the same picture in another encoding, cut, brightness or turn."""
    copies = [copy.sha256 for copy in copies_of(sha256)]
    return bool(copies) and (
        FiledPaper.objects.filter(sha256__in=copies).exists() or Lead.objects.filter(photo_sha256__in=copies).exists()
    )


def _due_days(doctor: Doctor, leads: Sequence[Lead], *, on: date, campaign: Campaign | None) -> list[date | None]:
    """By when each is settled: the scheme's working days, and not after the campaign's end."""
    calendar, known = places.calendar(), {}
    for path in {lead.unit_path for lead in leads}:
        days = doctor.policy(path).value("survey.lead_days")
        due = add_working_days(on, days, calendar) if isinstance(days, int) else None
        due = None if isinstance(due, Unknown) else due
        if campaign is not None and campaign.ends_on >= on:
            due = min(due, campaign.ends_on) if due else campaign.ends_on
        known[path] = due
    return [known[lead.unit_path] for lead in leads]


def _candidate(lead: Lead, *, on: date, is_demo: bool) -> registry.NewOutlet:
    """The lead's record in the register: a candidate (T1)."""
    located = lead.longitude_deg is not None and lead.latitude_deg is not None
    return registry.NewOutlet(
        name=lead.name,
        unit=lead.unit,
        on=on,
        move=Move.REPORT_LEAD,
        managing_body=lead.campaign.managing_body if lead.campaign else None,
        water=lead.water,
        position=(lead.longitude_deg, lead.latitude_deg) if located else None,  # type: ignore[arg-type]
        fields={"position_given": lead.position_given, "local_code": lead.code, "bank": lead.bank},
        details={"lead": lead.key},
        is_demo=is_demo,
    )


def _reported(lead: Lead, new: NewLead) -> Draft:
    policy = policy_of(lead.unit_path, on=lead.reported_on)
    details = {
        "key": lead.key,
        "source": lead.source,
        "ref": lead.source_ref,
        "outlet": lead.outlet_id,
        "given": lead.position_given,
        "datum": lead.datum,
        "findings": [str(one["code"]) for one in lead.findings],
    }
    return Draft(
        "lead",
        str(lead.pk),
        "lead.report",
        lead.reported_on,
        changes={"name": (None, lead.name), "state": (None, lead.state)},
        details=details,
        clause=clause_of(policy),
        pack=pack_of(policy),
        evidence=(lead.photo_sha256,) if lead.photo_sha256 else (),
        private={"text": new.text.strip()} if new.text.strip() else {},
    )


def clause_of(policy: Policy) -> str:
    """The clause under which leads are gone after."""
    resolved = policy.parameters.get("survey.slogan")
    return resolved.clause if resolved else ""


def change(lead: Lead, **values: object) -> None:
    """Write columns of a lead that nobody changed meanwhile.

    Raises
    ------
    StaleRecord
    """
    moved = Lead.objects.filter(pk=lead.pk, version=lead.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(lead.name)
    for name, value in values.items():
        setattr(lead, name, value)
    lead.version += 1


def note(
    lead: Lead,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    changes: Mapping[str, tuple[object, object]] | None = None,
    details: Mapping[str, object] | None = None,
    evidence: Sequence[str] = (),
) -> None:
    """One entry about a lead."""
    policy = policy_of(lead.unit_path, on=on)
    ledger.record(
        ("lead", str(lead.pk)),
        act,
        by=by,
        at=at,
        occurred=on,
        changes=changes,
        details=details,
        clause=clause_of(policy),
        pack=pack_of(policy),
        evidence=evidence,
    )


@transaction.atomic
def mend_position(
    lead: Lead,
    *,
    longitude: str | float | Decimal,
    latitude: str | float | Decimal,
    datum: str,
    reason: str,
    on: date,
    by: Actor,
    at: datetime,
    water: Water | None = None,
) -> Lead:
    """更正线索的位置, or say in which datum it was given. It is diagnosed anew; its candidate follows.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.mend(lead, datum=datum, reason=reason, by=by, on=on, at=at))
    found = Doctor(on).diagnose(
        longitude=longitude, latitude=latitude, datum=datum, unit=lead.unit, water=water or lead.water
    )
    before = lead.position_given
    place(lead, found)
    outlet = replaced(lead, on=on, reason=reason, by=by, at=at)
    names = ("unit", "unit_path", "water", "position_given", "along_m", "river_m")
    kept = {name: getattr(lead, name) for name in (*names, "longitude_deg", "latitude_deg", "mkey")}
    change(lead, **kept, datum=datum, findings=list(found.findings), outlet=outlet)
    changes = {"position_given": (before, lead.position_given)}
    note(lead, "lead.mend", on=on, by=by, at=at, changes=changes, details={"reason": reason, "datum": datum})
    return lead


def replaced(lead: Lead, *, on: date, reason: str, by: Actor, at: datetime) -> Outlet:
    """A new candidate in the place of the lead's own; the old one is withdrawn."""
    if lead.outlet is not None and lead.outlet.withdrawn_at is None:
        registry.withdraw_entries([lead.outlet], reason=reason, by=by, at=at, version=lead.outlet.version)
    return registry.register_many([_candidate(lead, on=on, is_demo=lead.is_demo)], by=by, at=at)[0]
