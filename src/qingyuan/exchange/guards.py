"""May they? One function per action of an import, with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.exchange.models import STATES, Import
from qingyuan.places.models import Unit


def _permitted(unit: Unit, by: Actor) -> Refusal | None:
    return access.refusal(by, Permission.OUTLET_IMPORT, Place(unit_path=unit.path, managing_path=unit.path))


def _in_state(batch: Import, *states: str) -> Refusal | None:
    if batch.state in states:
        return None
    return Refusal("exchange.wrong_state", _("该批次“%(state)s”，不能办理此事项。"), {"state": STATES[batch.state]})


@guard
def stage(unit: Unit, *, by: Actor, brings_in: bool) -> Iterator[Refusal | None]:
    yield _permitted(unit, by)
    if brings_in:
        place = Place(unit_path=unit.path, managing_path=unit.path)
        yield access.refusal(by, Permission.OUTLET_BRING_IN, place)


@guard
def judge(batch: Import, *, by: Actor) -> Iterator[Refusal | None]:
    yield _permitted(batch.unit, by)
    yield _in_state(batch, "staged", "judged")


@guard
def accept(batch: Import, *, by: Actor) -> Iterator[Refusal | None]:
    yield _permitted(batch.unit, by)
    yield _in_state(batch, "judged")


@guard
def take_in(batch: Import, *, by: Actor) -> Iterator[Refusal | None]:
    yield _permitted(batch.unit, by)
    yield _in_state(batch, "judged", "taking")


@guard
def undo(batch: Import, *, by: Actor) -> Iterator[Refusal | None]:
    yield _permitted(batch.unit, by)
    yield _in_state(batch, "taking", "taken")
