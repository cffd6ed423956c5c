"""率先推进的水体: the waters a scheme sends ahead, as a group with its own monitoring, tracing and remediation.

吉林 一(二) names 辽河、饮马河、查干湖 (两河一湖). Names stand in `scope.pioneer_waters`; a water counts under a name
when it is called so, or flows into one that is and bears the flag of pioneers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import Count, Q

from qingyuan.boards.progress.aims import policy_at
from qingyuan.boards.progress.where import Asking, Where, check_scope, standings
from qingyuan.core.access import Actor
from qingyuan.core.policy import Policy, Resolved
from qingyuan.core.progress import GONE, NOTHING_TO_COUNT, Figure, Rule, contribution, counting_of
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import WaterFlagKind
from qingyuan.places import queries as places
from qingyuan.places.models import Water
from qingyuan.places.paths import within_q
from qingyuan.registry.models import Fact

NOTHING_MEASURED = _("还没有监测数据")
NO_WATER = _("水体表中没有这个水体")


@dataclass(frozen=True, slots=True)
class PioneerLine:
    """One water of the group, or the group itself: how many outlets are monitored, traced, remediated."""

    name: str
    water_ids: tuple[int, ...]
    monitoring: Figure
    tracing: Figure
    remediation: Figure


@dataclass(frozen=True, slots=True)
class Pioneers:
    """The group with its waters. `title` is the scheme's own word for it."""

    title: str
    resolved: Resolved
    total: PioneerLine
    lines: tuple[PioneerLine, ...]


def pioneers(where: Where, asking: Asking, *, actor: Actor) -> Pioneers | None:
    """The group's progress at a unit; None where the scheme sends no water ahead.

    Raises
    ------
    NotFound
        The unit lies outside the actor's scope.
    """
    check_scope(actor, where)
    policy = policy_at(where.judged_by, asking)
    resolved = policy.parameters.get("scope.pioneer_waters")
    if resolved is None or not resolved.value:
        return None
    names = cast(tuple[str, ...], resolved.value)
    flagged = places.water_ids_with([WaterFlagKind.PIONEER], asking.as_of, asking.known_at)
    members = {name: _waters(name, flagged) for name in names}
    everything = {pk for ids in members.values() for pk in ids}
    counted, measured = _counted(where, asking, everything, known=_known(asking, policy))
    lines = [_line(name, ids, counted, measured, policy) for name, ids in members.items()]
    total = _line(resolved.quote or "、".join(names), tuple(sorted(everything)), counted, measured, policy)
    return Pioneers(resolved.quote, resolved, total, tuple(lines))


Cells = Mapping[int, list[tuple[int, bool, int]]]
"""Water → (milestones, counted, how many outlets)."""


def _waters(name: str, flagged: Collection[int]) -> tuple[int, ...]:
    """The waters a name stands for: itself, and of what flows into it what bears the flag."""
    called = places.waters_named(name)
    if not called:
        return ()
    below = Q(pk__in=[])
    for one in called:
        below |= within_q("path", one.path)
    tributaries = Water.objects.filter(below, pk__in=flagged).values_list("pk", flat=True)
    return tuple(sorted({*(one.pk for one in called), *tributaries}))


def _counted(
    where: Where, asking: Asking, water_ids: Collection[int], *, known: Collection[int]
) -> tuple[Cells, Mapping[int, int]]:
    """What stands on each water, and of that how many outlets something is `known` about. One query."""
    found: dict[int, list[tuple[int, bool, int]]] = {}
    measured: dict[int, int] = {}
    rows = standings(where, asking).filter(water_id__in=water_ids).order_by()
    if not known:
        grouped = rows.values_list("water_id", "milestones", "counted").annotate(number=Count("pk"))
        for water_id, milestones, counts, number in grouped:
            found.setdefault(cast(int, water_id), []).append((milestones, counts, number))
        return found, measured
    cells: Counter[tuple[int, int, bool]] = Counter()
    for outlet_id, water_id, milestones, counts in rows.values_list("outlet_id", "water_id", "milestones", "counted"):
        cells[cast(int, water_id), milestones, counts] += 1
        if counts and outlet_id in known and not milestones & GONE:
            measured[cast(int, water_id)] = measured.get(cast(int, water_id), 0) + 1
    for (water, milestones, counts), number in cells.items():
        found.setdefault(water, []).append((milestones, counts, number))
    return found, measured


def _known(asking: Asking, policy: Policy) -> set[int]:
    """Outlets about which something was measured by the day."""
    facts = Fact.objects.filter(
        subject_kind="outlet",
        name__in=cast(tuple[str, ...], policy.value("monitoring.known_by", ())),
        from_day__lte=asking.as_of,
    )
    if asking.known_at is None:
        facts = facts.filter(retracted_at=None)
    else:
        facts = facts.filter(
            Q(retracted_at=None) | Q(retracted_at__gt=asking.known_at), recorded_at__lte=asking.known_at
        )
    return {int(pk) for pk in facts.order_by().values_list("subject_id", flat=True).distinct() if pk.isdecimal()}


def _line(name: str, ids: tuple[int, ...], counted: Cells, measured: Mapping[int, int], policy: Policy) -> PioneerLine:
    if not ids:
        unknown = Figure(None, None, NO_WATER)
        return PioneerLine(name, ids, unknown, unknown, unknown)
    cells = [cell for pk in ids for cell in counted.get(pk, ())]
    to_measure = sum(number for milestones, counts, number in cells if counts and not milestones & GONE)
    done = sum(measured.get(pk, 0) for pk in ids)
    monitoring = Figure(done, to_measure) if done else Figure(None, None, NOTHING_MEASURED)
    levels = policy.value("deregistration.levels", ())
    number = len(levels) if isinstance(levels, list | tuple) else 1
    return PioneerLine(
        name, ids, monitoring, _share("tracing", cells, levels=number), _share("remediation", cells, levels=number)
    )


def _share(metric: str, cells: Iterable[tuple[int, bool, int]], *, levels: int) -> Figure:
    counting = counting_of(metric, levels=levels)
    if counting is None:
        return Figure(None, None, NOTHING_TO_COUNT)
    rule, numerator, denominator = Rule(counting, None), 0, 0
    for milestones, counts, number in cells:
        adds = contribution(rule, milestones=milestones, counted=counts, flags=0)
        numerator += adds[0] * number
        denominator += adds[1] * number
    return Figure(numerator, denominator) if denominator else Figure(None, None, NOTHING_TO_COUNT)
