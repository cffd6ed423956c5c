"""Standardisation in a demonstration: codes by the body that codes there, a range of numbers, signboards in every
state, sampling points, and one outlet that is standardised and supervised by the room's own acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import F, Q

from qingyuan.access import queries as access
from qingyuan.access.models import Officer
from qingyuan.boards.archive.completeness import completeness_of
from qingyuan.core.access import Actor, Role
from qingyuan.core.archive import State
from qingyuan.core.functions import BodyFunction
from qingyuan.core.lifecycle import BITS, Milestone, Paper
from qingyuan.core.standardising import ItemState
from qingyuan.demo import photographs
from qingyuan.demo.afterwards import Evening, attempt
from qingyuan.demo.people import Officers
from qingyuan.flows import standardising as flow
from qingyuan.places import queries as places
from qingyuan.registry.models import Outlet
from qingyuan.stages.standardisation import queries_archive, rules
from qingyuan.stages.standardisation.actions import coding, instruments, signs
from qingyuan.stages.standardisation.actions import standardising as room
from qingyuan.stages.standardisation.models import Sign
from qingyuan.stages.standardisation.words_archive import CheckResult, FacilityKind

READY = BITS[Milestone.VERIFIED] | BITS[Milestone.CLASSIFIED]
STANDING = (
    "classified",
    "no_problem",
    "problem",
    "plan_draft",
    "plan_approved",
    "remediating",
    "in_transition",
    "retained",
)
CODERS = {"datong": "datong-county", "jilin": "changchun-government"}
"""Where the scheme lets another body code than the bureau of the place (大同 三(七), 吉林 二(七))."""


@dataclass(slots=True)
class Boards:
    """The evening of a place with who names and codes there."""

    evening: Evening
    coder: Actor
    path: str

    def acting(self, by: Actor | None = None, *, before: int = 0) -> dict[str, Any]:
        """Who and when; `before`: so many days ago."""
        acting = self.evening.acting(by or self.evening.walk.staff.reviewer)
        return {**acting, "on": acting["on"] - timedelta(before)}

    def photo(self, outlet: Outlet, word: str, on: date) -> bytes:
        """A photograph at the outlet."""
        return photographs.bank(f"{self.evening.walk.scheme.key} {outlet.pk} {word}", on=on, outlet=outlet)


def standardise(evening: Evening, officers: Officers) -> None:
    """All of it; what a scheme refuses is counted with the rest."""
    boards = Boards(evening, *_coder(evening, officers))
    for outlet in _uncoded(boards)[:4]:
        attempt(partial(coding.issue_code, outlet, **boards.acting(boards.coder)), boards.evening.walk, "code")
    attempt(partial(_range, boards), boards.evening.walk, "range")
    _signs(boards)
    _instruments(boards)
    _whole(boards)


def _coder(evening: Evening, officers: Officers) -> tuple[Actor, str]:
    """Who codes, and the path of what is its to code."""
    staff, name = evening.walk.staff, CODERS.get(evening.walk.scheme.key)
    if name is None:
        return staff.reviewer, evening.root.path
    if name == "changchun-government":
        unit = places.unit("220100")
        body = evening.walk.bodies.bureau(unit, "人民政府", BodyFunction.GOVERNMENT)
        return officers.hire(name, Role.REVIEWER, unit=unit, body=body), unit.path
    officer = Officer.objects.get(username=name)
    return access.actor_of(officer, on=evening.on), places.unit("140214").path


def _uncoded(boards: Boards) -> list[Outlet]:
    found = Outlet.objects.standing().within(boards.path).filter(national_code="", stage__in=STANDING)
    ready = found.exclude(Q(longitude_deg=None) | Q(water=None)).annotate(both=F("milestones").bitand(READY))
    return list(ready.filter(both=READY).select_related("unit", "party", "water").order_by("pk"))


def _range(boards: Boards) -> None:
    """Numbers for a team that names without a connection; it has used one of them."""
    some = Outlet.objects.standing().within(boards.path).exclude(water=None).order_by("pk").first()
    assert some is not None
    waiting = _uncoded(boards)
    outlet = waiting[-1] if waiting else some
    county = rules.county_of(outlet.unit_path)
    assert county is not None
    basin = rules.basin_of(outlet, rules.policy_of(outlet.unit_path, on=boards.evening.on))
    acting = boards.acting(boards.coder)
    made = coding.reserve_segment(
        county, basin=basin, count=20, holder="外业一组（演示）", purpose="现场命名", is_demo=True, **acting
    )
    if waiting:
        coding.report_segment(made, [coding.Used(outlet, made.first)], **acting)


def _coded(boards: Boards) -> list[Outlet]:
    found = Outlet.objects.standing().within(boards.evening.root.path)
    found = found.exclude(national_code="").exclude(longitude_deg=None)
    stands = found.exclude(stage__in=("merged", "closed"))
    return list(stands.select_related("unit", "party", "water").order_by("-pk")[:6])


def _signs(boards: Boards) -> None:
    """One board in each state: 已设计, 已制作, 已立牌, 已损坏, 已作废 with the next one designed."""
    for place, outlet in enumerate(_coded(boards)[:5]):
        attempt(partial(_sign, boards, outlet, place), boards.evening.walk, "sign")


def _sign(boards: Boards, outlet: Outlet, far: int) -> Sign:
    sign = signs.design_sign(outlet, **boards.acting(before=40))
    if far >= 1:
        signs.mark_printed([sign], **boards.acting(before=30))
    if far >= 2:
        _erect(boards, sign)
    if far >= 3:
        signs.report_damage(sign, damage="面板被撞弯（演示）", **boards.acting(before=10))
    if far >= 4:
        signs.void_sign(sign, reason="损坏无法修复（演示）", **boards.acting(before=5))
        outlet.refresh_from_db()
        signs.design_sign(outlet, **boards.acting())
    return sign


def _erect(boards: Boards, sign: Sign) -> None:
    acting = boards.acting(before=20)
    content = boards.photo(sign.outlet, "标识牌", acting["on"])
    signs.erect_sign(sign, photo=content, name="立牌照片（演示）.jpg", **acting)


def _instruments(boards: Boards) -> None:
    for outlet in _coded(boards)[1:3]:
        for kind in (FacilityKind.SAMPLING_POINT, FacilityKind.INSPECTION_WELL, FacilityKind.FLOW):
            attempt(partial(_facility, boards, outlet, kind), boards.evening.walk, "facility")


def _facility(boards: Boards, outlet: Outlet, kind: FacilityKind) -> None:
    name = f"{kind.label}（演示）"
    number = f"YS-{outlet.pk:05d}" if kind in (FacilityKind.VIDEO, FacilityKind.FLOW) else ""
    acting = boards.acting(before=25)
    instruments.add_facility(outlet, kind=kind, name=name, place="口门上方岸边", device_number=number, **acting)


def _whole(boards: Boards) -> None:
    """One outlet that has everything."""
    kept = Outlet.objects.standing().within(boards.evening.root.path).filter(stage="retained")
    placed = kept.exclude(longitude_deg=None).exclude(water=None)
    for outlet in placed.select_related("unit", "party", "water").order_by("-national_code", "pk")[:4]:
        if attempt(partial(_finish, boards, outlet), boards.evening.walk, "whole"):
            return


def _finish(boards: Boards, outlet: Outlet) -> None:
    evening = boards.evening
    if not outlet.national_code:
        coding.issue_code(outlet, **boards.acting(boards.coder, before=45))
        outlet.refresh_from_db()
    sign = signs.design_sign(outlet, **boards.acting(before=40))
    signs.mark_printed([sign], **boards.acting(before=30))
    _erect(boards, sign)
    for kind in (FacilityKind.SAMPLING_POINT, FacilityKind.INSPECTION_WELL, FacilityKind.VIDEO):
        _facility(boards, outlet, kind)
    outlet.refresh_from_db()
    acting = boards.acting()
    for one in completeness_of(outlet, on=evening.on).sections:
        if one.state is State.MISSING and one.mandatory:
            paper = evening.paper(Paper.SURVEY_RECORD)
            room.enter_paper(outlet, section=one.section.value, sha256=paper, title="补充材料（演示）", **acting)
    for item in queries_archive.items_of(outlet, archive=completeness_of(outlet, on=evening.on), on=evening.on):
        if item.state not in (ItemState.DONE, ItemState.WAIVED, ItemState.NOT_ASKED):
            attempt(
                partial(room.check_item, outlet, item=item.key, result=CheckResult.DONE, **acting),
                evening.walk,
                "check",
            )
    outlet.refresh_from_db()
    flow.standardise(outlet, **boards.acting())
    outlet.refresh_from_db()
    _supervise(boards, outlet)


def _supervise(boards: Boards, outlet: Outlet) -> None:
    staff = boards.evening.walk.staff
    paper = boards.evening.paper(Paper.SUPERVISION_PLAN)
    owner = staff.bureaus["生态环境局"]
    room.supervise(outlet, owner=owner, chief="县级河长（演示）", sha256=paper, **boards.acting())
