"""政策: packs in force, what applies in a unit on a day, what the rules say of facts, where two units differ."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.plain import plain
from qingyuan.api.problems import Problem
from qingyuan.api.shapes import Day, Given, Told, Word
from qingyuan.api.v1.outlet_shapes import VerdictRow
from qingyuan.api.writes import asks
from qingyuan.core.policy import FACTS, Policy
from qingyuan.core.policy.facts import FactError
from qingyuan.places import queries as places
from qingyuan.registry.rules import policy_of
from qingyuan.rulebook import queries

router = Router(tags=["政策"])


class PackRow(Told):
    """A pack in force."""

    code: str
    unit: str
    title: str
    issuer: str
    document_no: str
    issued: date | None
    parent: str
    in_force_from: date | None
    recorded_at: datetime | None
    sha256: str
    parameters: int
    rules: int
    note: str


class ParameterRow(Told):
    """A parameter as it applies. `inherited`: the unit's own pack is silent and the value comes from above."""

    name: str
    title: str
    value: Any
    from_day: date | None
    clause: str
    origin: str
    status: str
    locked: bool
    inherited: bool
    quote: str


class Resolved(Told):
    """Every parameter of a unit on a day."""

    unit: str
    on: date
    packs: list[str]
    parameters: list[ParameterRow]


class TargetRow(Told):
    """A dated aim. `required` null: no share is set."""

    key: str
    title: str
    metric: str
    due: date | None
    required: float | None
    clause: str
    quote: str
    status: str
    origin: str


class FactWord(Told):
    """A word of the vocabulary."""

    name: str
    type: str
    unit: str
    title: str
    meaning: str
    subject: str


class Facts(Given):
    """Facts to be judged, in declared words; a fact that is not sent is unknown, not false."""

    facts: dict[Word, bool | int | float | str] = Field(max_length=200)


class DifferenceRow(Told):
    """A parameter on which two units differ."""

    name: str
    title: str
    first: Any
    second: Any
    first_clause: str
    second_clause: str


@router.get("/policies/packs", response=list[PackRow], summary="政策包")
def packs(request: HttpRequest, on: Day | None = None) -> list[PackRow]:  # noqa: ARG001
    """某日有效的政策包，自国家而下。"""
    return [PackRow.model_validate(one, from_attributes=True) for one in queries.packs(on=on or asking.today())]


@router.get("/facts", response=list[FactWord], summary="事实词表")
def facts(request: HttpRequest) -> list[FactWord]:  # noqa: ARG001
    """规则和事实录入所用的词：名称、类型、单位、含义、所属对象。"""
    return [FactWord.model_validate(one, from_attributes=True) for one in FACTS.values()]


@router.get("/policies/{unit}/resolved", response=Resolved, summary="某地某日适用的参数")
def resolved(request: HttpRequest, unit: Word, on: Day | None = None) -> Resolved:
    """每个参数的值、生效日、条款、来源和确认程度。"""
    policy = _policy(request, unit, on)
    rows = [
        ParameterRow(
            name=name,
            title=one.title,
            value=plain(one.value),
            from_day=one.from_day,
            clause=one.clause,
            origin=one.origin,
            status=str(one.status),
            locked=one.locked,
            inherited=one.inherited,
            quote=one.quote,
        )
        for name, one in sorted(policy.parameters.items())
    ]
    return Resolved(unit=unit, on=policy.on, packs=list(policy.packs), parameters=rows)


@router.get("/policies/{unit}/targets", response=list[TargetRow], summary="某地的目标")
def targets(request: HttpRequest, unit: Word, on: Day | None = None) -> list[TargetRow]:
    """方案所定的目标，最早的在前。"""
    rows = _policy(request, unit, on).targets()
    return [TargetRow.model_validate(one, from_attributes=True) for one in rows]


@router.post("/policies/{unit}/judge", response=list[VerdictRow], summary="按某地规则判断事实")
@asks
def judge(request: HttpRequest, unit: Word, given: Facts, on: Day | None = None) -> list[VerdictRow]:
    """每条规则的结论：true、false，或事实不足时的 null 及所缺的事实。不写入任何内容。"""
    try:
        verdicts = _policy(request, unit, on).judge(given.facts)
    except FactError as error:
        errors = [{"place": f"body.facts.{name}", "text": why} for name, why in error.reasons.items()]
        raise Problem(422, errors=errors) from None
    return [VerdictRow.model_validate(one, from_attributes=True) for one in verdicts]


@router.get("/policies/{unit}/compare/{other}", response=list[DifferenceRow], summary="两地规定的差别")
def compare(request: HttpRequest, unit: Word, other: Word, on: Day | None = None) -> list[DifferenceRow]:
    """两地取值不同的参数，及各自的条款。"""
    first, second = asking.unit(request, unit), places.unit(other)
    found = queries.compare(first.path, second.path, on=on or timezone.localdate())
    return [
        DifferenceRow(
            name=one.name,
            title=one.title,
            first=plain(one.first),
            second=plain(one.second),
            first_clause=one.first_clause,
            second_clause=one.second_clause,
        )
        for one in found
    ]


def _policy(request: HttpRequest, code: str, on: date | None) -> Policy:
    return policy_of(asking.unit(request, code).path, on=on or asking.today())
