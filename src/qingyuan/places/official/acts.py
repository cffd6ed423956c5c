"""Acts upon official files: hand in, mend, take in, take back, leave aside. One button each, one ledger entry each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.places.locating import read_shape
from qingyuan.places.models import OfficialChange, OfficialFile, Unit
from qingyuan.places.official import comparing, entering, guards, undoing
from qingyuan.places.official.comparing import Found, Given, Occupied
from qingyuan.places.official.outlines import difference, repaired

ORDER = ("fault", "new", "changed", "gone", "absent", "unchanged")


@dataclass(frozen=True, slots=True)
class Official:
    """What makes a file official: who issued it, its map approval number, and the day from which it holds."""

    source: str
    day: date
    map_number: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A file as the door read it; `notes` are sentences about the whole of it."""

    filename: str
    sha256: str
    labels: Sequence[str]
    features: Iterable[Given]
    layer: str = ""
    notes: Sequence[str] = ()


def counts_of(found: Sequence[Found]) -> dict[str, int]:
    """How many features of each change."""
    return {name: count for name in ORDER if (count := sum(one.change == name for one in found))}


@transaction.atomic
def stage(
    content: Content,
    *,
    subject: str,
    zone_kind: str = "",
    unit: Unit,
    official: Official,
    whole: bool,
    occupied: Occupied,
    by: Actor,
    at: datetime,
) -> OfficialFile:
    """比对: compare a file with what stands and keep the differences. Nothing changes yet.

    Raises
    ------
    Refused
        No permission, no source, or a file without the fields it must have.
    """
    require(guards.stage(unit, source=official.source, day=official.day, by=by))
    found = comparing.compare(
        subject, zone_kind, unit, content.labels, content.features, whole=whole, occupied=occupied
    )
    file = OfficialFile.objects.create(
        subject=subject,
        zone_kind=zone_kind,
        unit=unit,
        filename=content.filename[-255:],
        sha256=content.sha256,
        layer=content.layer,
        source=official.source.strip()[:256],
        map_number=official.map_number.strip()[:64],
        day=official.day,
        whole=whole,
        notes=list(content.notes),
        counts=counts_of(found),
        by_id=by.id,
        by_name=by.name,
        staged_at=at,
    )
    OfficialChange.objects.bulk_create((_row(file, one) for one in found), batch_size=200)
    _note(file, "places.stage_file", by=by, at=at, details={"counts": file.counts})
    return file


def _row(file: OfficialFile, one: Found) -> OfficialChange:
    return OfficialChange(
        file=file,
        number=one.number,
        code=one.code,
        name=one.name,
        change=one.change,
        details=list(one.details),
        faults=list(one.faults),
        values=one.values,
        before=one.before,
        target_id=one.target_id,
        geometry=shapely.to_wkb(shapely.force_2d(one.shape)) if one.shape is not None else None,
        geometry_before=shapely.to_wkb(one.shape_before) if one.shape_before is not None else None,
    )


@transaction.atomic
def repair(file: OfficialFile, *, by: Actor, at: datetime) -> OfficialFile:
    """按建议修复: put the mended shapes in place of the broken ones, and compare these again.

    Raises
    ------
    Refused
    """
    file = _held(file)
    require(guards.repair(file, by=by))
    mended = []
    for row in file.changes.filter(change="fault"):
        shape = repaired(read_shape(row.geometry)) if any(fault.get("repair") for fault in row.faults) else None
        if shape is None:
            continue
        row.faults = [fault for fault in row.faults if not fault.get("repair")]
        row.geometry = shapely.to_wkb(shape)
        before = read_shape(row.geometry_before) if row.geometry_before else None
        row.details = [*row.details, {"what": "repaired"}]
        if (differs := difference(before, shape)) is not None:
            row.details.append(differs)
        row.change = "fault" if row.faults else "changed" if row.target_id else "new"
        row.save()
        mended.append(row.number)
    file.counts = {name: count for name in ORDER if (count := file.changes.filter(change=name).count())}
    file.save(update_fields=["counts"])
    _note(file, "places.repair_file", by=by, at=at, details={"features": mended})
    return file


@transaction.atomic
def take_in(file: OfficialFile, *, occupied: Occupied, by: Actor, at: datetime) -> OfficialFile:
    """采用: everything the file would change is changed, from its day on. Pressed twice, the second says no.

    Raises
    ------
    Refused
        A fault is left, something else changed the same ground since, or outlets came to a division that would go.
    """
    file = _held(file)
    require(guards.take_in(file, by=by))
    _forbid_left(file, occupied)
    entering.enter(file, at=at)
    file.state, file.taken_at = "taken", at
    file.save(update_fields=["state", "taken_at", "before"])
    _note(file, "places.take_in_file", by=by, at=at, details={"counts": file.counts, "source": file.source})
    return file


def _forbid_left(file: OfficialFile, occupied: Occupied) -> None:
    """Outlets may have come since the file was compared."""
    if file.subject != "units":
        return
    for row in file.changes.filter(change="gone"):
        unit = Unit.objects.get(pk=row.target_id or 0)
        if (count := occupied("unit", unit.path)[0]) > 0:
            text = _("“%(name)s”比对之后又有 %(count)d 个排污口登记，请重新上传比对。")
            raise Refused(Refusal("places.outlets_left", text, {"name": unit.name, "count": count}))


@transaction.atomic
def undo(file: OfficialFile, *, by: Actor, at: datetime) -> OfficialFile:
    """撤销: put back what was.

    Raises
    ------
    Refused
        Something later touched what the file changed.
    """
    file = _held(file)
    require(guards.undo(file, by=by))
    undoing.put_back(file)
    file.state, file.undone_at, file.placed_at = "undone", at, None
    file.before.pop("placing", None)  # begun for what is taken back
    file.save(update_fields=["state", "undone_at", "placed_at", "before"])
    _note(file, "places.undo_file", by=by, at=at, details={"source": file.source})
    return file


@transaction.atomic
def drop(file: OfficialFile, *, by: Actor, at: datetime) -> OfficialFile:
    """放弃: the file is not taken in.

    Raises
    ------
    Refused
    """
    file = _held(file)
    require(guards.drop(file, by=by))
    file.state = "dropped"
    file.save(update_fields=["state"])
    _note(file, "places.drop_file", by=by, at=at, details={})
    return file


def _held(file: OfficialFile) -> OfficialFile:
    """The file as it is now, nobody else at it."""
    return OfficialFile.objects.select_for_update(of=("self",)).select_related("unit").get(pk=file.pk)


def _note(file: OfficialFile, act: str, *, by: Actor, at: datetime, details: Mapping[str, object]) -> None:
    more = {"file": file.filename, "subject": file.subject, "kind": file.zone_kind, "unit": file.unit.code}
    ledger.record(
        ("official_file", str(file.pk)),
        act,
        by=by,
        at=at,
        occurred=file.day if act == "places.take_in_file" else at,
        details=more | dict(details) | {"map_number": file.map_number},
        evidence=(file.sha256,),
    )
