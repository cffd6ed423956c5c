"""名录和清单: which registers the scheme of a unit names, and what stands in each of them today.

The names, columns, clauses and who publishes are pack data (parameter `registers`); what kind of content there is, and
how a column is filled, is here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import F, Q

from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import ACCEPTED_LEVELS, BITS, STAGES, Milestone, Stage, mask_of
from qingyuan.core.policy import Policy
from qingyuan.core.policy.registers import COLUMNS
from qingyuan.core.refusal import NotFound
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import within_q
from qingyuan.registry.choices import PARTY_BASES
from qingyuan.registry.models import PROBLEM_STAGES, MilestoneRecord, Outlet, OutletQuerySet, Responsibility, Tally
from qingyuan.registry.rules import policies, policy_of
from qingyuan.registry.tallies import PROGRESS, UNIT
from qingyuan.rulebook.checking import unit_path_of
from qingyuan.rulebook.queries import packs_in_force

CHUNK = 1_000
UNDETERMINED = _("未明确")
MILESTONE_COLUMNS = {
    "verified_on": Milestone.VERIFIED,
    "party_fixed_on": Milestone.PARTY_FIXED,
    "listed_on": Milestone.PROBLEM_LISTED,
    "accepted_on": Milestone.ACCEPTED_1,
    "retained_on": Milestone.RETAINED,
}
GONE = mask_of([Milestone.MERGED, Milestone.CLOSED])
KINDS: Mapping[str, str] = {
    "directory": _("已核实的排污口；已合并、已取缔的不再列入"),
    "problem": _("列入问题清单、尚未销号的排污口"),
    "party": _("已核实的排污口及其责任主体；尚未明确的注明“未明确”"),
    "retained": _("经取缔、合并、规范后保留的排污口"),
    "ledger": _("登记在册的全部排污口"),
}


@dataclass(frozen=True, slots=True)
class Register:
    """A register a scheme names. `duty`: the tag of the body that publishes it, "" for whoever may publish here."""

    key: str
    name: str
    kind: str
    columns: tuple[str, ...]
    duty: str
    clause: str
    origin: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a register: the outlet's id and the columns as text."""

    outlet_id: int
    values: tuple[str, ...]


def registers_of(unit_path: str, *, on: date) -> tuple[Register, ...]:
    """The registers of a unit, as its scheme names them on a day. Rows of a kind nobody knows are left out."""
    resolved = policy_of(unit_path, on=on).parameters.get("registers")
    if resolved is None or not isinstance(resolved.value, Sequence):
        return ()
    return tuple(
        Register(
            key=str(row["key"]),
            name=str(row["name"]),
            kind=str(row["kind"]),
            columns=tuple(str(name) for name in row.get("columns", ()) if name in COLUMNS),
            duty=str(row.get("duty") or ""),
            clause=str(row.get("clause") or resolved.clause),
            origin=resolved.origin,
        )
        for row in resolved.value
        if isinstance(row, Mapping) and row.get("kind") in KINDS
    )


def register_of(unit_path: str, key: str, *, on: date) -> Register:
    """One register of a unit.

    Raises
    ------
    NotFound
        The scheme of the unit names no such register.
    """
    for one in registers_of(unit_path, on=on):
        if one.key == key:
            return one
    raise NotFound("register", key)


def masks_of(register: Register, policy: Policy) -> tuple[int, int]:
    """Milestones an outlet of the register has reached, and those of which it has reached none."""
    match register.kind:
        case "directory" | "party":
            return BITS[Milestone.VERIFIED], GONE
        case "problem":
            return BITS[Milestone.PROBLEM_LISTED], BITS[last_level(policy)]
        case "retained":
            return BITS[Milestone.RETAINED], GONE
        case _:
            return 0, 0


def last_level(policy: Policy) -> Milestone:
    """The acceptance with which an outlet leaves the problem list: the last of the scheme's levels (吉林: filed)."""
    levels = policy.value("deregistration.levels", ())
    many = len(levels) if isinstance(levels, list | tuple) else 1
    return ACCEPTED_LEVELS[min(max(many, 1), len(ACCEPTED_LEVELS)) - 1]


def on_problem_list(found: OutletQuerySet, *, on: date) -> OutletQuerySet:
    """Of a set of outlets those listed as a problem and not through 销号 by their own scheme's last level."""
    return still_listed(found.filter(stage__in=PROBLEM_STAGES), on=on)


def still_listed(found: OutletQuerySet, *, on: date) -> OutletQuerySet:
    """The same of outlets that are known to be at a stage of remediation."""
    left = {level: f"left_{place}" for place, level in enumerate(ACCEPTED_LEVELS)}
    found = found.annotate(
        is_listed=F("milestones").bitand(BITS[Milestone.PROBLEM_LISTED]),
        **{name: F("milestones").bitand(BITS[level]) for level, name in left.items()},
    )
    remains = Q(**{left[ACCEPTED_LEVELS[0]]: 0})
    for path, last in last_levels(on=on):
        here = within_q("unit_path", path) if path else Q(pk__isnull=False)
        remains = (remains & ~here) | (here & Q(**{left[last]: 0})) if path else Q(**{left[last]: 0})
    return found.exclude(is_listed=0).filter(remains)


def last_levels(*, on: date) -> list[tuple[str, Milestone]]:
    """Unit path → its last level, for every place with a pack of its own, the nation first."""
    asked = policies()
    paths = sorted({unit_path_of(pack) for pack in packs_in_force(on=on).values()})
    return [(path, last_level(asked(path, on))) for path in paths]


