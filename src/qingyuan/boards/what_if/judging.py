"""Judging a register twice, column by column: what each rule says now, and what it would say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from qingyuan.boards.what_if.against import Against
from qingyuan.core.policy import Policy
from qingyuan.core.policy.conditions import facts_of
from qingyuan.core.policy.judging import Answers, Column, Rule
from qingyuan.registry.columns import Batch

States = NDArray[np.int8]
ANSWERS = 4


class State(IntEnum):
    """What a rule says about an outlet. A rule that is not there says as much as one that does not apply."""

    ABSENT = 0
    NO = 1
    UNKNOWN = 2
    YES = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """The outlets of one batch that are under one pair of policies. `places` are their places in the batch."""

    batch: Batch
    places: NDArray[np.intp]
    now: Policy
    then: Policy
    before: Mapping[str, States]
    after: Mapping[str, States]

    def changed(self, rule: str) -> NDArray[np.bool_]:
        """Where a rule would say something else."""
        return differs(self.before[rule], self.after[rule])


def differs(before: States, after: States) -> NDArray[np.bool_]:
    """Where two answers differ; no rule and a rule that does not apply are the same."""
    return np.maximum(before, State.NO) != np.maximum(after, State.NO)


def names_read(policies: Iterable[Policy], only: Collection[str] | None = None) -> set[str]:
    """The facts that the rules of some policies read."""
    return {
        name
        for policy in policies
        for rule in policy.rules
        if only is None or rule.id in only
        for name in facts_of(rule.when)
    }


def judged(batch: Batch, against: Against, only: Collection[str] | None = None) -> Iterator[Judged]:
    """A batch under the policies of now and then, one part for each pair of policies."""
    pairs: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
    of_county = {county: (against.now(county), against.then(county)) for county in set(batch.counties)}
    for place, county in enumerate(batch.counties):
        now, then = of_county[county]
        pairs.setdefault((now.packs, then.packs), []).append(place)
    for listed in pairs.values():
        places = np.array(listed, dtype=np.intp)
        now, then = of_county[batch.counties[listed[0]]]
        columns = batch.columns if len(listed) == len(batch.ids) else _taken(batch.columns, places)
        rows = len(listed)
        ids = dict.fromkeys(
            rule.id for policy in (now, then) for rule in policy.rules if only is None or rule.id in only
        )
        before = _states(now.judge_columns(columns, rows=rows, only=only), ids, rows)
        same = then is now
        after = before if same else _states(then.judge_columns(columns, rows=rows, only=only), ids, rows)
        yield Judged(batch, places, now, then, before, after)


def rules_of(policy: Policy) -> dict[str, Rule]:
    """The rules of a policy by id."""
    return {rule.id: rule for rule in policy.rules}


def _taken(columns: Mapping[str, Column], places: NDArray[np.intp]) -> dict[str, Column]:
    return {name: Column(column.values[places], column.known[places]) for name, column in columns.items()}


def _states(answers: Mapping[str, Answers], ids: Iterable[str], rows: int) -> dict[str, States]:
    found: dict[str, States] = {}
    for name in ids:
        if (answer := answers.get(name)) is None:
            found[name] = np.zeros(rows, dtype=np.int8)
        else:
            settled = np.where(answer.holds, State.YES, State.NO)
            found[name] = np.where(answer.settled, settled, State.UNKNOWN).astype(np.int8)
    return found
