"""台账 list on the whole register: first page, the thousandth by its key, filters, a name search of two characters.

Peer: the same rows by COUNT and OFFSET, a name by LIKE, as lists are usually built.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.measuring import Measured, beside

AIM = "≤ 200 ms"
PAGES = 1_000


def measure() -> list[Measured]:
    """Every question of the list."""
    from qingyuan.core.access import CONSOLE
    from qingyuan.registry import queries
    from qingyuan.registry.models import Outlet
    from qingyuan.registry.paging import SIZE, page_of

    everything = queries.visible_to(CONSOLE)
    county = queries.visible_to(CONSOLE).within(_busiest_county())
    deep = everything.order_by("unit_path", "pk")[(PAGES - 1) * SIZE - 1 :].first()
    key = f"{deep.unit_path}~{deep.pk}" if deep else ""
    problem = everything.filter(stage="remediating", type_key="GY.enterprise", unit_path__gte="41", unit_path__lt="42")

    def first() -> object:
        return page_of(everything, sort="place")

    def thousandth() -> object:
        return page_of(everything, sort="place", after=key)

    def by_offset(offset: int) -> Callable[[], object]:
        def run() -> object:
            total = Outlet.objects.filter(in_register=True).count()
            start = min(offset, max(total - SIZE, 0))
            return total, list(everything.order_by("unit_path", "pk")[start : start + SIZE])

        return run

    def search() -> object:
        return page_of(queries.search(everything, "演示"), sort="place")

    def rare() -> object:
        return page_of(queries.search(everything, "码头"), sort="place")

    def by_like() -> object:
        found = everything.filter(name__contains="码头")
        return found.count(), list(found.order_by("unit_path", "pk")[:SIZE])

    naive = "COUNT + OFFSET"
    return [
        beside("list", "first page, nation", first, by_offset(0), aim=AIM, peer_name=naive),
        beside("list", f"page {PAGES} by its key", thousandth, by_offset((PAGES - 1) * SIZE), aim=AIM, peer_name=naive),
        beside("list", "first page, county", lambda: page_of(county, sort="place"), aim=AIM),
        beside("list", "three filters", lambda: page_of(problem, sort="place"), aim=AIM),
        beside("list", "name search, two common characters", search, aim=AIM),
        beside("list", "name search, two rare characters", rare, by_like, aim=AIM, peer_name="LIKE + COUNT"),
    ]


def _busiest_county() -> str:
    from django.db.models import Count
    from django.db.models.functions import Substr

    from qingyuan.registry.models import Outlet

    row = Outlet.objects.annotate(county=Substr("unit_path", 1, 6)).values_list("county").annotate(n=Count("pk"))
    return str(row.order_by("-n").first()[0])
