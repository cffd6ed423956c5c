"""What the packs say to a plan: batches, measures, duties, who approves, who may order a closure, what is owed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import cast

from qingyuan.bodies import naming
from qingyuan.bodies.naming import Named, Row
from qingyuan.core.classification import tree_of
from qingyuan.core.lifecycle import Stage
from qingyuan.core.plans import Batch, Demand, Duty, LockWords, Planned, demands, duty_of, locked_word, proposed
from qingyuan.core.policy import Policy
from qingyuan.registry import queries as registry
from qingyuan.registry import rules as registry_rules
from qingyuan.registry.models import Outlet, ZoneMembership
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import queries as rulebook
from qingyuan.stages.remediation import queries
from qingyuan.stages.remediation.models import Round
from qingyuan.stages.remediation.models_plans import Plan
from qingyuan.stages.remediation.words_plans import FloodAnswer, PlanState

STORM = "YH.urban_storm"
KEEPS = (Stage.RETAINED, Stage.STANDARDISED, Stage.SUPERVISED)
NOTES = (
    "basis",
    "receiving_works",
    "technology",
    "livelihood_note",
    "safety_note",
    "water_supply_note",
    "flood_measure",
    "legacy_case",
    "merge_attempt",
    "deviation_reason",
    "risk_note",
)
"""The texts of a plan that a rule may ask for, by the names it uses."""
TEMPLATE = ("problems", "category", "territory", "departments")
"""What a scheme's principles have a plan say first (新绛 三(四), 大同 三(四), 吉林 二(六)2)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the catalogue. `does`: seals, merges, intercepts."""

    key: str
    title: str
    batches: tuple[str, ...]
    types: tuple[str, ...]
    defects: tuple[str, ...]
    does: frozenset[str]

    def fits(self, *, batch: str, type_key: str) -> bool:
        """Whether it is offered for a batch and a type; an unclassified outlet is offered all."""
        return (not self.batches or batch in self.batches) and (
            not self.types or not type_key or type_key in self.types
        )


def texts_of(value: object) -> tuple[str, ...]:
    """A list of a pack, or a single word, as texts; nothing set is none."""
    return (value,) if isinstance(value, str) else tuple(map(str, cast("Iterable[object]", value or ())))


def clause_of(policy: Policy, parameter: str) -> str:
    """The clause a parameter's value rests on; empty for none."""
    found = policy.parameters.get(parameter)
    return found.clause if found and found.value is not None else ""


def batches(policy: Policy) -> tuple[Batch, ...]:
    """The batches of the scheme, in its order (新绛 plans two; 取缔 stays a means)."""
    return tuple(Batch(one) for one in texts_of(policy.value("remediation.batches", ())))


def catalogue(policy: Policy) -> dict[str, Measure]:
    """Key → measure, in the order of the catalogue."""
    found: dict[str, Measure] = {}
    for row in cast("Iterable[Row]", policy.value("remediation.measures", ())):
        key = str(row["key"])
        found[key] = Measure(
            key,
            str(row["title"]),
            texts_of(row.get("batches")),
            texts_of(row.get("types")),
            texts_of(row.get("defects")),
            frozenset(texts_of(row.get("does"))),
        )
    return found


def offered(policy: Policy, *, batch: str, type_key: str) -> list[Measure]:
    """The measures a form offers for a batch and a type: of those for defects the scheme's own list, or every one
    where that list names none of the catalogue (济源: 针对性措施); never what merges or seals a 城镇雨洪排口."""
    own = set(texts_of(policy.value("remediation.defect_measures", ())))
    found = catalogue(policy)
    named = {one.title for one in found.values() if one.defects and one.key != "targeted"} & own
    locked = storm_is_locked(policy, type_key)
    return [
        one
        for one in found.values()
        if one.fits(batch=batch, type_key=type_key)
        and not (locked and one.does & {"seals", "merges"})
        and (not one.defects or one.title in own or not named)
    ]


def for_defects(policy: Policy, *, facts: Mapping[str, object], batch: str, type_key: str) -> list[Measure]:
    """The measures offered against the defects that were found (济源 三(三)4, 安阳 二(二)2, 新绛 三(六), 大同 三(七),
    吉林 二(六)5)."""
    found = {name for name, value in facts.items() if name.startswith("defect_") and value is True}
    return [one for one in offered(policy, batch=batch, type_key=type_key) if found & set(one.defects)]


def storm_is_locked(policy: Policy, type_key: str) -> bool:
    """Whether an outlet of this type must never be merged or sealed: 城镇雨洪排口 alone."""
    return type_key == STORM and policy.value("storm_outlets.may_be_merged_or_blocked") is not True


def locked_in(policy: Policy, text: str) -> str | None:
    """The word by which a text merges or seals, or None."""
    words = policy.value("storm_outlets.locked_words", {})
    return locked_word(text, LockWords.of(cast("Mapping[str, object]", words)))


