"""支口: outlets that share one mouth."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from qingyuan.api import asking
from qingyuan.api.shapes import Ref, Told, Word
from qingyuan.api.v1 import act_shapes as shapes
from qingyuan.api.v1.outlet_shapes import OutletFile, told
from qingyuan.api.writes import write
from qingyuan.core.access import Permission
from qingyuan.registry import actions, branches, queries
from qingyuan.registry.models import Outlet

router = Router(tags=["支口"])


class Links(Told):
    """The main outlet of a branch (null: it is none), and the branches of a main."""

    main: Ref | None
    branches: list[Ref]


class Main(shapes.OnDay):
    """The main outlet by its number or code."""

    main: Word


@router.get("/outlets/{key}/branches", response=Links, summary="主口和支口")
def links(request: HttpRequest, key: Word) -> Links:
    """与排污口共用口门的主口或支口。"""
    asking.require(request, Permission.OUTLET_VIEW)
    found = branches.links_of(asking.outlet(request, key), on=asking.today())
    return Links(main=_ref(found.main) if found.main else None, branches=[_ref(one) for one in found.branches])


@router.post("/outlets/{key}/set-main", response=OutletFile, summary="登记为支口")
@write(changes=True)
def set_main(request: HttpRequest, key: Word, given: Main) -> OutletFile:
    """自某日起是主口的支口；两口的国家编码除末两位外应相同。"""
    found, by = asking.outlet_to_change(request, key), asking.require(request, Permission.OUTLET_CORRECT)
    main = queries.outlet(by, given.main)
    actions.set_main(found, main=main, on=given.on, by=by, at=timezone.now())
    return told(request, found)


@router.post("/outlets/{key}/end-main", response=OutletFile, summary="解除支口关系")
@write(changes=True)
def end_main(request: HttpRequest, key: Word, given: shapes.OnDay) -> OutletFile:
    """自某日起不再是支口；以前的仍可查。"""
    found, by = asking.outlet_to_change(request, key), asking.actor(request)
    actions.end_main(found, on=given.on, by=by, at=timezone.now())
    return told(request, found)


def _ref(one: Outlet) -> Ref:
    return Ref(id=one.pk, name=one.name)
