"""May they? One function per act upon an official file, with the same name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.guards import maintain
from qingyuan.places.models import OfficialChange, OfficialFile, Unit
from qingyuan.places.models_official import STATES
from qingyuan.places.paths import ancestors_of, within_q


def _in_state(file: OfficialFile, state: str) -> Refusal | None:
    if file.state == state:
        return None
    return Refusal("places.wrong_state", _("该文件“%(state)s”，不能办理此事项。"), {"state": STATES[file.state]})


def _near(file: OfficialFile) -> QuerySet[OfficialFile]:
    """Other files of the same kind over the same ground."""
    others = OfficialFile.objects.filter(subject=file.subject, zone_kind=file.zone_kind).exclude(pk=file.pk)
    ground = within_q("unit__path", file.unit.path) | Q(unit__path__in=ancestors_of(file.unit.path))
    return others.filter(ground).order_by("pk")


@guard
def stage(unit: Unit, *, source: str, day: date | None, by: Actor) -> Iterator[Refusal | None]:
    """Hand in a file: with its source and the day from which it holds."""
    yield maintain(by, unit)
    if not source.strip():
        yield Refusal("places.source_missing", _("请填写依据（文号或清单名称）。"))
    if day is None:
        yield Refusal("places.day_missing", _("请填写启用日期。"))


@guard
def repair(file: OfficialFile, *, by: Actor) -> Iterator[Refusal | None]:
    """Take the mended shapes in place of the broken ones."""
    yield maintain(by, file.unit)
    yield _in_state(file, "staged")
    if not any(fault.get("repair") for one in _faulty(file) for fault in one.faults):
        yield Refusal("places.no_repair", _("没有可以按建议修复的图形。"))


def _faulty(file: OfficialFile) -> list[OfficialChange]:
    return list(file.changes.filter(change="fault").only("faults"))


@guard
def take_in(file: OfficialFile, *, by: Actor) -> Iterator[Refusal | None]:
    """Everything of a file, or nothing."""
    yield maintain(by, file.unit)
    yield _in_state(file, "staged")
    if count := file.counts.get("fault", 0):
        yield Refusal("places.faults", _("还有 %(count)d 处错误，整个文件不能采用。"), {"count": count})
    if not any(file.counts.get(name, 0) for name in ("new", "changed", "gone", "unchanged")):
        yield Refusal("places.nothing", _("文件没有可采用的内容。"))
    since = file.staged_at
    if later := _near(file).filter(Q(taken_at__gt=since) | Q(undone_at__gt=since)).first():
        yield Refusal(
            "places.compared_before",
            _("比对之后“%(name)s”已有变更，请重新上传比对。"),
            {"name": later.filename},
        )


@guard
def undo(file: OfficialFile, *, by: Actor) -> Iterator[Refusal | None]:
    """Put back what was, while nothing later touched it."""
    yield maintain(by, file.unit)
    yield _in_state(file, "taken")
    if later := _near(file).filter(state="taken", taken_at__gt=file.taken_at).first():
        yield Refusal("places.touched_since", _("其后“%(name)s”已改动同一范围，不能撤销。"), {"name": later.filename})


@guard
def drop(file: OfficialFile, *, by: Actor) -> Iterator[Refusal | None]:
    """Leave a file aside that was never taken in."""
    yield maintain(by, file.unit)
    yield _in_state(file, "staged")
