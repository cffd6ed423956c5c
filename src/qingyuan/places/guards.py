"""May they? Places are kept by those who hold places.maintain, within their reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit, Water, WaterFlag

CORRECTABLE = frozenset({"name", "other_names", "kind", "source", "parent", "units"})
NAMES_TOLD = 3


def maintain(by: Actor, unit: Unit | None = None) -> Refusal | None:
    """Change what lies in a unit; without a unit, what holds for the whole site."""
    return access.refusal(by, Permission.PLACES_MAINTAIN, Place(unit_path=unit.path) if unit else None)


def maintain_water(water: Water, by: Actor) -> Refusal | None:
    """Change a water, or what it is counted under: that touches the figures of every unit it flows through, so it is
    done by who has all of them in his reach, or the water itself."""
    if reason := maintain(by):
        return reason
    reaches = [grant.reach for grant in by.holding(Permission.PLACES_MAINTAIN)]
    units = list(water.units.order_by("path"))
    beyond = [one for one in units if not any(reach.covers(_at(one, water)) for reach in reaches)]
    if not beyond and (units or any(reach.covers(_at(None, water)) for reach in reaches)):
        return None
    names = "、".join(one.name for one in beyond[:NAMES_TOLD]) or "—"
    text = _("“%(name)s”还流经您管辖范围以外的地方（%(units)s），会影响那里的考核，请由上级办理。")
    return Refusal("access.water_beyond", text, {"name": water.name, "units": names})


def _at(unit: Unit | None, water: Water) -> Place:
    return Place(unit_path=unit.path if unit else "", water_path=water.path)


@guard
def add_water(
    name: str, *, units: Sequence[Unit], above: Water | None, source: str, by: Actor
) -> Iterator[Refusal | None]:
    """登记水体: a name, a source, units one may maintain, and no water of that name there yet."""
    yield maintain(by)
    for unit in units:
        yield maintain(by, unit)
    if not name.strip():
        yield Refusal("places.no_name", _("请填写水体名称。"))
    yield _named_already(name, units, above)
    yield no_source(source)


def _named_already(name: str, units: Sequence[Unit], above: Water | None, but: int = 0) -> Refusal | None:
    """A water of the same name in one of the units that flows into the same water."""
    same = Water.objects.filter(name=name.strip(), parent=above, units__in=units).exclude(pk=but)
    if not units or not same.exists():
        return None
    return Refusal("places.water_twice", _("此处已登记名为“%(name)s”的水体。"), {"name": name.strip()})


def no_source(source: str) -> Refusal | None:
    """What is said of a water rests on a document."""
    return None if source.strip() else Refusal("places.source_missing", _("请填写依据（文号或清单名称）。"))


@guard
def correct_water(water: Water, *, values: Mapping[str, object], reason: str, by: Actor) -> Iterator[Refusal | None]:
    """更正水体信息: no water flows into itself, and the units stay within what one maintains."""
    yield maintain_water(water, by)
    if unknown := set(values) - CORRECTABLE:
        yield Refusal("places.field", _("“%(fields)s”不能在此更正。"), {"fields": "、".join(sorted(unknown))})
    if not reason.strip():
        yield Refusal("places.no_reason", _("请填写更正理由。"))
    if "name" in values and not str(values["name"]).strip():
        yield Refusal("places.no_name", _("请填写水体名称。"))
    given = values.get("units")
    for unit in given if isinstance(given, list | tuple) else ():
        yield maintain(by, unit)
    parent = values.get("parent")
    if isinstance(parent, Water) and parent.path.startswith(water.path):
        text = _("“%(name)s”本身汇入此水体，不能作它的下游。")
        yield Refusal("places.water_circle", text, {"name": parent.name})


@guard
def set_flag(
    water: Water, from_day: date | None, to_day: date | None, *, source: str, by: Actor
) -> Iterator[Refusal | None]:
    """Give a water a flag: with a source, and ending after it begins."""
    yield maintain_water(water, by)
    yield no_source(source)
    if from_day and to_day and to_day <= from_day:
        yield Refusal("places.day_order", _("终止日期应晚于起始日期。"))


@guard
def clear_flag(water: Water, flagged: bool, *, source: str, by: Actor) -> Iterator[Refusal | None]:
    """Take a flag from a water that bears it."""
    yield maintain_water(water, by)
    yield no_source(source)
    if not flagged:
        yield Refusal("places.flag_not_set", _("该水体当日没有此标记。"))


@guard
def withdraw_flag(row: WaterFlag, *, reason: str, by: Actor) -> Iterator[Refusal | None]:
    """Take back what was said in error, once."""
    yield maintain_water(row.water, by)
    if not reason.strip():
        yield Refusal("places.no_reason", _("请填写更正理由。"))
    if row.retracted_at is not None:
        yield Refusal("places.flag_withdrawn", _("这条标记已经撤回。"))
