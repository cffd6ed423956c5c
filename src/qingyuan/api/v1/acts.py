"""排污口办理: every button of the outlet's page. The reasons against each are in its file (`moves`, `acts`)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.shapes import Word
from qingyuan.api.v1 import act_shapes as shapes
from qingyuan.api.v1.act_reading import body_of, corrected, known_kind, unit_of
from qingyuan.api.v1.outlet_shapes import OutletFile, told
from qingyuan.api.writes import write
from qingyuan.bodies import actions as bodies
from qingyuan.bodies.models import Body
from qingyuan.core import access
from qingyuan.core.access import Permission
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.flows import survey_opens_tracing
from qingyuan.registry import actions, guards
from qingyuan.registry.places_of import place_of

router = Router(tags=["排污口办理"])


@router.post("/outlets/{key}/verify", response=OutletFile, summary="核实")
@write(changes=True)
def verify(request: HttpRequest, key: Word, given: shapes.WithPapers) -> OutletFile:
    """第二人核实，自此计入基数。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    actions.verify(found, on=given.on, by=by, at=at, papers=given.papers)
    survey_opens_tracing.after_act(found, on=asking.today(), at=at)
    return told(request, found)


@router.post("/outlets/{key}/open-tracing", response=OutletFile, summary="开展溯源")
@write(changes=True)
def open_tracing(request: HttpRequest, key: Word, given: shapes.OnDay) -> OutletFile:
    """责任主体不清，开展溯源。"""
    found, by = asking.outlet_to_change(request, key), asking.actor(request)
    actions.open_tracing(found, on=given.on, by=by, at=timezone.now())
    survey_opens_tracing.after_act(found, on=asking.today(), at=timezone.now())
    return told(request, found)


@router.post("/outlets/{key}/fix-party", response=OutletFile, summary="明确责任主体")
@write(changes=True)
def fix_party(request: HttpRequest, key: Word, given: shapes.FixParty) -> OutletFile:
    """单位库中的单位，或同时登记的新单位。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    party = body_of(given.party)
    require(
        guards.fix_party(
            found,
            body=party or Body(),
            basis=given.basis,
            given=set(given.papers),
            by=by,
            on=given.on,
            at=at,
            note=given.note,
        )
    )
    if party is None and given.new_party is not None:
        new = given.new_party
        party = bodies.enter(
            name=new.name,
            kind=new.kind,
            unit=found.unit,
            credit_code=new.credit_code.upper(),
            industry=new.industry,
            by=by,
            at=at,
            is_demo=found.is_demo,
        )
    if party is None:
        raise Refused(Refusal("registry.no_party", _("请选择责任主体。")))
    actions.fix_party(
        found, body=party, basis=given.basis, note=given.note, on=given.on, by=by, at=at, papers=given.papers
    )
    return told(request, found)


@router.post("/outlets/{key}/classify", response=OutletFile, summary="确认分类")
@write(changes=True)
def classify(request: HttpRequest, key: Word, given: shapes.Classify) -> OutletFile:
    """由方案指定的部门确认二级类型。"""
    found, by = asking.outlet_to_change(request, key), asking.actor(request)
    if given.special_kind:
        known_kind(found, given.special_kind)
    sent = given.model_dump()
    actions.classify(found, by=by, at=timezone.now(), **sent)
    return told(request, found)


@router.post("/outlets/{key}/propose-type", response=OutletFile, summary="提出分类意见")
@write(changes=True)
def propose_type(request: HttpRequest, key: Word, given: shapes.ProposeType) -> OutletFile:
    """意见不作决定，与确认的分类不同时保留。"""
    found, by = asking.outlet_to_change(request, key), asking.actor(request)
    actions.propose_type(found, by=by, at=timezone.now(), **given.model_dump())
    return told(request, found)


@router.post("/outlets/{key}/suggest-type", response=OutletFile, summary="按规则建议类型")
@write(changes=True)
def suggest_type(request: HttpRequest, key: Word, given: shapes.SuggestType) -> OutletFile:
    """按责任主体行业和排放特征对照分类建议表，两项依据一并保存。"""
    found, by, at = asking.outlet_to_change(request, key), asking.actor(request), timezone.now()
    require(access.refusal(by, Permission.OUTLET_PROPOSE_TYPE, place_of(found)))
    if not actions.suggest_type(found, by=by, at=at, **given.model_dump()):
        text = _("分类建议表中没有“%(industry)s”与“%(character)s”的组合，请由人判断。")
        words = {"industry": given.industry, "character": given.character}
        raise Refused(Refusal("registry.no_suggestion", text, words))
    return told(request, found)


@router.post("/outlets/{key}/correct", response=OutletFile, summary="更正信息")
@write(changes=True)
def correct(request: HttpRequest, key: Word, given: shapes.Correct) -> OutletFile:
    """只改写明的字段；坐标、水体、责任区部门写 null 即清空。"""
    found, by = asking.outlet_to_change(request, key), asking.actor(request)
    values = corrected(found, given.values)
    actions.correct(found, values=values, reason=given.reason, on=given.on, by=by, at=timezone.now())
    return told(request, found)


@router.post("/outlets/{key}/change-unit", response=OutletFile, summary="变更所在区划")
@write(changes=True)
def change_unit(request: HttpRequest, key: Word, given: shapes.ChangeUnit) -> OutletFile:
    """自某日起属另一区划，须附区划调整文件。"""
    found, by = asking.outlet_to_change(request, key), asking.actor(request)
    require(access.refusal(by, Permission.OUTLET_CHANGE_UNIT, place_of(found)))
    actions.change_unit(
        [found],
        unit=unit_of(request, given.unit),
        managing_unit=unit_of(request, given.managing_unit) if given.managing_unit else None,
        on=given.on,
        papers=given.papers,
        by=by,
        at=timezone.now(),
    )
    return told(request, found)
