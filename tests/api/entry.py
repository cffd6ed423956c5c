"""One line of the oracle: who may use an operation of the API, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qingyuan.core.access import Permission
from qingyuan.registry.models import Outlet
from tests.access.site import Country

DONE = frozenset({200, 201})
Path = Callable[[Country, Outlet], str]


@dataclass(frozen=True)
class Entry:
    """Who may use an operation. `permission` None: everybody identified. `path` builds the address about an outlet in
    scope and out of it; a fixed address is the same for all. `answers`: what who may use it gets."""

    permission: Permission | None
    path: str | Path
    json: dict | Callable[[Country, Outlet], dict] | None = None
    answers: frozenset[int] | set[int] = frozenset(DONE)
    form: bool = False
    of_a_unit: bool = False
    or_waters: bool = False
    """Of a unit, or of the waters of whose scope is waters."""
    scope_first: bool = True
    """Out of scope is asked before the permission: absent even for who may not do it."""
    version: Callable[[Country, Outlet], int] | None = None
    """The version of the record an act is about, where it is no outlet and no body."""
