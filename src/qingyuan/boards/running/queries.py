"""Asking the parts of the site how they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import triggers
from qingyuan.ledger.models import Entry
from qingyuan.rulebook.queries import packs_in_force

PULSE_IS_OLD_AFTER = timedelta(seconds=60)
LITTLE_SPACE = 1_000_000_000
NO_SPACE = 100_000_000
"""Free bytes on the disk of the site's home: below the first one is warned, below the second writing will fail."""


class State(StrEnum):
    """How a part is."""

    WELL = "well"
    WARNING = "warning"
    FAILING = "failing"


STATES = {State.WELL: _("正常"), State.WARNING: _("注意"), State.FAILING: _("故障")}


@dataclass(frozen=True, slots=True)
class Check:
    """One part of the site: its name, how it is, and a sentence with its parameters."""

    name: str
    label: str
    state: State
    text: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a worker process last showed: when it turned, and the turn in which each job was last run."""

    at: datetime
    jobs: Mapping[str, str]


def checks(*, at: datetime) -> tuple[Check, ...]:
    """Every part of the site."""
    asked: list[tuple[str, str, Callable[[datetime], tuple[State, str, dict[str, object]]]]] = [
        ("database", _("数据库"), _database),
        ("tables", _("数据表"), _tables),
        ("ledger", _("变更留痕"), _ledger),
        ("worker", _("后台任务"), _worker),
        ("disk", _("磁盘"), _disk),
        ("library", _("资料库"), _library),
        ("packs", _("政策包"), _packs),
    ]
    found = []
    for name, label, ask in asked:
        try:
            state, text, params = ask(at)
        except (DatabaseError, OSError, ValueError) as fault:
            state, text, params = State.FAILING, _("无法查询：%(fault)s"), {"fault": str(fault).strip()}
        found.append(Check(name, label, state, text, params))
    return tuple(found)


def overall(found: tuple[Check, ...]) -> State:
    """The worst of the parts."""
    order = list(State)
    return max((check.state for check in found), key=order.index, default=State.WELL)


def pulse_folder() -> Path:
    """Where the workers leave their pulse, one file for each process."""
    return Path(settings.HOME) / "pulse"


def pulses(*, at: datetime) -> list[Pulse]:
    """The workers that live, the latest first."""
    found = []
    for path in pulse_folder().glob("*.json"):
        try:
            said = json.loads(path.read_text("utf-8"))
            pulse = Pulse(datetime.fromisoformat(said["at"]), said["jobs"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # being replaced at this moment, or left half written by a full disk
        if at - pulse.at <= PULSE_IS_OLD_AFTER:
            found.append(pulse)
    return sorted(found, key=lambda pulse: pulse.at, reverse=True)


def last_entry() -> int:
    """The number of the ledger's last entry."""
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _database(_at: datetime) -> tuple[State, str, dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return State.WELL, _("%(vendor)s 可读"), {"vendor": connection.display_name}


def _tables(_at: datetime) -> tuple[State, str, dict[str, object]]:
    executor = MigrationExecutor(connection)
    lacking = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if lacking:
        return State.FAILING, _("与程序版本不一致，缺 %(count)s 步，请执行 qingyuan upgrade"), {"count": lacking}
    return State.WELL, _("与程序版本一致"), {}


def _ledger(_at: datetime) -> tuple[State, str, dict[str, object]]:
    if missing := triggers.missing():
        return State.FAILING, _("缺少防改触发器：%(names)s"), {"names": "、".join(missing)}
    return State.WELL, _("只增不改"), {}


def _worker(at: datetime) -> tuple[State, str, dict[str, object]]:
    living = pulses(at=at)
    if not living:
        seconds = int(PULSE_IS_OLD_AFTER.total_seconds())
        return State.WARNING, _("%(seconds)s 秒内没有后台任务的动静，请运行 qingyuan work"), {"seconds": seconds}
    return State.WELL, _("%(count)s 个进程在运行"), {"count": len(living)}


def _disk(_at: datetime) -> tuple[State, str, dict[str, object]]:
    free = shutil.disk_usage(settings.HOME).free
    state = State.FAILING if free < NO_SPACE else State.WARNING if free < LITTLE_SPACE else State.WELL
    return state, _("剩余 %(free)s GB"), {"free": f"{free / 1e9:.1f}"}


def _library(_at: datetime) -> tuple[State, str, dict[str, object]]:
    root = Path(settings.LIBRARY_ROOT)
    home = root if root.exists() else root.parent
    probe = home / ".probe"
    probe.touch()
    probe.unlink(missing_ok=True)
    return State.WELL, _("可写"), {}


def _packs(at: datetime) -> tuple[State, str, dict[str, object]]:
    count = len(packs_in_force(on=at.date()))
    if not count:
        return State.FAILING, _("没有生效的政策包"), {}
    return State.WELL, _("%(count)s 个生效"), {"count": count}
