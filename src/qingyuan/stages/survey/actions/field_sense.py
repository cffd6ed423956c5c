"""What a record says, in the register's words: where it lies, its name, its columns, its sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.policy import Policy
from qingyuan.core.refusal import NotFound
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.places.locating import unit_for_point
from qingyuan.places.models import Unit, Water
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.survey import checking_field as checking
from qingyuan.stages.survey import form
from qingyuan.stages.survey.checking_field import Position
from qingyuan.stages.survey.models_field import FieldRecord, FieldRevision

NEAR = "registry.near_another"


def column(name: str) -> models.Field:
    """A column of the register."""
    return next(one for one in Outlet._meta.concrete_fields if one.name == name)


@dataclass(frozen=True, slots=True)
class Sense:
    """A record's revisions read together: answers, photos, and where it belongs."""

    fields: Mapping[str, object]
    photos: Mapping[str, Mapping[str, object]]
    position: Position
    unit: Unit | None
    water: Water | None
    offset_s: float
    policy: Policy


def sense_of(record: FieldRecord, revisions: list[FieldRevision], *, at: datetime) -> Sense:
    offset = (revisions[0].occurred_at - revisions[0].said_at).total_seconds()
    position = checking.position_of(record.fields, record.photos)
    unit = _unit(record, position)
    policy = policy_of(unit.path if unit else "", on=local_day(min(at, record.occurred_at)))
    water = _water(record, unit)
    return Sense(record.fields, record.photos, position, unit, water, offset, policy)


def _unit(record: FieldRecord, position: Position) -> Unit | None:
    if code := str(record.fields.get("unit_code") or "").strip():
        try:
            return places.unit(code)
        except NotFound:
            pass
    if record.segment is not None:
        return record.segment.unit
    return unit_for_point(float(position.point[0]), float(position.point[1])) if position.point else None


def _water(record: FieldRecord, unit: Unit | None) -> Water | None:
    text = str(record.fields.get("water_text") or "").strip()
    if record.segment is not None and text in ("", record.segment.water.name):
        return record.segment.water
    named = places.waters_named(text, within=unit.path[:6] if unit else "") if text else []
    return named[0] if len(named) == 1 else None


def apart(record: FieldRecord) -> str:
    """Why it is another outlet than one that stands near: as said on the bank, or by the lead who let it pass."""
    said = record.fields.get("not_same")
    if said:
        return said if isinstance(said, str) else "现场确认不是同一个"
    return "牵头人员核对后确认不是同一个" if NEAR in record.overruled else ""


def day_of(record: FieldRecord, at: datetime) -> date:
    return local_day(min(at, record.occurred_at))


def is_direct(record: FieldRecord) -> bool:
    return record.fields.get("is_direct") != form.NO


def columns_of(record: FieldRecord, sense: Sense) -> dict[str, object]:
    """The columns of the register the answers fill. What was not answered is empty."""
    found: dict[str, object] = {"position_given": sense.position.given[:120]}
    for name, asked in form.QUESTIONS.items():
        if asked.column and asked.column != "name":
            most = column(asked.column).max_length or 0
            found[asked.column] = str(record.fields.get(name) or "").strip()[:most]
    if sense.water is not None and found["water_text"] == sense.water.name:
        found["water_text"] = ""
    return found


def name_of(record: FieldRecord, unit: Unit | None) -> str:
    """The name given, else one made of where it is: nobody on a bank must think of one."""
    if given := str(record.fields.get("name") or "").strip():
        return given[:128]
    if record.lead is not None:
        return record.lead.name
    where = unit.name if unit else ""
    water = record.segment.water.name if record.segment else str(record.fields.get("water_text") or "")
    return f"{where}{water}{record.fields.get('bank') or ''}现场{str(record.client_id)[:6].upper()}号口"[:128]


def paper_of(record: FieldRecord, sense: Sense, *, by: Actor, at: datetime) -> str:
    """The record as a sheet for the outlet's file; its hash."""
    lines = [
        f"现场记录 {record.client_id}",
        f"填写人：{record.officer_name}",
        f"时间：{record.occurred_at.isoformat()}",
    ]
    if sense.position.point:
        lines.append(f"位置（CGCS2000）：{sense.position.point[0]}, {sense.position.point[1]}")
    lines += [
        f"{asked.title}：{record.fields[name]}{asked.unit}"
        for name, asked in form.QUESTIONS.items()
        if record.fields.get(name) not in (None, "")
    ]
    lines += [f"另存 {name}：{value}" for name, value in sorted(record.aside.items())]
    lines += [f"照片：{sha256}" for sha256 in sorted(sense.photos)]
    name = f"现场记录{str(record.client_id)[:8]}.txt"
    return library.file_bytes("\n".join(lines).encode(), name=name, by=by, at=at).sha256
