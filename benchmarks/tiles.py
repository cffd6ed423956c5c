"""Map tiles uncached, at a national register of 400,000 outlets: server side with scope, filter and encoding.

    python -m benchmarks.tiles [--outlets 400000] [--home DIR] [--json]

Made-up outlets strung around the middles of the real counties, towns weighted lognormally, so that tiles are as uneven
as in life. The tiles asked for are drawn by weight (busy ones more often) and always hold the busiest. Peer in the same
run: the same rows through mapbox-vector-tile. `cpu p95` is this process's own time: on SQLite all of it, whoever else
uses the machine. Whatever database QINGYUAN_DATABASE_URL names; SQLite in DIR by default.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

SEED = 20240601
ZOOMS = (0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16)
AT = datetime(2024, 6, 1, 4, 0, tzinfo=UTC)


def main() -> None:
    """Build the register where there is none, ask for tiles, print what they took."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--outlets", type=int, default=400_000)
    asked.add_argument("--home", default="")
    asked.add_argument("--tiles", type=int, default=60)
    asked.add_argument("--json", action="store_true")
    words = asked.parse_args()
    home = Path(words.home or tempfile.mkdtemp(prefix="qingyuan-tiles-"))
    home.mkdir(parents=True, exist_ok=True)
    os.environ["QINGYUAN_HOME"] = str(home)
    os.environ.setdefault("QINGYUAN_SECRET_KEY", "only-for-benchmarks")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingyuan.project.settings")
    import django

    django.setup()
    _build(words.outlets)
    found = [_measured(*case, tiles=words.tiles) for case in _cases()]
    if words.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    print(f"{'scope':28} {'zoom':>4} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'cpu p95':>8} {'max KB':>7}")
    for row in found:
        for zoom, (*times, weight) in row["zooms"].items():
            print(f"{row['case']:28} {zoom:>4} {' '.join(f'{one:>8.2f}' for one in times)} {weight / 1024:>7.1f}")
    print(f"peer (mapbox-vector-tile) / ours, encoding 2,000 outlets: {_peer():.1f} times")


# --- a register ------------


def _build(count: int) -> None:
    from django.core.management import call_command
    from django.db import connection, transaction

    from qingyuan.core.access import CONSOLE
    from qingyuan.places import loading
    from qingyuan.registry.models import Outlet

    call_command("migrate", verbosity=0)
    if Outlet.objects.exists():
        return
    loading.load_divisions("000000", at=AT, by=CONSOLE)
    loading.load_basins(at=AT, by=CONSOLE)
    loading.load_waters(at=AT, by=CONSOLE)
    with transaction.atomic():
        _outlets(count)
    with connection.cursor() as cursor:  # as autovacuum would: index-only scans need the visibility map
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")


def _outlets(count: int) -> None:
    """Straight into the columns: the register's own writer is measured elsewhere."""
    import numpy as np

    from qingyuan.core.geometry import morton_keys
    from qingyuan.core.lifecycle import IN_REGISTER
    from qingyuan.ledger import rows
    from qingyuan.places.models import Boundary, Unit, Water
    from qingyuan.registry import tallies
    from qingyuan.registry.actions.entering import COLUMNS
    from qingyuan.registry.models import Outlet

    dice = np.random.default_rng(SEED)
    boxes = {
        path: box
        for path, *box in Boundary.objects.values_list("unit__path", "west_deg", "south_deg", "east_deg", "north_deg")
    }
    towns = [(pk, path) for pk, path in Unit.objects.filter(level=4).values_list("pk", "path") if path[:6] in boxes]
    weights = dice.lognormal(0, 1.3, len(towns))
    chosen = dice.choice(len(towns), count, p=weights / weights.sum())
    middles = dice.uniform(0.2, 0.8, (len(towns), 2))
    waters = list(Water.objects.values_list("pk", "path"))
    types = ["GY.enterprise", "SH.town", "NY.aquaculture", "YH.storm", "QT.other", ""]
    stages = sorted(stage.value for stage in IN_REGISTER)
    box = np.array([boxes[towns[town][1][:6]] for town in range(len(towns))])[chosen]
    spread = (box[:, 2:] - box[:, :2]) * 0.03
    points = box[:, :2] + (box[:, 2:] - box[:, :2]) * middles[chosen] + dice.normal(0, 1, (count, 2)) * spread
    points = np.round(np.clip(points, (73.1, 3.1), (135.9, 53.9)), 6)
    keys = morton_keys(points[:, 0], points[:, 1])
    kinds, steps = dice.integers(0, len(types), count), dice.integers(0, len(stages), count)
    drains = dice.integers(0, len(waters) * 2, count)
    blank = Outlet(stage_since=date(2024, 5, 1), registered_at=AT, changed_at=AT, registered_by="benchmark", version=1)
    values = [getattr(blank, column) for column in COLUMNS]
    place = {column: index for index, column in enumerate(COLUMNS)}
    ids = rows.reserve_ids(Outlet, count)
    ready, marks = [], []
    for index, pk in enumerate(ids):
        unit_id, path = towns[chosen[index]]
        water_id, water_path = waters[drains[index]] if drains[index] < len(waters) else (None, "")
        row = list(values)
        given = {
            "id": pk, "name": f"演示{pk}号排污口", "unit_id": unit_id, "unit_path": path, "managing_unit_id": unit_id,
            "managing_path": path, "water_id": water_id, "water_path": water_path, "stage": stages[steps[index]],
            "type_key": types[kinds[index]], "longitude_deg": float(points[index, 0]),
            "latitude_deg": float(points[index, 1]), "mkey": int(keys[index]), "is_demo": True,
        }  # fmt: skip
        for column, value in given.items():
            row[place[column]] = value
        ready.append(row)
        marked = (given["type_key"], given["stage"], 0, 0, True, given["mkey"])
        counted = tallies.Counted(path, path, None, water_path, *marked)
        marks.append((None, counted))
    rows.insert(Outlet, COLUMNS, ready)
    tallies.change(marks)


