"""What is handed in as a plan: plain values, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from qingyuan.bodies.models import Body
from qingyuan.core.plans import StepDates
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.models_plans import Plan


@dataclass(frozen=True, slots=True)
class GivenMeasure:
    """A measure by its key of the catalogue, said in own words, and why."""

    key: str
    text: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class GivenStep:
    """A step: what, from when until when, by whom, how many metres of sewer."""

    title: str
    due: date
    starts_on: date | None = None
    body: Body | None = None
    length_m: Decimal | None = None

    @property
    def dates(self) -> StepDates:
        """Its days alone."""
        return StepDates(self.starts_on, self.due)


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """A plan as it is handed in. What is left out may be filled in until it is submitted.

    `problems` to `departments`: None takes what is known of the outlet, "" leaves it out.
    `lead`: another body than the scheme's leads, with the reason in `deviation_reason`.
    """

    batch: str
    measures: tuple[GivenMeasure, ...] = ()
    steps: tuple[GivenStep, ...] = ()
    due: date | None = None
    responsible_body: Body | None = None
    lead: Body | None = None
    cost_yuan: Decimal | None = None
    funding: str = ""
    basis: str = ""
    problems: str | None = None
    category: str | None = None
    territory: str | None = None
    departments: str | None = None
    target_outlet: Outlet | None = None
    receiving_works: str = ""
    technology: str = ""
    livelihood_note: str = ""
    safety_note: str = ""
    water_supply_note: str = ""
    flood_answer: str = ""
    flood_measure: str = ""
    water_opinion_sha256: str = ""
    legacy_case: str = ""
    merge_attempt: str = ""
    deviation_reason: str = ""
    risk_note: str = ""
    programmes: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, object]:
        """The plan's own columns, texts trimmed."""
        apart = {"measures", "steps", "programmes", "lead"}
        found: dict[str, object] = {}
        for one in fields(self):
            if one.name not in apart:
                value = getattr(self, one.name)
                found[one.name] = value.strip() if isinstance(value, str) else value
        found["measures"] = [
            {"key": one.key, "text": one.text.strip(), "why": one.why.strip()} for one in self.measures
        ]
        found["programmes"] = list(self.programmes)
        return found

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything said of what will be done: measures and steps in own words."""
        return (
            *(one.text for one in self.measures),
            *(one.title for one in self.steps),
            self.technology,
            self.flood_measure,
        )


def given_of(plan: Plan) -> PlanGiven:
    """A plan on record as it would be handed in again."""
    names = {one.name for one in fields(PlanGiven)} - {"measures", "steps", "programmes", "lead"}
    values = {name: getattr(plan, name) for name in names}
    return PlanGiven(
        measures=tuple(GivenMeasure(**one) for one in plan.measures),
        steps=tuple(
            GivenStep(one.title, one.due, one.starts_on, one.body, one.length_m)
            for one in plan.steps.select_related("body").order_by("number")
        ),
        programmes=tuple(plan.programmes),
        **values,
    )
