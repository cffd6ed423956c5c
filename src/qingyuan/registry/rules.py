"""What the packs say about an outlet, asked once per unit and day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import TRANSITIONS, Move
from qingyuan.core.policy.facts import FactError
from qingyuan.core.policy.judging import Verdict
from qingyuan.core.policy.ladder import Policy
from qingyuan.rulebook.queries import packs, policies_on, policy_for

CHANNEL = "排污通道"


def policy_of(unit_path: str, *, on: date, known_at: datetime | None = None) -> Policy:
    """The policy that governs a unit on a day. Villages and towns have none of their own: their county's is asked."""
    path = unit_path if "Z" in unit_path else unit_path[:6]
    return policy_for(path, on=on, known_at=known_at)


def policies() -> Callable[[str, date], Policy]:
    """policy_of that asks once for each day and county: for batches within one transaction."""
    days: dict[date, Callable[[str], Policy]] = {}
    known: dict[tuple[str, date], Policy] = {}

    def asked(unit_path: str, on: date) -> Policy:
        path = unit_path if "Z" in unit_path else unit_path[:6]
        if (path, on) not in known:
            if on not in days:
                days[on] = policies_on(on)
            known[path, on] = days[on](path)
        return known[path, on]

    return asked


def asks_for_channel(policy: Policy) -> bool:
    """Whether the chain of a scheme has the channel among its links: four in 济源 一, three in 大同 四(十二)."""
    return CHANNEL in policy.value("chain.nodes", ())  # type: ignore[operator]


def chains_by_place(*, on: date) -> list[tuple[str, bool]]:
    """Unit path → does the chain need a channel there, for every place with a pack of its own, the nation first."""
    asked = policies()
    return [(pack.unit_path, asks_for_channel(asked(pack.unit_path, on))) for pack in packs(on=on)]


def clause_of(move: Move, *, policy: Policy) -> str:
    """The clause that asks for a move, in this unit: that of the parameter the table names."""
    resolved = policy.parameters.get(TRANSITIONS[move].parameter)
    return resolved.clause if resolved else ""


def pack_of(policy: Policy) -> str:
    """The packs an entry was made under, nation first."""
    return "+".join(policy.packs)


PERMIT, NO_RENEWAL = "permit", "no_renewal"
"""What a rule `gives` that forbids to renew or reissue a permit as long as it holds."""


def bars_renewal(verdict: Verdict) -> bool:
    """Whether a rule that holds forbids to renew or reissue a permit (不得延续、换发)."""
    return verdict.verdict is True and verdict.gives.get(PERMIT) == NO_RENEWAL


def judge(policy: Policy, known: Mapping[str, object]) -> tuple[Verdict, ...]:
    """What every rule says of these facts. A fact entered before the vocabulary changed is left aside: unknown."""
    try:
        return tuple(policy.judge(known))
    except FactError as error:
        return tuple(policy.judge({name: value for name, value in known.items() if name not in error.reasons}))


def counted(policy: Policy, special_kind: str) -> bool:
    """Whether an outlet counts in targets: a ditch confluence and the like do not where the pack says so (§3.3)."""
    return not special_kind or tree_of(policy).counted(special_kind)
