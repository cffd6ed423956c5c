"""Put back what an official file changed. Versions stay: a zone that is taken back was never in force."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F, ProtectedError

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import (
    Boundary,
    DivisionChange,
    Layer,
    OfficialChange,
    OfficialFile,
    Unit,
    Water,
    Zone,
)
from qingyuan.places.official.entering import hang, outline_of


def put_back(file: OfficialFile) -> None:
    """Everything, or Refused `places.touched_since` when something later touched a part of it."""
    rows = list(file.changes.filter(change__in=("new", "changed", "gone")))
    for row in sorted(rows, key=lambda row: -len(row.code)):
        match file.subject:
            case "zones":
                _zone(file, row)
            case "waters":
                _water(row)
            case _:
                _unit(file, row)
    if file.subject == "zones" and file.whole:
        _layer(file)


def _touched(name: str) -> Refused:
    text = _("“%(name)s”其后已有变更，不能撤销。")
    return Refused(Refusal("places.touched_since", text, {"name": name}))


def _zone(file: OfficialFile, row: OfficialChange) -> None:
    if row.made_id is not None:
        taken_back = Zone.objects.filter(pk=row.made_id, valid_to=None).update(valid_to=F("valid_from"))
        if not taken_back:
            raise _touched(row.name)
    if row.target_id is not None:
        standing = Zone.objects.filter(pk=row.target_id, valid_to=file.day).update(valid_to=None)
        if not standing:
            raise _touched(row.name)


def _layer(file: OfficialFile) -> None:
    """What the layer said of itself; without a layer before, "in no zone" is "cannot tell" again."""
    layer = Layer.objects.filter(kind=file.zone_kind, unit=file.unit)
    if file.taken_at is None or not layer.filter(loaded_at=file.taken_at).exists():
        raise _touched(file.filename)
    if (before := file.before.get("layer")) is None:
        layer.delete()
        return
    at = datetime.fromisoformat(before["loaded_at"])
    layer.update(loaded_at=at, source=before["source"], is_demo=before["is_demo"])


def _water(row: OfficialChange) -> None:
    water = Water.objects.get(pk=row.made_id or row.target_id or 0)
    if water.name != row.name or not _same(water.geometry, row.geometry or row.geometry_before):
        raise _touched(row.name)
    if row.made_id is not None:
        _forget(water)
        return
    before = row.before
    water.name, water.kind, water.other_names = before["name"], before["kind"], before["other_names"]
    water.source, water.map_number, water.status = before["source"], before["map_number"], before["status"]
    own = water.parent.code if water.parent else ""
    if own != before["parent"]:
        hang(water, Water.objects.filter(code=before["parent"]).first())
    if row.geometry:
        given = outline_of(row.geometry_before) if row.geometry_before else dict.fromkeys(_BOX)
        for name, value in given.items():
            setattr(water, name, value)
    water.save()


_BOX = ("west_deg", "south_deg", "east_deg", "north_deg", "geometry")


def _forget(water: Water) -> None:
    """A water that only this file knew. Anything that has come to name it keeps it."""
    used = water.flags.exists() or water.sections.exists() or water.tributaries.exists()
    if used or water.functional_zones.exists():
        raise _touched(water.name)
    water.units.clear()
    try:
        water.delete()
    except ProtectedError as error:  # an outlet names it; places knows no outlet
        raise _touched(water.name) from error


def _same(one: bytes | memoryview | None, other: bytes | memoryview | None) -> bool:
    return bytes(one or b"") == bytes(other or b"")


def _unit(file: OfficialFile, row: OfficialChange) -> None:
    if row.change == "gone":
        pks = row.before.get("ended", [])
        back = Unit.objects.filter(pk__in=pks, valid_to=file.day).update(valid_to=None)
        if back != len(pks):
            raise _touched(row.name)
        return
    unit = Unit.objects.get(pk=row.made_id or row.target_id or 0)
    if unit.name != row.name or unit.valid_to is not None:
        raise _touched(row.name)
    if change := row.before.get("change"):
        DivisionChange.objects.filter(old_code=change[0], new_code=change[1]).delete()
    if row.geometry:
        _outline(row, unit)
    if row.made_id is not None:
        unit.valid_to = file.day  # it had begun that day: it never stood
    else:
        unit.name = row.before["name"]
        unit.valid_to = date.fromisoformat(row.before["valid_to"]) if row.before["valid_to"] else None
    unit.save(update_fields=["name", "valid_to"])


def _outline(row: OfficialChange, unit: Unit) -> None:
    drawn = Boundary.objects.filter(unit=unit)
    standing = drawn.first()
    if standing is None or not _same(standing.geometry, row.geometry):
        raise _touched(row.name)
    before = row.before.get("outline")
    if before is None:
        drawn.delete()
        return
    given = {"source": before["source"], "map_number": before["map_number"]}
    at = datetime.fromisoformat(before["recorded_at"])
    drawn.update(recorded_at=at, **given, **outline_of(row.geometry_before or b""))
