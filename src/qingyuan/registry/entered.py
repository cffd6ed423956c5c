"""Outlets on their way into the table: the columns of each, without a model instance, which would cost more than the
writing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

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
        mkey: int | None

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, columns: dict[str, object]) -> None:
        self.__dict__ = columns

    @property
    def pk(self) -> int:
        """As a model calls it."""
        return self.id

    @property
    def row(self) -> list[Any]:
        """The columns' values."""
        return list(self.__dict__.values())

    @property
    def outlet(self) -> Outlet:
        """The record as the register hands it out."""
        return Outlet.from_db(None, COLUMNS, self.row)


class Course(NamedTuple):
    """How an outlet enters: the move, the stage it comes to, the milestones it has reached and when, in their order;
    `words` are these as the tables hold them: move, stage, and each milestone with its day."""

    move: Move
    stage: Stage
    reached: Mapping[Milestone, date]
    mask: int
    words: tuple[str, str, tuple[tuple[str, date], ...]]


def course_of(new: NewOutlet) -> Course:
    """The course of a new outlet: what does not reach the water directly is only a lead (济源 三(一)).

    What is brought in has reached what its stage implies, at the stated days where stated.
    """
    move = new.move if new.fields.get("is_direct", True) else Move.REPORT_LEAD
    stated = tuple(new.milestones.items())
    return _course(move, new.stage, new.on, new.party is not None, bool(new.type_key), stated)


@lru_cache(maxsize=1_000)
def _course(
    move: Move,
    stage: Stage | None,
    on: date,
    has_party: bool,
    has_type: bool,
    stated: tuple[tuple[Milestone, date], ...],
) -> Course:
    if move is not Move.BRING_IN:
        stage = lifecycle.TRANSITIONS[move].target or Stage.SURVEYED
        reached = dict.fromkeys(lifecycle.TRANSITIONS[move].reaches, on)
    else:
        stage = stage or Stage.SURVEYED
        reached = dict.fromkeys(lifecycle.IMPLIED.get(stage, ()), on)
        if not has_party:  # a stage alone does not make anybody responsible, nor give a type
            reached.pop(Milestone.PARTY_FIXED, None)
        if not has_type:
            reached.pop(Milestone.CLASSIFIED, None)
        reached = {**reached, **dict(stated), Milestone.BROUGHT_IN: on}
    in_order = {one: reached[one] for one in sorted(reached, key=lifecycle.BITS.__getitem__)}
    told = tuple((one.value, day) for one, day in in_order.items())
    return Course(move, stage, in_order, lifecycle.mask_of(reached), (move.value, stage.value, told))


def began(new: NewOutlet) -> date:
    """The first day anything is stated of it."""
    return min(new.on, *new.milestones.values()) if new.milestones else new.on


@cache
def _defaults() -> dict[str, object]:
    blank = Outlet()
    return {column: getattr(blank, column) for column in COLUMNS}


def record_of(
    new: NewOutlet,
    pk: int,
    flags: Mapping[int, int],
    policy_in: PolicyIn,
    *,
    by: Actor,
    at: datetime,
    course: Course | None = None,
) -> Entered:
    """The record of a new outlet; the key of the map comes later, for all at once. `course` where it is known."""
    course = course or course_of(new)
    unit, water, managing = new.unit, new.water, new.managing_unit or new.unit
    longitude, latitude = new.position or (None, None)
    columns = _defaults() | {
        "id": pk,
        "name": new.name.strip(),
        "unit_id": unit.id,
        "unit_path": unit.path,
        "managing_unit_id": managing.id,
        "managing_path": managing.path,
        "managing_body_id": new.managing_body.pk if new.managing_body is not None else None,
        "stage": course.words[1],
        "stage_since": new.on,
        "milestones": course.mask,
        "in_register": course.stage in IN_REGISTER,
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
        columns |= {"water_id": water.id, "water_path": water.path, "water_flags": flags.get(water.id, 0)}
    if not new.fields.keys() <= columns.keys():
        raise TypeError(f"not descriptive columns of an outlet: {sorted(new.fields.keys() - columns.keys())}")
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
