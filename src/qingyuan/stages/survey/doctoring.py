"""The doctor of leads: what a position given by somebody says, what is odd about it, and where along its river it lies.

Nothing is put right silently and nothing is thrown away: what was given is kept, what was read from it stands beside,
and each oddity is a sentence for the person who can act. The same questions as the import asks of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import shapely

from qingyuan.core.geometry import CoordinateFault, Datum, Point, ProjectedPoint, read_point, to_cgcs2000
from qingyuan.core.leads import OnLine, project
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places import queries as places
from qingyuan.places.locating import line_distance_m, nearest_waters, read_shape, unit_for_point
from qingyuan.places.models import Unit, Water
from qingyuan.places.paths import is_within
from qingyuan.registry.rules import policies

AT_RIVER_M, OFF_RIVER_M = 50.0, 200.0  # proposed, as in the import
SHIFTED_AT_MOST_M = 3_000.0  # no public map moves a point farther
GUESSED_WITHIN_M = 2_000.0  # a nameless river this near is offered
PLACES = Decimal("0.000001")
WARNING, INFO = "warning", "info"
SHIFTS = {Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}
SENTENCES: Mapping[str, tuple[str, str]] = {
    "coordinate.missing": (WARNING, _("没有坐标，线索按说明保留，请补充位置。")),
    "coordinate.format": (WARNING, _("坐标“%(value)s”无法识别，原文已保留，请补充位置。")),
    "coordinate.projected": (WARNING, _("坐标“%(value)s”是投影坐标，请换算为经纬度；原文已保留。")),
    "coordinate.outside_china": (WARNING, _("坐标“%(value)s”不在中国范围内，原文已保留，请核对。")),
    "coordinate.order": (WARNING, _("经度、纬度填反，已按经度%(lon)s、纬度%(lat)s读取，请核对。")),
    "coordinate.converted": (INFO, _("坐标由%(datum)s换算为 CGCS2000。")),
    "coordinate.datum": (
        WARNING,
        _("坐标可能是%(datum)s：换算后为%(lon)s, %(lat)s，%(where)s。请核对后更正。"),
    ),
    "coordinate.outside_unit": (WARNING, _("坐标位于%(where)s，不在%(unit)s，请核对坐标或区划。")),
    "coordinate.unit": (INFO, _("区划按坐标判为%(unit)s。")),
    "lead.water_guessed": (INFO, _("没有写明水体，按最近的河线推定为%(water)s（距河线约%(metres)s米）。")),
    "lead.far_from_water": (INFO, _("距%(water)s河线约%(metres)s米；河线较粗，仅供参考。")),
    "lead.outside_campaign": (WARNING, _("不在排查专项的水体范围内，请核对。")),
    "coordinate.unprojected": (INFO, _("投影坐标“%(value)s”已按 CGCS2000 换算为经纬度。")),
    "lead.not_a_point": (WARNING, _("图形是%(shape)s，不是一个点，请补充位置。")),
    "lead.no_image": (WARNING, _("没有收到影像“%(name)s”，请补传。")),
    "lead.no_unit": (WARNING, _("区划“%(name)s”没有对应，按%(unit)s登记。")),
    "lead.no_water": (INFO, _("水体“%(name)s”没有对应。")),
    "photo.used": (WARNING, _("同一张影像已用于另一处登记，请核对。")),
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was read: the position in CGCS2000 (None: none that can be used), the unit and water it lies in or at, its
    place on the water's line, and the findings as {code, severity, params}."""

    given: str
    position: tuple[Decimal, Decimal] | None
    unit: Unit
    water: Water | None
    along_m: int | None
    river_m: int | None
    findings: tuple[Mapping[str, object], ...]


