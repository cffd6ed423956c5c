"""What would change: rule by rule with counts, and the rows behind each count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qingyuan.boards.what_if import targets
from qingyuan.boards.what_if.against import Against
from qingyuan.boards.what_if.judging import ANSWERS, Judged, State, judged, names_read, rules_of
from qingyuan.boards.what_if.targets import Marks, TargetLine
from qingyuan.core.access import Actor, Place, may_see
from qingyuan.core.classification import tree_of
from qingyuan.core.policy import Policy
from qingyuan.core.policy.judging import Rule
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit
from qingyuan.registry import columns
from qingyuan.registry.kept import COUNTY
from qingyuan.registry.models import Outlet
from qingyuan.registry.queries import visible_to
from qingyuan.registry.rules import counted
from qingyuan.rulebook.queries import Difference, compare_policies

PAGE_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule: how many outlets go from which answer to which. `now` or `then` None: no such rule there.

    `reworded`: outlets to which it applies before and after, but with another effect or another text.
    """

    id: str
    now: Rule | None
    then: Rule | None
    counts: tuple[tuple[int, ...], ...]
    reworded: int

    @property
    def rule(self) -> Rule:
        """The rule as it would read, else as it reads."""
        return self.then or self.now  # type: ignore[return-value]

    @property
    def moves(self) -> tuple[tuple[State, State, int], ...]:
        """(now, then, outlets) where the answer changes, the most first."""
        found = [
            (State(one), State(two), number)
            for one, row in enumerate(self.counts)
            for two, number in enumerate(row)
            if number and max(one, 1) != max(two, 1)
        ]
        return tuple(sorted(found, key=lambda move: -move[2]))

    @property
    def changed(self) -> int:
        """Outlets of which the rule would say something else."""
        return sum(number for _now, _then, number in self.moves)

    @property
    def settled(self) -> int:
        """Those among them on which it decides before and after."""
        return sum(number for now, then, number in self.moves if State.UNKNOWN not in (now, then))


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A second-level type with the first level it stands under now and would stand under."""

    type_key: str
    top_now: str
    top_then: str
    number: int

    @property
    def moves(self) -> bool:
        """Whether the first level would change."""
        return self.top_now != self.top_then


@dataclass(frozen=True, slots=True)
class Result:
    """What judging the register of a unit otherwise would change. `outlets_changed`: of which at least one rule would
    say something else; `outlets_decided`: among them those on which one decides before and after."""

    unit: Unit
    against: Against
    on: date
    outlets: int
    outlets_changed: int
    outlets_decided: int
    rules: tuple[RuleLine, ...]
    parameters: tuple[Difference, ...]
    types: tuple[TypeLine, ...]
    targets: tuple[TargetLine, ...]

    @property
    def moving(self) -> tuple[RuleLine, ...]:
        """The rules that would say something else of some outlet, those that decide on the most first."""
        found = (line for line in self.rules if line.changed)
        return tuple(sorted(found, key=lambda line: (-line.settled, -line.changed)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        return not (
            self.moving
            or self.parameters
            or any(line.reworded for line in self.rules)
            or any(line.moves for line in self.types)
            or any(line.moves for line in self.targets)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One outlet of which a rule would say something else."""

    outlet: Outlet
    rule: Rule
    now: State
    then: State


def what_if(actor: Actor, unit: Unit, against: Against, *, on: date) -> Result:
    """Judge every outlet of a unit that the actor may see, as it is and as it would be.

    Raises
    ------
    NotFound
        The unit lies outside the actor's scope.
    """
    _in_scope(actor, unit)
    now, then = against.now(unit.path), against.then(unit.path)
    adding = _Adding()
    for batch in columns.batches(_found(actor, unit), path=unit.path, on=on, names=_names(actor, unit, against)):
        for part in judged(batch, against):
            adding.add(part)
    return Result(
        unit=unit,
        against=against,
        on=on,
        outlets=adding.outlets,
        outlets_changed=adding.changed,
        outlets_decided=adding.decided,
        rules=adding.lines(now, then),
        parameters=tuple(compare_policies(now, then)),
        types=adding.type_lines(),
        targets=targets.lines(now, then, adding.before, adding.after),
    )


def rows(
    actor: Actor,
    unit: Unit,
    against: Against,
    *,
    on: date,
    rule: str,
    now: State | None = None,
    then: State | None = None,
    after: int = 0,
    limit: int = 50,
) -> tuple[list[Row], int | None]:
    """One page of the outlets of which a rule would say something else, by id, and the id the next comes after."""
    _in_scope(actor, unit)
    found = _found(actor, unit).filter(pk__gt=after)
    names = _names(actor, unit, against, only={rule})
    page: list[tuple[int, Rule, State, State]] = []
    for batch in columns.batches(found, path=unit.path, on=on, names=names, size=PAGE_BATCH):
        here = [
            (pk, read, one, two)
            for part in judged(batch, against, only={rule})
            for pk, read, one, two in _changed(part)
            if now in (None, one) and then in (None, two)
        ]
        page += sorted(here, key=lambda item: item[0])
        if len(page) > limit:
            break
    return list(_with_outlets(page[:limit])), page[limit - 1][0] if len(page) > limit else None


