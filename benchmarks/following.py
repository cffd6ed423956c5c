"""Following the network upstream and downstream over 100,000 edges, beside a walk that reads the whole table.

Everything is made and measured within a transaction that is rolled back, so that the site stays as it was.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.measuring import Measured, beside
from qingyuan.places.models import Unit
from qingyuan.stages.tracing.following import depths_of, follow, would_circle
from qingyuan.stages.tracing.models import Edge, Node

EDGES = 100_000
TREE = 400
"""Edges of one outlet's own network: what a case follows."""


def measure() -> list[Measured]:
    """One outlet's network, the longest single sewer, and the first part of one network of all edges."""
    found: list[Measured] = []
    with transaction.atomic():
        roots, deepest = _lay()
        aim = "≤ 50 ms"
        found.append(
            beside(
                "following",
                f"upstream of an outlet, {TREE} of {EDGES:,} edges",
                lambda: follow(roots[7], upstream=True),
                lambda: _naive(roots[7]),
                peer_name="walk over all edges",
                aim=aim,
            )
        )
        plain = [
            ("downstream of the farthest well", lambda: follow(deepest, upstream=False)),
            ("a circle looked for before an edge is added", lambda: would_circle(roots[3], deepest)),
            ("a new edge, then upstream with it in", lambda: _new_edge_seen(roots[9])),
        ]
        found += [beside("following", what, run, aim=aim) for what, run in plain]
        _join_all(roots)
        what = f"upstream where all {EDGES:,} edges lead, the first 2,000"
        found.append(beside("following", what, lambda: follow(roots[0], upstream=True), aim=aim))
        transaction.set_rollback(True)
    return found


def _lay() -> tuple[list[int], int]:
    """Trees of TREE edges, each a main of half its length with side branches."""
    unit = Unit.objects.order_by("-level").first()
    assert unit is not None
    at = timezone.now()
    trees = EDGES // TREE
    node = {"kind": "well", "unit": unit, "unit_path": unit.path}
    made = Node.objects.bulk_create(
        [Node(name=f"井{number}", **node) for number in range(trees * (TREE + 1))], batch_size=5_000
    )
    ids = [one.pk for one in made]
    edges = []
    for tree in range(trees):
        first = tree * (TREE + 1)
        for step in range(1, TREE + 1):
            below = step - 1 if step <= TREE // 2 else (step * 7919) % (TREE // 2)
            edges.append(Edge(upper_id=ids[first + step], lower_id=ids[first + below], recorded_at=at, recorded_by="-"))
    Edge.objects.bulk_create(edges, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tracing_edge")
    return [ids[tree * (TREE + 1)] for tree in range(trees)], ids[TREE // 2]


def _join_all(roots: list[int]) -> None:
    at = timezone.now()
    Edge.objects.bulk_create(
        Edge(upper_id=upper, lower_id=lower, recorded_at=at, recorded_by="-")
        for upper, lower in zip(roots[1:], roots, strict=False)
    )


def _naive(start: int) -> dict[int, int]:
    edges = list(Edge.objects.filter(ended_at=None).values_list("upper_id", "lower_id"))
    return depths_of(start, edges, upstream=True)


def _new_edge_seen(root: int) -> None:
    lower = Node.objects.get(pk=root)
    upper = Node.objects.create(kind="well", name="新井", unit=lower.unit, unit_path=lower.unit_path)
    Edge.objects.create(upper=upper, lower=lower, recorded_at=timezone.now(), recorded_by="-")
    assert (upper.pk, root) in set(follow(root, upstream=True).edges)
