"""A board for whose scope is waters (流域机构、河湖长): the targets of each scheme that judges outlets on them.

A river knows no scheme of its own: its outlets are judged by the schemes of the units they lie in, so there is one
board for each of these, over the outlets of the waters alone.
"""

from __future__ import annotations

from django.db.models import Count

from qingyuan.boards.progress.where import Asking, Where, known_on, water_ids_of
from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.places.models import Unit
from qingyuan.places.queries import waters_in
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import queries as rulebook


def schemes_on_waters(actor: Actor, asking: Asking) -> list[Unit]:
    """The units whose schemes judge outlets on the actor's waters on the day, those with the most outlets first."""
    ids = water_ids_of(actor)
    rows = known_on(asking).filter(water_id__in=ids).order_by().values_list("unit_path").annotate(n=Count("pk"))
    packs = sorted((pack.unit_path for pack in rulebook.packs(on=asking.judged_on) if pack.unit_path), key=len)
    found: dict[str, int] = {}
    for unit_path, number in rows:
        above = [path for path in packs if unit_path.startswith(path) and _has_targets(path, asking)]
        if above:
            found[above[-1]] = found.get(above[-1], 0) + number
    units = {unit.path: unit for unit in Unit.objects.filter(path__in=found)}
    return [units[path] for path in sorted(found, key=lambda path: (-found[path], path)) if path in units]


def _has_targets(path: str, asking: Asking) -> bool:
    return bool(policy_of(path, on=asking.judged_on, known_at=asking.known_at).targets())


def waters_within(actor: Actor, path: str) -> Where:
    """What to ask of a unit for the actor's waters alone.

    Raises
    ------
    NotFound
        None of his waters flows through the unit.
    """
    ids = water_ids_of(actor)
    if not ids or (path and not waters_in(path).filter(pk__in=ids).exists()):
        raise NotFound("unit", path)
    return Where(path, water_ids=ids)
