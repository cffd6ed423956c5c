"""May they? The register at work: publishing, duplicates, branches, codes. One function per action, same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.coding import CodeFault, parse_code
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import path_of
from qingyuan.registry import rules
from qingyuan.registry.guards import CORRECTABLE, not_yet
from qingyuan.registry.models import MainLink, Outlet, Resolution
from qingyuan.registry.places_of import place_of
from qingyuan.registry.registers import Register

TAKEN_OVER = CORRECTABLE | {"national_code"}
"""What a kept entry may take from the dropped one. Type and party are decisions of their own, with their papers."""


@guard
def publish_version(register: Register, *, unit: Unit, by: Actor, on: date) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.REGISTER_PUBLISH, Place(unit_path=unit.path, managing_path=unit.path))
    yield keeper_refusal(register, unit=unit, by=by, on=on)


def keeper_refusal(register: Register, *, unit: Unit, by: Actor, on: date) -> Refusal | None:
    """Where the scheme gives one body the duty to keep the register, nobody else publishes it (济源 五(二): 示范区生态
    环境局). The body sits at the unit whose pack names it."""
    resolved = rules.policy_of(unit.path, on=on).parameters.get("organisations")
    bodies = resolved.value if resolved and isinstance(resolved.value, list | tuple) else ()
    keepers = [body for body in bodies if register.duty and register.duty in body.get("duties", ())]
    if not keepers or resolved is None:
        return None
    functions = {body.get("function") for body in keepers}
    seat = path_of(resolved.origin.split("-")[0])
    for grant in by.holding(Permission.REGISTER_PUBLISH):
        if grant.role is access.Role.CONSOLE or (grant.functions & functions and grant.seat_path == seat):
            return None
    names = "、".join(str(body["name"]) for body in keepers)
    text = _("“%(register)s”由%(keeper)s建立和发布。")
    clause = str(keepers[0].get("clause", resolved.clause))
    return Refusal("access.not_keeper", text, {"register": register.name, "keeper": names}, clause)