@dataclass(slots=True)
class Doctor:
    """Diagnoses positions; the lines of waters and what packs say are read once for a batch."""

    on: date
    _lines: dict[int, shapely.Geometry | None] = field(default_factory=dict)
    _policies: object = None

    def diagnose(
        self,
        *,
        longitude: str | float | Decimal | None,
        latitude: str | float | Decimal | None,
        datum: str,
        unit: Unit,
        water: Water | None,
    ) -> Diagnosis:
        """Read one position. `datum`: cgcs2000, wgs84, gcj02 or bd09, as its giver says."""
        given = _given(longitude, latitude)
        found: list[Mapping[str, object]] = []
        read = self._read(given, longitude, latitude, found)
        if read is None:
            return Diagnosis(given, None, unit, water, None, None, tuple(found))
        lon, lat = self._convert(*read, datum, found)
        where = self._unit(lon, lat, unit, found)
        water = self._water(lon, lat, water, found)
        self._suspect_datum(lon, lat, datum, unit, water, found)
        line = self.line_of(water)
        off = round(line_distance_m(line, lon, lat)) if line is not None else None
        place = place_on(line, lon, lat)
        self._far(off, water, where, found)
        position = (Decimal(str(lon)).quantize(PLACES), Decimal(str(lat)).quantize(PLACES))
        return Diagnosis(given, position, where, water, round(place.along_m) if place else None, off, tuple(found))

    def policy(self, unit_path: str) -> Policy:
        """What governs a unit on the day."""
        if self._policies is None:
            self._policies = policies()
        return self._policies(unit_path, self.on)  # type: ignore[operator]

    def line_of(self, water: Water | None) -> shapely.Geometry | None:
        """The line of a water, read once; None without one."""
        if water is None:
            return None
        if water.pk not in self._lines:
            drawn = Water.objects.filter(pk=water.pk).values_list("geometry", flat=True).first()
            self._lines[water.pk] = read_shape(drawn) if drawn else None
        return self._lines[water.pk]

    # --- step by step ------------

    def _read(
        self, given: str, longitude: object, latitude: object, found: list[Mapping[str, object]]
    ) -> tuple[float, float] | None:
        if longitude in (None, "") or latitude in (None, ""):
            found.append(said("coordinate.missing") if not given else said("coordinate.format", value=given))
            return None
        match read_point(_plain(longitude), _plain(latitude)):
            case Point(swapped=swapped) as point:
                lon, lat = point.longitude_deg, point.latitude_deg
                if swapped:
                    found.append(said("coordinate.order", lon=f"{lon:.6f}", lat=f"{lat:.6f}"))
                return lon, lat
            case ProjectedPoint():
                found.append(said("coordinate.projected", value=given))
            case CoordinateFault(code=code):
                known = "coordinate.outside_china" if code == "coordinate.outside_china" else "coordinate.format"
                found.append(said(known, value=given))
        return None

    def _convert(self, lon: float, lat: float, datum: str, found: list[Mapping[str, object]]) -> tuple[float, float]:
        if datum not in set(Datum) or datum == Datum.CGCS2000:
            return lon, lat
        found.append(said("coordinate.converted", datum=SHIFTS[Datum(datum)]))
        return to_cgcs2000(lon, lat, Datum(datum))

    def _unit(self, lon: float, lat: float, unit: Unit, found: list[Mapping[str, object]]) -> Unit:
        """The unit the point lies in where that is the given one or below it; else the given one, and that is said."""
        lies = unit_for_point(lon, lat)
        if lies is None or lies.path == unit.path or is_within(unit.path, lies.path):
            return unit
        if is_within(lies.path, unit.path):
            found.append(said("coordinate.unit", unit=lies.name))
            return lies
        found.append(said("coordinate.outside_unit", where=places.full_name(lies.path), unit=unit.name))
        return unit

    def _suspect_datum(
        self,
        lon: float,
        lat: float,
        datum: str,
        unit: Unit,
        water: Water | None,
        found: list[Mapping[str, object]],
    ) -> None:
        """A point said to be CGCS2000 that another datum would bring into its unit, or to its river."""
        if datum in SHIFTS:
            return
        line = self.line_of(water)
        off = line_distance_m(line, lon, lat) if line is not None else None
        outside = any(one["code"] == "coordinate.outside_unit" for one in found)
        for shift, name in SHIFTS.items():
            moved = to_cgcs2000(lon, lat, shift)
            told = {"datum": name, "lon": f"{moved[0]:.6f}", "lat": f"{moved[1]:.6f}"}
            lies = unit_for_point(*moved) if outside else None
            if lies is not None and is_within(lies.path, unit.path):
                found.append(said("coordinate.datum", **told, where=lies.name))
                return
            near_line = off is not None and OFF_RIVER_M <= off <= SHIFTED_AT_MOST_M
            if near_line and line is not None and line_distance_m(line, *moved) <= AT_RIVER_M:
                found.append(said("coordinate.datum", **told, where=water.name if water else ""))
                return

    def _water(self, lon: float, lat: float, water: Water | None, found: list[Mapping[str, object]]) -> Water | None:
        if water is not None:
            return water
        near = nearest_waters(lon, lat, within_m=GUESSED_WITHIN_M)
        if not near:
            return None
        guessed, metres = near[0]
        found.append(said("lead.water_guessed", water=guessed.name, metres=round(metres)))
        return guessed

    def _far(self, off: int | None, water: Water | None, unit: Unit, found: list[Mapping[str, object]]) -> None:
        limit = float(str(self.policy(unit.path).value("coordinate.water_distance_m", 500)))
        if water is not None and off is not None and off > limit:
            found.append(said("lead.far_from_water", water=water.name, metres=off))


def said(code: str, **params: object) -> dict[str, object]:
    """One finding as it is kept."""
    return {"code": code, "severity": SENTENCES[code][0], "params": params}


def sentence_of(finding: Mapping[str, object]) -> str:
    """The Chinese sentence of a kept finding, with its places still to be filled: doors translate and fill it."""
    return SENTENCES.get(str(finding["code"]), ("", str(finding["code"])))[1]


def place_on(line: shapely.Geometry | None, lon: float, lat: float) -> OnLine | None:
    """Where a point lies along a water's line: along the part it is nearest to, the parts counted one after another."""
    if line is None:
        return None
    best, walked = None, 0.0
    for part in getattr(line, "geoms", [line]):
        points = [(x, y) for x, y, *_height in shapely.get_coordinates(part).tolist()]
        place = project(points, lon, lat)
        if place is not None and (best is None or place.off_m < best.off_m):
            best = OnLine(walked + place.along_m, place.off_m, place.side)
        walked += _length_m(points)
    return best


def _length_m(points: list[tuple[float, float]]) -> float:
    end = project(points, *points[-1]) if len(points) > 1 else None
    return end.along_m if end else 0.0


def _given(longitude: object, latitude: object) -> str:
    parts = [_text(longitude), _text(latitude)]
    return ", ".join(filter(None, parts))[:120]


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _plain(value: object) -> str | float:
    return value if isinstance(value, str) else float(str(value))
