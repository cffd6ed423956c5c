"""Proofs that need no system: canonical JSON, a hash chain, a Merkle root and the paths to it.

Canonical form is RFC 8785 restricted to what the ledger holds: objects with ASCII keys, arrays, strings, integers,
booleans and null. Decimals are strings and times are UTC before they come here, so no float ever does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TypeAlias

from gmssl import func as _gm_func
from gmssl import sm3 as _gm_sm3

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

GENESIS = "0" * 64
"""What the first entry of a chain names as its predecessor."""


def canonical(value: Json) -> bytes:
    """The one way to write a value as bytes (RFC 8785).

    Raises
    ------
    TypeError
        The value holds a float or something JSON has no word for.
    """
    _refuse_floats(value)
    return canonical_text(value).encode()


canonical_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""`canonical` as text, for a value of whose parts the caller knows that none is a float. One encoder for all."""


def _refuse_floats(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case list() | tuple():
            for item in value:
                _refuse_floats(item)
        case dict():
            for item in value.values():
                _refuse_floats(item)
        case _:
            raise TypeError(f"not a ledger value: {value!r}")


def _sm3(data: bytes) -> str:
    return _gm_sm3.sm3_hash(_gm_func.bytes_to_list(data))


DIGESTS: dict[str, Callable[[bytes], str]] = {"sha256": lambda data: hashlib.sha256(data).hexdigest(), "sm3": _sm3}
"""Hash functions a chain may name: sha256, sm3 (GB/T 32905)."""


def link(previous: str, body: bytes, algorithm: str = "sha256") -> str:
    """The hash of an entry: over its predecessor's hash and its own canonical body."""
    return DIGESTS[algorithm](previous.encode("ascii") + b"\n" + body)


def salted(text: str, salt: str, algorithm: str = "sha256") -> str:
    """The hash that stands in an entry for a text kept outside it; without the text it proves nothing."""
    return DIGESTS[algorithm](salt.encode() + b"\n" + text.encode())


def merkle_root(leaves: Sequence[str], algorithm: str = "sha256") -> str:
    """The root over leaf hashes in the given order; an odd one is carried up. No leaves: the genesis hash."""
    digest = DIGESTS[algorithm]
    level = _leaf_level(leaves, digest)
    if not level:
        return GENESIS
    while len(level) > 1:
        level = _above(level, digest)
    return level[0]


def merkle_paths(leaves: Sequence[str], places: Sequence[int], algorithm: str = "sha256") -> list[list[list[str]]]:
    """For each place among the leaves, what stands beside it on the way up: [side, hash], the lowest first; side says
    whether the other stands left or right.

    Law: sealed_check.climb of a leaf along its path is merkle_root; of anything else it is not.
    """
    digest = DIGESTS[algorithm]
    level, at = _leaf_level(leaves, digest), list(places)
    paths: list[list[list[str]]] = [[] for _place in places]
    while len(level) > 1:
        for path, place in zip(paths, at, strict=True):
            beside = place ^ 1
            if beside < len(level):
                path.append(["left" if place & 1 else "right", level[beside]])
        at = [place >> 1 for place in at]
        level = _above(level, digest)
    return paths


def _leaf_level(leaves: Sequence[str], digest: Callable[[bytes], str]) -> list[str]:
    return [digest(b"\x00" + leaf.encode()) for leaf in leaves]


def _above(level: Sequence[str], digest: Callable[[bytes], str]) -> list[str]:
    pairs = [digest(b"\x01" + (a + b).encode()) for a, b in zip(level[::2], level[1::2], strict=False)]
    return pairs + ([level[-1]] if len(level) % 2 else [])
