"""Every rule of every pack on the whole register, by columns; peer: the same outlet by outlet (a sample, scaled)."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import date

from benchmarks.measuring import Measured

DAY = date(2025, 12, 31)
SAMPLE = 2_000


def measure() -> list[Measured]:
    """The whole register, reading included."""
    from qingyuan.core.policy.judging import Column
    from qingyuan.registry.models import Outlet
    from qingyuan.rulebook.queries import policy_for

    began = time.perf_counter()
    columns = ("unit_path", "type_key", "special_kind", "stage", "is_direct", "conduit_form", "water__name")
    groups: dict[tuple[str, ...], list[tuple]] = defaultdict(list)
    ladders: dict[str, tuple[str, ...]] = {}
    policies = {}
    for row in Outlet.objects.standing().values_list(*columns).iterator(chunk_size=20_000):
        county = row[0][:6]
        if county not in ladders:
            policy = policy_for(county, on=DAY)
            ladders[county] = tuple(policy.packs)
            policies[ladders[county]] = policy
        groups[ladders[county]].append(row)
    outlets, answers = 0, 0
    for ladder, rows in groups.items():
        facts = {
            "type_key": Column.of([row[1] or None for row in rows]),
            "special_kind": Column.of([row[2] or None for row in rows]),
            "stage": Column.of([row[3] for row in rows]),
            "direct_to_water": Column.of([row[4] for row in rows]),
            "conduit_form": Column.of([row[5] or None for row in rows]),
            "water_name": Column.of([row[6] for row in rows]),
        }
        judged = policies[ladder].judge_columns(facts, rows=len(rows))
        outlets += len(rows)
        answers += len(judged) * len(rows)
    seconds = time.perf_counter() - began

    sample = [(ladder, row) for ladder, rows in groups.items() for row in rows[:SAMPLE]][:SAMPLE]
    began = time.perf_counter()
    for ladder, row in sample:
        facts_of_one = {"stage": row[3], "direct_to_water": row[4]} | {
            name: value
            for name, value in zip(("type_key", "special_kind", "conduit_form"), (row[1], row[2], row[5]), strict=True)
            if value
        }
        policies[ladder].judge(facts_of_one)
    one_by_one = (time.perf_counter() - began) / len(sample)
    whole = one_by_one * outlets
    return [
        Measured(
            "judge",
            f"all rules on {outlets:,} outlets ({answers / 1e6:.0f} M answers)",
            seconds,
            seconds,
            "s",
            "≤ 60 s",
            f"one by one, scaled from {len(sample)}",
            whole,
            whole / seconds,
        ),
        Measured("judge", "one outlet, all rules", one_by_one * 1000, one_by_one * 1000, "ms", "≤ 20 ms"),
    ]
