"""Where demonstration outlets stand: real counties, towns and rivers, a point within a stone's throw of the water."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

import shapely

from qingyuan.demo.schemes import Scheme
from qingyuan.places import queries
from qingyuan.places.models import Boundary, Unit, Water
from qingyuan.places.paths import within_q


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a water that lies in a county."""

    water: Water
    county: Unit
    line: shapely.Geometry
    towns: tuple[Unit, ...]
    in_target: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an outlet stands."""

    stretch: Stretch
    town: Unit
    village: Unit | None
    position: tuple[Decimal, Decimal]


def stretches(scheme: Scheme, root: Unit) -> list[Stretch]:
    """Every water of the place in every county of it, in a fixed order."""
    outlines = {
        row.unit.path: (row.unit, shapely.from_wkb(bytes(row.geometry)))
        for row in Boundary.objects.filter(within_q("unit__path", root.path), unit__level=3).select_related("unit")
        if row.geometry is not None
    }
    flagged = queries.water_ids_with(scheme.flags, date(2023, 12, 31))
    waters = Water.objects.filter(within_q("units__path", root.path)).distinct().order_by("code")
    found = []
    for water in waters:
        if water.geometry is None:
            continue
        line = shapely.from_wkb(bytes(water.geometry))
        for path in sorted(outlines):
            county, outline = outlines[path]
            part = shapely.intersection(outline, line)
            if not part.is_empty and part.length > 0.005:
                towns = tuple(queries.units_below(path, level=4).filter(kind="division").select_related("parent"))
                found.append(Stretch(water, county, part, towns, water.pk in flagged))
    return found


class Ground:
    """Draws spots, the same for the same random numbers."""

    def __init__(self, found: Sequence[Stretch], random: Random) -> None:
        self.random = random
        self.groups = {
            target: [stretch for stretch in found if stretch.in_target is target] for target in (True, False)
        }
        self.villages: dict[str, list[Unit]] = {}

    def spot(self, *, in_target: bool) -> Spot:
        """A spot on a water that the dated targets are about, or on another one."""
        choices = self.groups[in_target] or self.groups[not in_target]
        weights = [0.1 + min(stretch.line.length, 0.4) for stretch in choices]
        stretch = self.random.choices(choices, weights)[0]
        town = self.random.choice(stretch.towns or (stretch.county,))
        village = None
        if self.random.random() < 0.35:
            villages = self._villages(town)
            village = self.random.choice(villages) if villages else None
        point = stretch.line.interpolate(self.random.random(), normalized=True)
        off = [self.random.uniform(-0.0006, 0.0006) for _axis in range(2)]
        position = (_degrees(point.x + off[0]), _degrees(point.y + off[1]))
        return Spot(stretch, town, village, position)

    def _villages(self, town: Unit) -> list[Unit]:
        if town.path not in self.villages:
            self.villages[town.path] = list(queries.units_below(town.path, level=5).select_related("parent"))
        return self.villages[town.path]


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")