def aim(policy: Policy) -> date | None:
    """The last day by which the scheme has remediation done (targets.remediation); None where it names no day."""
    return max((one.due for one in policy.targets() if one.metric == "remediation" and one.due), default=None)


def pack_hash(unit_path: str, *, on: date) -> str:
    """One hash over the texts of the packs in force for a unit, the nation's first."""
    found = [one.sha256 for one in rulebook.packs(on=on) if unit_path.startswith(one.unit_path)]
    return sha256("+".join(found).encode()).hexdigest()


# --- what is owed ----------------------------------------------------------------------------------------------------


def planned(plan: Plan, *, has_order: bool, policy: Policy) -> Planned:
    """What a plan says, as far as rules ask."""
    keys = frozenset(str(one["key"]) for one in plan.measures)
    filled = {name for name in NOTES if str(getattr(plan, name)).strip()}
    known = catalogue(policy)
    if any("intercepts" in known[key].does for key in keys if key in known):
        filled.add("interception")
    if has_order:
        filled.add("order")
    return Planned(plan.batch, keys, frozenset(filled))


def facts_for(plan: Plan, outlet: Outlet, *, on: date, policy: Policy) -> dict[str, object]:
    """The facts of an outlet as the plan would have them: what is planned, what the plan answers, and how many outlets
    party and park would keep if it were carried out. What an officer stated goes before what was counted."""
    known = dict(registry.facts_of(outlet, on=on))
    subjects = [("outlet", str(outlet.pk)), ("party", str(outlet.party_id or ""))]
    stated = registry.stated_facts(subjects, on=on)
    keys = {str(one["key"]) for one in plan.measures}
    measures = catalogue(policy)
    seals = any("seals" in measures[key].does for key in keys if key in measures)
    known["planned_disposition"] = "block" if seals and plan.batch != Batch.BAN else plan.batch
    if plan.flood_answer:
        known["affects_flood_or_supply"] = plan.flood_answer == FloodAnswer.YES
    if "holds_permit" not in known:
        known["holds_permit"] = bool(outlet.permit_number or outlet.permit_date)
    if "to_park_works" in keys:
        known.setdefault("connected_to_works", False)
    if outlet.approval_date is not None:
        known.setdefault("approved", True)
    if plan.batch == Batch.STANDARDISE:
        known |= {name: value for name, value in kept_with(outlet).items() if name not in stated}
    return known


def kept_with(outlet: Outlet) -> dict[str, object]:
    """How many outlets the party keeps in the county, and the park keeps, once this one is kept too: those that stay
    for good, those whose plan in force leaves them standing, and this one."""
    staying = Outlet.objects.filter(in_register=True).exclude(pk=outlet.pk)
    planned_to_stay = Plan.objects.filter(
        state=PlanState.APPROVED, batch=Batch.STANDARDISE, round__ended_on=None
    ).values("round__outlet")
    kept = staying.filter(stage__in=KEEPS) | staying.filter(pk__in=planned_to_stay)
    found: dict[str, object] = {}
    if outlet.party_id and outlet.party is not None and outlet.party.kind == "enterprise":
        mine = kept.filter(party=outlet.party_id).within(outlet.unit_path[:6])
        found["industry_outlets_of_party"] = _count(mine, ("GY.enterprise",), outlet)
        found["storm_outlets_of_party"] = _count(mine, ("GY.enterprise_storm",), outlet)
    parks = list(ZoneMembership.objects.filter(outlet=outlet, zone__kind="park").values_list("zone", flat=True))
    if parks:
        inside = kept.filter(pk__in=ZoneMembership.objects.filter(zone__in=parks).values("outlet"))
        found["park_outlets"] = _count(inside, ("GY.enterprise", "GY.park_wwtp"), outlet)
        found["park_storm_outlets"] = _count(inside, ("GY.enterprise_storm", "GY.park_wwtp_storm"), outlet)
    return found


def _count(kept: object, types: Collection[str], outlet: Outlet) -> int:
    others = kept.filter(type_key__in=types).count()  # type: ignore[attr-defined]
    return int(others) + (outlet.type_key in types)


def demands_of(
    plan: Plan, outlet: Outlet, *, on: date, known_at: datetime | None = None, has_order: bool = False
) -> tuple[Demand, ...]:
    """What the packs in force on a day ask of a plan, each with its clause and force."""
    policy = policy_of(outlet.unit_path, on=on, known_at=known_at)
    facts = facts_for(plan, outlet, on=on, policy=policy)
    verdicts = registry_rules.judge(policy, facts)
    return demands(verdicts, planned(plan, has_order=has_order, policy=policy))


# --- who -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charged:
    """A body charged with a duty, under the scheme's clause."""

    duty: Duty
    named: Named
    clause: str


