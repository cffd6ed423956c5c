"""Campaigns of the five places as their bureaus would run them, on a straight river of ten segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid5

import numpy as np
import shapely

from qingyuan.bodies.models import Body
from qingyuan.core import coverage
from qingyuan.core.access import Actor, Role
from qingyuan.core.functions import BodyFunction as F
from qingyuan.core.functions import BodyKind
from qingyuan.places import queries as places
from qingyuan.places.models import Unit, Water
from qingyuan.stages.survey import lines
from qingyuan.stages.survey.actions import campaigns, plans, segments, tracks
from qingyuan.stages.survey.drafts import MemberDraft, StepDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, Segment, Track
from qingyuan.stages.survey.words import Bank, LevelResult
from tests import build

DAY = date(2024, 3, 4)
NOON = build.recorded(DAY)
LAST = DAY + timedelta(days=90)
PIECE_M = 1000
NAMESPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
FIVE = ["排查", "溯源", "监测", "分类", "整治"]


@dataclass(frozen=True)
class Scheme:
    """Where a scheme's campaign is run, by which body, on which river."""

    unit: str
    body: str
    function: F
    water: str
    lon: float
    lat: float


SCHEMES = {
    "济源": Scheme("419001", "济源示范区生态环境局", F.ECOLOGY, "蟒河", 112.60, 35.09),
    "安阳": Scheme("410505", "殷都区人民政府", F.GOVERNMENT, "粉红江", 114.20, 36.10),
    "新绛": Scheme("140825", "运城市生态环境局新绛分局", F.ECOLOGY, "汾河", 111.20, 35.60),
    "大同": Scheme("140213", "平城区人民政府", F.GOVERNMENT, "御河", 113.33, 40.08),
    "吉林": Scheme("220112", "双阳区人民政府", F.GOVERNMENT, "雾开河", 125.70, 43.60),
}


def with_water(scheme: Scheme, water: str) -> Scheme:
    """The same place, another river."""
    return replace(scheme, water=water)


@dataclass
class Crew:
    """Who runs a campaign: the officer who leads, the second officer who approves, the team that walks."""

    scheme: Scheme
    unit: Unit
    body: Body
    leader: Actor
    second: Actor
    walker: Actor
    other: Actor


def crew(name: str) -> Crew:
    """The people of a scheme."""
    scheme = SCHEMES[name]
    unit = build.unit(scheme.unit)
    body = build.body(unit, name=scheme.body, kind=BodyKind.GOVERNMENT, functions=(scheme.function,))
    return Crew(
        scheme,
        unit,
        body,
        leader=build.actor(Role.CLERK, unit, body=body),
        second=build.actor(Role.REVIEWER, unit, body=body),
        walker=build.actor(Role.SURVEYOR, unit, body=body),
        other=build.actor(Role.SURVEYOR, unit, body=body),
    )


def team_of(*members: Actor, name: str = "第一组", technical: bool = True, second: bool = False) -> TeamDraft:
    """A team of officers."""
    named = tuple(MemberDraft(one.name, one.id) for one in members)
    return TeamDraft(name, named, is_technical=technical, is_second=second)


def drafted(people: Crew, **more: object) -> Campaign:
    """A campaign set up by the leading body."""
    given: dict[str, object] = {
        "title": f"{people.unit.name}排查专项",
        "unit": people.unit,
        "waters": [build.water(people.scheme.water)],
        "starts_on": DAY,
        "ends_on": LAST,
        "teams": [team_of(people.walker)],
        "on": DAY,
        "at": NOON,
    }
    return campaigns.draft(people.leader, **{**given, **more})  # type: ignore[arg-type]


def river(people: Crew, *, km: float = 10) -> np.ndarray:
    """A straight river in the place, from west to east."""
    one = coverage.plane(
        np.array([[people.scheme.lon + 1, people.scheme.lat]]), origin=(people.scheme.lon, people.scheme.lat)
    )
    return np.array(
        [[people.scheme.lon, people.scheme.lat], [people.scheme.lon + km * 1000 / one[0, 0], people.scheme.lat]]
    )


