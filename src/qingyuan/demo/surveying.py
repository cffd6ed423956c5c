"""Surveys of a demonstration: one campaign that is finished, one under way with gaps, a jump and a doubtful segment.

Everything is done by the room's own actions on the river lines there are. Tracks run along those lines, made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from qingyuan.core import coverage
from qingyuan.core.access import Actor, Grant, Reach, Role
from qingyuan.core.days import BEIJING, local_day
from qingyuan.core.functions import BodyFunction
from qingyuan.demo import fielding
from qingyuan.demo.papers import pdf
from qingyuan.demo.schemes import JILIN
from qingyuan.demo.walking import Walk
from qingyuan.flows import survey_support
from qingyuan.library import actions as library
from qingyuan.places import queries as places
from qingyuan.places.models import Level, Unit, Water
from qingyuan.stages.survey import finishing, lines
from qingyuan.stages.survey.actions import campaigns, plans, rechecks, segments, tracks
from qingyuan.stages.survey.actions.rechecks import Difference
from qingyuan.stages.survey.drafts import MemberDraft, StepDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.models_rechecks import RecheckSegment
from qingyuan.stages.survey.words import Bank, FindingKind, LevelResult

BEGAN = date(2023, 12, 12)
"""The finished campaign: before the first dated targets, after the youngest scheme came into force."""
PIECES, LEAST_M, MOST_M = 8, 3_000.0, 120_000.0
PROCEDURES = ["排查", "溯源", "监测", "分类", "整治"]


@dataclass(frozen=True, slots=True)
class Field:
    """Where a place surveys, on which waters, and who does it."""

    unit: Unit
    waters: Sequence[tuple[Water, float]]
    lead: Actor
    second: Actor
    walker: Actor
    other: Actor


def survey(walk: Walk, root: Unit, *, at: datetime) -> None:
    """Both campaigns of one place; none where no river line runs through it."""
    field = _field(walk, root)
    if field is None:
        return
    (water, length), *more = field.waters
    _finished(field, water, length, key=f"demo:{walk.scheme.key}:finished")
    second = more[0] if more else None
    if second is not None:
        _running(field, *second, today=local_day(at), key=f"demo:{walk.scheme.key}:running")


def _field(walk: Walk, root: Unit) -> Field | None:
    staff = walk.staff
    if walk.scheme is not JILIN:
        waters = _waters(root, walk)
        return Field(root, waters, staff.clerk, staff.reviewer, staff.surveyor, staff.reviewer) if waters else None
    for county in places.units_below(root.path, level=Level.COUNTY):
        if len(waters := _waters(county, walk)) > 1:
            body = walk.bodies.county(county)
            reach = Reach(unit_paths=frozenset({county.path}))
            functions = frozenset({BodyFunction.GOVERNMENT.value})
            grant = Grant(Role.CLERK, reach, functions, body.unit_path, body.pk)
            lead = Actor(f"demo:body:{body.pk}", f"演示经办（{body.name}）", (grant,))
            return Field(county, waters, lead, staff.reviewer, staff.surveyor, staff.reviewer)
    return None


def _waters(unit: Unit, walk: Walk) -> list[tuple[Water, float]]:
    """Waters with a line of a fair length here: those of the place's dated targets first, then the shortest."""
    flagged = places.water_ids_with([flag.value for flag in walk.scheme.flags], BEGAN)
    found = []
    for water in places.waters_in(unit.path):
        length = sum(coverage.line_length_m(line) for line in lines.of_water(water, unit))
        if LEAST_M <= length <= MOST_M:
            found.append((water, length))
    return sorted(found, key=lambda one: (one[0].pk not in flagged, one[1], one[0].code))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(16), BEIJING)


def _set_up(field: Field, water: Water, length: float, *, title: str, on: date, ends: date, key: str) -> Campaign:
    """A campaign with teams, segments, an approved plan, under way."""
    at = _moment(on)
    teams = [
        TeamDraft("排查一组", (MemberDraft(field.walker.name, field.walker.id),), is_technical=True),
        TeamDraft("复核组", (MemberDraft(field.other.name, field.other.id),), is_second=True),
    ]
    made = campaigns.draft(
        field.lead,
        title=f"{field.unit.name}{title}（演示）",
        unit=field.unit,
        waters=[water],
        starts_on=on,
        ends_on=ends,
        teams=teams,
        key=key,
        is_demo=True,
        on=on,
        at=at,
    )
    said: dict[str, Any] = {"by": field.lead, "on": on, "at": at}
    piece = max(1_000, min(100_000, round(length / PIECES) + 1))
    segments.cut_water(made, water, banks=[Bank.BOTH], piece_m=piece, **said)
    rows = list(Segment.objects.filter(campaign=made).select_related("campaign").order_by("number"))
    segments.assign(rows, made.teams.get(is_second=False), starts_on=on, ends_on=ends, **said)
    paper = library.file_bytes(
        pdf(["排查溯源实施方案（演示）", made.title, "本件为演示材料，内容均系虚构。"]),
        name="排查溯源实施方案（演示）.pdf",
        by=field.lead,
        at=at,
    ).sha256
    name = made.lead_body.name if made.lead_body else field.unit.name
    steps = [
        StepDraft("排查", "徒步排查全部岸段", ends - timedelta(days=7), name, made.lead_body),
        StepDraft("溯源", "完成新发现排污口溯源", ends, name, made.lead_body),
    ]
    plans.file_plan(
        made,
        paper=paper,
        procedures=PROCEDURES,
        roadmap="先干流后支流，逐段徒步，存疑的集中攻坚。",
        steps=steps,
        **said,
    )
    plans.approve_plan(made, by=field.second, on=on, at=at)
    campaigns.start(made, **said)
    survey_support.hand_out(made, by=field.lead, on=on, at=at)
    return made


