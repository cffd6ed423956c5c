"""Which waters somebody may see: those of his territories, his waters with all that flows into them, and those that
receive an outlet of his."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound
from qingyuan.places import queries as places
from qingyuan.places.models import Water
from qingyuan.places.paths import within_q
from qingyuan.registry.queries import visible_to


def waters_visible_to(actor: Actor) -> QuerySet[Water]:
    """Every water in the actor's scope, main stems before what flows into them."""
    found = Water.objects.defer("geometry").order_by("path")
    paths = {path for grant in actor.grants for path in grant.reach.unit_paths}
    if "" in paths:
        return found
    scope = Q(Exists(visible_to(actor).filter(water=OuterRef("pk")).order_by()))
    for path in paths:
        scope |= Q(pk__in=places.waters_in(path).values("pk"))
    for path in {path for grant in actor.grants for path in grant.reach.water_paths}:
        scope |= within_q("path", path)
    return found.filter(scope)


def water_visible_to(actor: Actor, code: str) -> Water:
    """One water by its code.

    Raises
    ------
    NotFound
        There is none, or it lies outside the actor's scope.
    """
    found = waters_visible_to(actor).filter(code=code).select_related("parent").defer("geometry", "parent__geometry")
    water = found.first()
    if water is None:
        raise NotFound("water", code)
    return water


def outlets_on(actor: Actor, waters: Iterable[Water]) -> Mapping[int, int]:
    """How many outlets in the actor's scope each of these waters receives itself."""
    counted = visible_to(actor).filter(water__in=[water.pk for water in waters]).order_by()
    return dict(counted.values_list("water").annotate(n=Count("pk")))
