"""May they? One function per action, with the same name. Scope comes first: what one may not see does not exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from qingyuan.bodies.models import Body
from qingyuan.core import access, classification, lifecycle
from qingyuan.core.access import Actor, Permission, Place
from qingyuan.core.days import local_day
from qingyuan.core.lifecycle import STAGES, Move, Paper, Stage
from qingyuan.core.policy import Policy
from qingyuan.core.policy.facts import FACTS, fits
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.places.models import Unit
from qingyuan.places.paths import path_of
from qingyuan.prepared import prepared
from qingyuan.registry import rules, surveyed
from qingyuan.registry.guards_party import party_refusal
from qingyuan.registry.models import FiledPaper, Outlet, Placement
from qingyuan.registry.places_of import place_of

DESCRIPTION = (
    "town_text",
    "village_text",
    "section_interval",
    "conduit_form",
    "mouth_text",
    "mouth_shape",
    "mouth_size_mm",
    "bank",
    "diversion_mode",
    "discharge_pattern",
    "daily_discharge_m3",
    "emission_standard",
    "approval_date",
    "permit_date",
    "permit_number",
    "special_kind",
    "remark",
)
"""What describes an outlet and is said by one value each, in the order people read it."""
CORRECTABLE = frozenset(
    {
        "name",
        "local_code",
        "water",
        "water_text",
        "longitude_deg",
        "latitude_deg",
        "position_given",
        "managing_body",
        *DESCRIPTION,
    }
)


EARLIEST = date(1949, 10, 1)


def not_yet(on: date, at: datetime) -> Refusal | None:
    """Nothing has happened that lies in the future, or before there was anybody to record it."""
    if on < EARLIEST:
        return Refusal("registry.long_ago", _("日期%(day)s过早，请核对年份。"), {"day": on.isoformat()})
    if on > local_day(at):
        return Refusal("registry.future", _("日期%(day)s晚于今天，不能登记尚未发生的事。"), {"day": on.isoformat()})
    return None


def withdrawn(outlet: Outlet) -> Refusal | None:
    """A withdrawn entry is read only."""
    if outlet.withdrawn_at is None:
        return None
    return Refusal("registry.withdrawn", _("“%(name)s”的登记已撤销，不能再办理。"), {"name": outlet.name})


def in_order(outlet: Outlet, on: date) -> Refusal | None:
    """A move cannot have happened before the outlet came to the stage it leaves."""
    if on >= outlet.stage_since:
        return None
    return Refusal(
        "registry.out_of_order",
        _("日期%(day)s早于进入“%(stage)s”的日期%(since)s。"),
        {"day": on.isoformat(), "stage": STAGES[Stage(outlet.stage)], "since": outlet.stage_since.isoformat()},
    )


def not_before_present(outlet: Outlet, aspects: Collection[str], on: date) -> Refusal | None:
    """What holds from a day on cannot be said for a day before the present value began: that would be a correction."""
    later = Placement.objects.filter(outlet=outlet, aspect__in=aspects, day__gt=on, retracted_at=None)
    latest = later.order_by("-day").values_list("day", flat=True).first()
    if latest is None:
        return None
    return Refusal(
        "registry.before_present",
        _("日期%(day)s早于现值的起始日期%(since)s；如原记录有误，请用“更正信息”。"),
        {"day": on.isoformat(), "since": latest.isoformat()},
    )


def not_direct(outlet: Outlet, move: Move) -> Refusal | None:
    """What does not reach the water directly never enters the register (济源 三(一))."""
    if outlet.is_direct or lifecycle.TRANSITIONS[move].target not in lifecycle.IN_REGISTER:
        return None
    return Refusal("registry.not_direct", _("该排放并非直接入河，不列入排污口名录。"))


def papers_on_file(outlet: Outlet) -> frozenset[Paper]:
    """Kinds of paper filed since the outlet was last reopened."""
    return frozenset(map(Paper, _filed(outlet=outlet.pk, round=outlet.round)))


@prepared
def _filed(outlet: Any, round: Any) -> QuerySet[FiledPaper, str]:
    return FiledPaper.objects.filter(outlet_id=outlet, round=round).values_list("kind", flat=True)


def move_refusal(outlet: Outlet, move: Move, *, on: date, given: Set[Paper] = frozenset()) -> Refusal | None:
    """What the table of moves says, with the clause of the outlet's own scheme."""
    policy = rules.policy_of(outlet.unit_path, on=on)
    papers = papers_on_file(outlet) | given
    clause = rules.clause_of(move, policy=policy)
    barred = lifecycle.refusal(move, stage=Stage(outlet.stage), papers=papers, clause=clause)
    return withdrawn(outlet) or barred or in_order(outlet, on)


