"""Segments on a map: what was walked and the gaps, as GeoJSON that map.ts draws. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import shapely

from qingyuan.core import coverage
from qingyuan.stages.survey import lines
from qingyuan.stages.survey.models import Segment

MOST = 2_000
_FINE_DEG = 0.00005
WALKED, GAP = "walked", "gap"


def collection(segments: Iterable[Segment], *, tracks: Iterable[list] = ()) -> str:
    """Segments with their lines as features: each covered piece and each gap, and the tracks walked."""
    features = [feature for one in segments for feature in pieces(one)][:MOST]
    features += [_feature(np.asarray([point[:2] for point in track], dtype=float), "track", 0) for track in tracks]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def pieces(segment: Segment) -> Iterator[Mapping[str, object]]:
    """The covered pieces of a segment and its gaps."""
    if segment.line is None:
        return
    line = lines.as_array(segment.line)
    scale = coverage.line_length_m(line) / segment.length_m
    for start, end in segment.covered:
        yield _feature(coverage.between(line, start * scale, end * scale), WALKED, segment.number)
    for start, end in coverage.gaps(segment.covered, segment.length_m, least_m=0.5):
        yield _feature(coverage.between(line, start * scale, end * scale), GAP, segment.number)


def _feature(line: np.ndarray, tone: str, number: int) -> Mapping[str, object]:
    shape = shapely.simplify(shapely.linestrings(line[:, :2]), _FINE_DEG)
    corners = [[round(x, 6), round(y, 6)] for x, y in shapely.get_coordinates(shape).tolist()]
    return {
        "type": "Feature",
        "properties": {"tone": tone, "number": number},
        "geometry": {"type": "LineString", "coordinates": corners},
    }
