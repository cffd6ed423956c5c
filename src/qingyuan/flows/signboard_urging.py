"""赋码 → 立牌敦促: a coded outlet whose board has no photograph after the configured days brings its party an urging
and a notice, and again after some days more (大同 三(七): 敦促责任主体在明显位置树标立牌).

Only where the scheme has the party erect the board (`signboard.urge_party`). The turn is part of the key: however often
the clock asks, nobody is urged twice for the same turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from qingyuan.access.models import Assignment
from qingyuan.core.access import CONSOLE, Actor
from qingyuan.core.lifecycle import Milestone
from qingyuan.core.policy import Policy
from qingyuan.places.paths import within_q
from qingyuan.registry import rules as register_rules
from qingyuan.registry.models import MilestoneRecord, Outlet
from qingyuan.stages.notice.actions import Told, notify_many
from qingyuan.stages.notice.kinds import Kind
from qingyuan.stages.standardisation import queries
from qingyuan.stages.standardisation.actions import signs
from qingyuan.stages.standardisation.models import IssuedCode, Sign, Urging
from qingyuan.stages.standardisation.words import SignState

BATCH = 500


def urge_due(*, on: date, at: datetime, by: Actor = CONSOLE, path: str = "") -> int:
    """Urge every party that is due in a unit. Returns how many urgings are new."""
    found = queries.without_board(Outlet.objects.filter(within_q("unit_path", path)).standing()).exclude(party=None)
    policy_in, made, last = register_rules.policies(), 0, 0
    while batch := list(found.filter(pk__gt=last).select_related("party", "unit").order_by("pk")[:BATCH]):
        due = [(one, *turn) for one, turn in _due(batch, policy_in, on=on)]
        made += _urge(due, on=on, by=by, at=at)
        last = batch[-1].pk
    return made


def _urge(due: Iterable[tuple[Outlet, int, date]], *, on: date, by: Actor, at: datetime) -> int:
    urgings = [signs.urge_party(outlet, turn=turn, since=since, on=on, by=by, at=at) for outlet, turn, since in due]
    owners = _owners({one.body_id for one in urgings}, on=on)
    notify_many([_told(one, owners.get(one.body_id, [])) for one in urgings], by=by, on=on, at=at)
    return len(urgings)


def _owners(parties: Collection[int], *, on: date) -> dict[int, list[int]]:
    """The officers of the enterprises themselves, by party."""
    standing = Assignment.objects.filter(
        Q(to_day=None) | Q(to_day__gt=on), party__in=parties, from_day__lte=on, officer__is_active=True
    )
    found: dict[int, list[int]] = {}
    for party, officer in standing.values_list("party", "officer").distinct():
        found.setdefault(party, []).append(officer)
    return found


def _due(
    batch: list[Outlet], policy_in: Callable[[str, date], Policy], *, on: date
) -> Iterator[tuple[Outlet, tuple[int, date]]]:
    ids = [one.pk for one in batch]
    begun = _coded_on(ids)
    damaged = dict(Sign.objects.filter(outlet__in=ids, state=SignState.DAMAGED).values_list("outlet", "damaged_on"))
    turns = {
        pk: (turn, day)
        for pk, turn, day in Urging.objects.filter(outlet__in=ids)
        .values_list("outlet")
        .annotate(Max("turn"), Max("urged_on"))
    }
    for one in batch:
        since = max(day for day in (begun.get(one.pk, one.stage_since), damaged.get(one.pk)) if day)
        turn, urged_on = turns.get(one.pk, (0, None))
        if _is_due(policy_in(one.unit_path, on), since=since, urged_on=urged_on, on=on):
            yield one, (turn + 1, since)


def _is_due(policy: Policy, *, since: date, urged_on: date | None, on: date) -> bool:
    days, again = policy.value("signboard.urge_days"), policy.value("signboard.urge_again_days")
    if not policy.value("signboard.required") or not policy.value("signboard.urge_party"):
        return False
    if not isinstance(days, int) or on <= since + timedelta(days):
        return False
    if urged_on is None or urged_on < since:
        return True
    return isinstance(again, int) and on >= urged_on + timedelta(again)


def _coded_on(ids: list[int]) -> dict[int, date]:
    """Since when each has its code: the day it was issued, else the day the milestone was reached."""
    reached = MilestoneRecord.objects.filter(
        outlet__in=ids, milestone=Milestone.CODED, reached=True, retracted_at=None
    ).order_by("pk")
    found = dict(reached.values_list("outlet", "day"))
    return found | dict(IssuedCode.objects.filter(outlet__in=ids, voided_on=None).values_list("outlet", "issued_on"))


def _told(urging: Urging, owners: list[int]) -> Told:
    return Told(
        key=f"sign:{urging.key}",
        kind=Kind.SIGN_URGED,
        about=("outlet", str(urging.outlet_id)),
        bodies=[urging.body_id],
        officers=owners,
        params={"name": urging.outlet.name, "code": urging.outlet.national_code},
        link=("web:outlet-signs", (urging.outlet_id,)),
        is_demo=urging.is_demo,
    )
