"""疑似重复: candidate pairs, resolving one, saying it is none, and undoing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.paging import next_address
from qingyuan.api.shapes import Given, Id, Page, Reasons, Ref, Text200, Told, Word
from qingyuan.api.v1.outlet_shapes import OutletRow, row_of
from qingyuan.api.writes import write
from qingyuan.core import access
from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, StaleRecord, require
from qingyuan.registry import actions, duplicates, queries
from qingyuan.registry.duplicates import Candidate
from qingyuan.registry.guards_work import Decision
from qingyuan.registry.models import Outlet, Resolution
from qingyuan.registry.places_of import place_of

router = Router(tags=["重复登记"])
SIZE = 50


class PairRow(Told):
    """Two entries that may be one outlet. `distance_m` null: one of them has no position."""

    first: Ref
    second: Ref
    distance_m: float | None = Field(description="相距，m")
    name_share: float = Field(description="名称相同程度，0 至 1")
    same_code: bool
    same_party: bool


class TwoEntries(Told):
    """Both entries beside each other, and the resolution that stands (null: none)."""

    first: OutletRow
    second: OutletRow
    compared: PairRow
    resolution: int | None


class ResolutionRow(Told):
    """An entry that was found to be another one."""

    id: int
    kept: Ref
    dropped: Ref
    reason: str
    day: date
    resolved_at: datetime
    undone_at: datetime | None


class Apart(Told):
    """Two entries that are different outlets."""

    first: int
    second: int
    reason: str


class Resolve(Given):
    """Which entry stays, which goes, as both were read (`version`), and which of the other's values are taken."""

    keep: Id
    keep_version: int = Field(ge=0, le=2**31 - 1)
    drop: Id
    drop_version: int = Field(ge=0, le=2**31 - 1)
    taken: list[Word] = Field(default_factory=list, max_length=40, description="取自被撤销登记的栏目")
    reason: Reasons


class KeepApart(Given):
    """Two entries, and why they are two."""

    first: Id
    second: Id
    reason: Text200 = ""


class Undo(Given):
    """Why it is undone."""

    reason: Reasons


@router.get("/duplicates", response=Page[PairRow], summary="疑似重复")
def listed(
    request: HttpRequest,
    unit: Word = "",
    after: Annotated[Word, Field(pattern=r"^([0-9A-Z]+~([0-9]+~[0-9]+|~))?$")] = "",
) -> Page[PairRow]:
    """范围内的疑似重复登记，逐县读取。一页可能不满，以 next 为准。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = queries.visible_to(who)
    if unit and (path := asking.unit(request, unit).path):
        found = found.within(path)
    page = duplicates.pairs_in(found, who, on=asking.today(), after=after)
    return Page[PairRow](items=[_pair(one) for one in page.pairs], next=next_address(request, page.after))


@router.post("/duplicates/resolve", response=ResolutionRow, summary="归并")
@write()
def resolve(request: HttpRequest, given: Resolve) -> ResolutionRow:
    """保留一条，另一条作为重复登记撤销；其编码和名称成为曾用编码、曾用名。"""
    who, at = asking.actor(request), timezone.now()
    keep, drop = _outlet(request, given.keep), _outlet(request, given.drop)
    for outlet in (keep, drop):
        require(access.refusal(who, Permission.OUTLET_RESOLVE_DUPLICATE, place_of(outlet)))
    if (done := _standing(keep, drop)) is not None:
        return _resolution(done)
    for outlet, read in ((keep, given.keep_version), (drop, given.drop_version)):
        if outlet.version != read:
            raise StaleRecord(outlet.name)
    decision = Decision(keep, drop, frozenset(given.taken), given.reason)
    return _resolution(actions.resolve_duplicate(decision, on=asking.today(), by=who, at=at))


@router.post("/duplicates/apart", response=Apart, summary="不是重复")
@write()
def apart(request: HttpRequest, given: KeepApart) -> Apart:
    """两条不是同一个排污口，不再提示。"""
    one, other = _outlet(request, given.first), _outlet(request, given.second)
    by = asking.require(request, Permission.OUTLET_RESOLVE_DUPLICATE)
    pair = actions.keep_apart(one, other, reason=given.reason, on=asking.today(), by=by, at=timezone.now())
    return Apart(first=pair.first_id, second=pair.second_id, reason=pair.reason)


@router.get("/duplicates/resolutions", response=Page[ResolutionRow], summary="归并记录")
def resolutions(request: HttpRequest, unit: Word = "", after: Id | None = None) -> Page[ResolutionRow]:
    """范围内的归并，包括已撤销的，新的在前。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    kept = queries.visible_to(who)
    if unit and (path := asking.unit(request, unit).path):
        kept = kept.within(path)
    found = Resolution.objects.filter(kept__in=kept.order_by().values("pk")).select_related("kept", "dropped")
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: SIZE + 1])
    last = rows[SIZE - 1].pk if len(rows) > SIZE else None
    return Page[ResolutionRow](items=[_resolution(one) for one in rows[:SIZE]], next=next_address(request, last))