def outlets_in(register: Register, unit: Unit, *, on: date) -> OutletQuerySet:
    """The outlets of the unit that stand in the register now."""
    required, without = masks_of(register, policy_of(unit.path, on=on))
    found = Outlet.objects.standing()
    if unit.path:
        found = found.within(unit.path)
    if required or without:
        found = found.annotate(had=F("milestones").bitand(required), gone=F("milestones").bitand(without))
        found = found.filter(had=required, gone=0)
    return found


def undetermined_in(register: Register, unit: Unit, *, on: date) -> OutletQuerySet:
    """Of a register of parties the outlets nobody answers for yet, in the order of units; of another none."""
    if "party" not in register.columns:
        return Outlet.objects.none()
    return outlets_in(register, unit, on=on).filter(party=None).select_related("unit").order_by("unit_path", "pk")


def how_many_undetermined(register: Register, unit: Unit, *, on: date) -> int:
    """How many they are: a sum of tallies."""
    if "party" not in register.columns:
        return 0
    required, without = masks_of(register, policy_of(unit.path, on=on))
    fixed = BITS[Milestone.PARTY_FIXED]
    cells = Tally.objects.filter(cube=PROGRESS, scope=UNIT, key=unit.path).values_list("milestones", "n")
    return sum(n for mask, n in cells if mask & required == required and not mask & (without | fixed))


def how_many(register: Register, unit: Unit, *, on: date) -> int:
    """How many outlets stand in it: a sum of tallies, never a count over the register."""
    required, without = masks_of(register, policy_of(unit.path, on=on))
    cells = Tally.objects.filter(cube=PROGRESS, scope=UNIT, key=unit.path).values_list("milestones", "n")
    return sum(n for mask, n in cells if mask & required == required and not mask & without)


def rows_of(register: Register, found: OutletQuerySet, unit: Unit, *, on: date) -> Iterator[Row]:
    """The lines of the register in the order of units, read in chunks."""
    types, units = _types(unit, on=on), _Units()
    ordered = (
        found.order_by("unit_path", "pk").select_related("water", "party", "managing_body").defer("water__geometry")
    )
    source = ordered.iterator(CHUNK)
    while chunk := list(islice(source, CHUNK)):
        yield from lines(register, chunk, types=types, units=units)


def page_rows(register: Register, shown: Sequence[Outlet], unit: Unit, *, on: date) -> list[Row]:
    """The lines of the outlets of one page."""
    return list(lines(register, shown, types=_types(unit, on=on)))


def _types(unit: Unit, *, on: date) -> dict[str, str]:
    tree = tree_of(policy_of(unit.path, on=on))
    return {child.key: child.name for top in tree.tops for child in top.children}


def lines(
    register: Register, chunk: Sequence[Outlet], *, types: Mapping[str, str], units: _Units | None = None
) -> Iterator[Row]:
    """The lines of some outlets. Two queries at most beside the outlets' own."""
    names = units or _Units()
    ids = [one.pk for one in chunk]
    days = _days(ids, [MILESTONE_COLUMNS[name] for name in register.columns if name in MILESTONE_COLUMNS])
    bases = _bases(ids) if "basis" in register.columns else {}
    for one in chunk:
        said = {
            "code": one.national_code or one.local_code,
            "name": one.name,
            "county_name": names.at(one.unit_path, 3),
            "town_name": names.at(one.unit_path, 4) or one.town_text,
            "department": one.managing_body.name if one.managing_body else "",
            "water_name": one.water.name if one.water else one.water_text,
            "type": types.get(one.type_key, one.type_key),
            "party": one.party.name if one.party else UNDETERMINED,
            "party_credit_code": one.party.credit_code if one.party else "",
            "basis": bases.get(one.pk, ""),
            "position": f"{one.longitude_deg}, {one.latitude_deg}" if one.longitude_deg is not None else "",
            "stage": STAGES[Stage(one.stage)],
            "stage_since": one.stage_since.isoformat(),
            "permit_number": one.permit_number,
            **{name: days.get((one.pk, milestone.value), "") for name, milestone in MILESTONE_COLUMNS.items()},
        }
        yield Row(one.pk, tuple(said[name] for name in register.columns))


def _days(ids: Sequence[int], milestones: Sequence[Milestone]) -> dict[tuple[int, str], str]:
    """The latest day each milestone was reached."""
    if not milestones:
        return {}
    wanted = [one.value for one in milestones]
    reached = MilestoneRecord.objects.filter(
        outlet_id__in=ids, milestone__in=wanted, reached=True, retracted_at=None
    ).order_by("day", "pk")
    return {(pk, name): day.isoformat() for pk, name, day in reached.values_list("outlet_id", "milestone", "day")}


def _bases(ids: Sequence[int]) -> dict[int, str]:
    held = Responsibility.objects.filter(outlet_id__in=ids, to_day=None).values_list("outlet_id", "basis")
    return {pk: str(PARTY_BASES.get(basis, basis)) for pk, basis in held}


class _Units:
    """Names of units by path and level, each county asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, str]] = {}

    def at(self, path: str, level: int) -> str:
        """The name of the unit of a level that holds the path; "" where there is none."""
        if path not in self._known:
            above = Q(path__in=[path[:length] for length in range(1, len(path) + 1)])
            self._known[path] = dict(Unit.objects.filter(above).values_list("level", "name"))
        return self._known[path].get(level, "")
