"""An outlet as it is answered: a row of the list, and everything on record about one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import Field

from qingyuan.api import asking
from qingyuan.api.problems import sentence
from qingyuan.api.shapes import Reason, Ref, Told
from qingyuan.api.v1.ledger_shapes import EntryLine, entry_of
from qingyuan.core.access import Actor
from qingyuan.core.lifecycle import STAGES, Stage, milestones_of
from qingyuan.core.lifecycle_words import MILESTONES
from qingyuan.core.refusal import Refusal
from qingyuan.ledger import queries as ledger
from qingyuan.registry import offers, queries, rules
from qingyuan.registry.guards import DESCRIPTION
from qingyuan.registry.models import Fact, FiledPaper, MilestoneRecord, Outlet, Proposal

TIMELINE = 200
PLAIN = (
    *DESCRIPTION,
    "water_text",
    "counted",
    "position_given",
    "is_direct",
    "source",
    "registered_at",
    "changed_at",
    "is_demo",
)


class OutletRow(Told):
    """One outlet of the list."""

    id: int
    version: int
    name: str
    national_code: str
    local_code: str
    unit: Ref
    managing_unit: Ref
    managing_body: Ref | None
    water: Ref | None
    party: Ref | None
    stage: str
    stage_name: str
    stage_since: date
    type_key: str
    longitude_deg: float | None = Field(description="°，CGCS2000")
    latitude_deg: float | None = Field(description="°，CGCS2000")
    missing: list[str] = Field(description="待补充的字段")


class MilestoneDay(Told):
    """A milestone that was reached."""

    key: str
    name: str
    day: date | None


class PaperRow(Told):
    """A document of the outlet's file."""

    id: int
    kind: str
    title: str
    day: date
    sha256: str


class PartyRow(Told):
    """Who answered for the outlet, from when to when."""

    body: Ref
    basis: str
    note: str
    from_day: date
    to_day: date | None


class SourceRow(Told):
    """A discharger on a channel, with its share of the flow (0 to 1)."""

    body: Ref
    share: float | None


class ChannelRow(Told):
    """A channel that leads to the outlet. `id` is that of the link, by which it is removed."""

    id: int
    channel: int
    name: str
    kind: str
    length_m: float | None
    from_day: date | None
    sources: list[SourceRow]


class ChainRow(Told):
    """排污单位 — 排污通道 — 排污口 — 受纳水体, and the links that are missing."""

    channels: list[ChannelRow]
    party: Ref | None
    water: Ref | None
    broken: list[str]


class FactRow(Told):
    """A fact that was entered."""

    id: int
    about: str
    name: str
    value: bool | int | float | str | None
    from_day: date
    source: str


class OpinionRow(Told):
    """What was proposed for type or party, and what became of it."""

    about: str
    value: str
    text: str
    origin: str
    clause: str
    decision: str
    proposed_at: datetime


class OfferRow(Told):
    """A move that leads on; `reason` null: it may be made now. `act` empty: another part of the platform makes it."""

    move: str
    act: str
    name: str
    clause: str
    lacking: list[str] = Field(description="还缺的材料")
    reason: Reason | None


class ActRow(Told):
    """An act upon the outlet; `reason` null: it may be done now."""

    act: str
    name: str
    reason: Reason | None


class VerdictRow(Told):
    """What a rule of the pack says: true, false, or null where facts are missing."""

    rule: str
    verdict: bool | None
    effect: str
    text: str
    clause: str
    origin: str
    missing: list[str]


class OutletFile(OutletRow):
    """一口一档: everything on record about one outlet."""

    town_text: str
    village_text: str
    water_text: str
    section_interval: str
    special_kind: str
    counted: bool
    position_given: str
    is_direct: bool
    conduit_form: str
    mouth_text: str
    mouth_shape: str
    mouth_size_mm: str
    bank: str
    diversion_mode: str
    discharge_pattern: str
    daily_discharge_m3: float | None = Field(description="m³/d")
    emission_standard: str
    approval_date: date | None
    permit_date: date | None
    permit_number: str
    remark: str
    source: str
    registered_at: datetime
    changed_at: datetime
    is_demo: bool
    merged_into: Ref | None
    milestones: list[MilestoneDay]
    chain: ChainRow
    papers: list[PaperRow]
    parties: list[PartyRow]
    facts: list[FactRow]
    zone_facts: dict[str, bool] = Field(description="是否位于各类区域；没有载入图层的不在其中")
    proposals: list[OpinionRow]
    moves: list[OfferRow]
    acts: list[ActRow]
    rules: list[VerdictRow]
    timeline: list[EntryLine]


def row_of(one: Outlet) -> OutletRow:
    """An outlet as a row."""
    return OutletRow(**_row(one))


def _row(one: Outlet) -> dict[str, Any]:
    return {
        "id": one.pk,
        "version": one.version,
        "name": one.name,
        "national_code": one.national_code,
        "local_code": one.local_code,
        "unit": Ref(id=one.unit.code, name=one.unit.name),
        "managing_unit": Ref(id=one.managing_unit.code, name=one.managing_unit.name),
        "managing_body": ref(one.managing_body),
        "water": Ref(id=one.water.code, name=one.water.name) if one.water else None,
        "party": ref(one.party),
        "stage": one.stage,
        "stage_name": _(STAGES[Stage(one.stage)]),
        "stage_since": one.stage_since,
        "type_key": one.type_key,
        "longitude_deg": degrees(one.longitude_deg),
        "latitude_deg": degrees(one.latitude_deg),
        "missing": list(one.missing),
    }