def cut(people: Crew, campaign: Campaign, *, km: float = 10, banks: Iterable[Bank] = (Bank.LEFT,)) -> list[Segment]:
    """Ten segments of a kilometre from an official line."""
    return segments.cut_file(
        campaign,
        build.water(people.scheme.water),
        [shapely.linestrings(river(people, km=km))],
        name="官方河线.geojson",
        banks=list(banks),
        piece_m=PIECE_M,
        by=people.leader,
        on=DAY,
        at=NOON,
    )


def plan(people: Crew, campaign: Campaign, *, procedures: Iterable[str] = FIVE) -> Campaign:
    """Its plan filed by the leader."""
    return plans.file_plan(
        campaign,
        paper=build.paper(),
        procedures=list(procedures),
        roadmap="先干流后支流，逐段徒步。",
        steps=[StepDraft("排查", "徒步排查全部岸段", LAST, people.body.name, people.body)],
        by=people.leader,
        on=DAY,
        at=NOON,
    )


def started(people: Crew, **more: object) -> Campaign:
    """A campaign under way, its ten segments given to the first team."""
    campaign = drafted(people, **more)
    cut(people, campaign)
    plan(people, campaign)
    plans.approve_plan(campaign, by=people.second, on=DAY, at=NOON)
    team = campaign.teams.get(name="第一组")
    rows = list(Segment.objects.filter(campaign=campaign).select_related("campaign", "water"))
    segments.assign(rows, team, by=people.leader, on=DAY, at=NOON)
    return campaigns.start(campaign, by=people.leader, on=DAY, at=NOON)


def rows(campaign: Campaign) -> list[Segment]:
    """Its segments as they stand."""
    return list(campaign.segments.select_related("campaign", "water", "unit", "team").order_by("number"))


def steps(
    segment: Segment, *, off_deg: float = 0.0002, every_m: float = 20, upto: float = 1.0
) -> list[list[float | None]]:
    """Fixes along a segment, a little north of it."""
    line = lines.as_array(segment.line or b"")
    along = np.arange(0, upto + 1e-9, every_m / segment.length_m)
    start = NOON.timestamp() - 7200
    return [
        [
            float(line[0, 0] + part * (line[-1, 0] - line[0, 0])),
            float(line[0, 1] + part * (line[-1, 1] - line[0, 1])) + off_deg,
            start + part * segment.length_m / 1.2,
            5.0,
        ]
        for part in [*along.tolist(), upto]
    ]


def walk(people: Crew, segment: Segment, *, points: list[list[float | None]] | None = None, **more: object) -> Track:
    """A team walks a segment and its track is taken in."""
    given: dict[str, object] = {
        "client_id": uuid5(NAMESPACE, f"{segment.pk}:{len(points or [])}"),
        "campaign_key": segment.campaign.key,
        "segment_id": segment.pk,
        "points": steps(segment) if points is None else points,
        "device": "测试手机",
        "at": NOON,
    }
    return tracks.take_track(people.walker, **{**given, **more})  # type: ignore[arg-type]


def levels(people: Crew, segment: Segment, *, result: str = LevelResult.NONE) -> None:
    """Papers looked through and the bank walked."""
    for level in (1, 2):
        segment.refresh_from_db()
        segments.record_level(segment, level=level, result=result, by=people.walker, on=DAY, at=NOON)


def done(people: Crew, segment: Segment) -> Segment:
    """A segment walked and closed: 无排口."""
    walk(people, segment)
    levels(people, segment)
    segment.refresh_from_db()
    return segments.close_segment(segment, has_outlets=False, by=people.walker, on=DAY, at=NOON)


def places_water(unit: Unit, usual: str) -> Water:
    """The usual river of a scheme where it flows through the unit, else the first that does."""
    found = list(places.waters_in(unit.path))
    return next((one for one in found if one.name == usual), found[0])
