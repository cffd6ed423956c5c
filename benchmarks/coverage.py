"""Bank walked, computed from tracks: 1,000 tracks of 10 km each, a fix every 10 m, laid on winding banks.

Peer: shapely's line_locate_point for every fix of a few tracks, as one would write it first; scaled up.
"""

from __future__ import annotations

import time

import numpy as np
import shapely

from benchmarks.measuring import Measured
from qingyuan.core import coverage
from qingyuan.core.coverage import Array, Limits

AIM = "≤ 10 s"
TRACKS, LENGTH_M, FIX_M, VERTEX_M, PEER_TRACKS = 1_000, 10_000.0, 10.0, 50.0, 20


def banks(number: int) -> list[tuple[Array, Array]]:
    """(line, fixes) pairs: a winding river and somebody who walks its bank with the error of a phone."""
    chance = np.random.default_rng(7)
    found = []
    for place in range(number):
        steps = int(LENGTH_M / VERTEX_M)
        heading = np.cumsum(chance.normal(0, 0.25, steps))
        east, north = np.cumsum(np.cos(heading)) * VERTEX_M, np.cumsum(np.sin(heading)) * VERTEX_M
        line = np.column_stack((110 + (place % 40) * 0.3 + east / 91_000, 35 + (place // 40) * 0.2 + north / 111_000))
        fixes = int(LENGTH_M / FIX_M)
        at = np.linspace(0, steps - 1, fixes)
        lon, lat = np.interp(at, range(steps), line[:, 0]), np.interp(at, range(steps), line[:, 1])
        error = chance.normal(0, 6 / 111_000, (fixes, 2))
        walked = np.column_stack((lon, lat)) + error
        found.append((line, np.column_stack((walked, 1.7e9 + np.arange(fixes) * 8.0, np.full(fixes, 6.0)))))
    return found


def measure() -> list[Measured]:
    """All tracks once, and the peer on a few."""
    pairs, limits = banks(TRACKS), Limits()
    began, cpu = time.perf_counter(), time.process_time()
    covered = sum(coverage.measure(coverage.lay(line, fixes, limits)) for line, fixes in pairs)
    took, own = time.perf_counter() - began, time.process_time() - cpu
    whole = sum(coverage.line_length_m(line) for line, _fixes in pairs)
    assert covered > 0.98 * whole, (covered, whole)

    began = time.perf_counter()
    for line, fixes in pairs[:PEER_TRACKS]:
        shape = shapely.LineString(line)
        sorted(shapely.line_locate_point(shape, shapely.Point(one[0], one[1])) for one in fixes)
    peer = (time.perf_counter() - began) * TRACKS / PEER_TRACKS
    what = f"{TRACKS:,} tracks, {whole / 1000:,.0f} km, {TRACKS * int(LENGTH_M / FIX_M):,} fixes"
    return [
        Measured(
            "coverage",
            what,
            took * 1000,
            took * 1000,
            "ms",
            AIM,
            "line_locate_point",
            peer * 1000,
            peer / took,
            own * 1000,
        )
    ]