@guard
def register(*, unit: Unit, name: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_REGISTER, Place(unit_path=unit.path, managing_path=unit.path))
    if not name.strip():
        yield Refusal("registry.no_name", _("请填写排污口名称。"))
    yield not_yet(on, at)


@guard
def bring_in(*, unit: Unit, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_BRING_IN, Place(unit_path=unit.path, managing_path=unit.path))
    yield not_yet(on, at)


@guard
def verify(outlet: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_VERIFY, place_of(outlet))
    yield move_refusal(outlet, Move.VERIFY, on=on)
    policy = rules.policy_of(outlet.unit_path, on=on)
    if policy.value("survey.require_verification", True) and outlet.registered_by == by.id:
        clause = rules.clause_of(Move.VERIFY, policy=policy)
        yield Refusal("registry.own_survey", _("登记人不能核实自己登记的排污口，请由第二人核实。"), {}, clause)
    if outlet.longitude_deg is None:
        yield Refusal("registry.no_position", _("还没有坐标，请先补充坐标再核实。"))
    yield surveyed.incomplete(outlet)
    yield not_yet(on, at)


@guard
def open_tracing(outlet: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_FIX_PARTY, place_of(outlet))
    yield move_refusal(outlet, Move.OPEN_TRACING, on=on)
    yield not_yet(on, at)


@guard
def fix_party(
    outlet: Outlet,
    *,
    body: Body | None,
    basis: str,
    given: Set[Paper],
    by: Actor,
    on: date,
    at: datetime,
    note: str = "",
) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_FIX_PARTY, place_of(outlet))
    yield withdrawn(outlet)
    if Stage(outlet.stage) in lifecycle.SUPPLIED_LATER[Move.FIX_PARTY]:
        yield basis_refusal(outlet, on=on, given=given)
    else:
        yield move_refusal(outlet, Move.FIX_PARTY, on=on, given=given)
    if body is None:
        yield Refusal("registry.no_party", _("请选择责任主体。"))
    if basis not in {"applicant", "tracing", "designated", "fallback"}:
        yield Refusal("registry.no_basis", _("请说明认定依据：申请单位、溯源结论、指定或兜底。"))
    yield party_refusal(outlet, body=body, basis=basis, note=note, on=on)
    yield not_yet(on, at)


def basis_refusal(outlet: Outlet, *, on: date, given: Set[Paper]) -> Refusal | None:
    """A party needs the paper it rests on, at whatever stage it is named."""
    if Paper.PARTY_BASIS in papers_on_file(outlet) | given:
        return None
    clause = rules.clause_of(Move.FIX_PARTY, policy=rules.policy_of(outlet.unit_path, on=on))
    papers = {"papers": lifecycle.PAPERS[Paper.PARTY_BASIS]}
    return Refusal("lifecycle.missing_papers", _("还缺材料：%(papers)s。"), papers, clause)


@guard
def propose_type(outlet: Outlet, *, type_key: str, by: Actor, on: date) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_PROPOSE_TYPE, place_of(outlet))
    yield withdrawn(outlet)
    yield type_refusal(outlet, type_key=type_key, top="", on=on)


@guard
def classify(outlet: Outlet, *, type_key: str, top: str, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_CLASSIFY, place_of(outlet))
    yield withdrawn(outlet)
    yield classification_lead_refusal(rules.policy_of(outlet.unit_path, on=on), by=by)
    if Stage(outlet.stage) not in lifecycle.SUPPLIED_LATER[Move.CLASSIFY]:
        yield move_refusal(outlet, Move.CLASSIFY, on=on)
    yield type_refusal(outlet, type_key=type_key, top=top, on=on)
    yield not_yet(on, at)


