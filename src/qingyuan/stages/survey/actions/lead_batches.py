"""成批线索 and 研判依据: a file or list of leads taken in at once, and facts that speak for a missed outlet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.library.queries import file
from qingyuan.places.models import Unit, Water
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.survey import guards_leads as guards
from qingyuan.stages.survey.actions.leads import NewLead, clause_of, report_many
from qingyuan.stages.survey.doctoring import Diagnosis, Doctor
from qingyuan.stages.survey.models import Campaign
from qingyuan.stages.survey.models_leads import Hint, LeadBatch
from qingyuan.stages.survey.words_leads import LeadSource

MOST = 20_000


@transaction.atomic
def take_in_leads(
    rows: Sequence[NewLead],
    *,
    title: str,
    source: str,
    unit: Unit,
    by: Actor,
    on: date,
    at: datetime,
    campaign: Campaign | None = None,
    origin: str = "",
    year: int | None = None,
    filename: str = "",
    sha256: str = "",
    findings: Sequence[Mapping[str, object]] = (),
    key: str = "",
    is_demo: bool = False,
) -> LeadBatch:
    """导入线索: every row becomes a lead, whatever its position is worth. The same file once more for the same campaign
    gives the batch it made before.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := LeadBatch.objects.filter(key=key).first()):
        return made
    if sha256 and (made := _before(sha256, unit, campaign, source)):
        return made
    require(
        guards.report_lead(source=source, datum="cgcs2000", unit=unit, campaign=campaign, level=1, by=by, on=on, at=at)
    )
    _check(rows, title=title, source=source, year=year)
    batch = LeadBatch.objects.create(
        title=title.strip()[:200],
        source=source,
        origin=origin.strip()[:200],
        year=year,
        unit=unit,
        unit_path=unit.path,
        campaign=campaign,
        filename=filename[-255:],
        sha256=sha256,
        findings=list(findings),
        reported_by=by.id,
        reported_on=on,
        recorded_at=at,
        key=key or None,
        is_demo=is_demo,
    )
    leads = report_many(rows, source=source, campaign=campaign, of_batch=batch, is_demo=is_demo, by=by, on=on, at=at)
    batch.counts = {
        "rows": len(leads),
        "located": sum(lead.longitude_deg is not None for lead in leads),
        "doubtful": sum(any(one.get("severity") == "warning" for one in lead.findings) for lead in leads),
    }
    batch.save(update_fields=["counts"])
    details = {"file": filename, "source": source, "origin": origin, "year": year, "counts": batch.counts}
    _tell_batch(batch, details, by=by, on=on, at=at)
    return batch


def _tell_batch(batch: LeadBatch, details: Mapping[str, object], *, by: Actor, on: date, at: datetime) -> None:
    policy = policy_of(batch.unit_path, on=on)
    ledger.record(
        ("lead_batch", str(batch.pk)),
        "lead.take_in",
        by=by,
        at=at,
        occurred=on,
        details=details,
        clause=clause_of(policy),
        pack=pack_of(policy),
        evidence=(batch.sha256,) if batch.sha256 else (),
    )


def _before(sha256: str, unit: Unit, campaign: Campaign | None, source: str) -> LeadBatch | None:
    return LeadBatch.objects.filter(sha256=sha256, unit=unit, campaign=campaign, source=source).first()


def _check(rows: Sequence[NewLead], *, title: str, source: str, year: int | None) -> None:
    if not title.strip():
        raise Refused(Refusal("survey.no_title", _("请填写这批线索的名称。")))
    if not rows:
        raise Refused(Refusal("survey.no_rows", _("文件里没有可以读取的线索。")))
    if len(rows) > MOST:
        text = _("一次最多导入 %(most)d 条线索，请分开导入。")
        raise Refused(Refusal("survey.too_many", text, {"most": MOST}))
    if source == LeadSource.PRIOR_LIST and year is None:
        raise Refused(Refusal("survey.no_year", _("历次排查成果须写明年份。")))


@transaction.atomic
def enter_hint(
    *,
    kind: str,
    unit: Unit,
    text: str,
    sha256: str,
    by: Actor,
    on: date,
    at: datetime,
    longitude: str | float | Decimal | None = None,
    latitude: str | float | Decimal | None = None,
    datum: str = "cgcs2000",
    water: Water | None = None,
    share: float | None = None,
    from_km: float | None = None,
    until_km: float | None = None,
    key: str = "",
    is_demo: bool = False,
) -> Hint:
    """登记研判依据: a permit's point, the end of a sewer, a complaint, or a gap of load along a stretch (km of its
    line) that no known outlet explains, with the paper it rests on.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := Hint.objects.filter(key=key).first()):
        return made
    require(guards.enter_hint(kind=kind, unit=unit, text=text, share=share, sha256=sha256, by=by, on=on, at=at))
    file(sha256)
    found = Doctor(on).diagnose(longitude=longitude, latitude=latitude, datum=datum, unit=unit, water=water)
    if found.position is None and found.water is None:
        raise Refused(Refusal("survey.hint_place", _("请填写位置，或者选择水体。")))
    lon, lat = found.position or (None, None)
    along, until = _stretch(found, from_km, until_km)
    hint = Hint.objects.create(
        kind=kind,
        unit=found.unit,
        unit_path=found.unit.path,
        water=found.water,
        text=text.strip()[:200],
        longitude_deg=lon,
        latitude_deg=lat,
        along_m=along,
        until_m=until,
        share=share,
        sha256=sha256,
        day=on,
        entered_by=by.id,
        recorded_at=at,
        key=key or None,
        is_demo=is_demo,
    )
    _tell_hint(hint, found, by=by, at=at)
    return hint


def _stretch(found: Diagnosis, from_km: float | None, until_km: float | None) -> tuple[int | None, int | None]:
    """From where to where along the water's line, m: as said in km, else the one place that was found."""
    if from_km is None:
        return found.along_m, None
    return round(from_km * 1000), round((until_km if until_km is not None else from_km) * 1000)


def _tell_hint(hint: Hint, found: Diagnosis, *, by: Actor, at: datetime) -> None:
    code = found.water.code if found.water else ""
    ledger.record(
        ("hint", str(hint.pk)),
        "hint.enter",
        by=by,
        at=at,
        occurred=hint.day,
        details={"kind": hint.kind, "water": code, "share": hint.share, "given": found.given},
        evidence=(hint.sha256,),
        private={"text": hint.text},
    )


@transaction.atomic
def retract_hint(hint: Hint, *, reason: str, by: Actor, on: date, at: datetime) -> Hint:
    """撤回研判依据: it was wrong or is explained.

    Raises
    ------
    Refused
    """
    require(guards.retract_hint(hint, reason=reason, by=by))
    if Hint.objects.filter(pk=hint.pk, retracted_at=None).update(retracted_at=at):
        hint.retracted_at = at
        ledger.record(("hint", str(hint.pk)), "hint.retract", by=by, at=at, occurred=on, details={"reason": reason})
    return hint
