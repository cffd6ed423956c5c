"""The scoreboard of a county, a province and the nation: now, and as of a past day.

Peer: the figures counted over the register itself, unit by unit.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from benchmarks.measuring import Measured, beside

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PAST = date(2024, 6, 30)
UNITS = (
    ("county", "busiest", "≤ 100 ms", "≤ 200 ms"),
    ("province", "22", "≤ 100 ms", "≤ 1 s"),
    ("nation", "", "≤ 100 ms", "≤ 5 s"),
)


def measure() -> list[Measured]:
    """Now and then, for each size of unit."""
    from qingyuan.boards.progress.queries import Asking, Where, scoreboard
    from qingyuan.core.access import CONSOLE

    found = []
    for name, path, aim_now, aim_past in UNITS:
        path = _busiest_county("22") if path == "busiest" else path
        # The nation has no dated targets of its own: it is judged by a scheme, as a province would judge it.
        where = Where(path, scheme="22" if not path else None)

        def now(where: Where = where) -> object:
            return scoreboard(where, Asking.today(NOW), actor=CONSOLE)

        def past(where: Where = where) -> object:
            return scoreboard(where, Asking(PAST, None, NOW), actor=CONSOLE)

        def naive(path: str = path) -> object:
            return _counted(path)

        found.append(
            beside("roll-up", f"{name}, now", now, naive, rounds=15, aim=aim_now, peer_name="count over the register")
        )
        found.append(beside("roll-up", f"{name}, as of {PAST}", past, rounds=5, aim=aim_past))
    return found


def _busiest_county(province: str) -> str:
    from django.db.models import Count
    from django.db.models.functions import Substr

    from qingyuan.registry.models import Outlet

    counties = Outlet.objects.within(province).annotate(county=Substr("unit_path", 1, 6)).values_list("county")
    return str(counties.annotate(n=Count("pk")).order_by("-n")[0][0])


def _counted(path: str) -> dict[str, int]:
    """Four figures for every part of a unit, straight from the register."""
    from django.db.models import Count, F, Q
    from django.db.models.functions import Substr

    from qingyuan.core.lifecycle import BITS
    from qingyuan.core.lifecycle_words import Milestone
    from qingyuan.registry.models import Outlet

    cut = {0: 2, 2: 6, 6: 9}[len(path)]
    bits = {
        name: BITS[one]
        for name, one in (
            ("verified", Milestone.VERIFIED),
            ("traced", Milestone.PARTY_FIXED),
            ("listed", Milestone.PROBLEM_LISTED),
            ("done", Milestone.ACCEPTED_1),
        )
    }
    rows = Outlet.objects.filter(in_register=True, counted=True, unit_path__startswith=path)
    rows = rows.annotate(
        part=Substr("unit_path", 1, cut), **{f"is_{name}": F("milestones").bitand(bit) for name, bit in bits.items()}
    )
    counts = {name: Count("pk", filter=Q(**{f"is_{name}__gt": 0})) for name in bits}
    return {row["part"]: row["verified"] for row in rows.values("part").annotate(**counts).order_by()}
