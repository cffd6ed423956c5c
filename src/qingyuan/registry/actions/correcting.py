"""Correcting what is on record, moving an outlet to another unit, withdrawing an entry. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.days import local_day
from qingyuan.core.geometry import morton_key
from qingyuan.core.lifecycle import PAPERS, Paper
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.ledger import actions as ledger
from qingyuan.places.models import Unit, Water
from qingyuan.registry import guards, names, rules, standings, surveyed, tallies, zones
from qingyuan.registry.actions.deciding import change, record
from qingyuan.registry.actions.moving import check_filed
from qingyuan.registry.models import Alias, FiledPaper, MilestoneRecord, Outlet, Placement, Proposal


@transaction.atomic
def correct(outlet: Outlet, *, values: Mapping[str, object], reason: str, on: date, by: Actor, at: datetime) -> Outlet:
    """更正: what was recorded was wrong. Water and counting follow from the day they were wrongly recorded from, so a
    past figure asked today is right and the figure as known then stays what it was.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.correct(outlet, values=values, reason=reason, by=by, on=on, at=at))
    changed = {name: value for name, value in values.items() if getattr(outlet, name) != value}
    if not changed:
        return outlet
    before = {name: _said(getattr(outlet, name)) for name in changed}
    sets = dict(changed) | _following(outlet, changed, on=on, at=at)
    placements = _corrected_placements(outlet, sets, at=at)
    spelt = names.spelling(outlet)
    change(outlet, sets, on=_first_day(outlet, on), at=at, placements=placements)
    if "name" in changed or "local_code" in changed:
        names.reindex([outlet], were=[spelt])
    if "longitude_deg" in changed or "latitude_deg" in changed:
        zones.place_again([outlet], on=local_day(at))
    changes = {name: (before[name], _said(value)) for name, value in changed.items()}
    record(outlet, "outlet.correct", on=on, by=by, at=at, changes=changes, details={"reason": reason})
    return outlet


def _said(value: object) -> object:
    match value:
        case Water():
            return value.code
        case Body():
            return value.pk
        case _:
            return value


def _following(outlet: Outlet, changed: Mapping[str, object], *, on: date, at: datetime) -> dict[str, object]:
    """Columns that follow from the corrected ones: the tile key, the water's path and flags, whether it is counted."""
    follows: dict[str, object] = {}
    if "longitude_deg" in changed or "latitude_deg" in changed:
        longitude = changed.get("longitude_deg", outlet.longitude_deg)
        latitude = changed.get("latitude_deg", outlet.latitude_deg)
        known = longitude is not None and latitude is not None
        follows["mkey"] = morton_key(float(longitude), float(latitude)) if known else None  # type: ignore[arg-type]
    if "water" in changed:
        water = changed["water"]
        flags = tallies.flags_of_waters([water.pk], on=local_day(at)) if isinstance(water, Water) else {}
        follows["water_path"] = water.path if isinstance(water, Water) else ""
        follows["water_flags"] = flags.get(water.pk, 0) if isinstance(water, Water) else 0
    if "special_kind" in changed:
        policy = rules.policy_of(outlet.unit_path, on=on)
        follows["counted"] = rules.counted(policy, str(changed["special_kind"]))
    still = still_missing(outlet, changed)
    if still != outlet.missing:
        follows["missing"] = still
    return follows


SUPPLIED_BY = {
    "name": ("name",),
    "county": ("unit",),
    "town": ("town_text", "unit"),
    "water": ("water", "water_text"),
    "coordinates": ("longitude_deg", "latitude_deg"),
    **surveyed.SUPPLIED_BY,
}
"""待补充: which columns supply what an entry lacked."""


def still_missing(outlet: Outlet, sets: Mapping[str, object]) -> list[str]:
    """What the entry still lacks once these columns are set."""
    supplied = {column for column, value in sets.items() if value not in (None, "")}
    return [name for name in outlet.missing if supplied.isdisjoint(SUPPLIED_BY.get(name, (name,)))]


def _corrected_placements(outlet: Outlet, sets: Mapping[str, object], *, at: datetime) -> dict[str, str]:
    """Retract what was wrongly stated and say what is stated instead."""
    aspects = {"water": "water", "counted": "counted", "managing_body": "body"}
    said: dict[str, str] = {}
    for name, aspect in aspects.items():
        if name not in sets:
            continue
        value = sets[name]
        said[aspect] = ("1" if value else "0") if aspect == "counted" else str(getattr(value, "pk", "") or "")
        Placement.objects.filter(outlet=outlet, aspect=aspect, retracted_at=None).update(retracted_at=at)
    return said


