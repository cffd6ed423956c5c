"""The supervision owner of an outlet: computed from its place, type, area and the duties of departments.

Who approved the outlet plays no part (安阳 三(一)2, 吉林 三(十)). The owner is a body that is registered with the
function, in the seat the scheme names; nobody is invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db.models import Q, QuerySet

from qingyuan.bodies.models import Body, BodyDuty
from qingyuan.core.policy import Policy, Resolved
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import ancestors_of, level_of
from qingyuan.prepared import prepared
from qingyuan.registry.models import Outlet
from qingyuan.registry.rules import policies


class How(StrEnum):
    """By what the owner was found."""

    AREA = "area"
    TYPE = "type"
    LOCAL = "local"


HOW_LABELS = {How.AREA: _("部门责任区"), How.TYPE: _("按类型"), How.LOCAL: _("属地")}
SEATS = {Level.CITY: "city", Level.COUNTY: "county", Level.TOWN: "town"}
"""The words of a `seat` in a pack, by the level of a division; a zone's word is `zone`."""


class Spot(NamedTuple):
    """All that decides: outlets that agree in it have the same owner."""

    unit_path: str
    managing_path: str
    body_id: int | None
    type_key: str
    special_kind: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Who supervises, found how, under which clause."""

    body: Body
    how: How
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Whose duty it is to see to it that somebody supervises: the unit of the location and what kind of body."""

    unit_path: str
    functions: tuple[str, ...]
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a pack's table."""

    types: frozenset[str]
    functions: tuple[str, ...]
    seat: frozenset[str]
    clause: str
    status: str


def spot_of(outlet: Outlet) -> Spot:
    """What decides the owner of one outlet."""
    return Spot(
        outlet.unit_path, outlet.managing_path, outlet.managing_body_id, outlet.type_key, outlet.special_kind or ""
    )


class Owners:
    """Answers for many outlets on one day. Bodies are read once for each batch, and every spot is decided once."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self.policy_of = policies()
        self._bodies: dict[tuple[str, str], Body] = {}
        self._areas: dict[int, Body | None] = {}
        self._looked: set[str] = set()
        self._known: dict[Spot, Owner | None] = {}
        self._lines: dict[tuple[int, str], tuple[Resolved | None, tuple[_Row, ...]]] = {}
        self._seats: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        self._sitting: dict[tuple[str, int, str, str], Owner | None] = {}

    def policy(self, unit_path: str) -> Policy:
        """The policy of a unit on the day."""
        return self.policy_of(unit_path, self.on)

    def of(self, spots: Iterable[Spot]) -> Mapping[Spot, Owner | None]:
        """The owner of each spot; None: nobody supervises there."""
        wanted = set(spots)
        new = [spot for spot in wanted if spot not in self._known]
        if new:
            self._read(new)
            self._known |= {spot: self._decide(spot) for spot in new}
        return {spot: self._known[spot] for spot in wanted}

    def duty(self, spot: Spot) -> Duty:
        """Who must see to it that an outlet gets an owner: what the scheme's first local line names at the location,
        else the next; the outlet's own unit when none of the seats is there."""
        rows = self._rows(self.policy(spot.unit_path), "supervision.local_owner")
        for row in rows:
            if places := self._places(spot, row.seat):
                return Duty(places[0], row.functions, row.clause, row.status)
        first = rows[0] if rows else None
        return Duty(
            spot.unit_path,
            first.functions if first else (),
            first.clause if first else "",
            first.status if first else "",
        )

    def _decide(self, spot: Spot) -> Owner | None:
        policy = self.policy(spot.unit_path)
        area = policy.parameters.get("outlet.managing_department")
        if spot.body_id and area is not None and area.value and (body := self._areas.get(spot.body_id)) is not None:
            return Owner(body, How.AREA, area.clause, area.status)
        for how, name in ((How.TYPE, "supervision.department_by_type"), (How.LOCAL, "supervision.local_owner")):
            for number, row in enumerate(self._rows(policy, name)):
                if row.types and spot.type_key not in row.types and spot.special_kind not in row.types:
                    continue
                key = (name, number, spot.unit_path, spot.managing_path)
                if key not in self._sitting:
                    found = self._registered(row, spot)
                    self._sitting[key] = Owner(found, how, row.clause, row.status) if found is not None else None
                if (owner := self._sitting[key]) is not None:
                    return owner
        return None

    def _registered(self, row: _Row, spot: Spot) -> Body | None:
        for place in self._places(spot, row.seat):
            for function in row.functions:
                if (found := self._bodies.get((function, place))) is not None:
                    return found
        return None

    def _rows(self, policy: Policy, name: str) -> tuple[_Row, ...]:
        """The lines of a pack's table, read once: counties under one pack share them."""
        resolved = policy.parameters.get(name)
        key = (id(resolved), name)
        if key not in self._lines:
            self._lines[key] = (resolved, _rows(policy, name))  # kept beside, so that no other takes its id
        return self._lines[key][1]

    def _places(self, spot: Spot, seat: frozenset[str]) -> list[str]:
        key = (spot.unit_path, spot.managing_path)
        if key not in self._seats:
            self._seats[key] = tuple((path, seat_of(path)) for path in _way(spot))
        return [path for path, word in self._seats[key] if word in seat]

    def _read(self, spots: Iterable[Spot]) -> None:
        """The bodies that sit at or above these places, and the departments whose area they are."""
        spots = list(spots)
        ways = {(spot.unit_path, spot.managing_path): spot for spot in spots}
        paths = {path for spot in ways.values() for path in _way(spot)} - self._looked
        judging = {id(policy): policy for policy in (self.policy(path) for path in {path for path, _managing in ways})}
        functions = {
            function
            for policy in judging.values()
            for name in ("supervision.department_by_type", "supervision.local_owner")
            for row in self._rows(policy, name)
            for function in row.functions
        }
        self._looked |= paths
        for duty in _duties(on=self.on, functions=sorted(functions), paths=sorted(paths)):
            self._bodies[duty.function, duty.body.unit_path] = duty.body
        ids = {spot.body_id for spot in spots if spot.body_id} - set(self._areas)
        if ids:
            here = Body.objects.in_bulk(ids)
            self._areas |= {pk: body if _stands(body, self.on) else None for pk, body in here.items()}


