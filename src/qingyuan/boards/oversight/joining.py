"""监管清单: which outlets join the inspection and monitoring plans of a unit.

Types the scheme pilots (`supervision.pilot_types`) join where their county switched the pilot on; all others join
everywhere (安阳 三(二), 大同 四(十), 吉林 三(十)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qingyuan.boards.oversight.owners import words_in
from qingyuan.boards.oversight.unowned import supervised_rows
from qingyuan.core.access import Actor
from qingyuan.core.classification import STORM, STORM_TOP, Tree, tree_of
from qingyuan.core.policy import Policy
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import within_q
from qingyuan.registry.models import OutletQuerySet
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook.models import Decision
from qingyuan.rulebook.queries import packs
from qingyuan.rulebook.regulations import decision, decisions

PILOT = "supervision.pilot_types"
COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Pilot:
    """Whether the pilot types of a scheme are in at a unit. `decision` None: nobody decided, the pack's own default."""

    types: tuple[str, ...]
    is_on: bool
    decision: Decision | None
    clause: str
    status: str
    quote: str


@dataclass(frozen=True, slots=True)
class Types:
    """The types in at a unit: by their own right, and by the pilot."""

    fixed: tuple[str, ...]
    pilot: tuple[str, ...]

    def joined(self, *, pilot_on: bool) -> frozenset[str]:
        """The keys of the types that join."""
        return frozenset(self.fixed) | (frozenset(self.pilot) if pilot_on else frozenset())


def may_pilot(unit: Unit) -> bool:
    """Pilots are switched county by county."""
    return unit.level == Level.COUNTY and unit.kind == "division"


def pilot_of(unit_path: str, *, on: date) -> Pilot:
    """The pilot at a unit on a day: what its county decided, else the pack's default."""
    county = unit_path if "Z" in unit_path else unit_path[:COUNTY_DIGITS]
    return _pilot(unit_path, decision(county, PILOT, on=on), on=on)


def _pilot(unit_path: str, decided: Decision | None, *, on: date) -> Pilot:
    policy = policy_of(unit_path, on=on)
    resolved = policy.parameters.get(PILOT)
    is_on = bool(decided.value) if decided is not None else bool(policy.value("supervision.pilot_default_on", False))
    types = words_in(resolved.value) if resolved else ()
    return Pilot(
        types,
        is_on and bool(types),
        decided,
        resolved.clause if resolved else "",
        str(resolved.status) if resolved else "",
        resolved.quote if resolved else "",
    )


def types_of(policy: Policy) -> Types:
    """Every second-level type of a scheme, parted into those always in and those a pilot brings in."""
    pilots = set(words_in(policy.value(PILOT, ())))
    always = set(words_in(policy.value("supervision.fixed_types", ())))
    fixed: list[str] = []
    pilot: list[str] = []
    for top in tree_of(policy).tops:
        for child in top.children:
            piloted = top.name in pilots or (child.key == STORM and STORM_TOP in pilots)
            (pilot if piloted and child.key not in always else fixed).append(child.key)
    return Types(tuple(fixed), tuple(pilot))


def joining(actor: Actor, unit: Unit, *, on: date) -> OutletQuerySet:
    """The outlets of a unit that join its inspection and monitoring plans on a day."""
    found = supervised_rows(actor, unit.path)
    sets = _sets(unit.path, on=on)
    joins = Q(pk__in=[])
    for path, types in sets.items():
        here = Q(type_key__in=sorted(types))
        if path != unit.path:
            here &= within_q("unit_path", path)
        for deeper in sets:
            if deeper != path and deeper.startswith(path):
                here &= ~within_q("unit_path", deeper)
        joins |= here
    return found.filter(joins)


def counties(unit: Unit, *, on: date) -> list[tuple[Unit, Pilot]]:
    """The counties at or below a unit with their pilots, for the switchboard; none for the nation."""
    if unit.level < Level.PROVINCE:
        return []
    below = Unit.objects.within(unit.path).standing().filter(level=Level.COUNTY, kind="division").order_by("path")
    decided = decisions(PILOT, path=unit.path, on=on)
    return [(county, _pilot(county.path, decided.get(county.path), on=on)) for county in below]


def tree_at(unit: Unit, *, on: date) -> Tree:
    """The classification in force at a unit, for the names of types."""
    return tree_of(policy_of(unit.path, on=on))


def _sets(path: str, *, on: date) -> Mapping[str, frozenset[str]]:
    """Path → the types that join there, for the unit and every place below it that has a pack or a decision of its
    own and therefore other types than the place above it."""
    decided = decisions(PILOT, path=path, on=on)
    with_pack = [pack.unit_path for pack in packs(on=on) if pack.unit_path.startswith(path)]
    found: dict[str, frozenset[str]] = {}
    for place in sorted({path, *with_pack, *decided}, key=len):
        pilot = pilot_of(place, on=on) if place == path else _pilot(place, decided.get(place), on=on)
        types = types_of(policy_of(place, on=on)).joined(pilot_on=pilot.is_on)
        above = max((one for one in found if place.startswith(one)), key=len, default=None)
        if above is None or found[above] != types:
            found[place] = types
    return found
