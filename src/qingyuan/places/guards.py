"""May they? Places are kept by those who hold places.maintain, within their reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit


def maintain(by: Actor, unit: Unit | None = None) -> Refusal | None:
    """Change what lies in a unit; without a unit, what holds for the whole site."""
    return access.refusal(by, Permission.PLACES_MAINTAIN, Place(unit_path=unit.path) if unit else None)


@guard
def set_flag(from_day: date | None, to_day: date | None, *, source: str, by: Actor) -> Iterator[Refusal | None]:
    """Give a water a flag: with a source, and ending after it begins."""
    yield maintain(by)
    if not source.strip():
        yield Refusal("places.source_missing", _("请填写依据（文号或清单名称）。"))
    if from_day and to_day and to_day <= from_day:
        yield Refusal("places.day_order", _("终止日期应晚于起始日期。"))


@guard
def clear_flag(flagged: bool, *, source: str, by: Actor) -> Iterator[Refusal | None]:
    """Take a flag from a water that bears it."""
    yield maintain(by)
    if not source.strip():
        yield Refusal("places.source_missing", _("请填写依据（文号或清单名称）。"))
    if not flagged:
        yield Refusal("places.flag_not_set", _("该水体当日没有此标记。"))
