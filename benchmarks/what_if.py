"""试算 of the whole register under another unit's packs; peer: each outlet asked alone (a sample, scaled)."""

from __future__ import annotations

import time
from datetime import date

from benchmarks.measuring import Measured

DAY = date(2025, 12, 31)
BY = "140200"
SAMPLE = 300


def measure(code: str = "000000") -> list[Measured]:
    """The register of a unit, the nation's if none is named, and one page of the rows behind a count."""
    from qingyuan.boards.what_if import against, queries
    from qingyuan.core.access import CONSOLE
    from qingyuan.places.queries import unit
    from qingyuan.registry import queries as registry
    from qingyuan.registry.models import Outlet
    from qingyuan.registry.rules import policy_of

    here = unit(code)
    other = against.by_unit(here, unit(BY), on=DAY)
    began = time.perf_counter()
    result = queries.what_if(CONSOLE, here, other, on=DAY)
    seconds = time.perf_counter() - began

    rule = result.moving[0].id
    began = time.perf_counter()
    queries.rows(CONSOLE, here, other, on=DAY, rule=rule, after=0, limit=50)
    page = time.perf_counter() - began

    sample = Outlet.objects.standing().within(here.path).order_by("pk")[:SAMPLE]
    began = time.perf_counter()
    for outlet in sample:
        facts = registry.facts_of(outlet, on=DAY)
        policy_of(outlet.unit_path, on=DAY).judge(facts)
        other.then(outlet.unit_path[:6]).judge(facts)
    alone = (time.perf_counter() - began) / len(sample) * result.outlets
    return [
        Measured(
            "what-if",
            f"{result.outlets:,} outlets of {code} by {BY}, {len(result.rules)} rules, now and then",
            seconds,
            seconds,
            "s",
            "seconds at 100,000",
            f"one by one, scaled from {len(sample)}",
            alone,
            alone / seconds,
        ),
        Measured("what-if", "one page of the rows behind a count", page * 1000, page * 1000, "ms", ""),
    ]
