"""Outlets on their way through remediation, walked by the real actions."""

from __future__ import annotations

from datetime import date, timedelta

from qingyuan.core.functions import BodyFunction, BodyKind
from qingyuan.core.lifecycle import Stage
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation import actions, queries
from qingyuan.stages.remediation.drafts_plans import GivenMeasure, GivenStep, PlanGiven
from qingyuan.stages.remediation.models import Finding, Round
from qingyuan.stages.remediation.models_plans import Plan
from tests import build


def classified(where: Unit, *, type_key: str = "GY.enterprise", on: date = build.DAY, **more: object) -> Outlet:
    """An outlet whose party and type are fixed and about which nobody has decided."""
    return build.outlet(where, stage=Stage.CLASSIFIED, type_key=type_key, on=on, **more)


def fact(outlet: Outlet, name: str, value: object, *, on: date | None = None) -> None:
    """A fact about an outlet, entered with a paper, and what the rules make of it."""
    from qingyuan.registry import actions as registry

    day = on or outlet.stage_since
    registry.enter_fact(
        ("outlet", str(outlet.pk)),
        place=place_of(outlet),
        name=name,
        value=value,
        source="测试核查",
        on=day,
        by=build.VERIFIER,
        at=build.recorded(day),
        sha256=build.paper(),
    )
    actions.refresh_one(outlet, on=day, at=build.recorded(day))


def lead(outlet: Outlet, kind: str) -> Finding:
    """The open lead of a kind against an outlet."""
    return next(one for one in queries.findings_of(outlet) if one.kind == kind and one.state == "lead")


def problem(outlet: Outlet, *, fact_name: str = "borrowed_discharge", on: date | None = None) -> Round:
    """An outlet that is classified, put on the problem list for a fact that a rule finds; its stay there."""
    day = on or outlet.stage_since
    fact(outlet, fact_name, True, on=day)
    found = [one for one in queries.findings_of(outlet) if fact_name in one.facts]
    made = actions.list_as_problem(
        outlet, findings=found, on=day, by=build.VERIFIER, at=build.recorded(day), reason="经研判属实"
    )
    outlet.refresh_from_db()
    return made


def later(day: date, days: int = 1) -> date:
    """A day after another."""
    return day + timedelta(days=days)


# --- works ------------


def under_works(found: Round) -> Round:
    """A stay whose works have begun on the day it was listed."""
    only = (GivenMeasure("clear_branches"),)
    return planned(found, measures=only)


def steps_done(found: Round, *, on: date) -> None:
    """Every step of the plan in force reported as done."""
    from qingyuan.stages.remediation import queries_works

    for one in queries_works.progress_of(found):
        if one.step.done_on is None:
            actions.report_progress(
                found, step=one.step, percent=100, on=on, by=build.VERIFIER, at=build.recorded(later(on))
            )


def proven(found: Round, *, on: date) -> None:
    """Everything the checklist asks for, handed in: photographs from the outlet itself, papers for the rest."""
    from datetime import datetime

    from qingyuan.stages.remediation import queries_works
    from qingyuan.stages.remediation.words_works import PHOTOS, EvidenceKind
    from tests.library import photos

    outlet, at = found.outlet, build.recorded(later(on))
    where = (float(outlet.longitude_deg or 0), float(outlet.latitude_deg or 0))
    for number, item in enumerate(queries_works.checklist_of(found)):
        day = found.listed_on if item.wanted.kind is EvidenceKind.BEFORE else on
        content = f"{found.pk} {item.title}".encode()
        if item.wanted.kind in PHOTOS:
            taken = datetime(day.year, day.month, day.day, 9, 30)
            content = photos.photo(found.pk * 20 + number, at=taken, position=where, bearing=90)
        actions.add_evidence(
            found,
            kind=item.wanted.kind,
            measure=item.wanted.measure,
            given=actions.Given(content, "佐证"),
            on=day,
            by=build.VERIFIER,
            at=at,
        )


def works_done(found: Round, *, on: date | None = None) -> Round:
    """A stay whose works are done and shown, awaiting acceptance (T13)."""
    day = on or later(found.listed_on, 20)
    steps_done(found, on=day)
    proven(found, on=day)
    found.outlet.refresh_from_db()
    actions.report_done(found, sha256=build.paper(), on=day, by=build.VERIFIER, at=build.recorded(later(day)))
    return found


# --- plans ------------


