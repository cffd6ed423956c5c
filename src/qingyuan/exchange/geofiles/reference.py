"""From the file's coordinate system to CGCS2000 degrees, and what the user must know of it. No network, ever.

WGS 84 and CGCS2000 agree within a metre and are taken as the same. What has no system, or one nobody knows, is read as
it stands and told; the judgement of points then says whether it can be true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from pyproj import network
from pyproj.exceptions import CRSError, ProjError

from qingyuan.exchange.findings import Finding, finding

network.set_network_enabled(active=False)  # type: ignore[attr-defined]

CGCS2000 = 4490
_SAME = ("wgs84", "wgs1984", "worldgeodeticsystem1984", "cgcs2000", "china2000", "chinageodeticcoordinatesystem2000")
Move = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Reference:
    """How to bring shapes to CGCS2000 degrees; `move` None leaves them; `notes` tell what was assumed or done."""

    move: Move | None = None
    notes: tuple[Finding, ...] = ()

    def apply(self, shapes: np.ndarray) -> np.ndarray:
        """Shapes in degrees; one that cannot be brought there stays as it was given."""
        if self.move is None:
            return shapes
        moved = shapely.transform(shapes, self.move)
        lost = ~np.isfinite(shapely.bounds(moved)).all(axis=1) & ~shapely.is_empty(shapes) & ~shapely.is_missing(shapes)
        return np.where(lost, shapes, moved)


def reference(written: str | None) -> Reference:
    """What a file's own words about its coordinate system mean."""
    if not written:
        return Reference(None, (finding("coordinate.crs_missing", 0),))
    try:
        crs = pyproj.CRS.from_user_input(written)
        base = crs.geodetic_crs
    except CRSError:
        crs, base = None, None
    if crs is None or base is None or not (crs.is_geographic or crs.is_projected):
        return Reference(None, (finding("coordinate.crs_unknown", 0, name=_short(written)),))
    same = _is_same(base)
    if same and crs.is_geographic:
        return Reference()
    try:
        there = pyproj.Transformer.from_crs(crs, base if same else CGCS2000, always_xy=True)
    except ProjError:
        return Reference(None, (finding("coordinate.crs_unknown", 0, name=_short(crs.name)),))

    def move(points: np.ndarray) -> np.ndarray:
        return np.column_stack(there.transform(points[:, 0], points[:, 1]))

    code = "coordinate.crs_converted" if same else "coordinate.crs_shifted"
    return Reference(move, (finding(code, 0, name=_short(crs.name)),))


def _is_same(base: pyproj.CRS) -> bool:
    names = (base.name, base.datum.name if base.datum is not None else "")
    plain = ["".join(sign for sign in name.lower() if sign.isalnum()) for name in names]
    return any(word in name for word in _SAME for name in plain)


def _short(text: str) -> str:
    return " ".join(text.split())[:60]
