"""The bodies of the places as a bureau would have registered them, and officers who act for them."""

from __future__ import annotations

from datetime import date

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.places.models import Unit
from tests import build

DAY = date(2024, 3, 4)
NOON = build.recorded(DAY)
DATONG_BUREAUS = {
    "大同市生态环境局": F.ECOLOGY,
    "大同市水务局": F.WATER,
    "大同市住房和城乡建设局": F.HOUSING,
    "大同市城市管理局": F.URBAN_MANAGEMENT,
    "大同市农业农村局": F.AGRICULTURE,
    "大同市规划和自然资源局": F.RESOURCES,
    "大同市工业和信息化局": F.INDUSTRY,
    "大同市公安局": F.PUBLIC_SECURITY,
}
ANYANG_BUREAUS = {
    "安阳市生态环境局": F.ECOLOGY,
    "安阳市水利局": F.WATER,
    "安阳市住房城乡建设局": F.HOUSING,
    "安阳市农业农村局": F.AGRICULTURE,
    "安阳市自然资源和规划局": F.RESOURCES,
    "安阳市林业局": F.FORESTRY,
}
XINJIANG_BUREAUS = {
    "运城市生态环境局新绛分局": F.ECOLOGY,
    "新绛县住建局": F.HOUSING,
    "新绛县水利局": F.WATER,
    "新绛县工信科技局": F.INDUSTRY,
    "新绛县农业农村局": F.AGRICULTURE,
}
JIYUAN_OFFICES = {
    "济源示范区生态环境局": F.ECOLOGY,
    "济源示范区河长制办公室": F.RIVER_CHIEF_OFFICE,
    "济源示范区生态环境保护委员会办公室": F.ENVIRONMENT_COMMITTEE_OFFICE,
}


def government(unit: Unit, *functions: F) -> Body:
    """The government of a unit."""
    return build.body(
        unit, name=f"{unit.name}人民政府", kind=BodyKind.GOVERNMENT, functions=functions or (F.GOVERNMENT,)
    )


def bureaus(code: str, names: dict[str, F]) -> dict[str, Body]:
    """The bureaus of a unit."""
    where = build.unit(code)
    return {
        name: build.body(where, name=name, kind=BodyKind.GOVERNMENT, functions=(function,))
        for name, function in names.items()
    }


def governments(path: str, *, level: int, function: F = F.GOVERNMENT) -> dict[str, Body]:
    """The governments of all units of a level below a path, by the unit's name."""
    units = Unit.objects.within(path).standing().filter(level=level, kind="division")
    return {unit.name: government(unit, function) for unit in units}


def committee(code: str) -> Body:
    """The committee of a zone."""
    zone = build.unit(code)
    return build.body(zone, name=f"{zone.name}管委会", kind=BodyKind.GOVERNMENT, functions=(F.ZONE_COMMITTEE,))


def datong() -> dict[str, Body]:
    """Everybody the scheme of 大同 names, by name."""
    zone = committee("1402Z01")
    counties = governments("1402", level=3)
    return bureaus("140200", DATONG_BUREAUS) | {zone.name: zone} | {one.name: one for one in counties.values()}


def anyang() -> dict[str, Body]:
    """Everybody the scheme of 安阳 names, by name."""
    counties = governments("4105", level=3)
    return bureaus("410500", ANYANG_BUREAUS) | {one.name: one for one in counties.values()}


def officer_of(body: Body, role: Role = Role.REVIEWER) -> Actor:
    """An officer who acts for a body, in its own unit."""
    return build.actor(role, body.unit, body=body)


def leader(code: str, body: Body | None = None) -> Actor:
    """Who issues at the coordinating level."""
    return build.actor(Role.REVIEWER, build.unit(code), body=body)
