"""水体: reading, entering and correcting a water, setting, ending and taking back its flags.

After each act the register follows, so that progress counts what now holds.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field, StringConstraints

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import PLAIN, Day, Given, Id, Page, Reasons, Ref, Sha256, Text64, Text128, Told, Word
from qingyuan.api.v1.act_reading import water_of, wrong
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound
from qingyuan.core.waters import Status, WaterFlagKind, WaterKind
from qingyuan.library import queries as library
from qingyuan.places import actions, queries
from qingyuan.places.models import Unit, Water
from qingyuan.places.waters import next_code
from qingyuan.registry import waters as registry
from qingyuan.registry.actions import follow_waters

router = Router(tags=["区划、水体、区域"])
Source = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]
WaterName = Annotated[str, PLAIN, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
MOST_UNITS = 100
SIZE = 100


class WaterRow(Told):
    """A water; `parent` is the one it flows into."""

    code: str
    name: str
    other_names: str
    kind: str
    parent: str | None
    status: str
    is_demo: bool


class FlagRow(Told):
    """A flag a water bears, by a paper. `to_day`: the first day it no longer does; `retracted_at`: taken back."""

    id: int
    flag: str
    from_day: date | None
    to_day: date | None
    source: str
    status: str
    sha256: str
    recorded_at: datetime
    retracted_at: datetime | None


class WaterFile(WaterRow):
    """A water with what it flows through and on into, what flows into it, and every flag ever set."""

    version: int
    source: str
    units: list[Ref]
    downstream: list[Ref]
    upstream: list[Ref]
    flags: list[FlagRow]


class NewWater(Given):
    """A water to be entered."""

    name: WaterName
    kind: WaterKind
    units: list[Word] = Field(min_length=1, max_length=MOST_UNITS, description="流经区划的代码")
    flows_into: Word = Field("", description="下游水体的编码")
    code: Word = Field("", description="留空按下游水系顺编")
    other_names: Text128 = ""
    source: Source


class WaterValues(Given):
    """What a correction may set; what is not sent is not touched."""

    name: Text64 = ""
    other_names: Text128 = ""
    kind: WaterKind = WaterKind.OTHER
    source: Source = "-"
    flows_into: Word = ""
    units: list[Word] = Field([], max_length=MOST_UNITS)


class CorrectWater(Given):
    """A correction of a water."""

    on: Day
    values: WaterValues
    reason: Reasons


class SetFlag(Given):
    """A flag from a day (null: always) to a day (null: still), by a document."""

    flag: WaterFlagKind
    from_day: Day | None = None
    to_day: Day | None = None
    source: Source
    status: Status = Status.READ
    sha256: Sha256 | None = None


class EndFlag(Given):
    """A flag that no longer holds from a day on."""

    flag: WaterFlagKind
    on: Day
    source: Source
    sha256: Sha256 | None = None


class WithdrawFlag(Given):
    """Why a flag is taken back."""

    reason: Reasons


@router.get("/waters", response=Page[WaterRow], summary="水体")
def listed(request: HttpRequest, unit: Word = "", q: Word = "", after: Word = "") -> Page[WaterRow]:
    """流经某区划的水体，或全部；干流在支流之前。"""
    found = queries.waters_in(queries.unit(unit).path) if unit else Water.objects.defer("geometry").order_by("path")
    if q:
        found = found.filter(name__startswith=q)
    if after:
        found = found.filter(path__gt=queries.water(after).path)
    rows = list(found.select_related("parent").defer("geometry", "parent__geometry")[: SIZE + 1])
    last = rows[SIZE - 1].code if len(rows) > SIZE else ""
    return Page[WaterRow](items=[_water(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.get("/waters/{code}", response=WaterFile, summary="一个水体")
def shown(request: HttpRequest, code: Word) -> WaterFile:
    """按编码读取，含上下游和各项标记。"""
    return told_water(request, queries.water(code))


def told_water(request: HttpRequest, one: Water) -> WaterFile:
    """A water as it is answered, its version in the ETag."""
    asking.seen(request, one.version)
    codes = [one.path[end - 6 : end] for end in range(len(one.path) - 6, 5, -6)]
    names = dict(Water.objects.filter(code__in=codes).values_list("code", "name"))
    named = ("id", "flag", "from_day", "to_day", "source", "status", "recorded_at", "retracted_at")
    return WaterFile(
        **_water(one).model_dump(),
        version=one.version,
        source=one.source,
        units=[Ref(id=unit.code, name=unit.name) for unit in one.units.order_by("path")],
        downstream=[Ref(id=code, name=names[code]) for code in codes if code in names],
        upstream=[
            Ref(id=code, name=name) for code, name in one.tributaries.order_by("path").values_list("code", "name")
        ],
        flags=[
            FlagRow(**{name: getattr(row, name) for name in named}, sha256=row.paper)
            for row in queries.flag_history([one.pk])
        ],
    )


@router.post("/waters", response=WaterFile, summary="登记水体")
@write(status=201)
def enter(request: HttpRequest, given: NewWater) -> WaterFile:
    """河流、沟渠、塘坝等。"""
    by = asking.require(request, Permission.PLACES_MAINTAIN)
    above = water_of(given.flows_into)
    if above is None and not given.code:
        raise wrong("code", _("没有下游水体的，请填写编码。"))
    units = _units(request, given.units)
    made = actions.add_water(
        given.code.upper() or next_code(above.code[:2] if above else ""),
        given.name,
        kind=given.kind,
        flows_into=above.code if above else "",
        units=[unit.code for unit in units],
        other_names=given.other_names,
        source=given.source,
        by=by,
        at=timezone.now(),
    )
    asking.located(request, f"/api/v1/waters/{made.code}")
    return told_water(request, made)


@router.post("/waters/{code}/correct", response=WaterFile, summary="更正水体信息")
@write(changes=True)
def correct(request: HttpRequest, code: Word, given: CorrectWater) -> WaterFile:
    """只改写明的字段；汇入（flows_into）填写下游水体的编码，空为没有。"""
    found = _to_change(request, code)
    values: dict[str, Any] = {name: getattr(given.values, name) for name in given.values.model_fields_set}
    if "flows_into" in values:
        values["parent"] = water_of(values.pop("flows_into"))
    if "units" in values:
        values["units"] = _units(request, values["units"])
        if not values["units"]:
            raise wrong("values.units", _("请填写流经的行政区划。"))
    by, at = asking.actor(request), timezone.now()
    actions.correct_water(found, values=values, reason=given.reason, on=given.on, by=by, at=at)
    return _followed(request, found)


@router.post("/waters/{code}/flags", response=WaterFile, summary="设置水体标记")
@write(status=201, changes=True)
def set_flag(request: HttpRequest, code: Word, given: SetFlag) -> WaterFile:
    """标记决定哪些目标把这个水体的排污口计入分母。"""
    found = _to_change(request, code)
    actions.set_flag(
        found,
        given.flag,
        from_day=given.from_day,
        to_day=given.to_day,
        source=given.source,
        status=given.status,
        paper=_paper(given.sha256),
        by=asking.actor(request),
        at=timezone.now(),
    )
    return _followed(request, found)


@router.post("/waters/{code}/flags/end", response=WaterFile, summary="取消水体标记")
@write(changes=True)
def end_flag(request: HttpRequest, code: Word, given: EndFlag) -> WaterFile:
    """自某日起不再计入；以前各日仍按有此标记计算。"""
    found = _to_change(request, code)
    paper, by = _paper(given.sha256), asking.actor(request)
    actions.clear_flag(found, given.flag, on=given.on, source=given.source, paper=paper, by=by, at=timezone.now())
    return _followed(request, found)


@router.post("/waters/{code}/flags/{pk}/withdraw", response=WaterFile, summary="撤回水体标记")
@write(changes=True)
def withdraw_flag(request: HttpRequest, code: Word, pk: Id, given: WithdrawFlag) -> WaterFile:
    """录入有误：各日都不再按有此标记计算，原来掌握的数字仍可查。"""
    found = _to_change(request, code)
    row = found.flags.filter(pk=pk).first()
    if row is None:
        raise NotFound("flag", str(pk))
    row.water = found
    actions.withdraw_flag(row, reason=given.reason, by=asking.actor(request), at=timezone.now())
    return _followed(request, found)


def _water(one: Water) -> WaterRow:
    plain = {name: getattr(one, name) for name in ("code", "name", "other_names", "kind", "status", "is_demo")}
    return WaterRow(**plain, parent=one.parent.code if one.parent else None)


def _to_change(request: HttpRequest, code: str) -> Water:
    found = registry.water_visible_to(asking.actor(request), code)
    asking.require(request, Permission.PLACES_MAINTAIN)
    asking.as_read(request, found.version, found.name)
    return found


def _followed(request: HttpRequest, found: Water) -> WaterFile:
    follow_waters(on=asking.today())
    return told_water(request, found)


def _units(request: HttpRequest, codes: list[str]) -> list[Unit]:
    return list({code: asking.unit(request, code) for code in codes}.values())


def _paper(sha256: str | None) -> str:
    """The hash of a paper that is in the library; NotFound else."""
    return library.file(sha256).sha256 if sha256 else ""