def _walk(field: Field, one: Segment, *, on: date, upto: float = 1.0, jump: bool = False) -> None:
    """The team walks a segment, or the beginning of it."""
    line = lines.as_array(one.line or b"")
    length = coverage.line_length_m(line)
    reached = np.concatenate(([0.0], np.cumsum(coverage.steps(coverage.plane(line, origin=coverage.middle(line))))))
    along = np.append(np.arange(0.0, length * upto, 120.0), length * upto)
    began = datetime.combine(on, time(8), BEIJING).timestamp()
    points: list[list[float | None]] = [
        [
            round(float(np.interp(place, reached, line[:, 0])), 6),
            round(float(np.interp(place, reached, line[:, 1])), 6),
            began + place / 1.2,
            6.0,
        ]
        for place in along.tolist()
    ]
    if jump and len(points) > 4:
        points[3] = [points[3][0] and points[3][0] + 0.3, points[3][1], points[3][2], 6.0]
    tracks.take_track(
        field.walker,
        client_id=uuid5(NAMESPACE_URL, f"demo:{one.pk}"),
        campaign_key=one.campaign.key,
        segment_id=one.pk,
        points=points,
        device="演示手机",
        at=_moment(on + timedelta(days=1)),
    )


def _levels(field: Field, one: Segment, *, on: date, result: str) -> None:
    at = _moment(on + timedelta(days=1))
    for level, technique in ((1, ["遥感监测"]), (2, [])):
        one.refresh_from_db(fields=["version"])
        said = LevelResult.DOUBTFUL if level == 1 else result
        segments.record_level(one, level=level, result=said, techniques=technique, by=field.walker, on=on, at=at)


def _close(field: Field, one: Segment, *, on: date) -> None:
    one.refresh_from_db()
    there = bool(finishing.outlets_there(one))
    segments.close_segment(one, has_outlets=there, by=field.walker, on=on, at=_moment(on + timedelta(days=1)))


def _rows(made: Campaign) -> list[Segment]:
    return list(Segment.objects.filter(campaign=made).select_related("campaign", "water").order_by("number"))


def _finished(field: Field, water: Water, length: float, *, key: str) -> None:
    """Every segment walked and closed; a second team walked one of them again."""
    ends = BEGAN + timedelta(days=16)
    made = _set_up(field, water, length, title=f"{water.name}排查", on=BEGAN, ends=ends, key=key)
    for place, one in enumerate(_rows(made)):
        on = BEGAN + timedelta(days=1 + place % 12)
        _walk(field, one, on=on)
        _levels(field, one, on=on, result=LevelResult.NONE)
        _close(field, one, on=on)
    made.refresh_from_db()
    campaigns.finish(made, by=field.lead, on=ends, at=_moment(ends))
    team, on = made.teams.get(is_second=True), ends + timedelta(days=5)
    drawn = rechecks.draw(made, team=team, seed=str(on), share=Decimal("0.2"), by=field.second, on=on, at=_moment(on))
    rows = RecheckSegment.objects.filter(recheck=drawn).select_related(
        "segment__campaign", "segment__water", "recheck__campaign", "recheck__team"
    )
    part = rows.order_by("pk").first()
    assert part is not None
    found = [Difference(FindingKind.SAME, one.name, one) for one in finishing.outlets_on(part.segment)]
    found.append(Difference(FindingKind.MISSED, "桥下暗管（演示）"))
    rechecks.record_second_walk(part, findings=found, by=field.other, on=on, at=_moment(on))


def _running(field: Field, water: Water, length: float, *, today: date, key: str) -> None:
    """Half of it done; one segment half walked, one with a jump in its track and a doubt."""
    on = today - timedelta(days=40)
    made = _set_up(field, water, length, title=f"{water.name}排查", on=on, ends=today + timedelta(days=30), key=key)
    rows = _rows(made)
    half = max(1, len(rows) // 2)
    for place, one in enumerate(rows[:half]):
        day = on + timedelta(days=2 + place)
        _walk(field, one, on=day)
        _levels(field, one, on=day, result=LevelResult.NONE)
        _close(field, one, on=day)
    for place, one in enumerate(rows[half : half + 2]):
        day = today - timedelta(days=3 + place)
        _walk(field, one, on=day, upto=0.5 if place == 0 else 1.0, jump=place == 1)
        _levels(field, one, on=day, result=LevelResult.DOUBTFUL if place else LevelResult.NONE)
    if len(rows) > half:
        fielding.send(rows[half], field.walker, at=_moment(today - timedelta(days=2)))
