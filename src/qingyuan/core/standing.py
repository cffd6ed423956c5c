"""How an outlet stood on a day: dated statements written out as spans of days.

A statement says: from `day` on, `aspect` has `value`. On a day D the value of an aspect is that of the statement with
the latest day not after D; of two with the same day, the one recorded (then written) later. Retracted statements are
not given here. The first span begins with the first statement about the unit: before it the outlet stood nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

END_OF_DAYS = date(9999, 12, 31)

UNIT, MANAGING, BODY, WATER, TYPE, COUNTED = "unit", "managing", "body", "water", "type", "counted"
ASPECTS = (UNIT, MANAGING, BODY, WATER, TYPE, COUNTED)


@dataclass(frozen=True, slots=True)
class Statement:
    """From `day` on, the aspect has this value. A milestone is an aspect of its own, named by its bit: value "1"
    or "0"."""

    aspect: str
    value: str
    day: date
    recorded_at: datetime
    order: int = 0
    bit: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What is counted of an outlet: where it lies, who manages it, its water and type, and the milestones as bits."""

    unit_path: str = ""
    managing_path: str = ""
    body_id: int | None = None
    water_id: int | None = None
    type_key: str = ""
    counted: bool = True
    milestones: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Marks that held from a day to the day before another."""

    valid_from: date
    valid_to: date
    marks: Marks


def spans(statements: Iterable[Statement]) -> list[Span]:
    """The statements as consecutive spans, neighbours with the same marks joined. No unit: no span."""
    ordered = sorted(statements, key=lambda one: (one.day, one.recorded_at, one.order))
    found: list[Span] = []
    for day, marks in _by_day(ordered):
        if found and found[-1].marks == marks:
            continue
        if found:
            found[-1] = replace(found[-1], valid_to=day)
        found.append(Span(day, END_OF_DAYS, marks))
    return found


def _by_day(ordered: list[Statement]) -> Iterator[tuple[date, Marks]]:
    """The marks at the end of each day on which something changed, once the unit is known."""
    marks, placed = Marks(), False
    for place, statement in enumerate(ordered):
        marks = applied(marks, statement)
        placed = placed or statement.aspect == UNIT
        last_of_day = place + 1 == len(ordered) or ordered[place + 1].day != statement.day
        if placed and last_of_day:
            yield statement.day, marks


def applied(marks: Marks, statement: Statement) -> Marks:
    """The marks after one more statement."""
    value = statement.value
    match statement.aspect:
        case "unit":
            return replace(marks, unit_path=value)
        case "managing":
            return replace(marks, managing_path=value)
        case "body":
            return replace(marks, body_id=int(value) if value else None)
        case "water":
            return replace(marks, water_id=int(value) if value else None)
        case "type":
            return replace(marks, type_key=value)
        case "counted":
            return replace(marks, counted=value == "1")
        case _:
            bits = marks.milestones | statement.bit if value == "1" else marks.milestones & ~statement.bit
            return replace(marks, milestones=bits)
