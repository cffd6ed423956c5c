"""Write what an official file changes. The caller holds the transaction, has asked the guard and writes the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import shapely

from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import Status, WaterKind
from qingyuan.places.models import (
    Basin,
    Boundary,
    DivisionChange,
    Layer,
    OfficialChange,
    OfficialFile,
    Unit,
    Water,
    Zone,
)
from qingyuan.places.paths import ancestors_of, level_of, path_of, within_q

BOX = ("west_deg", "south_deg", "east_deg", "north_deg")


def enter(file: OfficialFile, *, at: datetime) -> None:
    """Every change of the file, in the order of its features; parents before children."""
    writers: dict[str, Callable[[OfficialFile, datetime], None]] = {
        "zones": _zones,
        "waters": _waters,
        "units": _units,
    }
    writers[file.subject](file, at)


def outline_of(geometry: bytes | memoryview) -> dict[str, object]:
    """The columns of a shape: itself and the rectangle around it."""
    wkb = bytes(geometry)
    return dict(zip(BOX, map(float, shapely.from_wkb(wkb).bounds), strict=True)) | {"geometry": wkb}


def stale(name: str) -> Refused:
    """What a change is about is no longer as it was compared."""
    text = _("“%(name)s”比对之后已有变更，请重新上传比对。")
    return Refused(Refusal("places.compared_before", text, {"name": name}))


# --- zones -----------------------------------------------------------------------------------------------------------


def _zones(file: OfficialFile, at: datetime) -> None:
    for row in file.changes.filter(change__in=("new", "changed", "gone")):
        if row.target_id is not None:
            ended = Zone.objects.filter(pk=row.target_id, valid_to=None).update(valid_to=file.day)
            if not ended:
                raise stale(row.name)
        if row.change != "gone":
            _zone(file, row, at)
    if file.whole:
        layer = Layer.objects.filter(kind=file.zone_kind, unit=file.unit).first()
        if layer is not None:
            before = {"loaded_at": layer.loaded_at.isoformat(), "source": layer.source, "is_demo": layer.is_demo}
            file.before = {"layer": before}
        given = {"loaded_at": at, "source": file.source, "is_demo": False}
        Layer.objects.update_or_create(kind=file.zone_kind, unit=file.unit, defaults=given)


def _zone(file: OfficialFile, row: OfficialChange, at: datetime) -> None:
    made = Zone.objects.create(
        kind=file.zone_kind,
        name=row.name,
        level=str(row.values.get("level") or ""),
        unit=file.unit,
        valid_from=file.day,
        recorded_at=at,
        status=Status.READ,
        source=file.source,
        map_number=file.map_number,
        **outline_of(row.geometry or b""),
    )
    OfficialChange.objects.filter(pk=row.pk).update(made_id=made.pk)


# --- waters ----------------------------------------------------------------------------------------------------------


def _waters(file: OfficialFile, at: datetime) -> None:  # noqa: ARG001 waters carry no day of record
    waiting = list(file.changes.filter(change__in=("new", "changed")))
    while waiting:
        ready = [row for row in waiting if not _waits_for(row, waiting)]
        if not ready:
            raise stale(waiting[0].name)
        for row in ready:
            _water(file, row)
        waiting = [row for row in waiting if row not in ready]


def _waits_for(row: OfficialChange, waiting: Iterable[OfficialChange]) -> bool:
    """A tributary waits for the new water it flows into."""
    parent = row.values.get("parent")
    return bool(parent) and any(other.code == parent and other.change == "new" for other in waiting if other != row)


def _water(file: OfficialFile, row: OfficialChange) -> None:
    parent = Water.objects.filter(code=str(row.values.get("parent") or "")).first()
    if row.target_id is None:
        path = (parent.path if parent else "") + row.code
        made = Water(code=row.code, name=row.name, parent=parent, path=path)
        made.basin = Basin.objects.filter(code=row.code[:2]).first()
    else:
        made = Water.objects.get(pk=row.target_id)
        if parent is not None and parent.pk != made.parent_id:
            hang(made, parent)
    made.name = row.name
    made.kind = str(row.values.get("kind") or made.kind or WaterKind.RIVER)
    made.other_names = str(row.values.get("other_names") or made.other_names)
    made.source, made.map_number, made.status = file.source, file.map_number, Status.READ
    if row.geometry:
        for name, value in outline_of(row.geometry).items():
            setattr(made, name, value)
    made.save()
    if row.target_id is None:
        made.units.add(file.unit)
        OfficialChange.objects.filter(pk=row.pk).update(made_id=made.pk)


def hang(water: Water, parent: Water | None) -> None:
    """Let a water and all that flows into it flow into another."""
    old, new = water.path, (parent.path if parent else "") + water.code
    for one in Water.objects.filter(within_q("path", old)).exclude(pk=water.pk).order_by("path"):
        Water.objects.filter(pk=one.pk).update(path=new + one.path.removeprefix(old))
    water.path, water.parent = new, parent


# --- divisions -------------------------------------------------------------------------------------------------------


def _units(file: OfficialFile, at: datetime) -> None:
    rows = list(file.changes.filter(change__in=("new", "changed", "gone")))
    for row in sorted(rows, key=lambda row: len(row.code)):
        if row.change == "gone":
            _end(file, row)
            continue
        unit = _unit(file, row)
        if row.geometry:
            _outline(file, row, unit, at)
        if old := str(row.values.get("old_code") or ""):
            _became(file, row, old, unit.code)


def _unit(file: OfficialFile, row: OfficialChange) -> Unit:
    if row.target_id is not None:
        Unit.objects.filter(pk=row.target_id).update(name=row.name, valid_to=None, status=Status.READ)
        return Unit.objects.get(pk=row.target_id)
    path = path_of(row.code)
    above = Unit.objects.get(path=ancestors_of(path, itself=False)[-1])
    level = level_of(path)
    made = Unit.objects.create(
        code=row.code, name=row.name, level=level, parent=above, path=path, status=Status.READ, valid_from=file.day
    )
    OfficialChange.objects.filter(pk=row.pk).update(made_id=made.pk)
    return made


def _end(file: OfficialFile, row: OfficialChange) -> None:
    unit = Unit.objects.get(pk=row.target_id or 0)
    if unit.valid_to is not None:
        raise stale(unit.name)
    ended = Unit.objects.within(unit.path).standing()
    row.before = {"ended": list(ended.values_list("pk", flat=True))}
    row.save(update_fields=["before"])
    ended.update(valid_to=file.day)


def _outline(file: OfficialFile, row: OfficialChange, unit: Unit, at: datetime) -> None:
    drawn = Boundary.objects.filter(unit=unit).first()
    row.before |= {"outline": None}
    if drawn is not None:
        about = {"source": drawn.source, "map_number": drawn.map_number, "recorded_at": drawn.recorded_at.isoformat()}
        row.before |= {"outline": about}
    row.save(update_fields=["before"])
    given = {"recorded_at": at, "source": file.source, "map_number": file.map_number}
    Boundary.objects.update_or_create(unit=unit, defaults=given | outline_of(row.geometry or b""))


def _became(file: OfficialFile, row: OfficialChange, old: str, new: str) -> None:
    name = Unit.objects.filter(code=old).values_list("name", flat=True).first() or ""
    given = {"day": file.day, "source": file.source, "status": Status.READ, "old_name": name}
    _change, made = DivisionChange.objects.get_or_create(old_code=old, new_code=new, defaults=given)
    if made:
        row.before |= {"change": [old, new]}
        row.save(update_fields=["before"])
