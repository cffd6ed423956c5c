"""What the tests of tracing have in common: the five places, their bodies, a case under way."""

from __future__ import annotations

from qingyuan.bodies import actions as bodies
from qingyuan.bodies.models import Body
from qingyuan.core.access import CONSOLE
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.tracing import actions
from qingyuan.stages.tracing.models import Case
from qingyuan.stages.tracing.words import Why
from tests import build

PLACES = {"济源": "419001", "安阳": "410502", "新绛": "140825", "大同": "140213", "吉林": "220102"}
DAY, NOON = build.DAY.replace(year=2024), build.NOON.replace(year=2024)


def place(name: str) -> Unit:
    """The county (济源: the whole) that stands for a scheme."""
    return build.unit(PLACES[name])


def town_of(unit: Unit) -> Unit:
    """A town of a county."""
    found = Unit.objects.within(unit.path).standing().filter(level=4, kind="division").order_by("path").first()
    return found if found is not None else new_town(unit)


def new_town(unit: Unit, name: str = "某镇", code: str = "") -> Unit:
    """A town where the small country has none."""
    code = code or f"{unit.code}100"
    return Unit.objects.create(code=code, name=name, level=4, kind="division", parent=unit, path=code)


def office(where: Unit, function: F, name: str = "") -> Body:
    """A government body of a unit with a function."""
    return build.body(where, name=name, kind=BodyKind.GOVERNMENT, functions=(function,))


def outlet(where: Unit, stage: Stage = Stage.VERIFIED, **more: object) -> Outlet:
    """An outlet of which nobody knows who answers."""
    return build.outlet(where, stage=stage, on=DAY, **more)


def case(of: Outlet, why: Why = Why.UNCLEAR, **more: object) -> Case:
    """A case about it."""
    return actions.open_case(of, why=why, on=DAY, by=CONSOLE, at=NOON, **more)


def step(of: Case, method: str = "现场快速监测", **more: object) -> None:
    """A step by which something was found."""
    given = {"result": "电导率偏高", **more}
    actions.add_step(of, method=method, on=DAY, by=CONSOLE, at=NOON, **given)


def discharger(where: Unit, *, affiliated: bool = True, name: str = "") -> Body:
    """An enterprise; `affiliated`: whom it belongs to is known."""
    made = build.body(where, name=name)
    if affiliated:
        parent = build.body(where, name=f"{made.name}集团")
        bodies.correct(made, values={"parent": parent}, reason="补充", by=CONSOLE, at=NOON, on=DAY)
    return made