def owner_of(outlet: Outlet, *, on: date) -> tuple[Owner | None, Duty]:
    """The owner of one outlet, and whose duty it is when there is none."""
    owners, spot = Owners(on=on), spot_of(outlet)
    return owners.of([spot])[spot], owners.duty(spot)


@prepared
def _duties(on: Any, functions: Any, paths: Any) -> QuerySet[BodyDuty]:
    found = BodyDuty.objects.filter(in_force(on), standing(on), function__in=functions, body__unit_path__in=paths)
    return found.select_related("body").order_by("-body_id")


def in_force(on: date) -> Q:
    """Functions a body has on a day."""
    return (Q(from_day=None) | Q(from_day__lte=on)) & (Q(to_day=None) | Q(to_day__gt=on))


def standing(on: date) -> Q:
    """Duties of bodies that have not been abolished by a day."""
    return Q(body__valid_to=None) | Q(body__valid_to__gt=on)


def _stands(body: Body, on: date) -> bool:
    return body.valid_to is None or body.valid_to > on


def _rows(policy: Policy, name: str) -> tuple[_Row, ...]:
    resolved = policy.parameters.get(name)
    if resolved is None:
        return ()
    listed = cast(tuple[Mapping[str, object], ...], resolved.value or ())
    return tuple(
        _Row(
            frozenset(words_in(row.get("types"))),
            words_in(row.get("functions")),
            frozenset(words_in(row.get("seat"))),
            str(row.get("clause") or resolved.clause),
            str(resolved.status),
        )
        for row in listed
    )


def words_in(value: object) -> tuple[str, ...]:
    """A list of words of a pack's table; one word is a list of one."""
    return (value,) if isinstance(value, str) else tuple(cast(Iterable[str], value or ()))


def _way(spot: Spot) -> tuple[str, ...]:
    """From the outlet's own unit upward, the zone that manages it first."""
    zone = [path for path in ancestors_of(spot.managing_path) if "Z" in path] if "Z" in spot.managing_path else []
    return (*reversed(zone), *reversed(ancestors_of(spot.unit_path)))


@lru_cache(maxsize=16_384)
def seat_of(path: str) -> str:
    """The word of a pack for the level of a unit; empty for levels no pack seats anybody at."""
    return "zone" if "Z" in path else SEATS.get(cast(Level, level_of(path)), "")


def unit_names(paths: Iterable[str]) -> dict[str, str]:
    """Names of units by path."""
    return dict(Unit.objects.filter(path__in=set(paths)).values_list("path", "name"))