def charged(outlet: Outlet, *, on: date) -> list[Charged]:
    """牵头, 执行 and 指导督导 of an outlet: by its type, the executors of the place (济源 五(二), 安阳 四(一), 新绛
    三(四), 大同 三(四), 吉林 二(六)2)."""
    found = [
        Charged(duty_of(lead.duty), named, lead.clause)
        for lead in queries.leads_by_type(outlet, on=on)
        for named in lead.bodies
    ]
    policy = policy_of(outlet.unit_path, on=on)
    if not any(one.duty is Duty.EXECUTE for one in found):
        clause = clause_of(policy, "remediation.executor_roles")
        found += [Charged(Duty.EXECUTE, named, clause) for named in executors(outlet, on=on)]
    return found


def executors(outlet: Outlet, *, on: date) -> list[Named]:
    """Who carries out remediation at an outlet: its department's own area, its zone, else the nearest of those that the
    scheme gives the duty."""
    policy = policy_of(outlet.unit_path, on=on)
    ground = queries.ground_of(outlet)
    if outlet.managing_body is not None:
        return [Named(outlet.managing_body.name, ground, outlet.managing_body)]
    rows = [
        row
        for row in cast("Iterable[Row]", policy.value("organisations", ()))
        if "remediation.execute" in texts_of(row.get("duties"))
    ]
    if outlet.managing_unit.kind == "zone":
        zones = [row for row in rows if row.get("seat") == "zone"]
        for row in zones[:1]:
            name = str(row.get("each", row["name"]))
            return naming.seated(str(row["function"]), [outlet.managing_unit], name=name, on=on)
    local = [str(row["name"]) for row in rows if row.get("seat") and row.get("seat") != "zone"]
    steps = naming.above(local, policy=policy, unit=outlet.unit, on=on) if local else []
    return steps[0] if steps else []


@dataclass(frozen=True, slots=True)
class Competence:
    """Who may order a closure by some measure in some kind of zone: functions of the deciding body, in the scheme's own
    words, and of the body whose officer records it."""

    authority: str
    functions: frozenset[str]
    recorders: frozenset[str]
    clause: str


def competence(policy: Policy, *, measure: str, zone_kind: str) -> Competence | None:
    """The row of remediation.ban_authority for a measure in a kind of zone; None where no row fits."""
    resolved = policy.parameters.get("remediation.ban_authority")
    rows = cast("Sequence[Row]", resolved.value or ()) if resolved else ()
    zone = "drinking_water" if zone_kind == "drinking_water" else "other"
    for row in rows:
        measures = texts_of(row.get("measures"))
        if row.get("zone") not in ("any", zone) or (measures and measure not in measures):
            continue
        functions = frozenset(texts_of(row.get("functions")))
        recorders = frozenset(texts_of(row.get("recorders"))) or functions
        clause = resolved.clause if resolved else ""
        return Competence(str(row.get("authority", "")), functions, recorders, clause)
    return None


def ban_measures(policy: Policy) -> tuple[str, ...]:
    """The measures of closing the scheme knows."""
    return texts_of(policy.value("remediation.ban_measures", ()))


def proposals(outlet: Outlet, *, on: date) -> list[Demand]:
    """What the packs would ask of any plan for an outlet, before there is one."""
    policy = policy_of(outlet.unit_path, on=on)
    verdicts = registry_rules.judge(policy, registry.facts_of(outlet, on=on))
    return [one for one in demands(verdicts, Planned("")) if one.met is not None]


def template(found: Round, *, on: date) -> dict[str, str]:
    """What is known of the first fields of a plan: the problems confirmed or the relapse, the type, whose ground it is,
    who acts together."""
    outlet = found.outlet
    said = [one.text for one in queries.findings_in(found)] or [one.text for one in found.begun_by.all()]
    said = said or [str(found.get_cause_display())]
    second = tree_of(policy_of(outlet.unit_path, on=on)).second(outlet.type_key)
    named = dict.fromkeys(one.named.body.name if one.named.body else one.named.name for one in charged(outlet, on=on))
    return {
        "problems": "；".join(dict.fromkeys(said))[:1000],
        "category": second.name if second else "",
        "territory": queries.ground_of(outlet).name,
        "departments": "、".join(named)[:500],
    }


def suggestion(outlet: Outlet, *, on: date) -> tuple[str, tuple[str, ...]]:
    """The batch and measures that a form begins with: what is required, then what is recommended, then what helps
    against the defects that were found."""
    policy = policy_of(outlet.unit_path, on=on)
    batch, measures = proposed(one for one in proposals(outlet, on=on) if one.rule != "remediation.defects")
    if batch not in batches(policy):
        batch = ""
    facts = registry.facts_of(outlet, on=on)
    against = for_defects(policy, facts=facts, batch=batch or Batch.STANDARDISE, type_key=outlet.type_key)
    return batch, tuple(dict.fromkeys([*measures, *(one.key for one in against)]))
