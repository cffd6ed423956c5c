"""What a share does not say by itself: how much of it was added late, reopened, brought in, or closed all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from qingyuan.boards.progress.aims import Aim, flags_on
from qingyuan.boards.progress.where import Asking, Where, check_scope, standings
from qingyuan.core.access import Actor
from qingyuan.core.days import end_of_day
from qingyuan.core.lifecycle import BITS, Milestone
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.models import MilestoneRecord, Standing

AT_ONCE = 10
"""So many acceptances recorded in the same minute are shown as closed at once."""

LABELS = {
    "late": _("截至日之后补录"),
    "reopened": _("曾重新整治"),
    "brought_in": _("由在办台账带入"),
    "at_once": _("同一分钟内集中销号"),
}


@dataclass(frozen=True, slots=True)
class Integrity:
    """Outlets of a denominator entered after the day asked, reopened, brought in; of a numerator those accepted in the
    same minute as others, AT_ONCE or more together."""

    late: int
    reopened: int
    brought_in: int
    at_once: int

    @property
    def signs(self) -> tuple[tuple[str, int], ...]:
        """What is worth a word beside the share."""
        given = {"late": self.late, "reopened": self.reopened, "brought_in": self.brought_in, "at_once": self.at_once}
        return tuple((LABELS[name], number) for name, number in given.items() if number)


def integrity(where: Where, aims: Sequence[Aim], asking: Asking, *, actor: Actor) -> list[Integrity | None]:
    """The signs to be shown beside the shares of some aims; None for an aim that is no share. Three queries in all,
    over the rows behind the shares.

    Raises
    ------
    NotFound
        The unit lies outside the actor's scope.
    """
    check_scope(actor, where)
    rules = [aim.rule for aim in aims if aim.rule is not None]
    flags = flags_on(asking) if any(rule.waters is not None for rule in rules) else {}
    counted = standings(where, asking).filter(counted=True).order_by()
    rows = list(counted.values_list("outlet_id", "water_id", "milestones", "outlet__registered_at")) if rules else []
    accepted = _accepted(counted) if rows and any(aim.target.metric == "remediation" for aim in aims) else []
    return [_integrity(aim, rows, flags, accepted, asking) for aim in aims]


Row = tuple[int, int | None, int, datetime | None]
"""(outlet, water, milestones, when it was registered)."""


def _integrity(
    aim: Aim, rows: Sequence[Row], flags: Mapping[int, int], accepted: Sequence[tuple[int, datetime]], asking: Asking
) -> Integrity | None:
    rule = aim.rule
    if rule is None:
        return None
    has, gone, done = rule.counting.denominator, rule.counting.without, rule.counting.numerator
    behind = [
        row
        for row in rows
        if row[2] & has == has
        and not row[2] & gone
        and (rule.waters is None or flags.get(row[1] or 0, 0) & rule.waters)
    ]
    end = end_of_day(asking.as_of)
    at_once = 0
    if aim.target.metric == "remediation":
        reached = {row[0] for row in behind if row[2] & done == done}
        at_once = _at_once(recorded_at for outlet, recorded_at in accepted if outlet in reached)
    return Integrity(
        sum(row[3] is not None and row[3] >= end for row in behind),
        sum(bool(row[2] & BITS[Milestone.REOPENED]) for row in behind),
        sum(bool(row[2] & BITS[Milestone.BROUGHT_IN]) for row in behind),
        at_once,
    )


def _accepted(counted: QuerySet[Standing]) -> list[tuple[int, datetime]]:
    """(outlet, when its acceptance was recorded) of the outlets that count."""
    found = MilestoneRecord.objects.filter(
        outlet__in=counted.values("outlet_id"), milestone=Milestone.ACCEPTED_1, reached=True, retracted_at=None
    )
    return list(found.exclude(move="bring_in").order_by().values_list("outlet_id", "recorded_at"))


def _at_once(recorded: Iterable[datetime]) -> int:
    minutes = Counter(recorded_at.replace(second=0, microsecond=0) for recorded_at in recorded)
    return sum(number for number in minutes.values() if number >= AT_ONCE)
