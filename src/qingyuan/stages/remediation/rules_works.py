"""What the packs say of works: the evidence each measure asks for, and how far a photograph may be from where it should
be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from qingyuan.core.policy import Policy
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.stages.remediation.rules import clause_of
from qingyuan.stages.remediation.words_works import EvidenceKind

EVIDENCE, INTEGRITY = "works.evidence", "enforcement.integrity_focus"
FAR, FALSIFIED = "works.photo_far_m", "works.photo_falsified_m"
APART, BEARING = "works.pair_apart_m", "works.pair_bearing_deg"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing the works must show: a kind of evidence, for a measure (empty: for the works as a whole)."""

    kind: EvidenceKind
    measure: str
    clause: str


def wanted(plan: Plan, *, on: date) -> tuple[Wanted, ...]:
    """The checklist of a plan: what its batch, its measures and the outlet's type ask for, each once."""
    policy = policy_of(plan.unit_path, on=on)
    clause = clause_of(policy, EVIDENCE)
    measures = [str(one.get("key", "")) for one in cast("Iterable[Mapping[str, object]]", plan.measures)]
    found: dict[tuple[str, str], Wanted] = {}
    for row in cast("Iterable[Mapping[str, object]]", policy.value(EVIDENCE, ())):
        if row.get("batch", "any") not in ("any", plan.batch) or not _fits(row, plan.round.outlet.type_key):
            continue
        asked = cast("Iterable[str]", row.get("measures") or ())
        for measure in [one for one in measures if one in asked] if asked else [""]:
            for kind in cast("Iterable[str]", row.get("kinds") or ()):
                if kind in set(EvidenceKind):
                    said = str(row.get("clause") or clause)
                    found.setdefault((kind, measure), Wanted(EvidenceKind(kind), measure, said))
    # What is wanted of one measure is not wanted of the whole once more.
    special = {one.kind for one in found.values() if one.measure}
    return tuple(one for one in found.values() if one.measure or one.kind not in special)


def _fits(row: Mapping[str, object], type_key: str) -> bool:
    types = cast("Iterable[str]", row.get("types") or ())
    return not types or type_key in types or any(type_key.startswith(f"{one}.") for one in types)


def measure_titles(policy: Policy) -> dict[str, str]:
    """Measures of the catalogue → their names."""
    rows = cast("Iterable[Mapping[str, object]]", policy.value("remediation.measures", ()))
    return {str(row["key"]): str(row["title"]) for row in rows}


def metres(policy: Policy, name: str, default: int) -> int:
    """A limit in metres, degrees or days; never none."""
    value = policy.value(name, default)
    return value if isinstance(value, int) else default


def integrity_clause(policy: Policy) -> str:
    """The clause under which falsification, harm and perfunctory work are looked into (大同 四(十)); else that of the
    limit."""
    return clause_of(policy, INTEGRITY) or clause_of(policy, FALSIFIED)