def file_of(found: Outlet, who: Actor) -> OutletFile:
    """Everything on record about one outlet, and what the asker may do with it today."""
    at = timezone.now()
    on = timezone.localdate(at)
    policy = rules.policy_of(found.unit_path, on=on)
    proposals = Proposal.objects.filter(outlet=found).order_by("-proposed_at", "-pk")
    return OutletFile(
        **_row(found),
        **{name: getattr(found, name) for name in PLAIN},
        merged_into=ref(found.merged_into),
        milestones=milestones(found),
        chain=chain_of(found, on=on),
        papers=[paper_of(one) for one in queries.papers_of(found)],
        parties=[
            PartyRow(body=_named(one.body), basis=one.basis, note=one.note, from_day=one.from_day, to_day=one.to_day)
            for one in queries.parties_of(found)
        ],
        facts=facts_of(found, on=on),
        zone_facts=queries.zone_facts(found),
        proposals=[OpinionRow.model_validate(one, from_attributes=True) for one in proposals],
        moves=[
            OfferRow(
                move=one.move.value,
                act=one.act,
                name=_(one.label),
                clause=one.clause,
                lacking=[paper.value for paper in one.lacking],
                reason=reason_of(one.reason),
            )
            for one in offers.moves_on(found, policy, who, on=on, at=at)
        ],
        acts=[
            ActRow(act=one.name, name=_(one.label), reason=reason_of(one.reason(found, who, on, at)))
            for one in offers.ACTS.values()
        ],
        rules=[
            VerdictRow.model_validate(one, from_attributes=True)
            for one in rules.judge(policy, queries.facts_of(found, on=on))
        ],
        timeline=[entry_of(line) for line in ledger.timeline("outlet", str(found.pk), limit=TIMELINE)],
    )


def milestones(found: Outlet) -> list[MilestoneDay]:
    """What has been reached, with the day."""
    reached = MilestoneRecord.objects.filter(outlet=found, reached=True, retracted_at=None).order_by("day", "pk")
    days = dict(reached.values_list("milestone", "day"))
    return [
        MilestoneDay(key=one.value, name=_(MILESTONES[one]), day=days.get(one.value))
        for one in milestones_of(found.milestones)
    ]


def chain_of(found: Outlet, *, on: date) -> ChainRow:
    """The chain on a day."""
    chain = queries.chain(found, on=on)
    channels = [
        ChannelRow(
            id=branch.link.pk,
            channel=branch.channel.pk,
            name=branch.channel.name,
            kind=branch.channel.kind,
            length_m=degrees(branch.channel.length_m),
            from_day=branch.link.from_day,
            sources=[SourceRow(body=_named(one.body), share=degrees(one.share)) for one in branch.sources],
        )
        for branch in chain.branches
    ]
    water = Ref(id=chain.water.code, name=chain.water.name) if chain.water else None
    return ChainRow(channels=channels, party=ref(chain.party), water=water, broken=list(chain.broken))


def facts_of(found: Outlet, *, on: date) -> list[FactRow]:
    """Facts that were entered about the outlet, its party and its water, the newest first."""
    shown: list[FactRow] = []
    for kind, subject in (("outlet", found.pk), ("party", found.party_id), ("water", found.water_id)):
        if subject is not None:
            about = Fact.objects.filter(subject_kind=kind, subject_id=str(subject), from_day__lte=on, retracted_at=None)
            shown += [fact_of(one) for one in about.order_by("-from_day", "-pk")]
    return shown


def fact_of(one: Fact) -> FactRow:
    """A fact as a row."""
    return FactRow(
        id=one.pk,
        about=one.subject_kind,
        name=one.name,
        value=one.value if isinstance(one.value, bool | int | float | str) else str(one.value),
        from_day=one.from_day,
        source=one.source,
    )


def paper_of(one: FiledPaper) -> PaperRow:
    """A document as a row."""
    return PaperRow(id=one.pk, kind=one.kind, title=one.title, day=one.day, sha256=one.sha256)


def reason_of(refusal: Refusal | None) -> Reason | None:
    """A refusal as it is answered."""
    if refusal is None:
        return None
    return Reason(code=refusal.code, text=sentence(refusal), clause=refusal.clause)


def ref(one: object) -> Ref | None:
    """A body or an outlet by id and name."""
    return None if one is None else _named(one)


def _named(one: object) -> Ref:
    return Ref(id=one.pk, name=one.name)  # type: ignore[attr-defined]


def degrees(value: Decimal | None) -> float | None:
    """A decimal as a JSON number."""
    return None if value is None else float(value)


def told(request: HttpRequest, found: Outlet) -> OutletFile:
    """The outlet as it now stands."""
    asking.seen(request, found.version)
    return file_of(found, asking.actor(request))
