"""Load the tables of the nation: divisions with their outlines, basins, waters, sections, functional zones.

Each load is one transaction, may be repeated, and leaves one entry in the ledger. Divisions come from the built tables
(places/data/build.py); waters and basins from the project's own tables, every row with its status.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import shapely
from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.ledger import rows
from qingyuan.places import guards
from qingyuan.places.data.build import BUILT, HERE, read_outlines, read_table
from qingyuan.places.models import (
    Basin,
    Boundary,
    DivisionChange,
    FunctionalZone,
    FunctionalZoneResult,
    Section,
    Unit,
    Water,
    WaterFlag,
)
from qingyuan.places.paths import path_of

UNIT_COLUMNS = ("code", "name", "level", "kind", "parent_id", "path", "statistics_code", "status")
BOX = ("west_deg", "south_deg", "east_deg", "north_deg")
OUTLINE_COLUMNS = ("unit_id", "recorded_at", *BOX, "source", "map_number", "geometry")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a load made, renamed or left alone."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    outlines: int = 0


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the division table. `parent_code` "" only for the nation."""

    code: str
    name: str
    parent_code: str
    level: int
    kind: str
    path: str
    statistics_code: str = ""
    status: str = "read"


@transaction.atomic
def load_divisions(unit_code: str, *, at: datetime, by: Actor, directory: Path = BUILT) -> Loaded:
    """Load the whole nation down to towns, villages of `unit_code`'s subtree where they were built, and the outlines.

    May be repeated: rows that are there are left alone or renamed. Refused when the tables were never built.
    """
    require(guards.maintain(by))
    table = directory / "divisions.csv.gz"
    if not table.exists():
        raise Refused(Refusal("places.not_built", _("尚未生成区划数据，请先运行 make setup。")))
    about = json.loads((directory / "sources.json").read_text("utf-8"))
    here = path_of(unit_code)
    listed = (UnitRow(**{**row, "level": int(row["level"])}) for row in read_table(table))  # type: ignore[arg-type]
    loaded = put_units(row for row in listed if row.level < 5 or row.path.startswith(here))
    outlines = directory / "counties.wkb.gz"
    drawn = put_outlines(
        read_outlines(outlines) if outlines.exists() else (),
        source=about.get("outlines_source", ""),
        map_number=about.get("map_number", ""),
        at=at,
    )
    load_changes()
    loaded = Loaded(loaded.new, loaded.updated, loaded.unchanged, drawn)
    details = {**asdict(loaded), "source": about["divisions_source"], "sha256": about["divisions_sha256"]}
    if loaded.new or loaded.updated or loaded.outlines:
        ledger.record(("places", "divisions"), "places.load_divisions", by=by, at=at, occurred=at, details=details)
    return loaded


def put_units(listed: Iterable[UnitRow]) -> Loaded:
    """Insert or rename units, parents before children. The caller holds the transaction and writes the ledger."""
    known = {code: (pk, name) for code, pk, name in Unit.objects.values_list("code", "pk", "name")}
    by_level: dict[int, list[UnitRow]] = {}
    renamed, unchanged, new = [], 0, 0
    for row in listed:
        if row.code not in known:
            by_level.setdefault(row.level, []).append(row)
        elif known[row.code][1] != row.name:
            renamed.append(Unit(pk=known[row.code][0], name=row.name))
        else:
            unchanged += 1
    Unit.objects.bulk_update(renamed, ["name"], batch_size=500)
    ids = {code: pk for code, (pk, _name) in known.items()}
    for level in sorted(by_level):
        ready = [_unit_values(row, ids.get(row.parent_code)) for row in by_level[level]]
        rows.insert(Unit, UNIT_COLUMNS, ready)
        ids |= dict(Unit.objects.filter(level=level).values_list("code", "pk"))
        new += len(ready)
    return Loaded(new, len(renamed), unchanged)


def _unit_values(row: UnitRow, parent_id: int | None) -> tuple[object, ...]:
    return row.code, row.name, row.level, row.kind, parent_id, row.path, row.statistics_code, row.status


def put_outlines(shapes: Iterable[tuple[str, bytes]], *, source: str, map_number: str, at: datetime) -> int:
    """Keep the outline of each unit that has none yet; official ones loaded later are not overwritten."""
    drawn = set(Boundary.objects.values_list("unit__code", flat=True))
    wanted = [(code, wkb) for code, wkb in shapes if code not in drawn]
    ids = dict(Unit.objects.filter(level__lte=3).values_list("code", "pk"))
    wanted = [(code, wkb) for code, wkb in wanted if code in ids]
    bounds = shapely.bounds(shapely.from_wkb([wkb for _code, wkb in wanted])) if wanted else ()
    ready = [
        (ids[code], at, *map(float, box), source, map_number, wkb)
        for (code, wkb), box in zip(wanted, bounds, strict=True)
    ]
    rows.insert(Boundary, OUTLINE_COLUMNS, ready)
    return len(ready)


