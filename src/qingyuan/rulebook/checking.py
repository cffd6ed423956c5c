"""Whether packs fit each other: every ladder that can be climbed is built, and every case of every pack is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from qingyuan.core.policy import Pack, PackError, PackFault
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
