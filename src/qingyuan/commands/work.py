"""`work`: worker and clock in one process. Every periodic job has the key (name, period) and may be run twice: what it
does a second time changes nothing.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

from qingyuan.access import reading
from qingyuan.commands import databases, logs
from qingyuan.commands.answers import DONE, answer, verb
from qingyuan.commands.pulse import Heart
from qingyuan.commands.serving import not_ready
from qingyuan.core.access import CONSOLE
from qingyuan.core.refusal import DomainError, require
from qingyuan.exchange import placing
from qingyuan.exchange import queries as exchange
from qingyuan.exchange.actions import take_in
from qingyuan.flows import (
    dry_flow_opens_tracing,
    item_notices,
    remediation_notices,
    signboard_urging,
    survey_opens_tracing,
)
from qingyuan.ledger import actions as ledger
from qingyuan.library import actions as library
from qingyuan.registry import tallies
from qingyuan.rulebook.queries import policy_for
from qingyuan.stages.dispatch import actions as dispatch
from qingyuan.stages.notice import actions as notice
from qingyuan.stages.remediation import actions as remediation

TICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes round. `period` names the turn an instant falls in: the job runs once in each."""

    name: str
    period: Callable[[datetime], str]
    run: Callable[[datetime], int]


def every(seconds: int) -> Callable[[datetime], str]:
    """Turns of so many seconds, each named by the instant it begins."""
    return lambda at: datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC).isoformat()


def daily(at: datetime) -> str:
    """One turn a day, by the calendar of Beijing."""
    return timezone.localdate(at).isoformat()


def monthly(at: datetime) -> str:
    """One turn a month, by the calendar of Beijing."""
    return timezone.localdate(at).strftime("%Y-%m")


def fold(_at: datetime) -> int:
    """Add up the signed rows of the counts."""
    return tallies.fold()


def anchor_yesterday(at: datetime) -> int:
    """Fix the heads of the ledger once the day is over."""
    return ledger.anchor(timezone.localdate(at) - timedelta(1), at=at).heads


def refresh_flags(at: datetime) -> int:
    """Count outlets under the flags their waters bear today."""
    return tallies.refresh_water_flags(on=timezone.localdate(at))


def take_in_readings(at: datetime) -> int:
    """Take what was read into the table of the read log; the files last as long as the site's rule says."""
    days = policy_for("", on=timezone.localdate(at)).value("audit.read_log_days", 200)
    return reading.take_in(by=CONSOLE, at=at, keep_days=int(str(days)))


def escalate_items(at: datetime) -> int:
    """Put work that grew old before whom the schemes name. Returns how many steps were made."""
    return len(dispatch.escalate_due(on=timezone.localdate(at), by=CONSOLE, at=at))


def tell_of_items(at: datetime) -> int:
    """Tell the officers of bodies what became of the items they have a part in: what fell due, what went up."""
    return item_notices.tell_open(by=CONSOLE, on=timezone.localdate(at), at=at)


def tell_of_remediation(at: datetime) -> int:
    """Tell whom it concerns what became of plans, works and closures, and which looks back are due."""
    return remediation_notices.tell_due(by=CONSOLE, on=timezone.localdate(at), at=at)


def open_tracing(at: datetime) -> int:
    """Open the cases of tracing that are due: sewage in dry weather first, then what the schemes ask for."""
    on = timezone.localdate(at)
    return dry_flow_opens_tracing.open_due(on=on, at=at) + survey_opens_tracing.open_due(on=on, at=at)


def urge_signboards(at: datetime) -> int:
    """Urge the parties whose coded outlets have no board after the days the schemes give."""
    return signboard_urging.urge_due(on=timezone.localdate(at), at=at)


def forget_notices(at: datetime) -> int:
    """Take away notices read long ago."""
    return notice.forget_read(before=at - timedelta(settings.NOTICE_KEEP_DAYS))


