"""Whom a scheme names: the rows of its `responsibilities` and `organisations` turned into registered bodies.

A name such as 市水务局 is a function and a seat, whatever the local bureau is called; 各县（区）人民政府 is one body
for each county below. What nobody registered stays a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Q

from qingyuan.bodies.models import Body, BodyDuty
from qingyuan.core.policy import Policy
from qingyuan.core.policy.parameters import Resolved
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import ancestors_of, is_within, path_of

SEATS: Mapping[str, Q] = {
    "city": Q(level=Level.CITY, kind="division"),
    "county": Q(level=Level.COUNTY, kind="division"),
    "town": Q(level=Level.TOWN, kind="division"),
    "zone": Q(kind="zone"),
}
"""The words of an organisation's `seat` in a pack. Without one it sits at the unit the pack governs."""
PARTS = ("responsible", "supporting", "implementing")
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Named:
    """One body a scheme names: as it is called there, where it sits, and which body it is (None: 尚未登记该单位)."""

    name: str
    unit: Unit
    body: Body | None


@dataclass(frozen=True, slots=True)
class Line:
    """A clause's unit list. `open`: the text ends in 等 and the issuer may add a bureau."""

    clause: str
    responsible: tuple[Named, ...]
    supporting: tuple[Named, ...]
    implementing: tuple[Named, ...]
    open: bool


def rows(policy: Policy) -> tuple[Row, ...]:
    """The rows of `responsibilities`, in the scheme's order; none where the scheme lists no units."""
    return cast(tuple[Row, ...], policy.value("responsibilities", ()))


def row_of(policy: Policy, clause: str) -> Row | None:
    """The row of a clause."""
    return next((row for row in rows(policy) if row["clause"] == clause), None)


def line(policy: Policy, clause: str, *, unit: Unit, on: date) -> Line | None:
    """The unit list of a clause for work in a unit; None where the scheme has no list under that clause."""
    row = row_of(policy, clause)
    return next(iter(lines([row], policy=policy, unit=unit, on=on)), None) if row else None


def lines(found: Iterable[Row], *, policy: Policy, unit: Unit, on: date) -> list[Line]:
    """The unit lists of some rows; each name is looked up once."""
    found = list(found)
    names = [name for row in found for part in PARTS for name in _names(row.get(part))]
    by_name = bodies_by_name(names, policy=policy, unit=unit, on=on)

    def part_of(row: Row, part: str) -> tuple[Named, ...]:
        return tuple(named for name in _names(row.get(part)) for named in by_name[name])

    return [
        Line(
            clause=str(row["clause"]),
            responsible=part_of(row, "responsible"),
            supporting=part_of(row, "supporting"),
            implementing=part_of(row, "implementing"),
            open=bool(row.get("open")),
        )
        for row in found
    ]


def implementing(policy: Policy, *, unit: Unit, on: date) -> list[Named]:
    """The bodies below a unit that implement, as the scheme's mechanism says (organisation.implementing_levels)."""
    names = _names(policy.value("organisation.implementing_levels", ()))
    return bodies_named(names, policy=policy, unit=unit, on=on)


def bodies_named(names: Iterable[str], *, policy: Policy, unit: Unit, on: date) -> list[Named]:
    """The bodies behind names of the scheme, in order, for work in a unit: of what is seated below only what lies in
    the unit. A name may stand for several bodies, or for a body nobody registered."""
    names = list(names)
    found = bodies_by_name(names, policy=policy, unit=unit, on=on)
    return [named for name in names for named in found[name]]


def bodies_by_name(names: Iterable[str], *, policy: Policy, unit: Unit, on: date) -> dict[str, list[Named]]:
    """`bodies_named` apart for each name; what several names have in common is asked once."""
    organisations = policy.parameters.get("organisations")
    known = _known(organisations)
    home = _home(organisations, unit)
    seats: list[tuple[str, str, Unit]] = []
    seated: dict[tuple[str, ...], list[Unit]] = {}
    for name in dict.fromkeys(names):
        row = known.get(name, {})
        words = _names(row.get("seat"))
        if words and words not in seated:
            seated[words] = _seated(words, unit)
        units = seated[words] if words else [home]
        seats += [(name, str(row.get("function", "")), one) for one in units]
    bodies = _registered({function for _name, function, _unit in seats if function}, {one for *_rest, one in seats}, on)
    found: dict[str, list[Named]] = {name: [] for name in names}
    for name, function, one in seats:
        body = _best(bodies.get((function, one.path), ()), name)
        found[name].append(Named(_spoken(name, one, known), one, body))
    return found