def every_row(actor: Actor, unit: Unit, against: Against, *, on: date, rule: str = "") -> Iterator[Row]:
    """All rows, for an export: by outlet, then by rule; only one rule's if one is named."""
    _in_scope(actor, unit)
    only = {rule} if rule else None
    names = _names(actor, unit, against, only=only)
    for batch in columns.batches(_found(actor, unit), path=unit.path, on=on, names=names, size=PAGE_BATCH):
        found = [item for part in judged(batch, against, only=only) for item in _changed(part)]
        yield from _with_outlets(sorted(found, key=lambda item: (item[0], item[1].id)))


def _in_scope(actor: Actor, unit: Unit) -> None:
    if not may_see(actor, Place(unit_path=unit.path, managing_path=unit.path)):
        raise NotFound("unit", unit.code)


def _found(actor: Actor, unit: Unit):  # type: ignore[no-untyped-def]
    return visible_to(actor).within(unit.path)


def _names(actor: Actor, unit: Unit, against: Against, only: set[str] | None = None) -> set[str]:
    """The facts any rule over any of the unit's counties reads, now or then."""
    found = _found(actor, unit).order_by()
    counties = {path[:COUNTY] for path in found.values_list("unit_path", flat=True).distinct()}
    policies = [side(path) for path in counties or {unit.path} for side in (against.now, against.then)]
    return names_read({id(policy.rules): policy for policy in policies}.values(), only)


def _changed(part: Judged) -> Iterator[tuple[int, Rule, State, State]]:
    now, then = rules_of(part.now), rules_of(part.then)
    for name in part.before:
        for place in np.flatnonzero(part.changed(name)):
            pk = part.batch.ids[part.places[place]]
            rule = then.get(name) or now[name]
            yield pk, rule, State(int(part.before[name][place])), State(int(part.after[name][place]))


def _with_outlets(found: list[tuple[int, Rule, State, State]]) -> Iterator[Row]:
    outlets = Outlet.objects.select_related("unit", "party", "water").in_bulk({item[0] for item in found})
    for pk, rule, one, two in found:
        yield Row(outlets[pk], rule, one, two)


class _Adding:
    """Adds up the parts of all batches."""

    def __init__(self) -> None:
        self.outlets = self.changed = self.decided = 0
        self.counts: dict[str, NDArray[np.int64]] = {}
        self.reworded: Counter[str] = Counter()
        self.rules: dict[str, tuple[Rule | None, Rule | None]] = {}
        self.types: Counter[tuple[str, str, str]] = Counter()
        self.before: Counter[Marks] = Counter()
        self.after: Counter[Marks] = Counter()
        self.trees: dict[tuple[str, ...], tuple[object, ...]] = {}

    def add(self, part: Judged) -> None:
        self.outlets += len(part.places)
        now, then = rules_of(part.now), rules_of(part.then)
        touched = np.zeros(len(part.places), dtype=bool)
        decided = np.zeros(len(part.places), dtype=bool)
        for name, before in part.before.items():
            after = part.after[name]
            counts = np.bincount(before.astype(np.int64) * ANSWERS + after, minlength=ANSWERS * ANSWERS)
            self.counts[name] = self.counts.get(name, 0) + counts
            self.rules.setdefault(name, (now.get(name), then.get(name)))
            changed = part.changed(name)
            touched |= changed
            decided |= changed & (before != State.UNKNOWN) & (after != State.UNKNOWN)
            if _reads_otherwise(now.get(name), then.get(name)):
                self.reworded[name] += int(((before == State.YES) & (after == State.YES)).sum())
        self.changed += int(touched.sum())
        self.decided += int(decided.sum())
        self._types(part)
        self._marks(part)

    def _types(self, part: Judged) -> None:
        one, two = tree_of(part.now), tree_of(part.then)
        keys = Counter(part.batch.type_keys[place] for place in part.places)
        for key, number in keys.items():
            if key:
                tops = (one.top_of(key), two.top_of(key))
                self.types[key, tops[0].name if tops[0] else "", tops[1].name if tops[1] else ""] += number

    def _marks(self, part: Judged) -> None:
        batch = part.batch
        seen = Counter(
            (batch.water_flags[place], batch.milestones[place], batch.special_kinds[place]) for place in part.places
        )
        for (flags, milestones, special), number in seen.items():
            self.before[flags, milestones, counted(part.now, special)] += number
            self.after[flags, milestones, counted(part.then, special)] += number

    def lines(self, now: Policy, then: Policy) -> tuple[RuleLine, ...]:
        heads = (rules_of(now), rules_of(then))
        found = []
        for name, counts in self.counts.items():
            first, second = self.rules[name]
            shaped = tuple(tuple(int(n) for n in row) for row in counts.reshape(ANSWERS, ANSWERS))
            one, two = heads[0].get(name) or first, heads[1].get(name) or second
            found.append(RuleLine(name, one, two, shaped, self.reworded[name]))
        return tuple(found)

    def type_lines(self) -> tuple[TypeLine, ...]:
        return tuple(
            TypeLine(key, top_now, top_then, number) for (key, top_now, top_then), number in sorted(self.types.items())
        )


def _reads_otherwise(now: Rule | None, then: Rule | None) -> bool:
    if now is None or then is None:
        return False
    return (now.effect, now.text, dict(now.gives)) != (then.effect, then.text, dict(then.gives))