# --- measuring ------------


def _cases() -> list[tuple]:
    from django.db.models import Count
    from django.db.models.functions import Left

    from qingyuan.core.access import Actor, Grant, Reach, Role
    from qingyuan.registry import tallies
    from qingyuan.registry.models import Outlet
    from qingyuan.registry.tiles import EVERYTHING, Wanted

    def actor(**reach: object) -> Actor:
        return Actor("benchmark", "测量", (Grant(Role.LEADER, Reach(**reach)),))

    drained = Outlet.objects.exclude(water_path="").annotate(root=Left("water_path", tallies.WATER_STEP))
    water = drained.values("root").annotate(n=Count("pk")).order_by("-n")[0]["root"]
    nation = actor(unit_paths=frozenset({""}))
    return [
        ("nation", nation, EVERYTHING),
        ("nation, type and stage", nation, Wanted(types=frozenset({"GY"}), stages=frozenset({"remediation"}))),
        ("province 14", actor(unit_paths=frozenset({"14"})), EVERYTHING),
        ("county 140825", actor(unit_paths=frozenset({"140825"})), EVERYTHING),
        ("nation, unit = 140825", nation, Wanted(unit_path="140825")),
        (f"water {water}", actor(water_paths=frozenset({water})), EVERYTHING),
        (f"nation, water = {water}", nation, Wanted(water_path=water)),
    ]


def _measured(name: str, actor: object, wanted: object, *, tiles: int) -> dict:
    import numpy as np

    from qingyuan.core.geometry import KEY_ZOOM, key_cell
    from qingyuan.registry.queries import visible_to
    from qingyuan.registry.tiles import tile

    keys = np.array(visible_to(actor).exclude(mkey=None).values_list("mkey", flat=True), np.int64)
    dice = np.random.default_rng(SEED)
    zooms = {}
    for zoom in ZOOMS:
        within, counts = np.unique(keys >> 2 * (KEY_ZOOM - zoom), return_counts=True)
        drawn = dice.choice(within, min(tiles, len(within)), p=counts / counts.sum())
        took, worked, weight = [], [], 0
        for number in {int(within[counts.argmax()]), *map(int, drawn)}:
            x, y = key_cell(number)
            began, idle = time.perf_counter(), time.process_time()
            body = tile(actor, zoom, x, y, wanted)
            took.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - idle) * 1000)
            weight = max(weight, len(body))
        p50, p95 = (float(np.percentile(took, part)) for part in (50, 95))
        zooms[zoom] = (p50, p95, max(took), float(np.percentile(worked, 95)), weight)
    return {"case": name, "outlets": len(keys), "zooms": zooms}


def _peer() -> float:
    import mapbox_vector_tile
    import numpy as np

    from qingyuan.core.tiles import STAGE_CODES, TYPE_CODES, OutletPoints, encode

    rows = np.arange(2000, dtype=np.int64)
    ours = OutletPoints(rows, rows, rows, rows % len(TYPE_CODES), rows % len(STAGE_CODES), rows % 2)
    began = time.perf_counter()
    for _round in range(20):
        encode(ours)
    took = (time.perf_counter() - began) / 20
    features = [
        {"id": n, "geometry": f"POINT({n} {n})", "properties": {"type": TYPE_CODES[n % 6], "stage": STAGE_CODES[n % 8]}}
        for n in range(2000)
    ]
    began = time.perf_counter()
    mapbox_vector_tile.encode({"name": "outlets", "features": features})
    return (time.perf_counter() - began) / took


if __name__ == "__main__":
    main()
