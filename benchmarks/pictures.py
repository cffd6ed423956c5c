"""A photograph searched among a million prints, and one photograph read.

Peer: the same looks at the photograph, each held against all 255 signs of every print, as one would write it first.
"""

from __future__ import annotations

import numpy as np

from benchmarks.measuring import Measured, beside
from qingyuan.core import pictures as prints
from qingyuan.library import pictures
from tests.library import photos

PRINTS, AIM = 1_000_000, "≤ 200 ms"


def measure() -> list[Measured]:
    """A cut and turned copy of one of the million, and the reading of a photograph of twelve megapixels."""
    many = np.random.default_rng(7).integers(0, 2**64, size=(PRINTS, prints.WORDS), dtype=np.uint64)
    original = photos.scene(1)
    many[PRINTS // 2] = prints.print_of(_shade(photos.jpeg(original)))
    asked = _shade(photos.jpeg(photos.cropped(original, left=0.1).rotate(90, expand=True), quality=50))

    def ours() -> None:
        assert [one.index for one in prints.search(asked, many)] == [PRINTS // 2]

    def peer() -> None:
        for _look, seen in prints.looks(asked):
            np.flatnonzero(np.bitwise_count(many ^ seen).sum(axis=1) <= prints.SAME_AT_MOST)

    large = photos.jpeg(photos.scene(2, width=4000, height=3000))
    return [
        beside(
            "pictures",
            f"a cut and turned copy among {PRINTS:,}",
            ours,
            peer,
            rounds=10,
            peer_rounds=1,
            aim=AIM,
            peer_name="all signs of all prints",
        ),
        beside("pictures", "reading a photograph of 12 megapixels", lambda: _shade(large), rounds=5),
    ]


def _shade(content: bytes) -> prints.Floats:
    said = pictures.read(content)
    assert said is not None
    return said.shade
