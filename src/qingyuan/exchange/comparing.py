"""What a row would change: the row's values beside the outlet's record. Empty cells change nothing. Writes nothing.

A unit, a code, a type, a party and the progress of remediation are not corrected by a file: a difference is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from qingyuan.boards.archive import completeness
from qingyuan.core.lifecycle import BITS, Milestone, Stage
from qingyuan.exchange.gazetteer import TOWN, VILLAGE, Gazetteer
from qingyuan.exchange.judging import Judge, Judged
from qingyuan.exchange.types import TypeIndex
from qingyuan.exchange.values import name_of
from qingyuan.registry.models import Outlet, Proposal

_TEXTS = (
    "name",
    "local_code",
    "section_interval",
    "conduit_form",
    "mouth_text",
    "diversion_mode",
    "permit_number",
    "remark",
)
UNDERWAY = frozenset({Stage.REMEDIATING, Stage.IN_TRANSITION, Stage.AWAITING_ACCEPTANCE})
LISTED = frozenset({Stage.PROBLEM, Stage.PLAN_DRAFT, Stage.PLAN_APPROVED})


def progress_of(stage: str, milestones: int, round_: int) -> str:
    """整治进展情况 as 附件1 knows it (C-37): 正在整治 while works run or were reopened, 已完成 where a remediation was
    closed, else blank: listed and not begun, or nothing to remediate."""
    if stage in UNDERWAY or (stage in LISTED and round_ > 0):
        return "正在整治"
    return "已完成" if milestones & BITS[Milestone.ACCEPTED_1] else ""


def progress_word(outlet: Outlet) -> str:
    """整治进展情况 of an outlet on record."""
    return progress_of(outlet.stage, outlet.milestones, outlet.round)


def archived_of(judge: Judge, rows: Sequence[Judged], outlets: Mapping[int, Outlet]) -> Mapping[int, bool]:
    """是否完成登记建档 of the outlets about which the file claims it, computed from their files (大同 附件1)."""
    claimed = {row.outlet_id for row in rows if row.values.get("archived") is not None}
    asked = [completeness.row_of(outlet) for pk, outlet in outlets.items() if pk in claimed]
    return completeness.archived(asked, on=judge.today) if asked else {}


def changes(judged: Judged, outlet: Outlet, units: Gazetteer) -> dict[str, object]:
    """Column → new value for what the file gives and the record has otherwise; JSON-safe, a water by its id. What a
    dropped entry had said was weighed when the two became one, and does not come again; nor what the kept one had said
    before it took the other's word (`held`)."""
    found = {name: value for name, value in differences(judged, outlet, units).items() if name not in judged.held}
    if found and judged.former is not None:
        return {name: found[name] for name in found.keys() & differences(judged, judged.former, units).keys()}
    return found


def differences(judged: Judged, outlet: Outlet, units: Gazetteer) -> dict[str, object]:
    """Column → value for what the file gives and an entry has otherwise, whoever weighed it before."""
    values = judged.values
    found: dict[str, object] = {
        name: values[name] for name in _TEXTS if values.get(name) and values[name] != getattr(outlet, name)
    }
    found |= _where_changes(values, outlet, units)
    if values.get("longitude") and not _same_point(values, outlet):
        found["longitude_deg"], found["latitude_deg"] = values["longitude"], values["latitude"]
        found["position_given"] = values.get("position_given", "")
    day = values.get("approval_date")
    if day and date.fromisoformat(str(day)) not in (outlet.approval_date, outlet.permit_date):
        found["approval_date"] = day
    return found


def _same_point(values: Mapping[str, object], outlet: Outlet) -> bool:
    return outlet.longitude_deg == Decimal(str(values["longitude"])) and outlet.latitude_deg == Decimal(
        str(values["latitude"])
    )


def _where_changes(values: Mapping[str, object], outlet: Outlet, units: Gazetteer) -> dict[str, object]:
    found: dict[str, object] = {}
    water_id, water_text = values.get("water_id"), str(values.get("water_text") or "")
    known = {outlet.water_text} | (
        {outlet.water.name, *outlet.water.other_names.split("、")} if outlet.water else set()
    )
    if water_id is not None and water_id != outlet.water_id:
        found["water"] = water_id
    elif water_id is None and water_text and water_text not in known:
        found["water_text"] = water_text
    own = units.by_path.get(outlet.unit_path)
    for name, level in (("town_text", TOWN), ("village_text", VILLAGE)):
        text = values.get(name)
        above = units.above(own, level) if own is not None else None
        if text and text not in (getattr(outlet, name), above.name if above is not None else ""):
            found[name] = text
    return found


def tell_claims(
    judge: Judge,
    judged: Judged,
    outlet: Outlet | None,
    proposed: Mapping[str, list[Proposal]],
    archived_of: Mapping[int, bool],
) -> None:
    """Findings where the file says something the record, not the file, decides."""
    claimed = str(judged.values.get("progress") or "")
    recorded = progress_word(outlet) if outlet is not None else ""
    if claimed and claimed != recorded:
        said = f"“{recorded}”" if recorded else "无整治结果"
        judge.tell(judged, "claim.progress", "progress", claimed=claimed, recorded=said)
    archived = judged.values.get("archived")
    known = outlet is not None and archived_of.get(outlet.pk, False)
    if archived is not None and bool(archived) != known:
        words = ("否", "是")
        judge.tell(judged, "claim.archived", "archived", claimed=words[bool(archived)], recorded=f"“{words[known]}”")
    if outlet is not None:
        _tell_type_and_party(judge, judged, outlet, proposed, judge.types)
        _tell_unit_and_code(judge, judged, outlet)


def _tell_type_and_party(
    judge: Judge, judged: Judged, outlet: Outlet, proposed: Mapping[str, list[Proposal]], types: TypeIndex
) -> None:
    key = str(judged.values.get("type_key") or "")
    if key and outlet.type_key and key != outlet.type_key:
        judge.tell(judged, "claim.type", "type", claimed=types.label(key), recorded=types.label(outlet.type_key))
    party = str(judged.values.get("party_name") or "")
    names = {name_of(item.text) for item in proposed.get("party", ())}
    if outlet.party is not None:
        names.add(name_of(outlet.party.name))
    if party and party not in names:
        recorded = outlet.party.name if outlet.party is not None else "、".join(sorted(names)) or "未明确"
        judge.tell(judged, "claim.party", "party_name", claimed=party, recorded=recorded)


def _tell_unit_and_code(judge: Judge, judged: Judged, outlet: Outlet) -> None:
    unit = judged.unit
    if unit is not None and not outlet.unit_path.startswith(unit.path) and not unit.path.startswith(outlet.unit_path):
        own = judge.gazetteer.by_path.get(outlet.unit_path)
        judge.tell(judged, "claim.unit", "county", claimed=unit.name, recorded=own.name if own else outlet.unit_path)
    code = str(judged.values.get("national_code") or "")
    known = {outlet.national_code, judged.former.national_code if judged.former is not None else ""}
    if code and code not in known:
        judge.tell(judged, "claim.code", "code", claimed=code, recorded=outlet.national_code or "未赋码")


def proposes_type(judged: Judged, outlet: Outlet, proposed: Mapping[str, list[Proposal]]) -> str:
    """The type a row would newly propose for an outlet, "" for none; a dropped entry proposes nothing more."""
    key = str(judged.values.get("type_key") or "")
    if (
        judged.former is not None
        or not key
        or key == outlet.type_key
        or any(item.value == key for item in proposed.get("type", ()))
    ):
        return ""
    return key