def _first_day(outlet: Outlet, on: date) -> date:
    first = Placement.objects.filter(outlet=outlet, aspect="unit").order_by("day").values_list("day", flat=True).first()
    return min(first or on, on)


@transaction.atomic
def change_unit(
    outlets: Sequence[Outlet],
    *,
    unit: Unit,
    on: date,
    papers: Mapping[Paper, str],
    by: Actor,
    at: datetime,
    managing_unit: Unit | None = None,
) -> None:
    """区划调整: from a day on the outlets lie in another unit, by a paper. Earlier days keep the earlier unit.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    check_filed(set(papers.values()))
    spelt = [names.spelling(outlet) for outlet in outlets]
    for outlet in outlets:
        require(guards.change_unit(outlet, unit=unit, given=set(papers), by=by, on=on, at=at))
        managing = managing_unit or (unit if outlet.managing_path == outlet.unit_path else outlet.managing_unit)
        before = {"unit": outlet.unit_path, "managing": outlet.managing_path}
        for kind, sha256 in papers.items():
            FiledPaper.objects.create(
                outlet=outlet,
                kind=kind,
                sha256=sha256,
                title=PAPERS[kind],
                day=on,
                round=outlet.round,
                filed_by=by.id,
                filed_at=at,
            )
        sets = {"unit": unit, "unit_path": unit.path, "managing_unit": managing, "managing_path": managing.path}
        sets["missing"] = still_missing(outlet, sets)
        change(outlet, sets, on=on, at=at, placements={"unit": unit.path, "managing": managing.path})
        record(
            outlet,
            "outlet.change_unit",
            on=on,
            by=by,
            at=at,
            changes={"unit": (before["unit"], unit.path), "managing": (before["managing"], managing.path)},
            evidence=tuple(papers.values()),
        )
    names.reindex(list(outlets), were=spelt)


@transaction.atomic
def withdraw_entries(outlets: Sequence[Outlet], *, reason: str, by: Actor, at: datetime, version: int = 1) -> None:
    """撤销登记: entries made in error (an import undone, a lead's ending undone). They leave every list and count; the
    ledger keeps them. `version`: at which they stood when they were made, 1 unless they had been leads before.

    Raises
    ------
    Refused
        An outlet was touched after it was entered: what came later would be lost.
    StaleRecord
    """
    for outlet in outlets:
        if outlet.version != version:
            text = _("“%(name)s”登记后已有变更，不能撤销登记。")
            raise Refused(Refusal("registry.touched_since", text, {"name": outlet.name}))
    ids = [outlet.pk for outlet in outlets]
    before = [tallies.seen(outlet) for outlet in outlets]
    Placement.objects.filter(outlet__in=ids, retracted_at=None).update(retracted_at=at)
    MilestoneRecord.objects.filter(outlet__in=ids, retracted_at=None).update(retracted_at=at)
    Proposal.objects.filter(outlet__in=ids, decision="open").update(decision="kept", decided_at=at)
    names.forget(names.spelling(outlet) for outlet in outlets)
    # The code is free again, or the same file could never be taken in anew; the alias remembers it.
    coded = [outlet for outlet in outlets if outlet.national_code]
    Alias.objects.bulk_create(
        Alias(outlet=one, kind="national", text=one.national_code, to_day=local_day(at)) for one in coded
    )
    changed = Outlet.objects.filter(pk__in=ids, version=version).update(
        in_register=False, withdrawn_at=at, changed_at=at, version=version + 1, mkey=None, national_code=""
    )
    if changed != len(ids):
        raise Refused(Refusal("registry.touched_since", _("部分排污口登记后已有变更，不能撤销登记。")))
    standings.refresh(ids, at=at)
    for outlet in outlets:
        outlet.in_register = False
        outlet.withdrawn_at = at
        outlet.version = version + 1
    tallies.change(zip(before, [None] * len(ids), strict=True))
    ledger.record_many(
        [
            ledger.Draft("outlet", str(pk), "outlet.withdraw_entry", local_day(at), details={"reason": reason})
            for pk in ids
        ],
        by=by,
        at=at,
    )