def given(batch: str = "standardise", *, on: date = build.DAY, **more: object) -> PlanGiven:
    """A plan that lacks nothing of what every scheme asks: two steps, a basis, an answer to the flood question."""
    measures = {"ban": "demolish", "merge": "connect_sewer", "standardise": "treatment"}
    values: dict[str, object] = {
        "measures": (
            GivenMeasure(measures.get(batch, "treatment")),
            *((GivenMeasure("clear_branches"),) if batch != "ban" else ()),
        ),
        "steps": (
            GivenStep("勘察设计", later(on, 30), starts_on=later(on, 5)),
            GivenStep("施工", later(on, 60), starts_on=later(on, 31)),
        ),
        "due": later(on, 90),
        "basis": "HJ 1309—2023",
        "flood_answer": "no",
        "deviation_reason": "经现场踏勘，按所列措施整治更为稳妥",
        "receiving_works": "某污水处理厂",
        "technology": "一体化设备，管护简便",
        "livelihood_note": "分段施工，不影响居民排水",
        "safety_note": "夜间不施工，设围挡",
        "water_supply_note": "取水口在上游，不受影响",
        "legacy_case": "",
        "departments": "县住房和城乡建设局",
    }
    return PlanGiven(batch, **{**values, **more})  # type: ignore[arg-type]


def drafted(found: Round, batch: str = "standardise", *, on: date | None = None, **more: object) -> Plan:
    """A plan in the making, on the day the outlet was listed."""
    day = on or found.listed_on
    asked = given(batch, on=day, **{"responsible_body": found.outlet.party, **more})
    return actions.draft_plan(found, given=asked, on=day, by=build.SURVEYOR, at=build.recorded(day))


def approved(found: Round, batch: str = "standardise", *, on: date | None = None, **more: object) -> Plan:
    """A plan that was submitted and approved by somebody else."""
    day = on or found.listed_on
    made = drafted(found, batch, on=day, **more)
    actions.submit(made, on=day, by=build.SURVEYOR, at=build.recorded(day))
    actions.approve(made, paper_sha256=build.paper(), on=day, by=build.VERIFIER, at=build.recorded(day))
    found.outlet.refresh_from_db()
    return made


def planned(found: Round, batch: str = "standardise", *, on: date | None = None, **more: object) -> Round:
    """A stay whose plan is approved and whose works have begun; what is to be closed was ordered closed."""
    day = on or found.listed_on
    approved(found, batch, on=day, **more)
    if batch == "ban":
        ordered(found, on=day)
    actions.start_works(found, on=day, by=build.SURVEYOR, at=build.recorded(day))
    found.outlet.refresh_from_db()
    return found


def ordered(found: Round, *, on: date, zone_kind: str = "drinking_water") -> None:
    """An order of the county government to pull the outlet down."""
    county = Unit.objects.get(path=found.outlet.unit_path[:6])
    government = build.body(county, kind=BodyKind.GOVERNMENT, functions=(BodyFunction.GOVERNMENT,))
    actions.order_closing(
        found,
        measure="责令拆除",
        zone_kind=zone_kind,
        body=government,
        legal_basis="水污染防治法第八十四条",
        paper_sha256=build.paper(),
        on=on,
        by=build.VERIFIER,
        at=build.recorded(on),
    )


# --- closure ------------


def checked(found: Round, *, on: date, passed: bool = True) -> None:
    """A check on the ground by somebody who did not do the works."""
    actions.check_site(
        found, passed=passed, note="现场核查情况", on=on, by=build.SURVEYOR, at=build.recorded(later(on))
    )


def accepted(found: Round, *, on: date | None = None, last: bool = True) -> Round:
    """A stay accepted at its first level (T14); `last`: filed upward too where the scheme asks for it (T15)."""
    from qingyuan.core.access import CONSOLE
    from qingyuan.stages.remediation import rules_closure

    found.outlet.refresh_from_db()
    if found.outlet.stage != Stage.AWAITING_ACCEPTANCE:
        works_done(found)
    day = on or later(found.outlet.stage_since, 2)
    checked(found, on=day)
    at = build.recorded(later(day))
    actions.accept(found, paper_sha256=build.paper(), on=day, by=build.SURVEYOR, at=at)
    if last and not rules_closure.is_done(found.outlet, on=day):
        filed = actions.file_upward(found, proof_sha256=build.paper(), on=day, by=build.SURVEYOR, at=at)
        actions.take_filing(filed, on=later(day), by=CONSOLE, at=build.recorded(later(day, 2)))
    return found


def retained(found: Round, *, on: date | None = None) -> Round:
    """A stay that ended with the outlet on the list of those to keep (T16)."""
    if found.outlet.stage != Stage.ACCEPTED:
        accepted(found)
    day = on or later(found.outlet.stage_since)
    return actions.decide_retain(found, on=day, by=build.SURVEYOR, at=build.recorded(later(day)))
