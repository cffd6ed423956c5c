"""顺流而下、逆流而上: everything a point of the network drains, or drains into, as the edges stand this moment.

One recursive question to the database over the two covering indexes of the edges; nothing is kept beside the table, so
a new edge is followed at once. At most `most` edges come back: the database stops walking when it has them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from qingyuan.stages.tracing.models import Node

MOST = 2_000
_UP = """
WITH RECURSIVE reached(upper_id, lower_id) AS (
    SELECT upper_id, lower_id FROM tracing_edge WHERE lower_id = %s AND ended_at IS NULL
    UNION
    SELECT edge.upper_id, edge.lower_id
    FROM reached JOIN tracing_edge edge ON edge.lower_id = reached.upper_id AND edge.ended_at IS NULL
)
SELECT upper_id, lower_id FROM reached LIMIT %s
"""
_DOWN = """
WITH RECURSIVE reached(upper_id, lower_id) AS (
    SELECT upper_id, lower_id FROM tracing_edge WHERE upper_id = %s AND ended_at IS NULL
    UNION
    SELECT edge.upper_id, edge.lower_id
    FROM reached JOIN tracing_edge edge ON edge.upper_id = reached.lower_id AND edge.ended_at IS NULL
)
SELECT upper_id, lower_id FROM reached LIMIT %s
"""
_IS_BELOW = """
WITH RECURSIVE reached(node) AS (
    SELECT CAST(%s AS bigint)
    UNION
    SELECT edge.lower_id FROM reached JOIN tracing_edge edge ON edge.upper_id = reached.node AND edge.ended_at IS NULL
)
SELECT 1 FROM reached WHERE node = %s LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was reached from a node: each node with its distance in edges, the edges (upper, lower), and whether there
    is more than was asked for."""

    start: int
    depths: Mapping[int, int]
    edges: tuple[tuple[int, int], ...]
    more: bool


def follow(start: int, *, upstream: bool, most: int = MOST) -> Followed:
    """Walk the network from a node, against the water (`upstream`) or with it."""
    with connection.cursor() as cursor:
        cursor.execute(_UP if upstream else _DOWN, [start, most + 1])
        found = [(int(upper), int(lower)) for upper, lower in cursor.fetchall()]
    edges = tuple(found[:most])
    return Followed(start, depths_of(start, edges, upstream=upstream), edges, len(found) > most)


def depths_of(start: int, edges: Iterable[tuple[int, int]], *, upstream: bool) -> dict[int, int]:
    """How many edges each node lies from the start."""
    beyond: dict[int, list[int]] = {}
    for upper, lower in edges:
        near, far = (lower, upper) if upstream else (upper, lower)
        beyond.setdefault(near, []).append(far)
    depths, queue = {start: 0}, deque([start])
    while queue:
        here = queue.popleft()
        for far in beyond.get(here, ()):
            if far not in depths:
                depths[far] = depths[here] + 1
                queue.append(far)
    return depths


def would_circle(upper: int, lower: int) -> bool:
    """Whether an edge from `upper` to `lower` would let water come back to where it was: `upper` lies downstream of
    `lower` already."""
    if upper == lower:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_IS_BELOW, [lower, upper])
        return cursor.fetchone() is not None


def nodes_of(followed: Followed) -> dict[int, Node]:
    """The nodes that were reached, by id."""
    found: dict[int, Node] = {}
    ids = list(followed.depths)
    for begin in range(0, len(ids), 500):
        some = Node.objects.filter(pk__in=ids[begin : begin + 500]).select_related("body", "outlet")
        found |= {node.pk: node for node in some}
    return found