def classification_lead_refusal(policy: Policy, *, by: Actor) -> Refusal | None:
    """Where the scheme gives one body the duty to confirm types, nobody else does (大同 三(三): 市生态环境局). Others
    may propose. The body sits at the unit whose pack names it."""
    resolved = policy.parameters.get("organisations")
    bodies = resolved.value if resolved and isinstance(resolved.value, list | tuple) else ()
    leads = [body for body in bodies if "classification.confirm" in body.get("duties", ())]
    if not leads or resolved is None:
        return None
    seat = path_of(resolved.origin.split("-")[0])
    for grant in by.holding(Permission.OUTLET_CLASSIFY):
        functions = {lead.get("function") for lead in leads}
        if grant.role is access.Role.CONSOLE or (grant.functions & functions and grant.seat_path == seat):
            return None
    names = "、".join(str(lead["name"]) for lead in leads)
    clause = str(leads[0].get("clause", resolved.clause))
    text = _("本地分类由%(lead)s确认，您可以提出分类意见。")
    return Refusal("access.not_lead", text, {"lead": names}, clause)


def type_refusal(outlet: Outlet, *, type_key: str, top: str, on: date) -> Refusal | None:
    """The second level must be in the unit's tree and below the first level that was chosen ("": its own)."""
    tree = classification.tree_of(rules.policy_of(outlet.unit_path, on=on))
    own = tree.top_of(type_key)
    return classification.refusal(tree, top=top or (own.name if own else tree.tops[0].name), type_key=type_key)


@guard
def correct(
    outlet: Outlet, *, values: Mapping[str, object], reason: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_CORRECT, place_of(outlet))
    yield withdrawn(outlet)
    if "national_code" in values:
        yield Refusal("registry.code_is_fixed", _("国家编码一经赋予不得更改，只能注销后重新赋码。"))
    if unknown := set(values) - CORRECTABLE:
        yield Refusal("registry.field", _("“%(fields)s”不能在此更正。"), {"fields": "、".join(sorted(unknown))})
    if not reason.strip():
        yield Refusal("registry.no_reason", _("请填写更正理由。"))
    cleared = "longitude_deg" in values and values["longitude_deg"] is None
    if cleared and outlet.milestones & lifecycle.BITS[lifecycle.Milestone.VERIFIED]:
        yield Refusal("registry.needs_position", _("已核实的排污口不能没有坐标，请填写正确坐标。"))
    if "name" in values and not str(values["name"]).strip():
        yield Refusal("registry.no_name", _("请填写排污口名称。"))
    yield not_yet(on, at)


@guard
def change_unit(
    outlet: Outlet, *, unit: Unit, given: Set[Paper], by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_CHANGE_UNIT, place_of(outlet))
    yield withdrawn(outlet)
    yield access.refusal(by, Permission.OUTLET_CHANGE_UNIT, Place(unit_path=unit.path, managing_path=unit.path))
    if Paper.BOUNDARY_BASIS not in given:
        yield Refusal("registry.no_boundary_paper", _("变更所在区划须附区划调整文件。"))
    yield not_yet(on, at)


@guard
def file_paper(outlet: Outlet, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_FILE_PAPER, place_of(outlet))
    yield withdrawn(outlet)
    yield not_yet(on, at)


@guard
def enter_fact(
    *, place: Place, name: str, value: object, source: str, by: Actor, on: date, at: datetime
) -> Iterator[Refusal | None]:
    yield access.refusal(by, Permission.OUTLET_ENTER_FACT, place)
    if name not in FACTS:
        yield Refusal("registry.unknown_fact", _("没有名为“%(name)s”的事实。"), {"name": name})
    if not fits(FACTS[name].type, value):
        yield Refusal("registry.fact_value", _("“%(title)s”的值不合要求。"), {"title": FACTS[name].title})
    if not source.strip():
        yield Refusal("registry.no_source", _("请说明事实的来源。"))
    yield not_yet(on, at)
