"""What a file would change: its features beside what stands. Reads, never writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import WaterKind
from qingyuan.core.zones import ProtectionLevel
from qingyuan.places.locating import read_shape
from qingyuan.places.models import Boundary, DivisionChange, Unit, Water, Zone
from qingyuan.places.official import words
from qingyuan.places.official.outlines import LINES, POLYGONS, difference, fault_of, km2
from qingyuan.places.paths import ancestors_of, level_of, path_of, within_q
from qingyuan.places.queries import current_codes

Told = Mapping[str, object]
# How many outlets stand in a "unit" or on a "water" and all below its path, and the names of the first few.
Occupied = Callable[[str, str], tuple[int, Sequence[str]]]
_WATER_CODE = re.compile(r"^[A-Z]{2}\d{4}$", re.ASCII)
_LEVELS = {"一级": ProtectionLevel.FIRST, "二级": ProtectionLevel.SECOND, "准": ProtectionLevel.QUASI}
NAME_LENGTH = {"zones": 128, "waters": 64, "units": 64}


@dataclass(frozen=True, slots=True)
class Given:
    """A feature as the door read it: values in the order of the labels; `shape` in CGCS2000 degrees."""

    number: int
    values: Sequence[str]
    shape: shapely.Geometry | None
    fault: str = ""


@dataclass(slots=True)
class Found:
    """What one feature would do."""

    number: int
    name: str
    code: str = ""
    change: str = "unchanged"
    details: list[Told] = field(default_factory=list)
    faults: list[Told] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    before: dict[str, object] = field(default_factory=dict)
    target_id: int | None = None
    shape: shapely.Geometry | None = None
    shape_before: shapely.Geometry | None = None

    def settle(self, *, is_new: bool) -> Found:
        """Give the change its word: a fault before anything else."""
        self.change = "fault" if self.faults else "new" if is_new else "changed" if self.details else "unchanged"
        return self


def compare(
    subject: str,
    zone_kind: str,
    unit: Unit,
    labels: Sequence[str],
    features: Iterable[Given],
    *,
    whole: bool,
    occupied: Occupied,
) -> list[Found]:
    """Every feature of a file with what it would change; then what the file leaves out.

    Raises
    ------
    Refused
        `places.no_column`: no field of the file is what it must have.
    """
    columns = words.columns_of(subject, labels)
    for name in words.REQUIRED[subject]:
        if name not in columns:
            wanted = "、".join(words.FIELDS[subject][name][:4])
            raise Refused(
                Refusal(
                    "places.no_column",
                    _("文件没有“%(title)s”字段（可写作：%(wanted)s），现有：%(labels)s。"),
                    {"title": words.TITLES[name], "wanted": wanted, "labels": "、".join(labels[:20]) or "—"},
                )
            )
    read = [(one, {name: one.values[column].strip() for name, column in columns.items()}) for one in features]
    if not read:
        raise Refused(Refusal("places.no_features", _("文件中没有图形。")))
    match subject:
        case "zones":
            return _zones(zone_kind, unit, read, whole=whole)
        case "waters":
            return _waters(unit, read, whole=whole, occupied=occupied)
        case _:
            return _units(unit, read, whole=whole, occupied=occupied)


Read = Sequence[tuple[Given, Mapping[str, str]]]


def _begin(one: Given, said: Mapping[str, str], subject: str, *, kinds: tuple[str, ...], needed: bool) -> Found:
    found = Found(one.number, said.get("name", "")[: NAME_LENGTH[subject]], shape=one.shape)
    if not found.name:
        found.faults.append({"what": "field.name"})
    if (fault := fault_of(one.shape, one.fault, kinds=kinds, needed=needed)) is not None:
        found.faults.append(fault)
    return found


def _forbid_twice(found: Found, key: object, seen: dict[object, int]) -> None:
    if key and key in seen:
        found.faults.append({"what": "field.twice", "other": seen[key]})
    elif key:
        seen[key] = found.number


def _tell(found: Found, what: str, before: str, after: str) -> None:
    if after and before != after:
        found.details.append({"what": what, "before": before or "—", "after": after})


def _shape(found: Found, before: shapely.Geometry | None) -> None:
    found.shape_before = before
    if not found.faults and (differs := difference(before, found.shape)) is not None:
        found.details.append(differs)


# --- zones -----------------------------------------------------------------------------------------------------------


def _zones(kind: str, unit: Unit, read: Read, *, whole: bool) -> list[Found]:
    rows = Zone.objects.filter(within_q("unit__path", unit.path), kind=kind, valid_to=None).order_by("pk")
    standing: dict[tuple[str, str], list[Zone]] = {}
    for zone in rows:
        standing.setdefault((zone.name, zone.level), []).append(zone)
    made: list[Found] = []
    for one, said in read:
        found = _begin(one, said, "zones", kinds=POLYGONS, needed=True)
        level = _level(said.get("level", ""))
        found.values = {"level": level}
        same = _nearest(standing.get((found.name, level), []), found)
        if same is not None:
            standing[found.name, level].remove(same)
            found.target_id = same.pk
            _shape(found, read_shape(same.geometry))
        elif not found.faults and found.shape is not None:
            found.details.append({"what": "drawn", "after": km2(found.shape)})
        made.append(found.settle(is_new=same is None))
    if whole:
        made += [
            Found(0, zone.name, change="gone", target_id=zone.pk, values={"level": zone.level})
            for zones in standing.values()
            for zone in zones
        ]
    return made


def _nearest(zones: Sequence[Zone], found: Found) -> Zone | None:
    """Of several zones of one name the one that shares the most with the feature."""
    if len(zones) < 2 or found.faults or found.shape is None:
        return zones[0] if zones else None
    shape = found.shape
    return max(zones, key=lambda zone: shapely.make_valid(read_shape(zone.geometry)).intersection(shape).area)


def _level(text: str) -> str:
    for word, level in _LEVELS.items():
        if text.startswith(word):
            return level.value
    return text if text in set(ProtectionLevel) else ProtectionLevel.NONE.value


# --- waters ----------------------------------------------------------------------------------------------------------


def _waters(unit: Unit, read: Read, *, whole: bool, occupied: Occupied) -> list[Found]:
    by_code = {water.code: water for water in Water.objects.select_related("parent")}
    here = set(Water.objects.filter(within_q("units__path", unit.path)).values_list("code", flat=True))
    by_name: dict[str, list[Water]] = {}
    for water in by_code.values():
        by_name.setdefault(water.name, []).append(water)
    listed = {said.get("code", "") for _one, said in read}
    seen: dict[object, int] = {}
    made = []
    for one, said in read:
        found = _begin(one, said, "waters", kinds=(*POLYGONS, *LINES), needed=False)
        meant = _water_meant(found, said, by_code, by_name, here)
        _forbid_twice(found, meant.code if meant is not None else found.code, seen)
        _water_against(found, said, meant, by_code, listed, occupied)
        made.append(found.settle(is_new=meant is None))
    if whole:
        met = {one.target_id for one in made}
        made += [
            Found(0, by_code[code].name, code, change="absent", target_id=by_code[code].pk)
            for code in sorted(here)
            if by_code[code].pk not in met
        ]
    return made


def _water_meant(
    found: Found, said: Mapping[str, str], by_code: Mapping[str, Water], by_name: Mapping[str, list[Water]], here: set
) -> Water | None:
    found.code = said.get("code", "").upper()[:24]
    if found.code:
        if found.code not in by_code and not _WATER_CODE.match(found.code):
            found.faults.append({"what": "field.water_code", "value": found.code})
        return by_code.get(found.code)
    named = by_name.get(found.name, [])
    near = [water for water in named if water.code in here] or named
    if len(near) > 1:
        found.faults.append({"what": "field.ambiguous", "value": found.name})
    elif not near and found.name:
        found.faults.append({"what": "field.water_code", "value": ""})
    return near[0] if len(near) == 1 else None


def _water_against(
    found: Found,
    said: Mapping[str, str],
    water: Water | None,
    by_code: Mapping[str, Water],
    listed: set[str],
    occupied: Occupied,
) -> None:
    kind = words.KINDS.get(said.get("kind", ""), "")
    parent = said.get("parent", "")
    if parent and parent not in by_code and parent not in listed:
        found.faults.append({"what": "field.parent", "value": parent})
    found.values = {"kind": kind, "parent": parent, "other_names": said.get("other_names", "")[:128]}
    if water is None:
        if not found.faults and found.shape is not None:
            _shape(found, None)
        return
    found.code, found.target_id = water.code, water.pk
    own = water.parent.code if water.parent else ""
    found.before = {"name": water.name, "kind": water.kind, "parent": own, "other_names": water.other_names}
    found.before |= {"source": water.source, "map_number": water.map_number, "status": water.status}
    _tell(found, "name", water.name, found.name)
    _tell(found, "kind", _kind_word(water.kind), _kind_word(kind) if kind else "")
    _tell(found, "other_names", water.other_names, str(found.values["other_names"]))
    if parent and parent != own:
        _tell(found, "parent", own, parent)
        count, _names = occupied("water", water.path)
        if count:
            found.faults.append({"what": "outlets.upstream", "count": count})
        elif parent in by_code and by_code[parent].path.startswith(water.path):
            found.faults.append({"what": "field.loop", "value": parent})
    _shape(found, read_shape(water.geometry) if water.geometry else None)


def _kind_word(kind: str) -> str:
    return next(word for word, value in words.KINDS.items() if value == WaterKind(kind).value)


# --- divisions -------------------------------------------------------------------------------------------------------


def _units(unit: Unit, read: Read, *, whole: bool, occupied: Occupied) -> list[Found]:
    rows = Unit.objects.within(unit.path)
    by_path = {one.path: one for one in rows}
    known = set(Unit.objects.values_list("path", flat=True)) | {_path(said["code"]) for _one, said in read}
    drawn = dict(
        Boundary.objects.filter(within_q("unit__path", unit.path)).values_list("unit__path", "geometry").iterator()
    )
    seen: dict[object, int] = {}
    made: list[Found] = []
    levels: set[int] = set()
    for one, said in read:
        found = _begin(one, said, "units", kinds=POLYGONS, needed=False)
        path = _path(said["code"])
        found.code = said["code"][:24]
        _unit_faults(found, said, path, unit, known)
        _forbid_twice(found, path, seen)
        here = by_path.get(path) if path else None
        if path:
            levels.add(level_of(path))
        _unit_against(found, said, here, read_shape(drawn[path]) if path in drawn else None)
        made.append(found.settle(is_new=here is None))
    if whole:
        made += _gone(by_path, levels, {*seen}, occupied)
    return made


def _path(code: str) -> str:
    try:
        return path_of(code)
    except ValueError:
        return ""


def _above(path: str) -> str | None:
    return next(iter(reversed(ancestors_of(path, itself=False))), None)


def _unit_faults(found: Found, said: Mapping[str, str], path: str, unit: Unit, known: set[str]) -> None:
    if not path:
        found.faults.append({"what": "field.code", "value": found.code})
        return
    if not path.startswith(unit.path):
        found.faults.append({"what": "field.outside_unit", "value": found.code, "unit": unit.name})
    above = _above(path)
    if above is not None and above not in known:
        found.faults.append({"what": "field.parent", "value": above})
    if (parent := said.get("parent", "")) and above is not None and _path(parent) != above:
        found.faults.append({"what": "field.parent_other", "value": parent, "own": above or "000000"})
    old = said.get("old_code", "")
    if old and not Unit.objects.filter(code=old).exists():
        found.faults.append({"what": "field.old_code", "value": old})


def _unit_against(found: Found, said: Mapping[str, str], here: Unit | None, outline: shapely.Geometry | None) -> None:
    found.values = {"old_code": said.get("old_code", "")}
    if here is not None:
        found.code, found.target_id = here.code, here.pk
        found.before = {"name": here.name, "valid_to": here.valid_to.isoformat() if here.valid_to else ""}
        _tell(found, "name", here.name, found.name)
        if here.valid_to:
            found.details.append({"what": "again"})
    old = said.get("old_code", "")
    if old and not DivisionChange.objects.filter(old_code=old, new_code=found.code).exists():
        found.details.append({"what": "old_code", "value": old})
    _shape(found, outline)


def _gone(by_path: Mapping[str, Unit], levels: set[int], met: set[object], occupied: Occupied) -> list[Found]:
    """Standing divisions of the levels the file speaks of that it leaves out; refused while outlets stand there."""
    made = []
    standing = [one for one in by_path.values() if one.kind == "division" and one.valid_to is None]
    for one in sorted(standing, key=lambda unit: unit.path):
        if one.level not in levels or one.path in met:
            continue
        found = Found(0, one.name, one.code, "gone", target_id=one.pk)
        if below := sum(other.path.startswith(one.path) and other is not one for other in standing):
            found.details.append({"what": "below", "count": below})
        count, names = occupied("unit", one.path)
        became = [name for name in _successors(one.code) if name != one.name]
        if became:
            found.details.append({"what": "becomes", "names": "、".join(became)})
        if count:
            found.change = "fault"
            found.faults.append({"what": "outlets.left", "count": count})
            found.details.append({"what": "outlets", "names": "、".join(names)})
            if not became:
                found.details.append({"what": "no_successor"})
        made.append(found)
    return made


def _successors(code: str) -> list[str]:
    codes = [one for one in current_codes(code) if one != code]
    return list(Unit.objects.filter(code__in=codes).order_by("code").values_list("name", flat=True))
