"""A layer whose features are held in memory as a whole, and values as cells. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import shapely


@dataclass(frozen=True, slots=True)
class Held:
    """Fields, shapes and faults of every feature, in order; `crs` as the file writes it."""

    labels: tuple[str, ...]
    given: Sequence[Mapping[str, object]]
    shapes: Sequence[shapely.Geometry | None]
    faults: Sequence[str]
    crs: str = "EPSG:4326"


def cell_of(value: object) -> object:
    """A value as a cell: numbers stay numbers, days become days, what is missing is empty."""
    match value:
        case None | bytes():
            return ""
        case np.datetime64():
            if np.isnat(value):
                return ""
            exact = value.astype("datetime64[ms]").item()
            return exact.date() if (exact.hour, exact.minute, exact.second) == (0, 0, 0) else exact
        case np.generic():
            return cell_of(value.item())
        case float():
            return value if math.isfinite(value) else ""
        case str() | int() | bool() | date() | datetime():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)
