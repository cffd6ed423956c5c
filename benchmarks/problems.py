"""The leads of the whole register by the rules in force, opened and then found unchanged; of one outlet after a change.

Facts are put beside every fifth outlet, so that there is something to find. The peer is one outlet at a time, scaled.
"""

from __future__ import annotations

import time
from datetime import date

from django.utils import timezone

from benchmarks.measuring import Measured, times

DAY = date(2025, 12, 31)
SAMPLE = 200


def measure() -> list[Measured]:
    """A first run over the register, a second, one outlet, and one by one."""
    from qingyuan.registry.models import Outlet
    from qingyuan.stages.remediation import actions
    from qingyuan.stages.remediation.models import Finding

    _facts()
    Finding.objects.filter(round=None).delete()
    at = timezone.now()
    began, cpu = time.perf_counter(), time.process_time()
    first = actions.refresh(on=DAY, at=at)
    opened, opened_cpu = time.perf_counter() - began, time.process_time() - cpu
    began, cpu = time.perf_counter(), time.process_time()
    actions.refresh(on=DAY, at=at)
    same, same_cpu = time.perf_counter() - began, time.process_time() - cpu

    some = list(Outlet.objects.standing().select_related("party", "water").order_by("pk")[:SAMPLE])
    turn = iter(some * 2)
    p50, p95, own = times(lambda: actions.refresh_one(next(turn), on=DAY, at=at), rounds=SAMPLE)
    whole = p50 / 1000 * first.outlets
    return [
        Measured(
            "problems",
            f"leads of {first.outlets:,} outlets, {first.opened:,} opened",
            opened,
            opened,
            "s",
            "≤ 60 s at 400,000",
            f"one by one, scaled from {SAMPLE}",
            whole,
            whole / opened,
            opened_cpu,
        ),
        Measured("problems", "the same again, nothing changed", same, same, "s", "≤ 60 s", cpu=same_cpu),
        Measured("problems", "one outlet after a change", p50, p95, "ms", "≤ 20 ms", cpu=own),
    ]


def _facts() -> None:
    """A fact about every fifth outlet, once."""
    from qingyuan.registry.models import Fact, Outlet

    source = "benchmark"
    if Fact.objects.filter(source=source).exists():
        return
    pks = Outlet.objects.standing().order_by("pk").values_list("pk", flat=True)[::5]
    names = ("borrowed_discharge", "defect_aged", "exceedances_last_year", "dry_weather_sewage")
    Fact.objects.bulk_create(
        [
            Fact(
                subject_kind="outlet",
                subject_id=str(pk),
                name=names[number % 4],
                value=2 if number % 4 == 2 else True,
                from_day=DAY,
                source=source,
                entered_by="console",
                recorded_at=timezone.now(),
            )
            for number, pk in enumerate(pks)
        ],
        batch_size=2_000,
    )
