"""What points mean on the map: in which county they lie, whether the row says so, which datum would explain it.

Pure: polygons are handed in. A county without a polygon is "cannot tell", which is counted and told, never an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely

from qingyuan.core import geometry
from qingyuan.core.geometry import Datum
from qingyuan.exchange.coordinates import repair_of
from qingyuan.exchange.findings import ERROR, WARNING, Finding
from qingyuan.exchange.firsts import Points
from qingyuan.exchange.gazetteer import CITY, COUNTY, Gazetteer, UnitFact, short_name
from qingyuan.exchange.judging import Judge, Judged
from qingyuan.exchange.names import check_name

BORDER_M = 500.0  # proposed: the outlines are generalised, a bank may lie on either side of the line
SHARED_M = 10.0
MANY = 64
AT_RIVER_M, OFF_RIVER_M = 50.0, 200.0  # proposed
SHIFTED_AT_MOST_M = 3_000.0  # no public map moves a point farther, so no shift can bring a farther one to its river
_CELL_DEG = 0.00015  # one cell is wider than SHARED_M up to 53° north
_DATUMS = {Datum.GCJ02: "国测局 GCJ-02", Datum.BD09: "百度 BD-09"}


class Rivers(Protocol):
    """Asking how far points are from the lines of waters. What is asked with metres may say yes too often, never too
    seldom."""

    def distance_m(self, water: int, lon: float, lat: float) -> float | None:
        """Metres from a point to a water; None for a water without a line."""

    def off(self, asked: Sequence[tuple[int, float, float]], least_m: float, most_m: float) -> list[bool]:
        """Of (water, longitude, latitude): may the point lie so many metres off its water?"""

    def at(self, water: int, lon: float, lat: float, most_m: float) -> bool:
        """May the point lie so near?"""


@dataclass(slots=True)
class Map:
    """The outlines of counties by path, and a way to ask about a point outside all of them."""

    shapes: Mapping[str, shapely.Geometry]
    stray: Callable[[float, float], UnitFact | None]
    rivers: Rivers | None = None
    _paths: list[str] = field(default_factory=list)
    _tree: shapely.STRtree | None = None

    def __post_init__(self) -> None:
        self._paths = sorted(self.shapes)
        self._tree = shapely.STRtree([self.shapes[path] for path in self._paths])

    def counties(self, points: Sequence[tuple[float, float]]) -> list[str]:
        """The path of the deepest outline around each point, "" for none."""
        found = [""] * len(points)
        if not self._paths or not points or self._tree is None:
            return found
        asked = shapely.points(np.asarray(points, dtype=float))
        if len(points) < MANY:
            at, which = self._tree.query(asked, predicate="intersects")
        else:  # the other way round each outline is prepared once
            which, at = shapely.STRtree(asked).query(self._tree.geometries, predicate="intersects")
        for index, shape in zip(at.tolist(), which.tolist(), strict=True):
            path = self._paths[shape]
            if len(path) > len(found[index]):
                found[index] = path
        return found

    def distance_m(self, path: str, lon: float, lat: float) -> float | None:
        """Metres from a point to a unit (0 inside); None when no outline of it is loaded."""
        shapes = [shape for one, shape in self.shapes.items() if one.startswith(path)]
        if not shapes:
            return None
        east, north = geometry.metres_per_degree(lat)
        point = shapely.Point(lon, lat)
        nearest = min(shapes, key=lambda shape: shapely.distance(shape, point))
        x, y = shapely.get_coordinates(shapely.shortest_line(nearest, point))[0]
        return math.hypot((x - lon) * east, (y - lat) * north)


class Positions:
    """Checks batches of judged rows against the map, and every row against those before it."""

    def __init__(self, judge: Judge, area: Map) -> None:
        self.judge, self.area = judge, area
        self.gazetteer: Gazetteer = judge.gazetteer
        self.unchecked = 0
        self.late: list[Finding] = []  # about lines of earlier batches
        self._points = Points(_CELL_DEG)

    def check(self, batch: Sequence[Judged]) -> None:
        """Place every row, then look at its point and its name."""
        placed = [judged for judged in batch if judged.point is not None]
        counties = self.area.counties([judged.point for judged in placed if judged.point is not None])
        lies = dict(zip((id(judged) for judged in placed), counties, strict=True))
        beside = self._beside_rivers(placed)
        for judged in batch:
            self._settle_unit(judged, lies.get(id(judged), ""))
            if judged.point is not None and judged.unit is not None:
                self._compare(judged, lies[id(judged)], beside=id(judged) in beside)
                self._shared(judged)
            check_name(self.judge, judged)

    # --- which county --------------------------------------------------------------------------------------------

    def _settle_unit(self, judged: Judged, lies: str) -> None:
        """A row that names no county gets it from its name, else from its point; both are told."""
        unit = judged.unit
        if unit is None or unit.level >= COUNTY or any(item.code == "field.invalid" for item in judged.findings):
            return
        named = self._county_in_name(judged.name, unit)
        located = self.gazetteer.by_path.get(lies[:6]) if lies.startswith(unit.path) else None
        if named is not None:
            judged.unit = named
            self.judge.tell(judged, "field.unit_from_name", "county", unit=named.name)
        elif located is not None and located.level == COUNTY:
            judged.unit = located
            self.judge.tell(judged, "field.unit_from_point", "county", unit=located.name)
        if judged.unit is not unit and "county" in judged.missing:
            judged.missing.remove("county")

    def _county_in_name(self, name: str, unit: UnitFact) -> UnitFact | None:
        """The one county of the unit a name mentions: by its full name, else by its short one."""
        counties = [one for one in self.gazetteer.counties_of(unit) if one is not unit]
        full = [one for one in counties if one.name in name]
        if len(full) == 1:
            return full[0]
        if full:
            return None
        city = short_name(unit.name, unit.level)
        short = [one for one in counties if (word := short_name(one.name, COUNTY)) in name and word != city]
        return short[0] if len(short) == 1 else None

    # --- inside or not -------------------------------------------------------------------------------------------

    def _compare(self, judged: Judged, lies: str, *, beside: bool) -> None:
        unit = judged.unit
        if unit is None or judged.point is None:
            return
        lon, lat = judged.point
        county = self.gazetteer.above(unit, COUNTY) or unit
        if lies.startswith(county.path) and lies:
            if beside:
                self._river_datum(judged)
            return
        city = self.gazetteer.above(unit, CITY) or county
        located = self.gazetteer.by_path.get(lies) if lies else self.area.stray(lon, lat)
        distance = self.area.distance_m(county.path, lon, lat)
        if located is None and distance is None:
            self.unchecked += 1
            return
        within_city = located is not None and located.path.startswith(city.path) and located.level >= COUNTY
        if within_city and distance is None:
            self.unchecked += 1
            return
        if distance is not None and distance <= BORDER_M:
            if located is not None:
                self.judge.tell(
                    judged, "coordinate.near_border", self._where(judged), value=f"{lon:.6f}, {lat:.6f}",
                    lies=located.name, said=county.name, metres=int(BORDER_M),
                )  # fmt: skip
            return
        self._outside(judged, county, city, located, distance, within_city=within_city)

    def _outside(
        self,
        judged: Judged,
        county: UnitFact,
        city: UnitFact,
        located: UnitFact | None,
        distance: float | None,
        *,
        within_city: bool,
    ) -> None:
        lon, lat = judged.point or (0.0, 0.0)
        said = self._full(county)
        lies = self._full(located) if located is not None else "已载入界线之外"
        away = distance if within_city else self.area.distance_m(city.path, lon, lat)
        far = _distance(distance if away is None else away)
        hint = self._other_reading(judged, county)
        self.judge.tell(
            judged, "coordinate.outside_unit", self._where(judged), severity=WARNING if within_city else ERROR,
            said=said, lies=lies, value=f"{lon:.6f}, {lat:.6f}", distance=far,
            suggestion=hint[0], repair=hint[1],
        )  # fmt: skip
        self._datum(judged, county, city, within_city=within_city)

    def _full(self, unit: UnitFact) -> str:
        city = self.gazetteer.above(unit, CITY)
        return unit.name if city is None or city is unit else f"{city.name}{unit.name}"

    def _where(self, judged: Judged) -> str:
        return "longitude" if "longitude" in judged.raw else "coordinates"

    def _other_reading(self, judged: Judged, county: UnitFact) -> tuple[str, dict[str, str]]:
        """A slip in the degrees is common: the same point one degree off, if that lies in the county."""
        lon, lat = judged.point or (0.0, 0.0)
        for step_lon, step_lat in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            moved = (lon + step_lon, lat + step_lat)
            if self.area.counties([moved])[0].startswith(county.path):
                texts = f"{moved[0]:.6f}", f"{moved[1]:.6f}"
                return f"度数可能差 1：{texts[0]}, {texts[1]} 位于{county.name}", repair_of(self._where(judged), *texts)
        return "请核对坐标，或核对行内所写的县（市、区）", {}

    def _datum(self, judged: Judged, county: UnitFact, city: UnitFact, *, within_city: bool) -> None:
        lon, lat = judged.point or (0.0, 0.0)
        target = county if within_city else city
        for datum, name in _DATUMS.items():
            moved = geometry.to_cgcs2000(lon, lat, datum)
            if self.area.counties([moved])[0].startswith(target.path):
                texts = f"{moved[0]:.6f}", f"{moved[1]:.6f}"
                self.judge.tell(
                    judged, "coordinate.datum", self._where(judged), datum=name, result=", ".join(texts),
                    where=target.name, suggestion=", ".join(texts), repair=repair_of(self._where(judged), *texts),
                )  # fmt: skip
                return

    def _beside_rivers(self, placed: Sequence[Judged]) -> set[int]:
        """Which rows are as far off their river as a public map may have moved them, asked for all of them at once."""
        named = [one for one in placed if one.values.get("water_id") is not None and one.point is not None]
        if self.area.rivers is None or not named:
            return set()
        asked = [(int(str(one.values["water_id"])), *(one.point or (0.0, 0.0))) for one in named]
        told = self.area.rivers.off(asked, OFF_RIVER_M, SHIFTED_AT_MOST_M)
        return {id(one) for one, off in zip(named, told, strict=True) if off}

    def _river_datum(self, judged: Judged) -> None:
        """Inside its county, but off its river by just the shift of a public map."""
        rivers, water = self.area.rivers, judged.values.get("water_id")
        if rivers is None or water is None or judged.point is None:
            return
        for datum, name in _DATUMS.items():
            moved = geometry.to_cgcs2000(*judged.point, datum)
            if not rivers.at(int(str(water)), *moved, AT_RIVER_M):
                continue
            given = rivers.distance_m(int(str(water)), *judged.point)
            if given is None or not OFF_RIVER_M <= given <= SHIFTED_AT_MOST_M:
                return
            metres = rivers.distance_m(int(str(water)), *moved)
            if metres is not None and metres <= AT_RIVER_M:
                texts = f"{moved[0]:.6f}", f"{moved[1]:.6f}"
                where = f"{judged.values.get('water_text')}岸边（原坐标离河约 {given:.0f} 米）"
                self.judge.tell(
                    judged, "coordinate.datum", self._where(judged), datum=name, result=", ".join(texts),
                    where=where, suggestion=", ".join(texts), repair=repair_of(self._where(judged), *texts),
                )  # fmt: skip
                return

    # --- shared points -------------------------------------------------------------------------------------------

    def _shared(self, judged: Judged) -> None:
        if judged.point is None:
            return
        lon, lat = judged.point
        for other_lon, other_lat, row, name in self._points.around(lon, lat):
            metres = geometry.distance_m(lon, lat, other_lon, other_lat)
            if metres <= SHARED_M:
                where = self._where(judged)
                self.judge.tell(judged, "coordinate.shared", where, other=_line(row, name), metres=f"{metres:.1f}")
                mine = _line(judged.row, judged.name)
                told = self.judge.about(row, "coordinate.shared", where, other=mine, metres=f"{metres:.1f}")
                self.late.append(told)
        self._points.add(lon, lat, judged.row, judged.name)


def _line(row: int, name: str) -> str:
    return f"第 {row} 行“{name}”" if name else f"第 {row} 行"


def _distance(metres: float | None) -> str:
    if metres is None:
        return "未知"
    return f"{metres / 1000:.1f} 公里" if metres >= 1000 else f"{metres:.0f} 米"
