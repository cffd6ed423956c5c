"""Drawing a sample so that anybody can draw it again: by a seed written down beforehand and the list of all members.

Each member's place in the draw is the hash of the seed and its own name; the smallest hashes are drawn. Nobody
can steer it without knowing the seed, everybody can check it with the seed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from decimal import Decimal


def place(seed: str, member: str) -> str:
    """A member's place in a draw."""
    return hashlib.sha256(f"{seed}\n{member}".encode()).hexdigest()


def drawn(seed: str, members: Iterable[str], *, share: Decimal) -> list[str]:
    """The sample: a share of the members, rounded up, at least one where there is any; in the order drawn."""
    ranked = sorted(set(members), key=lambda one: (place(seed, one), one))
    return ranked[: max(1, math.ceil(share * len(ranked)))] if ranked else []
