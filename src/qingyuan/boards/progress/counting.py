"""Counting: outlets added up by part and marks, in one grouped query.

What stands now comes from the tallies, any other day from the standings. Law: the tallies are the standings of today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.db.models import CharField, Count, F, Sum, Value
from django.db.models.functions import Substr

from qingyuan.boards.progress.aims import Aim, bits_needed, flags_on
from qingyuan.boards.progress.where import NONE, Asking, Where, known_on, lying_in, standings
from qingyuan.places.paths import ancestors_of
from qingyuan.registry.models import Tally
from qingyuan.registry.tallies import PROGRESS, UNIT

Counts = list[tuple[int, int, bool, int]]
"""(water flags, milestones, counted, how many outlets)."""
Parts = Mapping[str, Counts]

_CUT = {0: 2, 2: 6, 4: 6, 6: 9, 9: 12}
"""How many digits of a path the database groups by; a province by counties, because 济源 has no city above it."""


def total(where: Where, asking: Asking, aims: Sequence[Aim]) -> Counts:
    """Everything here, added up."""
    if asking.is_now and where.is_plain:
        return tallied([where.path], aims)[where.path]
    return standing(where, asking, aims, part=lambda _value: "")[""]


def tallied(paths: Sequence[str], aims: Sequence[Aim]) -> Parts:
    """What stands now in each unit of a list. One query over signed rows, folded or not."""
    rows = (
        Tally.objects.filter(cube=PROGRESS, scope=UNIT, key__in=paths)
        .annotate(bits=F("milestones").bitand(bits_needed(aims)))
        .values_list("key", "flags", "bits", "counted")
        .annotate(number=Sum("n"))
        .order_by()
    )
    found: dict[str, Counts] = {path: [] for path in paths}
    for key, flags, bits, counted, number in rows:
        if number:
            found[key].append((flags, bits, counted, number))
    return found


def standing(
    where: Where,
    asking: Asking,
    aims: Sequence[Aim],
    *,
    part: Callable[[object], str],
    column: str = "",
    cut: int = 0,
) -> Parts:
    """How the outlets here stood on a day, by a column (cut to so many characters). One query."""
    rows = standings(where, asking)
    if cut:
        rows = rows.annotate(part=Substr(column, 1, cut))
    elif column:
        rows = rows.annotate(part=F(column))
    else:
        rows = rows.annotate(part=Value("", output_field=CharField()))
    grouped = (
        rows.annotate(bits=F("milestones").bitand(bits_needed(aims)))
        .values_list("part", "water_id", "bits", "counted")
        .annotate(number=Count("*"))
        .order_by()
    )
    flags = flags_on(asking)
    found: dict[str, Counts] = defaultdict(list)
    for value, water_id, bits, counted, number in grouped:
        found[part(value)].append((flags.get(water_id, 0), bits, counted, number))
    return found


def by_unit(where: Where, asking: Asking, aims: Sequence[Aim], children: Iterable[str]) -> Parts:
    """The territory's parts by the path of the child; under the unit's own path what hangs on it directly."""
    if asking.is_now and where.is_plain:
        paths = [where.path, *children]
        counts = tallied(paths, aims)
        return {path: counts[path] for path in paths[1:]} | {where.path: _rest(counts, where.path)}
    known = set(children)
    return standing(
        where,
        asking,
        aims,
        part=lambda value: part_of(known, where.path, str(value)),
        column="unit_path",
        cut=_CUT.get(len(where.path.partition("Z")[0]), 16),
    )


def _rest(counts: Parts, whole: str) -> Counts:
    """The whole less its parts, cell by cell."""
    left: dict[tuple[int, int, bool], int] = defaultdict(int)
    for path, cells in counts.items():
        for flags, bits, counted, number in cells:
            left[flags, bits, counted] += number if path == whole else -number
    return [(*cell, number) for cell, number in left.items() if number]


def by_zone(where: Where, asking: Asking, aims: Sequence[Aim], zones: Sequence[str]) -> Parts:
    """What the zones of a unit manage, wherever in its territory it lies: a memo beside the sum, never part of it."""
    if not zones:
        return {}
    if asking.is_now and where.is_plain:
        return tallied(zones, aims)
    found: dict[str, Counts] = {}
    for path in zones:
        zone = where.narrowed(path=path)
        found[path] = standing(zone, asking, aims, part=lambda _value: "")[""] if _has_any(zone, asking) else []
    return found


def _has_any(where: Where, asking: Asking) -> bool:
    return known_on(asking).filter(lying_in(where)).exists()


def by_column(where: Where, asking: Asking, aims: Sequence[Aim], column: str) -> Parts:
    """Parts by water, department or type; "0" or "" is what has none."""
    return standing(
        where, asking, aims, part=lambda value: str(value or ("" if column == "type_key" else NONE)), column=column
    )


def part_of(parts: Collection[str], whole: str, lower: str) -> str:
    """The part a path lies in; the whole itself for what hangs on it, or between it and the parts, directly."""
    divisions = lower.partition("Z")[0]  # a zone lies in its parent's territory
    return next((one for one in ancestors_of(divisions) if one in parts), whole)


__all__ = ["by_column", "by_unit", "by_zone", "part_of", "standing", "tallied", "total"]
