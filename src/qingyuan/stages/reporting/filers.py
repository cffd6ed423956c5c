"""Who must file a plan, with whom and by when: from the packs, and from what the coordinating unit decided.

`plans.filers` names the seats and departments, `targets.subordinate_plan_due` the day. Where the scheme sets no day
(大同 二(一)), the coordinating unit may decide one; it is shown as its decision, not as the scheme's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Q

from qingyuan.bodies.models import Body, BodyDuty
from qingyuan.core.functions import FUNCTIONS, BodyFunction
from qingyuan.core.policy import Policy
from qingyuan.places.models import Level, Unit
from qingyuan.places.paths import is_within, path_of
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import regulations

DUE = "targets.subordinate_plan_due"
SEATS = {
    "city": Q(level=Level.CITY, kind="division"),
    "county": Q(level=Level.COUNTY, kind="division"),
    "town": Q(level=Level.TOWN, kind="division"),
    "zone": Q(kind="zone"),
}


@dataclass(frozen=True, slots=True)
class Filer:
    """One who must file: a unit, or a department of the coordinating unit. `body` None: the department nobody
    registered yet; `name` is then its function."""

    key: str
    unit: Unit
    body: Body | None
    name: str
    clause: str


@dataclass(frozen=True, slots=True)
class Due:
    """By when: the scheme's day, or the coordinating unit's own. `day` None: nobody set one."""

    day: date | None
    clause: str
    is_decision: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What one coordinating unit asks for: who files, which parts, by when."""

    root: Unit
    policy: Policy
    filers: tuple[Filer, ...]
    due: Due
    offered: tuple[str, ...]
    required: tuple[str, ...]
    required_clause: str


def scheme_for(unit: Unit, *, on: date) -> Scheme | None:
    """The scheme under which plans are filed at or above a unit; None where no pack asks for plans."""
    policy = policy_of(unit.path, on=on)
    resolved = policy.parameters.get("plans.filers")
    if resolved is None or not resolved.value:
        return None
    root = Unit.objects.get(path=path_of(resolved.origin.split("-")[0]))
    if not is_within(unit.path, root.path):
        return None
    required = policy.parameters["plans.required_parts"]
    return Scheme(
        root,
        policy,
        tuple(_filers(root, cast(tuple[Mapping[str, object], ...], resolved.value), on=on)),
        due_of(root, policy, on=on),
        tuple(cast(tuple[str, ...], policy.value("plans.parts", ()))),
        tuple(cast(tuple[str, ...], required.value or ())),
        required.clause,
    )


def due_of(root: Unit, policy: Policy, *, on: date) -> Due:
    """The day the scheme sets; where it sets none, the day the coordinating unit decided by a day."""
    resolved = policy.parameters.get(DUE)
    if resolved is not None and isinstance(resolved.value, date):
        return Due(resolved.value, resolved.clause, False)
    clause = resolved.clause if resolved else ""
    decided = regulations.decision(root.path, DUE, on=on)
    if decided is None or not isinstance(decided.value, str):
        return Due(None, clause, False)
    return Due(date.fromisoformat(decided.value), clause, True, decided.reason)


def _filers(root: Unit, rows: tuple[Mapping[str, object], ...], *, on: date) -> list[Filer]:
    found: list[Filer] = []
    for row in rows:
        seats = cast(tuple[str, ...], row.get("seat") or ())
        functions = cast(tuple[str, ...], row.get("functions") or ())
        clause = str(row.get("clause", ""))
        where = Q(pk__in=[])
        for word in seats:
            where |= SEATS[word]
        if functions:
            found += _departments(root, functions, clause, on=on)
            continue
        below = Unit.objects.within(root.path).standing().exclude(pk=root.pk).filter(where, parent=root)
        found += [Filer(f"unit:{unit.path}", unit, None, unit.name, clause) for unit in below.order_by("kind", "path")]
    return found


def _departments(root: Unit, functions: tuple[str, ...], clause: str, *, on: date) -> list[Filer]:
    duties = (
        BodyDuty.objects.filter(
            Q(from_day=None) | Q(from_day__lte=on),
            Q(to_day=None) | Q(to_day__gt=on),
            function__in=functions,
            body__unit=root,
            body__valid_to=None,
        )
        .select_related("body")
        .order_by("-body_id")
    )
    bodies = {duty.function: duty.body for duty in duties}
    return [
        Filer(
            f"department:{function}",
            root,
            body := bodies.get(function),
            body.name if body else FUNCTIONS[BodyFunction(function)],
            clause,
        )
        for function in functions
    ]
