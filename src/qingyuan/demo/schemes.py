"""How the work went in each of the five places: how many outlets, and by which day which share was surveyed, traced and
remediated. The curves are the only place where a demonstration's figures are decided.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

from qingyuan.core.waters import WaterFlagKind as Flag

Curve = tuple[tuple[str, float], ...]
"""(day, cumulative share): between two points as the crow flies; what lies above the last share never comes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a group of outlets went."""

    surveyed: Curve
    traced: Curve
    remediated: Curve


@dataclass(frozen=True, slots=True)
class Scheme:
    """One place. `flags` say which waters its dated targets are about; `target_share` how many outlets lie on them."""

    key: str
    unit: str
    name: str
    count: int
    flags: frozenset[Flag]
    target_share: float
    on_target: Pace
    elsewhere: Pace
    problem_share: float = 0.68
    levels: int = 1
    at_once: bool = False


JIYUAN = Scheme(
    key="jiyuan",
    unit="419001",
    name="济源",
    count=124,
    flags=frozenset({Flag.MAIN_RIVER, Flag.KEY_LAKE}),
    target_share=0.7,
    on_target=Pace(
        (("2023-02-20", 0), ("2023-11-30", 1)),
        (("2023-04-10", 0), ("2023-12-31", 0.82), ("2024-12-31", 0.975), ("2025-06-30", 1)),
        (("2023-07-20", 0), ("2023-12-31", 0.27), ("2024-12-31", 0.67), ("2025-12-31", 0.93)),
    ),
    elsewhere=Pace(
        (("2023-09-20", 0), ("2025-11-30", 1)),
        (("2023-11-20", 0), ("2024-12-31", 0.4), ("2025-12-31", 0.85)),
        (("2024-03-20", 0), ("2025-12-31", 0.6)),
    ),
    at_once=True,
)
ANYANG = Scheme(
    key="anyang",
    unit="410500",
    name="安阳",
    count=184,
    flags=frozenset({Flag.MAIN_RIVER, Flag.KEY_LAKE}),
    target_share=0.72,
    on_target=Pace(
        (("2023-02-10", 0), ("2023-06-12", 1)),
        (("2023-03-20", 0), ("2023-09-30", 0.92), ("2023-12-31", 0.98), ("2024-06-30", 1)),
        (("2023-06-20", 0), ("2023-12-31", 0.69), ("2024-12-31", 0.985), ("2025-08-31", 1)),
    ),
    elsewhere=Pace(
        (("2023-07-10", 0), ("2024-12-10", 1)),
        (("2023-09-10", 0), ("2024-12-31", 0.7), ("2025-12-31", 0.93)),
        (("2024-01-20", 0), ("2025-12-31", 0.75)),
    ),
    at_once=True,
)
XINJIANG = Scheme(
    key="xinjiang",
    unit="140825",
    name="新绛",
    count=68,
    flags=frozenset({Flag.FEN_HUI}),
    target_share=0.65,
    on_target=Pace(
        (("2023-02-10", 0), ("2023-11-20", 1)),
        (("2023-03-20", 0), ("2023-12-27", 0.978), ("2024-03-31", 1)),
        (("2023-06-01", 0), ("2023-12-31", 0.39), ("2024-10-31", 0.97), ("2025-02-28", 1)),
    ),
    elsewhere=Pace(
        (("2023-06-10", 0), ("2025-10-31", 1)),
        (("2023-09-10", 0), ("2025-12-31", 0.8)),
        (("2024-02-10", 0), ("2025-12-31", 0.55)),
    ),
)
DATONG = Scheme(
    key="datong",
    unit="140200",
    name="大同",
    count=152,
    flags=frozenset({Flag.ASSESSED_SECTION}),
    target_share=0.7,
    on_target=Pace(
        (("2023-02-20", 0), ("2023-11-25", 1)),
        (("2023-04-10", 0), ("2023-12-31", 0.965), ("2024-06-30", 1)),
        (("2023-07-10", 0), ("2023-12-31", 0.3), ("2024-12-31", 0.94), ("2025-09-30", 1)),
    ),
    elsewhere=Pace(
        (("2023-06-20", 0), ("2025-11-15", 1)),
        (("2023-09-20", 0), ("2025-12-31", 0.82)),
        (("2024-02-20", 0), ("2025-12-31", 0.6)),
    ),
)
JILIN = Scheme(
    key="jilin",
    unit="220000",
    name="吉林",
    count=206,
    flags=frozenset({Flag.SONGLIAO_MAIN, Flag.KEY_LAKE}),
    target_share=0.68,
    on_target=Pace(
        (("2023-01-20", 0), ("2023-09-20", 0.97), ("2024-06-30", 1)),
        (("2023-02-20", 0), ("2023-10-31", 0.97), ("2024-09-30", 1)),
        (("2023-05-20", 0), ("2023-12-31", 0.88), ("2025-12-31", 0.98)),
    ),
    elsewhere=Pace(
        (("2023-05-20", 0), ("2025-06-30", 1)),
        (("2023-07-20", 0), ("2025-09-30", 0.97)),
        (("2023-11-20", 0), ("2025-12-31", 0.9)),
    ),
    levels=2,
)
SCHEMES = (JIYUAN, ANYANG, XINJIANG, DATONG, JILIN)
LAST_DAY = date(2025, 12, 31)


def day_at(curve: Curve, share: float) -> date | None:
    """The day on which a cumulative share was reached; None when it never was.

    >>> day_at((("2023-01-01", 0), ("2023-01-11", 0.5)), 0.25)
    datetime.date(2023, 1, 6)
    """
    points = [(date.fromisoformat(day), reached) for day, reached in curve]
    for (first, low), (second, high) in itertools.pairwise(points):
        if share <= high:
            return first + timedelta(days=round((second - first).days * (share - low) / (high - low)))
    return None
