"""Whether packs fit each other: every ladder that can be climbed is built, and every case of every pack is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from qingyuan.core.policy import Pack, PackError, PackFault
from qingyuan.core.policy.conditions import Truth
from qingyuan.core.policy.ladder import build, case_faults
from qingyuan.places.paths import path_of
from qingyuan.rulebook import texts


def unit_path_of(pack: Pack) -> str:
    """The path of the unit a pack governs.

    Raises
    ------
    PackError
        Its unit is no division code.
    """
    try:
        return path_of(pack.unit)
    except ValueError:
        raise PackError(
            [PackFault(f"{pack.code}/pack.yaml", "unit", f"不是区划代码：{pack.unit}", "POLICY_UNIT")]
        ) from None


def ladder_of(packs: Iterable[Pack], unit_path: str) -> list[Pack]:
    """The packs that govern a unit, the nation first."""
    found = [(unit_path_of(pack), pack.code, pack) for pack in packs if unit_path.startswith(unit_path_of(pack))]
    return [pack for _path, _code, pack in sorted(found, key=lambda item: (len(item[0]), item[1]))]


def faults_of(packs: Mapping[str, Pack]) -> list[PackFault]:
    """Every fault of a set of packs, each once."""
    faults: dict[PackFault, None] = {}
    units: dict[str, str] = {}
    for pack in packs.values():
        try:
            path = unit_path_of(pack)
            if path in units:
                reason = f"{units[path]} 已管此区划，一个区划只能有一个政策包"
                raise PackError([PackFault(f"{pack.code}/pack.yaml", "unit", reason, "POLICY_UNIT")])
            units[path] = pack.code
            faults |= dict.fromkeys(case_faults(build(ladder_of(packs.values(), path))))
        except PackError as slip:
            faults |= dict.fromkeys(slip.faults)
    return list(faults)


@lru_cache(maxsize=32)
def faults_of_texts(canonical: frozenset[str]) -> tuple[PackFault, ...]:
    """As `faults_of`, for packs that were each read without fault; the same set is checked once in a process."""
    packs = [texts.parsed(text) for text in canonical]
    return tuple(faults_of({pack.code: pack for pack in packs}))


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One expectation of one case: what the rule was to answer, and what it answers."""

    pack: str
    case: str
    day: date
    rule: str
    expected: Truth
    given: Truth
    known: bool = True

    @property
    def passed(self) -> bool:
        """Whether the rule answers as the case says."""
        return self.known and self.given is self.expected


def case_results(packs: Mapping[str, Pack], code: str) -> list[CaseResult]:
    """Every case of a pack and of the packs below it, run on the packs given.

    Raises
    ------
    PackError
        The packs do not fit each other, so that nothing can be run.
    """
    path = unit_path_of(packs[code])
    below = [pack for pack in packs.values() if unit_path_of(pack).startswith(path)]
    found = []
    for pack in sorted(below, key=lambda one: (len(unit_path_of(one)), one.code)):
        ladder = build(ladder_of(packs.values(), unit_path_of(pack)))
        for case in pack.cases:
            given = {verdict.rule: verdict.verdict for verdict in ladder.policy("", case.day).judge(case.facts)}
            found += [
                CaseResult(pack.code, case.name, case.day, rule, expected, given.get(rule), rule in given)
                for rule, expected in case.expect.items()
            ]
    return found
