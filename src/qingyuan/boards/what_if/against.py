"""The other way to judge: another unit's packs, a proposal not yet in force, another day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qingyuan.core.policy import Policy
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import texts
from qingyuan.rulebook.models import PackProposal
from qingyuan.rulebook.queries import policies_under


class By(StrEnum):
    """What the register is judged by instead."""

    UNIT = "unit"
    PROPOSAL = "proposal"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Against:
    """Whose policy an outlet is under now, and whose it would be under. Both are asked with a county's path.

    `name` is the other unit, the proposed pack or the other day, for sentences.
    """

    by: By
    key: str
    name: str
    now: Callable[[str], Policy]
    then: Callable[[str], Policy]


def now_on(on: date) -> Callable[[str], Policy]:
    """The policy in force for a path on a day, each path asked once."""
    known: dict[str, Policy] = {}

    def asked(path: str) -> Policy:
        if path not in known:
            known[path] = policy_of(path, on=on)
        return known[path]

    return asked


def by_unit(unit: Unit, other: Unit, *, on: date) -> Against:
    """Everything under the packs of another unit. Under its own packs every outlet stays under its own county's."""
    now = now_on(on)
    if other.path == unit.path:
        return Against(By.UNIT, other.code, other.name, now, now)
    theirs = policy_of(other.path, on=on)
    return Against(By.UNIT, other.code, other.name, now, lambda _path: theirs)


def by_day(day: date, *, on: date) -> Against:
    """Each outlet under its own county's packs as they stand on another day."""
    return Against(By.DAY, day.isoformat(), day.isoformat(), now_on(on), now_on(day))


def by_proposal(proposal: PackProposal, *, on: date) -> Against:
    """Each outlet as if a proposed text were in force in its unit.

    Raises
    ------
    Refused
        The text has faults.
    PackError
        It does not fit the packs in force on that day.
    """
    if proposal.state == PackProposal.State.FAULTY:
        raise Refused(Refusal("what_if.faulty", _("检查未通过的政策包不能试算，请改正后重新提交。")))
    texts.parsed(proposal.text)
    under = policies_under(proposal.text, on=on)
    name = proposal.title or proposal.pack
    return Against(By.PROPOSAL, str(proposal.pk), name, now_on(on), lambda path: under(path))
