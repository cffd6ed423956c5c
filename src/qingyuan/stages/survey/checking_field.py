"""What speaks against a record from the field, as sentences for whoever can act. Nothing here writes.

An `error` keeps the record out of the register until a person decides; a `warning` stands beside it and stops nothing.
Sentences are source texts with their parameters; the door says them in the reader's language.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import shapely

from qingyuan.core.geometry import (
    CoordinateFault,
    Datum,
    ProjectedPoint,
    distance_m,
    gcj02_to_cgcs2000,
    in_china,
    metres_per_degree,
    read_point,
    to_cgcs2000,
)
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.stages.survey import form

ERROR, WARNING = "error", "warning"
SAID_TWICE_M = 60.0
"""A photo's own fix this near to the point read as GCJ-02, and far from the point as given, gives the datum away."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `name` is the answer or photo it is about."""

    code: str
    text: str
    severity: str = WARNING
    params: Mapping[str, object] = field(default_factory=dict)
    name: str = ""

    def as_json(self) -> dict[str, object]:
        """As it is kept with the record."""
        return {
            "code": self.code,
            "text": self.text,
            "severity": self.severity,
            "params": dict(self.params),
            "name": self.name,
        }


def of_refusal(refusal: Refusal, name: str = "") -> Finding:
    """A refusal of another storey as a finding against the record."""
    return Finding(refusal.code, refusal.text, ERROR, refusal.params, name)


@dataclass(frozen=True, slots=True)
class Position:
    """The record's point in CGCS2000, how it was given, and what is to be said of it."""

    point: tuple[Decimal, Decimal] | None
    given: str = ""
    findings: tuple[Finding, ...] = ()


def position_of(fields: Mapping[str, object], photos: Mapping[str, Mapping[str, object]]) -> Position:
    """Read the point: as given, its datum said or given away by the photos."""
    longitude, latitude = (str(fields.get(name) or "").strip() for name in ("longitude", "latitude"))
    if not longitude and not latitude:
        text = _("没有位置，入库后列为待补充。")
        return Position(None, "", (Finding("record.no_position", text, WARNING, name="longitude"),))
    read = read_point(longitude, latitude)
    if isinstance(read, CoordinateFault):
        return Position(None, "", (Finding(read.code, read.text, ERROR, name="longitude"),))
    if isinstance(read, ProjectedPoint):
        text = _("位置是投影坐标，请改填经纬度。")
        return Position(None, "", (Finding("coordinate.projected", text, ERROR, name="longitude"),))
    lon, lat = read.longitude_deg, read.latitude_deg
    findings: list[Finding] = []
    if read.swapped:
        findings.append(Finding("coordinate.order", _("经度和纬度填反了，已按正确顺序读取。"), name="longitude"))
    if not in_china(lon, lat):
        text = _("位置不在国内，请核对。")
        return Position(None, "", (*findings, Finding("coordinate.outside_china", text, ERROR, name="longitude")))
    datum = _datum(fields)
    given = f"{longitude}, {latitude}" + ("" if datum is Datum.CGCS2000 else f" ({datum.value.upper()})")
    if datum is not Datum.CGCS2000:
        lon, lat = to_cgcs2000(lon, lat, datum)
        text = _("位置按%(datum)s坐标换算为 CGCS2000，原值保留。")
        findings.append(Finding("coordinate.datum", text, WARNING, {"datum": datum.value.upper()}, "longitude"))
    elif _looks_shifted(lon, lat, photos):
        text = _("位置与照片的定位相差数百米，像是地图软件的坐标（GCJ-02），请核对坐标系。")
        findings.append(Finding("coordinate.datum_doubtful", text, WARNING, name="longitude"))
    return Position((Decimal(f"{lon:.6f}"), Decimal(f"{lat:.6f}")), given, tuple(findings))


def _datum(fields: Mapping[str, object]) -> Datum:
    said = str(fields.get("datum") or "").lower().replace("-", "")
    return next((one for one in Datum if one.value.replace("-", "") == said), Datum.CGCS2000)


def _fixes(photos: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, float, float]]:
    for sha256, said in photos.items():
        lon, lat = number(said.get("longitude")), number(said.get("latitude"))
        if lon is not None and lat is not None:
            yield sha256, lon, lat


def _looks_shifted(lon: float, lat: float, photos: Mapping[str, Mapping[str, object]]) -> bool:
    there = gcj02_to_cgcs2000(lon, lat)
    fixes = list(_fixes(photos))
    near = all(distance_m(*there, *fix[1:]) < SAID_TWICE_M < distance_m(lon, lat, *fix[1:]) for fix in fixes)
    return bool(fixes) and near


