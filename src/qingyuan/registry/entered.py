"""Outlets on their way into the table: the columns of each, without a model instance, which would cost more than the
writing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from qingyuan.core import lifecycle
from qingyuan.core.access import Actor
from qingyuan.core.geometry import morton_keys
from qingyuan.core.lifecycle import IN_REGISTER, Milestone, Move, Stage
from qingyuan.core.policy import Policy
from qingyuan.registry import rules, surveyed
from qingyuan.registry.models import Outlet

if TYPE_CHECKING:
    from qingyuan.registry.actions.entering import NewOutlet

PolicyIn = Callable[[str, date], Policy]
COLUMNS = tuple(column.attname for column in Outlet._meta.concrete_fields)


class Entered:
    """The record of a new outlet: an attribute for each column of Outlet, in the order of COLUMNS."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, columns: Mapping[str, object]) -> None:
        self.__dict__.update(columns)

    @property
    def pk(self) -> int:
        """As a model calls it."""
        return self.id  # type: ignore[no-any-return]

    @property
    def row(self) -> list[Any]:
        """The columns' values."""
        return list(self.__dict__.values())

    @property
    def outlet(self) -> Outlet:
        """The record as the register hands it out."""
        return Outlet.from_db(None, COLUMNS, self.row)


def move_of(new: NewOutlet) -> Move:
    """The move that enters it: what does not reach the water directly is only a lead (济源 三(一))."""
    return new.move if new.fields.get("is_direct", True) else Move.REPORT_LEAD


def stage_of(new: NewOutlet) -> Stage:
    """The stage it enters at."""
    move = move_of(new)
    if move is Move.BRING_IN:
        return new.stage or Stage.SURVEYED
    return lifecycle.TRANSITIONS[move].target or Stage.SURVEYED


def milestones_of(new: NewOutlet) -> dict[Milestone, date]:
    """What it has reached, and when: what the stage implies, at the stated days where stated."""
    move, stage = move_of(new), stage_of(new)
    if move is not Move.BRING_IN:
        return dict.fromkeys(lifecycle.TRANSITIONS[move].reaches, new.on)
    implied = dict.fromkeys(lifecycle.IMPLIED.get(stage, ()), new.on)
    if new.party is None:  # a stage alone does not make anybody responsible, nor give a type
        implied.pop(Milestone.PARTY_FIXED, None)
    if not new.type_key:
        implied.pop(Milestone.CLASSIFIED, None)
    return {**implied, **new.milestones, Milestone.BROUGHT_IN: new.on}


def began(new: NewOutlet) -> date:
    """The first day anything is stated of it."""
    return min(new.on, *new.milestones.values()) if new.milestones else new.on


@cache
def _defaults() -> dict[str, object]:
    blank = Outlet()
    return {column: getattr(blank, column) for column in COLUMNS}


@cache
def _mask(milestones: frozenset[Milestone]) -> int:
    return lifecycle.mask_of(milestones)


def record_of(
    new: NewOutlet, pk: int, flags: Mapping[int, int], policy_in: PolicyIn, *, by: Actor, at: datetime
) -> Entered:
    """The record of a new outlet; the key of the map comes later, for all at once."""
    stage = stage_of(new)
    unit, water, managing = new.unit, new.water, new.managing_unit or new.unit
    longitude, latitude = new.position or (None, None)
    columns = _defaults() | {
        "id": pk,
        "name": new.name.strip(),
        "unit_id": unit.pk,
        "unit_path": unit.path,
        "managing_unit_id": managing.pk,
        "managing_path": managing.path,
        "managing_body_id": new.managing_body.pk if new.managing_body is not None else None,
        "stage": stage.value,
        "stage_since": new.on,
        "milestones": _mask(frozenset(milestones_of(new))),
        "in_register": stage in IN_REGISTER,
        "type_key": new.type_key,
        "party_id": new.party.pk if new.party is not None else None,
        "longitude_deg": longitude,
        "latitude_deg": latitude,
        "registered_by": by.id,
        "registered_at": at,
        "changed_at": at,
        "is_demo": new.is_demo,
        "version": 1,
        "missing": [],
    }
    if water is not None:
        columns |= {"water_id": water.pk, "water_path": water.path, "water_flags": flags.get(water.pk, 0)}
    if unknown := new.fields.keys() - columns.keys():
        raise TypeError(f"not descriptive columns of an outlet: {sorted(unknown)}")
    columns |= new.fields
    policy = policy_in(unit.path, new.on)
    columns["counted"] = rules.counted(policy, str(columns["special_kind"]))
    if new.is_survey_record and columns["in_register"]:
        columns["missing"] = surveyed.lacking(
            policy,
            water=water,
            position=new.position,
            fields=new.fields,
            knows_unit=bool(new.party_proposed or new.party or new.unit_unknown),
        )
    return Entered(columns)


def put_on_the_map(records: Sequence[Entered]) -> None:
    """Give every record with a position its key of the map."""
    placed = [one for one in records if one.longitude_deg is not None and one.latitude_deg is not None]
    if not placed:
        return
    longitudes = np.array([one.longitude_deg for one in placed], np.float64)
    latitudes = np.array([one.latitude_deg for one in placed], np.float64)
    for one, key in zip(placed, morton_keys(longitudes, latitudes).tolist(), strict=True):
        one.mkey = key
