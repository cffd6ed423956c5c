"""The parts of the outlet's page: fields with where each value comes from, what is missing, zones, proposals, facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.core.policy import FACTS
from qingyuan.core.zones import LABELS, ZoneKind
from qingyuan.ledger.queries import Line
from qingyuan.places import queries as places
from qingyuan.prepared import prepared
from qingyuan.registry import queries as registry
from qingyuan.registry.models import Fact, Outlet, Proposal, ZoneMembership
from qingyuan.web import facts
from qingyuan.web.timeline import Told, label_of

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        noop("名称与编码"),
        ("name", "national_code", "local_code", "source", "remark"),
    ),
    (
        noop("位置"),
        ("unit", "managing_unit", "managing_body", "town_text", "village_text", "position", "position_given", "bank"),
    ),
    (
        noop("口门与排放"),
        (
            "is_direct",
            "conduit_form",
            "mouth_text",
            "mouth_shape",
            "mouth_size_mm",
            "diversion_mode",
            "discharge_pattern",
            "daily_discharge_m3",
            "emission_standard",
        ),
    ),
    (
        noop("水体"),
        ("water", "water_text", "section_interval"),
    ),
    (
        noop("审批与许可"),
        ("approval_date", "permit_date", "permit_number"),
    ),
)
NEEDED_WORDS = {
    "national_code": noop("国家编码"),
    "position": noop("坐标"),
    "water": noop("受纳水体"),
    "party": noop("责任主体"),
    "type_key": noop("类型"),
    "conduit_form": noop("入河方式"),
}
COLUMNS_OF = {"position": ("longitude_deg", "latitude_deg"), "managing_unit": ("managing",)}


@dataclass(frozen=True, slots=True)
class Shown:
    """One field: its label, its value in words, and where the value comes from."""

    label: str
    value: object
    origin: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class InZone:
    """Whether the point lies in zones of a kind; None: nobody can tell, the layer is not loaded."""

    label: str
    answer: bool | None
    names: str
    demo: bool


def groups_of(of: Outlet, timeline: Sequence[Told], lines: Sequence[Line]) -> list[Group]:
    """Every field of the register with its value, its source and its day."""
    origins = origins_of(timeline, lines)
    return [
        Group(_(title), tuple(Shown(_label(name), _value(of, name), _origin(origins, name)) for name in names))
        for title, names in GROUPS
    ]


def origins_of(timeline: Iterable[Told], lines: Iterable[Line]) -> dict[str, str]:
    """For each field the newest entry of the ledger that wrote it, in a few words."""
    found: dict[str, str] = {}
    for entry, line in zip(timeline, lines, strict=True):
        for name in line.changes:
            found.setdefault(
                name, _("%(what)s · %(day)s · %(who)s") % {"what": entry.what, "day": entry.occurred, "who": entry.who}
            )
    return found


def _origin(origins: Mapping[str, str], name: str) -> str:
    return next((origins[one] for one in COLUMNS_OF.get(name, (name,)) if one in origins), "")


def _label(name: str) -> str:
    return _("坐标（°，CGCS2000）") if name == "position" else label_of(name)


def _value(of: Outlet, name: str) -> object:
    if name == "position":
        return None if of.longitude_deg is None else f"{of.longitude_deg}, {of.latitude_deg}"
    value = getattr(of, name)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "name", value)


def missing_of(of: Outlet) -> list[str]:
    """What the file of this outlet still lacks: what an import could not fill, and what every file needs."""
    lacking = {
        "national_code": not of.national_code,
        "position": of.longitude_deg is None,
        "water": of.water_id is None,
        "party": of.party_id is None,
        "type_key": not of.type_key,
        "conduit_form": not of.conduit_form,
    }
    named = [_(NEEDED_WORDS[name]) for name, absent in lacking.items() if absent]
    known = {"name", "unit", *lacking, "longitude_deg", "latitude_deg", "water_text", "longitude", "latitude"}
    return named + [label_of(name) for name in of.missing if name not in known]


def zones_of(of: Outlet) -> list[InZone]:
    """Every kind of zone: in it, not in it, or cannot tell."""
    if of.longitude_deg is None:
        return []
    lies_in: dict[str, list[ZoneMembership]] = {}
    for one in _memberships(outlet=of.pk):
        lies_in.setdefault(one.zone.kind, []).append(one)
    loaded = places.layers_loaded(of.unit_path)
    shown = []
    for kind in ZoneKind:
        inside = lies_in.get(kind.value, [])
        answer = True if inside else (False if kind in loaded else None)
        names = _("、").join(_zone_name(one) for one in inside)
        shown.append(InZone(_(LABELS[kind]), answer, names, any(one.zone.is_demo for one in inside)))
    return sorted(shown, key=lambda one: (one.answer is not True, one.answer is None))


@prepared
def _memberships(outlet: Any) -> QuerySet[ZoneMembership]:
    return ZoneMembership.objects.filter(outlet_id=outlet).select_related("zone").defer("zone__geometry")


def _zone_name(one: ZoneMembership) -> str:
    level = str(LABELS.get(one.zone.level, "") or "")  # type: ignore[call-overload]
    return f"{one.zone.name}{_(level) if level else ''}"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A proposal as the page shows it."""

    about: str
    value: str
    origin: str
    reasons: str
    clause: str
    decision: str
    at: object


def proposals_of(of: Outlet, types: Mapping[str, str]) -> list[Opinion]:
    """What was proposed for type and party, and what became of it; a disagreement stays."""
    colon = _("：")
    return [
        Opinion(
            about=one.get_about_display(),
            value=(types.get(one.value, one.value) if one.about == "type" else "") or one.text,
            origin=one.get_origin_display(),
            reasons=_("；").join(f"{label_of_reason(name)}{colon}{value}" for name, value in one.reasons.items())
            or (one.text if one.value else ""),
            clause=one.clause,
            decision=one.get_decision_display(),
            at=one.proposed_at,
        )
        for one in _proposed(outlet=of.pk)
    ]


@prepared
def _proposed(outlet: Any) -> QuerySet[Proposal]:
    return Proposal.objects.filter(outlet_id=outlet).order_by("-proposed_at", "-pk")


def label_of_reason(name: str) -> str:
    """The words of a suggestion's inputs."""
    words = {"industry": _("责任主体行业"), "character": _("排放特征")}
    return words.get(name) or label_of(name)


@dataclass(frozen=True, slots=True)
class Entered:
    """A fact that was entered: what, which value, since when, from where."""

    title: str
    value: str
    unit: str
    meaning: str
    from_day: date
    source: str
    pk: int


def facts_entered(of: Outlet, *, on: date) -> list[Entered]:
    """Facts entered about the outlet, its party and its water, the newest first."""
    return [_entered(one) for one in registry.facts_about(of) if one.from_day <= on]


def _entered(one: Fact) -> Entered:
    word = FACTS.get(one.name)
    value = (_("是") if one.value else _("否")) if isinstance(one.value, bool) else str(one.value)
    return Entered(
        title=facts.title(one.name) if word else one.name,
        value=value,
        unit=word.unit if word else "",
        meaning=facts.meaning(one.name) if word else "",
        from_day=one.from_day,
        source=one.source,
        pk=one.pk,
    )
