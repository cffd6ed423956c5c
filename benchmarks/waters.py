"""Who reaches waters only (a river chief, a basin's office): lists, search, the chain and the map of the river system
with most outlets. His rows lie in every province, so no index of places helps him.

Peer of the list: COUNT and OFFSET over the same rows; of the search: LIKE and COUNT.
"""

from __future__ import annotations

from benchmarks.asking import addresses
from benchmarks.measuring import Measured, beside
from benchmarks.people import by_water

AIM = "≤ 200 ms"
PAGES = 1_000


def measure() -> list[Measured]:
    """The questions of the register, then whole pages."""
    from django.utils import timezone

    from qingyuan.registry import queries
    from qingyuan.registry.paging import SIZE, page_of

    who = by_water()
    mine = queries.visible_to(who.actor)
    deep = mine.order_by("unit_path", "pk")[PAGES * SIZE :].first()
    key = f"{deep.unit_path}~{deep.pk}" if deep else ""
    on = timezone.localdate()
    one = mine.exclude(party=None).order_by("-pk").first() or mine.order_by("-pk")[0]

    def by_offset(start: int) -> object:
        return mine.count(), list(mine.order_by("unit_path", "pk")[start : start + SIZE])

    def by_like(word: str) -> object:
        named = mine.filter(name__contains=word)
        return named.count(), list(named.order_by("unit_path", "pk")[:SIZE])

    def search(word: str) -> object:
        return page_of(queries.search(mine, word), sort="place")

    def chain() -> object:
        found = queries.outlet(who.actor, one.pk)
        links = queries.chain(found, on=on)
        parties = list(queries.bodies_visible_to(who.actor).filter(pk=one.party_id))
        return links, parties

    naive, like = "COUNT + OFFSET", "LIKE + COUNT"
    counted = f"{mine.count():,} outlets"
    found = [
        beside(
            "waters only",
            f"first page of {counted}",
            lambda: page_of(mine, sort="place"),
            lambda: by_offset(0),
            aim=AIM,
            peer_name=naive,
        ),
        beside(
            "waters only",
            f"page {PAGES} by its key",
            lambda: page_of(mine, sort="place", after=key),
            lambda: by_offset(PAGES * SIZE),
            aim=AIM,
            peer_name=naive,
        ),
        beside("waters only", "list by name", lambda: page_of(mine, sort="name"), aim=AIM),
    ]
    for word in ("码头", "排污", "新绛"):
        what = f"name search “{word}”"
        found.append(
            beside(
                "waters only",
                what,
                lambda word=word: search(word),  # type: ignore[misc]
                lambda word=word: by_like(word),  # type: ignore[misc]
                rounds=7,
                aim=AIM,
                peer_name=like,
            )
        )
    found.append(beside("waters only", "one outlet, its chain and its party", chain, aim=AIM))
    asked = [
        ("home", "/"),
        ("list", "/outlets/"),
        ("list, searched", "/outlets/?q=码头"),
        ("outlet", f"/outlets/{one.pk}"),
        ("bodies", "/bodies/"),
        ("search", "/search?q=码头"),
        ("quality", "/quality/"),
        ("map", "/map/"),
        ("OGC items", "/ogc/collections/outlets/items"),
        ("OGC dischargers", "/ogc/collections/dischargers/items"),
        ("OGC channels", "/ogc/collections/channels/items"),
    ]
    return found + addresses("waters only", who, asked, aim="≤ 100 ms a page")
