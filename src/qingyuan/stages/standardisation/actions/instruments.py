"""设施: sampling points, inspection wells, video, flow meters and gates of an outlet, and what happens with each.

Whether an outlet has one is a fact the rules read (has_video, has_sampling_point, has_gate): it is stated anew with
every change that makes it another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.registry import actions as registry
from qingyuan.registry import queries as registry_queries
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.registry.rules import pack_of, policy_of
from qingyuan.stages.standardisation import guards_archive as guards
from qingyuan.stages.standardisation import queries_archive as queries
from qingyuan.stages.standardisation.models_archive import Facility, FacilityEvent
from qingyuan.stages.standardisation.words_archive import EventKind, FacilityKind, FacilityState

FACTS: Mapping[FacilityKind, str] = {
    FacilityKind.SAMPLING_POINT: "has_sampling_point",
    FacilityKind.VIDEO: "has_video",
    FacilityKind.GATE: "has_gate",
}


@transaction.atomic
def add_facility(
    outlet: Outlet,
    *,
    kind: FacilityKind,
    on: date,
    by: Actor,
    at: datetime,
    name: str = "",
    place: str = "",
    position: tuple[Decimal, Decimal] | None = None,
    device_number: str = "",
    state: FacilityState = FacilityState.IN_USE,
    photo_sha256: str = "",
    key: str = "",
) -> Facility:
    """登记设施. `position` is CGCS2000, longitude first; `key` names the press of the button.

    Raises
    ------
    Refused, NotFound
    """
    if key and (made := Facility.objects.filter(key=key).first()):
        return made
    positioned = position is not None
    require(guards.add_facility(outlet, place=place, positioned=positioned, by=by, on=on, at=at))
    if photo_sha256:
        check_filed({photo_sha256})
    try:
        with transaction.atomic():
            made = Facility.objects.create(
                outlet=outlet,
                key=key or None,
                kind=kind,
                name=name.strip(),
                place=place.strip(),
                longitude_deg=position[0] if position else None,
                latitude_deg=position[1] if position else None,
                device_number=device_number.strip(),
                photo_sha256=photo_sha256,
                built_on=on if state is not FacilityState.PLANNED else None,
                state=state,
                entered_by=by.id,
                recorded_at=at,
            )
    except IntegrityError:  # the same button pressed in another window this moment
        return Facility.objects.get(key=key)
    _note(made, EventKind.BUILT, state=state, on=on, by=by, at=at)
    _record(made, "facility.add", on=on, by=by, at=at, changes={"state": (None, str(state))}, evidence=photo_sha256)
    _state(outlet, kind, on=on, by=by, at=at)
    return made


@transaction.atomic
def change_facility(
    facility: Facility, *, state: FacilityState, on: date, by: Actor, at: datetime, note: str = "", sha256: str = ""
) -> Facility:
    """变更设施状态. The state it has already changes nothing.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if facility.state == state:
        return facility
    require(guards.change_facility(facility, state=state, note=note, by=by, on=on, at=at))
    if sha256:
        check_filed({sha256})
    was = facility.state
    built = {"built_on": on} if facility.built_on is None and state is FacilityState.IN_USE else {}
    _change(facility, state=state, **built)
    _note(facility, EventKind.CHANGED, state=state, on=on, by=by, at=at, note=note, sha256=sha256)
    changes = {"state": (was, str(state))}
    _record(facility, "facility.change", on=on, by=by, at=at, changes=changes, note=note, evidence=sha256)
    _state(facility.outlet, FacilityKind(facility.kind), on=on, by=by, at=at)
    return facility


@transaction.atomic
def work_gate(facility: Facility, *, is_open: bool, on: date, by: Actor, at: datetime, note: str = "") -> Facility:
    """记录闸阀启闭 (新绛 三(五): 汛期打开、非汛期关闭).

    Raises
    ------
    Refused, StaleRecord
    """
    if facility.is_open is is_open:
        return facility
    require(guards.work_gate(facility, by=by, on=on, at=at))
    was = facility.is_open
    _change(facility, is_open=is_open)
    kind = EventKind.OPENED if is_open else EventKind.SHUT
    _note(facility, kind, on=on, by=by, at=at, note=note)
    _record(facility, f"facility.{kind}", on=on, by=by, at=at, changes={"is_open": (was, is_open)}, note=note)
    return facility


@transaction.atomic
def file_gate(facility: Facility, *, sha256: str, on: date, by: Actor, at: datetime, note: str = "") -> Facility:
    """闸阀备案 (新绛 三(五)). The same paper again is the same filing.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if sha256 and facility.filing_sha256 == sha256:
        return facility
    require(guards.file_gate(facility, sha256=sha256, by=by, on=on, at=at))
    check_filed({sha256})
    was = facility.filed_on
    _change(facility, filed_on=on, filing_sha256=sha256)
    _note(facility, EventKind.FILED, on=on, by=by, at=at, note=note, sha256=sha256)
    changes = {"filed_on": (was.isoformat() if was else None, on.isoformat())}
    _record(facility, "facility.file", on=on, by=by, at=at, changes=changes, note=note, evidence=sha256)
    _state(facility.outlet, FacilityKind.GATE, on=on, by=by, at=at)
    return facility


def _change(facility: Facility, **values: object) -> None:
    moved = Facility.objects.filter(pk=facility.pk, version=facility.version).update(version=F("version") + 1, **values)
    if not moved:
        raise StaleRecord(str(facility))
    facility.version += 1
    for name, value in values.items():
        setattr(facility, name, value)


def _note(
    facility: Facility,
    kind: EventKind,
    *,
    on: date,
    by: Actor,
    at: datetime,
    state: str = "",
    note: str = "",
    sha256: str = "",
) -> None:
    FacilityEvent.objects.create(
        facility=facility,
        kind=kind,
        state=state,
        day=on,
        note=note.strip(),
        sha256=sha256,
        recorded_by=by.id,
        recorded_at=at,
    )


def _record(
    facility: Facility,
    act: str,
    *,
    on: date,
    by: Actor,
    at: datetime,
    changes: Mapping[str, tuple[object, object]],
    note: str = "",
    evidence: str = "",
) -> None:
    """One entry under the outlet, so that its timeline tells it."""
    ledger.record(
        ("outlet", str(facility.outlet_id)),
        act,
        by=by,
        at=at,
        occurred=on,
        changes=changes,
        details={"facility": facility.pk, "kind": facility.kind},
        private={"note": note} if note.strip() else {},
        pack=pack_of(policy_of(facility.outlet.unit_path, on=on)),
        evidence=(evidence,) if evidence else (),
    )


def _state(outlet: Outlet, kind: FacilityKind, *, on: date, by: Actor, at: datetime) -> None:
    """State the fact the rules read, where it became another."""
    if (name := FACTS.get(kind)) is None:
        return
    has = queries.has_facility(outlet, kind)
    known = registry_queries.stated_facts([("outlet", str(outlet.pk))], on=on).get(name)
    if known is has or (known is None and not has):
        return
    registry.enter_fact(
        ("outlet", str(outlet.pk)),
        place=place_of(outlet),
        name=name,
        value=has,
        source="规范化设施登记",
        on=on,
        by=by,
        at=at,
    )