@dataclass(slots=True)
class ResumeImports:
    """Go on with imports whose process was killed: the cursor stands where it stood a turn ago."""

    seen: dict[int, int] = field(default_factory=dict)

    def __call__(self, at: datetime) -> int:
        """Returns how many were taken up again."""
        under_way = [batch for batch in exchange.imports_of(CONSOLE, limit=200) if batch.state == "taking"]
        stopped = [batch for batch in under_way if self.seen.get(batch.pk) == batch.cursor]
        self.seen = {batch.pk: batch.cursor for batch in under_way}
        for batch in stopped:
            take_in(batch, by=CONSOLE, at=at)
        return len(stopped)


def place_outlets(at: datetime) -> int:
    """Find anew the zones of outlets, some thousand a turn, after an official file changed them."""
    return placing.place_waiting(at=at)


def know_pictures(_at: datetime) -> int:
    """Read photographs that were filed before the library knew pictures again."""
    return library.know_old(limit=200)


def forget_answers(at: datetime) -> int:
    """Let go of the API's old answers. Doors do not import each other: the settings name the function."""
    prune: Callable[[datetime], int] = import_string(settings.API_PRUNE)
    return prune(at)


def refresh_problems(at: datetime) -> int:
    """Leads of the whole register by the rules in force; stays of what was brought in."""
    on = timezone.localdate(at)
    remediation.take_up_all(at=at)
    done = remediation.refresh(on=on, at=at)
    return done.opened + done.withdrawn


def check_borrowed(at: datetime) -> int:
    """借道排污: the monthly check. Returns how many outlets are watched."""
    return remediation.check_borrowed(on=timezone.localdate(at), at=at)


JOBS = [
    Job("tallies.fold", every(5), fold),
    Job("ledger.anchor", daily, anchor_yesterday),
    Job("registry.water_flags", daily, refresh_flags),
    Job("logs.turn_over", daily, logs.turn_over),
    Job("exchange.resume", every(60), ResumeImports()),
    Job("exchange.place", every(2), place_outlets),
    Job("dispatch.escalate", daily, escalate_items),
    Job("tracing.open", every(60), open_tracing),
    Job("remediation.problems", every(3600), refresh_problems),
    Job("remediation.borrowed", monthly, check_borrowed),
    Job("library.pictures", every(600), know_pictures),
    Job("notice.items", every(3600), tell_of_items),
    Job("notice.remediation", every(3600), tell_of_remediation),
    Job("signboards.urge", daily, urge_signboards),
    Job("notice.forget", daily, forget_notices),
    Job("reading.take_in", every(30), take_in_readings),
    Job("api.forget", daily, forget_answers),
]


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `work`."""
    parser = verb(groups, "work", work, "运行后台任务和时钟")
    parser.add_argument("--once", action="store_true", help="每项任务各做一次，然后结束")


def work(asked: argparse.Namespace) -> int:
    """Run what is due, until told to end; the job under way is finished first."""
    require(not_ready())
    if asked.once:
        at = timezone.now()
        done = {job.name: job.run(at) for job in JOBS}
        return answer(asked, done, [f"{name}：{count}" for name, count in done.items()])
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: ending.set())
    turns: dict[str, str] = {}
    heart = Heart()
    with databases.running():
        while not ending.wait(TICK_S):
            for job in JOBS:
                if not ending.is_set():
                    heart.beat(turns, at=timezone.now())  # before each: one job may take long
                    run_due(job, turns, timezone.now())
    heart.stop()
    return DONE


def run_due(job: Job, turns: dict[str, str], at: datetime) -> bool:
    """Run a job unless it was run in this turn. A failure is written down and the job is tried in the next turn."""
    turn = job.period(at)
    if turns.get(job.name) == turn:
        return False
    turns[job.name] = turn
    close_old_connections()
    try:
        job.run(at)
    except (DomainError, DatabaseError) as fault:
        sys.stderr.write(f"{at.isoformat()} {job.name}: {fault}\n")
    return True
