"""What is sent and told about the checklist, facilities and the file of an outlet."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from qingyuan.api.shapes import Id, Position, Reason, Sha256, Text40, Text64, Text128, Text200, Told, Word
from qingyuan.api.v1.act_shapes import OnDay
from qingyuan.core.archive import Section
from qingyuan.stages.standardisation.models_archive import Facility
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind, FacilityState


class EnterPaper(OnDay):
    """A paper of the library into a section."""

    section: Section
    sha256: Sha256
    title: Text200 = ""


class PutAside(OnDay):
    """A section does not apply, and why."""

    section: Section
    reason: Text200


class CheckItem(OnDay):
    """What was found of an item; anything but `done` says why."""

    item: Text40
    result: CheckResult
    reason: Text200 = ""
    photo_sha256: Sha256 | None = None


class AddFacility(OnDay):
    """A sampling point, inspection well, video, flow meter or gate. `on`: the day it was built or planned."""

    kind: FacilityKind
    name: Text128 = ""
    place: Text200 = ""
    position: Position | None = None
    device_number: Text64 = ""
    state: FacilityState = FacilityState.IN_USE
    photo_sha256: Sha256 | None = None


class ChangeFacility(OnDay):
    """Another state of a facility; broken and removed say why."""

    state: FacilityState
    note: Text200 = ""
    sha256: Sha256 | None = None


class WorkGate(OnDay):
    """A gate was opened or shut."""

    is_open: bool
    note: Text200 = ""


class FileGate(OnDay):
    """备案 of a gate, with its paper."""

    sha256: Sha256
    note: Text200 = ""


class Supervise(OnDay):
    """Who supervises from now on; the plan is a paper of the library."""

    owner: Id
    chief: Text64 = Field("", description="河湖长职务；平台已设河湖长的可以不写")
    sha256: Sha256


class StandardisationItem(Told):
    """An item of the checklist: done, open, failed, waived or not asked, with the reason and the clause."""

    item: str
    name: str
    answer: str
    state: str
    why: str
    clause: str
    status: str


class FacilityRow(Told):
    """A facility of an outlet. `counts`: it is in use, a gate also filed."""

    id: int
    kind: str
    name: str
    place: str
    longitude_deg: float | None
    latitude_deg: float | None
    device_number: str
    state: str
    built_on: date | None
    is_open: bool | None
    filed_on: date | None
    photo_sha256: str
    counts: bool


class StandardisationFile(Told):
    """规范化建设 of an outlet: its checklist, facilities, and what stands against confirming it."""

    outlet: int
    name: str
    stage: str
    items: list[StandardisationItem]
    facilities: list[FacilityRow]
    archive_complete: bool
    against: Reason | None


class AwaitingOutlet(Told):
    """An outlet of the list 待规范化, with what is open."""

    outlet: int
    name: str
    national_code: str
    unit: Word
    stage: str
    open: list[str]
    score: int


def facility_of(one: Facility) -> FacilityRow:
    """A facility as the API tells it."""
    return FacilityRow(
        id=one.pk,
        kind=one.kind,
        name=one.name,
        place=one.place,
        longitude_deg=None if one.longitude_deg is None else float(one.longitude_deg),
        latitude_deg=None if one.latitude_deg is None else float(one.latitude_deg),
        device_number=one.device_number,
        state=one.state,
        built_on=one.built_on,
        is_open=one.is_open,
        filed_on=one.filed_on,
        photo_sha256=one.photo_sha256,
        counts=one.counts,
    )