def load_changes(table: Path = HERE / "division_changes.csv") -> None:
    """Seed the change table with the changes known so far."""
    for row in read_table(table):
        given: dict[str, object] = {
            "old_name": row["old_name"],
            "source": row["source"],
            "status": row["status"],
            "note": row["note"],
        }
        given["day"] = date.fromisoformat(row["day"]) if row["day"] else None
        DivisionChange.objects.get_or_create(old_code=row["old_code"], new_code=row["new_code"], defaults=given)


@transaction.atomic
def load_basins(*, at: datetime, by: Actor, table: Path = HERE / "basins.csv") -> Loaded:
    """Load the letters of basins and systems; the second letters stand as proposed."""
    require(guards.maintain(by))
    new = unchanged = 0
    for row in read_table(table):
        parent = Basin.objects.filter(code=row["parent_code"]).first()
        given = {"name": row["name"], "parent": parent, "status": row["status"]}
        _basin, made = Basin.objects.get_or_create(code=row["code"], defaults=given)
        new, unchanged = new + made, unchanged + (not made)
    if new:
        ledger.record(("places", "basins"), "places.load_basins", by=by, at=at, occurred=at, details={"new": new})
    return Loaded(new, 0, unchanged)


@transaction.atomic
def load_waters(*, at: datetime, by: Actor, directory: Path = HERE) -> Loaded:
    """Load the seed waters with their flags, sections and functional zones; waters already there are left alone."""
    require(guards.maintain(by))
    known = {one.code: one for one in Water.objects.defer("geometry")}
    basins = {one.code: one for one in Basin.objects.all()}
    units = dict(Unit.objects.values_list("code", "pk"))
    made: list[Water] = []
    flags: list[WaterFlag] = []
    reaches = []
    unchanged = 0
    for row in read_table(directory / "waters.csv"):
        if row["code"] in known:
            unchanged += 1
            continue
        above = known.get(row["flows_into"])
        water = Water(**_water_values(row), basin=basins.get(row["basin"]), parent=above)
        water.path = (above.path if above else "") + water.code
        water.save()
        known[water.code] = water
        made.append(water)
        for flag in row["flags"].split():
            name, _colon, status = flag.partition(":")
            flags.append(WaterFlag(water=water, flag=name, recorded_at=at, status=status, source=_("随系统预置，待核")))
        reaches += [(water.pk, units[code]) for code in row["units"].split() if code in units]
    WaterFlag.objects.bulk_create(flags)
    through = Water.units.through
    through.objects.bulk_create([through(water_id=water, unit_id=unit) for water, unit in reaches])
    if made:
        _load_sections(directory, known, units)
        _load_functional_zones(directory, known, at)
        details = {"new": len(made), "flags": len(flags)}
        ledger.record(("places", "waters"), "places.load_waters", by=by, at=at, occurred=at, details=details)
    return Loaded(len(made), 0, unchanged)


def _water_values(row: dict[str, str]) -> dict[str, object]:
    shape = shapely.from_wkt(row["line"]) if row["line"] else None
    values: dict[str, object] = {name: row[name] for name in ("code", "name", "other_names", "kind", "status")}
    values |= {"source": row["line_source"], "is_demo": row["name"].startswith("演示")}
    if shape is not None:
        west, south, east, north = shape.bounds
        values |= {"west_deg": west, "south_deg": south, "east_deg": east, "north_deg": north}
        values["geometry"] = shapely.to_wkb(shape)
    return values


def _load_sections(directory: Path, waters: dict[str, Water], units: dict[str, int]) -> None:
    Section.objects.bulk_create(
        [
            Section(
                name=row["name"],
                water=waters[row["water"]],
                level=row["level"],
                unit_id=units.get(row["unit"]),
                longitude_deg=float(row["longitude_deg"]),
                latitude_deg=float(row["latitude_deg"]),
                target_class=row["target_class"],
                status=row["status"],
                source=row["source"],
                is_demo=True,
            )
            for row in read_table(directory / "sections.csv")
        ],
        ignore_conflicts=True,
    )


def _load_functional_zones(directory: Path, waters: dict[str, Water], at: datetime) -> None:
    plain = ("code", "name", "first_level", "second_level", "target_class", "from_text", "to_text")
    for row in read_table(directory / "functional_zones.csv"):
        if FunctionalZone.objects.filter(code=row["code"]).exists():
            continue
        given = {name: row[name] for name in plain}
        zone = FunctionalZone.objects.create(**given, water=waters[row["water"]], is_demo=True, source=_("演示"))
        if row["met_in_2022"]:
            met = row["met_in_2022"] == "true"
            FunctionalZoneResult.objects.create(
                zone=zone, from_day=date(2022, 1, 1), met=met, recorded_at=at, source=_("演示")
            )