@router.post("/duplicates/resolutions/{pk}/undo", response=ResolutionRow, summary="撤销归并")
@write()
def undo(request: HttpRequest, pk: Id, given: Undo) -> ResolutionRow:
    """两条登记恢复原状；归并后又有变更的不能撤销。"""
    found = Resolution.objects.filter(pk=pk).select_related("kept", "dropped").first()
    if found is None:
        raise NotFound("resolution", str(pk))
    for outlet in (found.kept_id, found.dropped_id):
        _outlet(request, outlet)
    by = asking.require(request, Permission.OUTLET_RESOLVE_DUPLICATE)
    done = actions.undo_resolve(found, reason=given.reason, on=asking.today(), by=by, at=timezone.now())
    return _resolution(done)


@router.get("/duplicates/{first}/{second}", response=TwoEntries, summary="两条登记对照")
def pair(request: HttpRequest, first: Id, second: Id) -> TwoEntries:
    """两条登记的内容、相距和相似程度。"""
    if first == second:
        raise NotFound("pair", str(first))
    asking.require(request, Permission.OUTLET_VIEW)
    one, other = _outlet(request, first), _outlet(request, second)
    judge = duplicates.Judge(duplicates.limits_at(one.unit_path, on=asking.today()))
    done = _standing(one, other)
    return TwoEntries(
        first=row_of(one),
        second=row_of(other),
        compared=_pair(judge.compare(one, other)),
        resolution=done.pk if done else None,
    )


@router.get("/outlets/{key}/duplicates", response=list[PairRow], summary="一个排污口的疑似重复")
def of_outlet(request: HttpRequest, key: Word) -> list[PairRow]:
    """可能是同一个排污口的登记，最可疑的在前。"""
    who = asking.require(request, Permission.OUTLET_VIEW)
    found = duplicates.candidates(who, asking.outlet(request, key), on=asking.today())
    return [_pair(one) for one in found]


def _outlet(request: HttpRequest, pk: int) -> Outlet:
    return queries.outlet(asking.actor(request), pk)


def _standing(one: Outlet, other: Outlet) -> Resolution | None:
    both = [one.pk, other.pk]
    found = Resolution.objects.filter(kept__in=both, dropped__in=both, undone_at=None)
    return found.select_related("kept", "dropped").first()


def _pair(one: Candidate) -> PairRow:
    return PairRow(
        first=Ref(id=one.first.pk, name=one.first.name),
        second=Ref(id=one.second.pk, name=one.second.name),
        distance_m=None if one.distance_m is None else round(one.distance_m, 1),
        name_share=round(one.name_share, 3),
        same_code=one.same_code,
        same_party=one.same_party,
    )


def _resolution(one: Resolution) -> ResolutionRow:
    plain = ("reason", "day", "resolved_at", "undone_at")
    return ResolutionRow(
        **{name: getattr(one, name) for name in plain},
        id=one.pk,
        kept=Ref(id=one.kept_id, name=one.kept.name),
        dropped=Ref(id=one.dropped_id, name=one.dropped.name),
    )
