"""线索: reported, taken in by file, settled, taken back; what was probably missed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router
from ninja.files import UploadedFile

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Id, Page, Word
from qingyuan.api.v1 import lead_shapes as shapes
from qingyuan.api.v1.act_reading import check_words, described, known_type, unit_of, water_of, wrong
from qingyuan.api.v1.lead_shapes import LeadFile, LeadRow
from qingyuan.api.v1.outlet_shapes import reason_of
from qingyuan.api.v1.records import content_of, name_of
from qingyuan.api.writes import write
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import StaleRecord
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange import leads as files
from qingyuan.exchange.container import MAX_FILE_BYTES
from qingyuan.registry import queries as register
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey import guards_leads as guards
from qingyuan.stages.survey import queries as survey
from qingyuan.stages.survey import queries_leads as queries
from qingyuan.stages.survey import ranking
from qingyuan.stages.survey.actions import lead_batches, lead_endings
from qingyuan.stages.survey.actions import leads as actions
from qingyuan.stages.survey.actions.lead_endings import Ending
from qingyuan.stages.survey.models_leads import Lead
from qingyuan.stages.survey.queries_leads import Asked
from qingyuan.stages.survey.words_leads import ENTERED_HINTS, LeadSource

router = Router(tags=["线索"])
SIZE = 50
State = Literal["", "open", "outlet", "not_outlet", "duplicate", "overdue"]
SETTLE = Permission.SURVEY_SETTLE


@router.get("/leads", response=Page[LeadRow], summary="线索列表")
def listed(
    request: HttpRequest,
    unit: Word = "",
    state: State = "",
    source: LeadSource | None = None,
    campaign: Id | None = None,
    batch: Id | None = None,
    doubtful: bool = False,
    q: Word = "",
    after: Id | None = None,
) -> Page[LeadRow]:
    """范围内的线索，新的在前；overdue 为逾期未核，doubtful 为有疑问须核对的。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    asked = Asked(state, source.value if source else "", campaign, batch, path, q, doubtful)
    rows, last = queries.page(queries.narrowed(who, asked, on=asking.today()), after=after or 0, size=SIZE)
    items = [LeadRow(**shapes.row_fields(one)) for one in rows]
    return Page[LeadRow](items=items, next=next_address(request, last or None))


@router.post("/leads", response=LeadFile, summary="登记线索")
@write(status=201)
def report(request: HttpRequest, given: shapes.NewLeadGiven) -> LeadFile:
    """坐标有疑问也登记：说明问题，保留原文，不丢弃。"""
    by, at = asking.require(request, SETTLE), timezone.now()
    made = actions.report_lead(
        by,
        source=given.source.value,
        longitude=given.longitude,
        latitude=given.latitude,
        datum=given.datum,
        unit=unit_of(request, given.unit),
        campaign=survey.campaign(by, given.campaign) if given.campaign else None,
        at=at,
        on=given.on,
        name=given.name,
        code=given.code,
        text=given.text,
        source_ref=given.source_ref,
        year=given.year,
        water=water_of(given.water),
        bank=given.bank,
        photo_sha256=given.photo or "",
        techniques=tuple(given.techniques),
        level=given.level,
    )
    asking.located(request, f"/api/v1/leads/{made.pk}")
    return _done(request, made.pk)


@router.post("/leads/import", response=shapes.BatchTold, summary="导入线索")
@write(status=201, upload=True)
def take_in(
    request: HttpRequest,
    file: File[UploadedFile],
    given: Form[shapes.LeadUpload],
    images: UploadedFile | None = File(None),  # noqa: B008
) -> shapes.BatchTold:
    """GeoJSON、KML、GeoPackage、shapefile、csv、xls、xlsx，每一行成为一条线索；影像可以一张，或打成压缩包。"""
    by, at = asking.require(request, SETTLE), timezone.now()
    made = files.take_in(
        content_of(file, MAX_FILE_BYTES),
        name_of(file),
        files.Asked(
            title=given.title,
            source=given.source.value,
            unit=unit_of(request, given.unit),
            campaign=survey.campaign(by, given.campaign) if given.campaign else None,
            datum=given.datum,
            origin=given.origin,
            year=given.year,
            techniques=(given.technique,) if given.technique else (),
            level=given.level,
            sheet=given.sheet,
            images=files.images_of(content_of(images, MAX_FILE_BYTES), name_of(images)) if images else {},
        ),
        by=by,
        on=given.on,
        at=at,
    )
    return shapes.batch_of(made)


