"""The doors for programs on the whole register: OGC API – Features and /api/v1, whole requests with their JSON.

Peer of a list: COUNT and OFFSET over the same rows, without making JSON of them.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.asking import Door
from benchmarks.measuring import Measured, beside
from benchmarks.people import Person, clerk, nation, reviewer

AIM = "≤ 200 ms"
DEEP = 100_000  # rows before the page that is far down
OGC = "/ogc/collections/outlets/items"
API = "/api/v1/outlets"
BOXES = {
    "bbox of a town": "111.15,35.55,111.25,35.65",
    "bbox of a province": "110.2,34.6,114.6,40.7",
    "bbox of the country": "73,3,136,54",
}


def measure() -> list[Measured]:
    """First pages, pages far down, rectangles, filters and single outlets, for three reaches."""
    found = []
    for who in (nation(), reviewer(), clerk()):
        door = Door(who)
        for what, address, rows in _asked(who):
            first = door.ask(address)
            peer = _naive(who, *rows) if rows else None
            said = f"{what}, {who.word} ({first.size / 1024:.0f} KB, {first.statements} statements)"
            run = _ask(door, address)
            found.append(beside("door", said, run, peer, rounds=10, aim=AIM, peer_name="COUNT + OFFSET"))
    return found


def _ask(door: Door, address: str) -> Callable[[], object]:
    return lambda: door.ask(address)


def _asked(who: Person) -> list[tuple[str, str, tuple[int, int] | None]]:
    """What is asked, where, and the start and number of rows its peer reads."""
    from qingyuan.registry.queries import visible_to

    outlets = visible_to(who.actor)
    deep = outlets.order_by("unit_path", "pk")[DEEP:].first()
    one = outlets.order_by("-pk")[0].pk
    asked: list[tuple[str, str, tuple[int, int] | None]] = [("OGC items, first page", OGC, (0, 100))]
    if deep:
        asked.append(("OGC items, by next", f"{OGC}?token=p:{deep.unit_path}~{deep.pk}", (DEEP, 100)))
        asked.append(("API outlets, by next", f"{API}?after={deep.unit_path}~{deep.pk}", (DEEP, 50)))
    asked += [(f"OGC {what}", f"{OGC}?bbox={box}", None) for what, box in BOXES.items()]
    return [
        *asked,
        ("OGC one type", f"{OGC}?type=GY.enterprise", None),
        ("OGC bbox of the country, one type", f"{OGC}?type=GY.enterprise&bbox={BOXES['bbox of the country']}", None),
        ("OGC 1,000 a page", f"{OGC}?limit=1000", (0, 1000)),
        ("OGC one outlet", f"{OGC}/{one}", None),
        ("API outlets, first page", API, (0, 50)),
        ("API type and stage", f"{API}?type=GY&stage=group:remediation", None),
        ("API to be completed", f"{API}?special=pending", None),
        ("API broken chains", f"{API}?special=broken", None),
        ("API name search", f"{API}?q=码头", None),
        ("API by name", f"{API}?sort=name", None),
        ("API one outlet", f"{API}/{one}", None),
    ]


def _naive(who: Person, start: int, size: int) -> Callable[[], object]:
    from qingyuan.registry.queries import visible_to

    def run() -> object:
        outlets = visible_to(who.actor).order_by("unit_path", "pk")
        return outlets.count(), list(outlets[start : start + size])

    return run