def above(names: Iterable[str], *, policy: Policy, unit: Unit, on: date) -> list[list[Named]]:
    """The bodies behind names, as steps to climb from a unit: of what is seated below the scheme's own unit the nearest
    at or above the work first; what sits at the scheme's unit is one step."""
    known = _known(policy.parameters.get("organisations"))
    climbed: list[list[Named]] = []
    at_home: list[Named] = []
    for name in names:
        row = known.get(name, {})
        words = _names(row.get("seat"))
        if not words:
            at_home += bodies_named([name], policy=policy, unit=unit, on=on)
            continue
        function = str(row.get("function", ""))
        upward = Unit.objects.filter(path__in=ancestors_of(unit.path)).order_by("-level")
        units = list(upward.filter(_any(words)))
        bodies = _registered({function}, set(units), on)
        climbed += [
            [Named(_spoken(name, one, known), one, _best(bodies.get((function, one.path), ()), name))] for one in units
        ]
    return [*climbed, *([at_home] if at_home else [])]


def _known(organisations: Resolved | None) -> dict[str, Row]:
    listed = cast(tuple[Row, ...], organisations.value or ()) if organisations else ()
    return {str(row["name"]): row for row in listed}


def _names(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(cast(Collection[str], value or ()))


def _home(organisations: Resolved | None, unit: Unit) -> Unit:
    """The unit whose pack names the organisations: 市水务局 sits in the city also when the work lies in a county."""
    path = path_of(organisations.origin.split("-")[0]) if organisations else unit.path
    if path == unit.path or not is_within(unit.path, path):
        return unit
    return Unit.objects.get(path=path)


def _seated(words: Iterable[str], unit: Unit) -> list[Unit]:
    return list(Unit.objects.within(unit.path).standing().filter(_any(words)).order_by("level", "kind", "path"))


def _any(words: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for word in words:
        found |= SEATS[word]
    return found


def _registered(functions: set[str], units: set[Unit], on: date) -> dict[tuple[str, str], list[Body]]:
    duties = BodyDuty.objects.filter(
        Q(from_day=None) | Q(from_day__lte=on),
        Q(to_day=None) | Q(to_day__gt=on),
        function__in=functions,
        body__unit__in=units,
        body__valid_to=None,
    ).select_related("body")
    found: dict[tuple[str, str], list[Body]] = {}
    for duty in duties.order_by("body_id"):
        found.setdefault((duty.function, duty.body.unit_path), []).append(duty.body)
    return found


def _best(bodies: Iterable[Body], name: str) -> Body | None:
    """Of several bodies with one function the one called so, else the one registered first."""
    plain = name[1:]
    return next((one for one in bodies if plain in one.name), next(iter(bodies), None))


def _spoken(name: str, unit: Unit, known: Mapping[str, Row]) -> str:
    """A collective name is said of one unit: 各县（区）人民政府 of 平城区 is 平城区人民政府."""
    row = known.get(name)
    if not row or not row.get("seat"):
        return name
    return str(row.get("each", name)).replace("%s", unit.name)


def seated(function: str, units: Iterable[Unit], *, name: str, on: date) -> list[Named]:
    """The body with a function at each of some units, under the name a scheme gives it (%s: the unit's)."""
    found = list(units)
    bodies = _registered({function}, set(found), on)
    return [
        Named(name.replace("%s", one.name), one, _best(bodies.get((function, one.path), ()), name)) for one in found
    ]


def with_duty(policy: Policy, tags: Iterable[str]) -> list[Row]:
    """The organisations of the scheme that bear one of the duty tags."""
    listed, wanted = cast("Iterable[Row]", policy.value("organisations", ())), set(tags)
    return [row for row in listed if wanted & set(_names(row.get("duties")))]


def supporting(policy: Policy, parameter: str, tags: Iterable[str], *, unit: Unit, on: date) -> tuple[list[Named], str]:
    """The bodies a scheme has support some work in a unit, and the clause that names them (that of `parameter`): the
    list of the clause where there is one, else the organisations with a duty to support."""
    found = policy.parameters.get(parameter)
    clause = found.clause if found and found.value else ""
    listed = line(policy, clause, unit=unit, on=on) if clause else None
    if listed is not None and listed.supporting:
        return list(listed.supporting), clause
    named = bodies_named([str(row["name"]) for row in with_duty(policy, tags)], policy=policy, unit=unit, on=on)
    inside = [one for one in named if is_within(one.unit.path, unit.path) or is_within(unit.path, one.unit.path)]
    return inside, clause