@router.get("/leads/statistics", response=shapes.Statistics, summary="线索统计")
def statistics(request: HttpRequest, unit: Word = "", campaign: Id | None = None) -> shapes.Statistics:
    """按来源、按技术手段的线索数及其处置。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    path = asking.unit(request, unit).path if unit else ""
    found = queries.narrowed(who, Asked(path=path, campaign=campaign), on=asking.today())
    return shapes.Statistics(
        by_source=[_line(one) for one in queries.by_source(found)],
        by_technique=[_line(one) for one in queries.by_technique(found)],
    )


@router.get("/leads/missing", response=list[shapes.ProbableTold], summary="疑似漏查排口研判")
def missing(request: HttpRequest, unit: Word = "") -> list[shapes.ProbableTold]:
    """每千米河段的得分和理由，由高到低。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    at = asking.unit_or_own(request, unit)
    found = ranking.probable(who, path=at.path, on=asking.today()) if at else []
    return [shapes.probable_of(one) for one in found]


@router.post("/leads/settle", response=shapes.Settled, summary="批量处置为不是排污口")
@write()
def settle_many(request: HttpRequest, given: shapes.SettleMany) -> shapes.Settled:
    """全部办理，或者一条也不办理；每条写明读取时的版本。"""
    by, at = asking.require(request, SETTLE), timezone.now()
    leads = queries.several(by, [int(pk) for pk in given.leads])
    for one in leads:
        if given.leads[str(one.pk)] != one.version:
            raise StaleRecord(one.name)
    ended = lead_endings.end_many(
        by, [Ending(one, given.reason, why=given.why.value) for one in leads], at=at, on=given.on
    )
    return shapes.Settled(items=[LeadRow(**shapes.row_fields(one)) for one in ended])


@router.get("/leads/{key}", response=LeadFile, summary="一条线索")
def shown(request: HttpRequest, key: Word) -> LeadFile:
    """内容、核对发现、可能重复的排污口和线索，以及不能处置的理由。"""
    asking.require(request, Permission.OUTLET_VIEW)
    return _told(request, queries.lead(asking.actor(request), key))


@router.post("/leads/{key}/outlet", response=LeadFile, summary="处置为排污口")
@write(changes=True)
def as_outlet(request: HttpRequest, key: Word, given: shapes.EndAsOutlet) -> LeadFile:
    """登记进名录（已排查）；缺污水去向等必填内容的为待补充，不能核实。"""
    by, at, lead = _to_change(request, key)
    fields = described(given.fields.model_dump(exclude_defaults=True))
    check_words(policy_of(lead.unit_path, on=asking.today()), fields)
    if given.type_proposed:
        known_type(lead.unit, given.type_proposed)
    said: dict[str, object] = {**fields, "name": given.name, "apart": given.apart}
    said |= {"party_proposed": given.party_proposed, "unit_unknown": given.unit_unknown}
    said |= {"type_proposed": given.type_proposed}
    if given.water:
        said["water"] = water_of(given.water)
    if (given.longitude_deg is None) != (given.latitude_deg is None):
        raise wrong("longitude_deg", _("经度和纬度须同时填写。"))
    if given.longitude_deg is not None and given.latitude_deg is not None:
        said["position"] = (f"{given.longitude_deg:.6f}", f"{given.latitude_deg:.6f}")
    lead_endings.end_as_outlet(by, lead, fields=said, paper_sha256=given.record, level=given.level, at=at, on=given.on)
    return _done(request, lead.pk)


@router.post("/leads/{key}/not-outlet", response=LeadFile, summary="处置为不是排污口")
@write(changes=True)
def as_none(request: HttpRequest, key: Word, given: shapes.EndAsNone) -> LeadFile:
    """写明情形和理由；非直接入河的也在此处置。"""
    by, at, lead = _to_change(request, key)
    lead_endings.end_as_not_outlet(
        by, lead, why=given.why.value, reason=given.reason, level=given.level, at=at, on=given.on
    )
    return _done(request, lead.pk)


@router.post("/leads/{key}/duplicate", response=LeadFile, summary="处置为重复")
@write(changes=True)
def as_duplicate(request: HttpRequest, key: Word, given: shapes.EndAsTwin) -> LeadFile:
    """与名录中的一个排污口，或者与另一条线索重复。"""
    by, at, lead = _to_change(request, key)
    of_outlet = register.outlet(by, given.outlet) if given.outlet else None
    of_lead = queries.lead(by, given.lead) if given.lead else None
    lead_endings.end_as_duplicate(
        by, lead, of_outlet=of_outlet, of_lead=of_lead, reason=given.reason, at=at, on=given.on
    )
    return _done(request, lead.pk)


