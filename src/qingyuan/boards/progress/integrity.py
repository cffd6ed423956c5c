"""What a share does not say by itself: how much of it was added late, reopened, brought in, or closed all at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from qingyuan.boards.progress.aims import Aim
from qingyuan.boards.progress.behind import Part, ids_behind
from qingyuan.boards.progress.where import Asking, Where, check_scope
from qingyuan.core.access import Actor
from qingyuan.core.days import end_of_day
from qingyuan.core.lifecycle import BITS, Milestone
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.models import MilestoneRecord, Outlet

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


def integrity(where: Where, aim: Aim, asking: Asking, *, actor: Actor) -> Integrity:
    """The signs to be shown beside a share. Two queries over the rows behind it.

    Raises
    ------
    NotFound
        The unit lies outside the actor's scope.
    """
    check_scope(actor, where)
    behind = ids_behind(where, aim, Part.DENOMINATOR, asking)
    masks = list(behind.values_list("milestones", flat=True))
    late = Outlet.objects.filter(pk__in=behind.values("outlet_id"), registered_at__gte=end_of_day(asking.as_of)).count()
    return Integrity(
        late,
        sum(bool(mask & BITS[Milestone.REOPENED]) for mask in masks),
        sum(bool(mask & BITS[Milestone.BROUGHT_IN]) for mask in masks),
        _at_once(where, aim, asking) if aim.target.metric == "remediation" else 0,
    )


def _at_once(where: Where, aim: Aim, asking: Asking) -> int:
    done = ids_behind(where, aim, Part.NUMERATOR, asking)
    accepted = MilestoneRecord.objects.filter(
        outlet__in=done.values("outlet_id"), milestone=Milestone.ACCEPTED_1, reached=True, retracted_at=None
    )
    minutes: Counter[datetime] = Counter()
    for recorded_at in accepted.exclude(move="bring_in").values_list("recorded_at", flat=True):
        minutes[recorded_at.replace(second=0, microsecond=0)] += 1
    return sum(number for number in minutes.values() if number >= AT_ONCE)