def number(value: object) -> float | None:
    """A finite number, else None. Text a phone typed in full-width digits is read too."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(str(value).strip())
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def answers(fields: Mapping[str, object], aside: Mapping[str, object], version: str) -> Iterator[Finding]:
    """The form's own rules: versions that are gone, numbers out of range, choices nobody offers."""
    if version not in form.VERSIONS:
        text = _("表单版本%(version)s已停用，内容已按名称对应，请核对。")
        yield Finding("form.gone", text, WARNING, {"version": version or "—"})
    if aside:
        text = _("%(count)s项内容现行表单没有，已另存：%(names)s。")
        yield Finding("form.aside", text, WARNING, {"count": len(aside), "names": "、".join(sorted(aside)[:8])})
    for name, asked in form.QUESTIONS.items():
        value = fields.get(name)
        if asked.kind != "number" or value in (None, ""):
            continue
        found = number(value)
        if found is None:
            text = _("“%(title)s”不是数字：%(value)s。")
            yield Finding("field.number", text, WARNING, {"title": asked.title, "value": str(value)[:40]}, name)
        elif (asked.low is not None and found < asked.low) or (asked.high is not None and found > asked.high):
            text = _("“%(title)s”为%(value)s，超出合理范围，请核对。")
            yield Finding("field.range", text, WARNING, {"title": asked.title, "value": str(value)[:40]}, name)


def photos(
    said: Mapping[str, Mapping[str, object]],
    *,
    point: tuple[Decimal, Decimal] | None,
    occurred: datetime,
    offset_s: float,
    policy: Policy,
) -> Iterator[Finding]:
    """Position and time of each photo against those of its record."""
    if not said:
        yield Finding("photo.none", _("没有现场照片。"))
    far = float(str(policy.value("field.photo_far_m", 300)))
    apart = timedelta(hours=float(str(policy.value("field.photo_apart_hours", 24))))
    fixes = {sha256: (lon, lat) for sha256, lon, lat in _fixes(said)}
    for order, (sha256, one) in enumerate(sorted(said.items(), key=lambda item: str(item[1].get("taken_at"))), 1):
        fix = fixes.get(sha256)
        if fix is None:
            text = _("第%(order)s张照片没有位置。")
            yield Finding("photo.no_position", text, WARNING, {"order": order}, sha256)
        elif point is not None and (off := distance_m(*fix, float(point[0]), float(point[1]))) > far:
            text = _("第%(order)s张照片的位置距记录的位置%(metres)s m，请核对。")
            yield Finding("photo.far", text, WARNING, {"order": order, "metres": round(off)}, sha256)
        taken = moment(one.get("taken_at"))
        if taken is None:
            text = _("第%(order)s张照片没有拍摄时间。")
            yield Finding("photo.no_time", text, WARNING, {"order": order}, sha256)
        elif abs(taken + timedelta(seconds=offset_s) - occurred) > apart:
            text = _("第%(order)s张照片的拍摄时间%(taken)s与记录时间相差过大，请核对。")
            yield Finding("photo.time", text, WARNING, {"order": order, "taken": f"{taken:%Y-%m-%d %H:%M}"}, sha256)


def moment(value: object) -> datetime | None:
    """An ISO instant with its zone, or epoch seconds; None when it is neither, or lies where no phone has been."""
    found = None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e10:
        found = datetime.fromtimestamp(value, UTC)
    elif isinstance(value, str):
        with suppress(ValueError):
            found = datetime.fromisoformat(value)
    if found is None or not 1970 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def clock(offset_s: float, *, policy: Policy) -> Iterator[Finding]:
    """A phone whose clock was wrong: said, and put right by what the site measured."""
    if abs(offset_s) <= float(str(policy.value("field.clock_tolerance_s", 300))):
        return
    text = _("手机时钟与站点相差%(said)s，时间已按站点时钟校正，原值保留。")
    yield Finding("clock.off", text, WARNING, {"said": long_time(abs(offset_s))})


def long_time(seconds: float) -> str:
    """A span for reading: 5 min, 3 h, 366 d."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def metres_from(line: bytes | memoryview | None, point: tuple[Decimal, Decimal]) -> float | None:
    """Metres from a segment's line to a point; None without a line. Plane at the point's latitude."""
    if not line:
        return None
    lon, lat = float(point[0]), float(point[1])
    east, north = metres_per_degree(lat)
    shape = shapely.transform(shapely.from_wkb(bytes(line)), lambda xy: (xy - (lon, lat)) * (east, north))
    return float(shapely.distance(shape, shapely.Point(0, 0)))