@router.post("/leads/{key}/reopen", response=LeadFile, summary="撤销处置")
@write(changes=True)
def reopen(request: HttpRequest, key: Word, given: shapes.WithReason) -> LeadFile:
    """登记之后没有别的办理的，撤销登记，线索重新待核。"""
    by, at, lead = _to_change(request, key)
    lead_endings.reopen(by, lead, reason=given.reason, at=at, on=given.on)
    return _done(request, lead.pk)


@router.post("/leads/{key}/mend", response=LeadFile, summary="更正线索位置")
@write(changes=True)
def mend(request: HttpRequest, key: Word, given: shapes.MendGiven) -> LeadFile:
    """重新核对坐标系、区划、水体和距离。"""
    by, at, lead = _to_change(request, key)
    actions.mend_position(
        lead,
        longitude=given.longitude,
        latitude=given.latitude,
        datum=given.datum,
        reason=given.reason,
        on=given.on,
        by=by,
        at=at,
    )
    return _done(request, lead.pk)


@router.post("/hints", response=shapes.HintTold, summary="登记研判依据")
@write(status=201)
def enter_hint(request: HttpRequest, given: shapes.HintGiven) -> shapes.HintTold:
    """排污许可排放口、污水管网末端、投诉举报地点、断面负荷缺口，须附材料。"""
    by, at = asking.require(request, SETTLE), timezone.now()
    if given.kind not in ENTERED_HINTS:
        raise wrong("kind", _("请选择依据的类别。"))
    made = lead_batches.enter_hint(
        kind=given.kind.value,
        unit=unit_of(request, given.unit),
        text=given.text,
        sha256=given.paper,
        longitude=given.longitude,
        latitude=given.latitude,
        datum=given.datum,
        water=water_of(given.water),
        share=given.share,
        from_km=given.from_km,
        until_km=given.until_km,
        by=by,
        on=given.on,
        at=at,
    )
    return shapes.hint_of(made)


@router.post("/hints/{pk}/retract", response=shapes.HintTold, summary="撤回研判依据")
@write()
def retract_hint(request: HttpRequest, pk: Id, given: shapes.WithReason) -> shapes.HintTold:
    """有误，或者已经查明的，撤回；不再计入研判。"""
    found = queries.hint(asking.actor(request), pk)
    by, at = asking.require(request, SETTLE), timezone.now()
    return shapes.hint_of(lead_batches.retract_hint(found, reason=given.reason, by=by, on=given.on, at=at))


def _line(one: queries.Line) -> shapes.LineTold:
    return shapes.LineTold(
        name=one.label,
        total=one.total,
        open=one.open,
        outlet=one.outlet,
        not_outlet=one.not_outlet,
        duplicate=one.duplicate,
    )


def _to_change(request: HttpRequest, key: str) -> tuple[Actor, datetime, Lead]:
    """The lead to be acted upon, as the client read it (If-Match)."""
    found = queries.lead(asking.actor(request), key)
    by = asking.require(request, SETTLE)
    Lead.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
    found.refresh_from_db(fields=["version", "state"])
    asking.as_read(request, found.version, found.name)
    return by, timezone.now(), found


def _done(request: HttpRequest, pk: int) -> LeadFile:
    return _told(request, queries.lead(asking.actor(request), pk))


def _told(request: HttpRequest, one: Lead) -> LeadFile:
    who, on, at = asking.actor(request), asking.today(), timezone.now()
    asking.seen(request, one.version)
    return LeadFile(
        **shapes.row_fields(one),
        text=one.text,
        photo=one.photo_sha256,
        techniques=[str(technique) for technique in one.techniques],
        score=one.score,
        reasons=[str(reason.get("text", "")) for reason in one.reasons],
        ended_on=one.ended_on,
        ended_level=one.ended_level,
        why=one.why,
        reason=one.reason,
        missing=list(one.outlet.missing) if one.outlet and one.outlet.in_register else [],
        twins=[shapes.twin_of(twin) for twin in queries.twins(who, one, on=on)],
        why_not_end=reason_of(guards.end(one, by=who, on=on, at=at)),
        why_not_reopen=reason_of(guards.reopen(one, reason="…", by=who, on=on, at=at)),
    )
