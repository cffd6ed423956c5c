"""A campaign under way in 新绛 with one team, its bank cut into segments, and phones that speak as phones do."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

import shapely

from qingyuan.access.models import Officer
from qingyuan.access.queries import actor_of
from qingyuan.core.access import Actor, Role
from qingyuan.core.refusal import Refused
from qingyuan.places.models import Water
from qingyuan.registry.models import FiledPaper, Outlet
from qingyuan.stages.survey import form
from qingyuan.stages.survey.actions import campaigns, segments
from qingyuan.stages.survey.actions.batches import Answer, Receipt, take_batch
from qingyuan.stages.survey.actions.uploads import how_far, take_piece
from qingyuan.stages.survey.drafts import MemberDraft, TeamDraft
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.words import Bank
from tests import build

DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
LATITUDE = 35.6
WEST, EAST = 111.05, 111.35
STEP = 0.001  # of longitude, some 90 m: nobody takes two of these for one
COUNTY = "140825"


@dataclass
class Scene:
    """Who and what there is."""

    campaign: Campaign
    segments: list[Segment]
    walker: Officer
    stranger: Officer
    lead: Actor = build.SURVEYOR

    @property
    def actor(self) -> Actor:
        return actor_of(self.walker, on=DAY)

    @property
    def outsider(self) -> Actor:
        return actor_of(self.stranger, on=DAY)


def scene() -> Scene:
    """By the room's own actions: draft, cut, give to a team, start."""
    build.country()
    where = build.unit(COUNTY)
    walker, stranger = (build.officer(Role.SURVEYOR, where) for _ in range(2))
    water = Water.objects.filter(name__contains="汾河").first() or Water.objects.first()
    team = TeamDraft("测试一队", (MemberDraft(walker.name, f"officer:{walker.pk}"),), is_technical=True)
    other = TeamDraft("测试二队", (MemberDraft(stranger.name, f"officer:{stranger.pk}"),), is_technical=True)
    by = build.SURVEYOR
    made = campaigns.draft(
        by,
        title="测试排查",
        unit=where,
        waters=[water],
        starts_on=DAY,
        ends_on=DAY + timedelta(days=60),
        on=DAY,
        at=NOON,
        teams=(team, other),
        key=uuid.uuid4().hex,
    )
    line = shapely.LineString([(WEST, LATITUDE), (EAST, LATITUDE)])
    cut = segments.cut_file(made, water, [line], name="测试河线", banks=[Bank.LEFT], by=by, on=DAY, at=NOON)
    made.refresh_from_db()
    first, second = made.teams.order_by("pk")
    segments.assign(cut[:-1], first, by=by, on=DAY, at=NOON)
    segments.assign(cut[-1:], second, by=by, on=DAY, at=NOON)
    made.refresh_from_db()
    campaigns.start(made, by=by, on=DAY, at=NOON)
    return Scene(made, list(Segment.objects.filter(campaign=made).order_by("number")), walker, stranger)


def photo(number: int, size: int = 300) -> bytes:
    """A photo as far as its first bytes say."""
    return b"\xff\xd8\xff" + Random(number).randbytes(size)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Photo:
    content: bytes
    said: dict[str, object] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        return sha(self.content)


def answers(scene: Scene, number: int = 0, **more: object) -> dict[str, object]:
    """A form filled in at a place on the first segment; each number its own place."""
    return {
        "name": f"测试{number}号口",
        "bank": "左岸",
        "town_text": "三泉镇",
        "longitude": f"{WEST + 0.0005 + number * STEP:.6f}",
        "latitude": f"{LATITUDE:.6f}",
        "conduit_form": "管道",
        "is_discharging": "是",
        "discharge_pattern": "连续",
        "quick_cod": "31.5",
        **more,
    }


def record(scene: Scene, fields: dict[str, object], photos: list[Photo] | None = None, **more: object) -> dict:
    """One saved record as a phone sends it."""
    given = {
        "kind": "record",
        "id": str(uuid.uuid4()),
        "revision": uuid.uuid4().hex,
        "base": [],
        "segment": scene.segments[0].pk,
        "form_version": form.VERSION,
        "fields": fields,
        "photos": [{"sha256": one.sha256, **one.said} for one in photos or []],
        "occurred_at": NOON.isoformat(),
        "offset_s": 0,
    }
    return {**given, **more}


def near_photo(number: int = 0, **more: object) -> Photo:
    """A photo taken where and when its record says."""
    said = {
        "taken_at": NOON.isoformat(),
        "longitude": WEST + 0.0005 + number * STEP,
        "latitude": LATITUDE,
        "bearing_deg": 90,
        "subject": "近景",
    }
    return Photo(photo(number), {**said, **more})


def send(by: Actor, *items: dict, at: datetime = NOON, device: str = "d1", **more: object) -> Answer:
    """A batch through the door of the room, as JSON carries it."""
    said = {"id": device, "label": "测试手机", "now": at.timestamp(), **more}
    return take_batch(by, json.loads(json.dumps({"device": said, "items": list(items)})), at=at)


def receipt(by: Actor, item: dict, **more: object) -> Receipt:
    (found,) = send(by, item, **more).receipts
    return found


def upload(by: Actor, one: Photo, *, at: datetime = NOON, piece: int = 128) -> None:
    """A whole photo in pieces, asking where to go on."""
    while not (state := how_far(by, one.sha256)).whole:
        part = one.content[state.received : state.received + piece]
        take_piece(by, sha256=one.sha256, size=len(one.content), offset=state.received, piece=part, at=at)


def codes(found: Receipt) -> set[str]:
    return {str(one["code"]) for one in found.findings}


def register_of(scene: Scene) -> list[dict[str, object]]:
    """What the register holds, without numbers and instants: the same however it came about."""
    columns = ("name", "unit_path", "stage", "longitude_deg", "latitude_deg", "bank", "conduit_form", "town_text")
    rows = []
    for one in Outlet.objects.order_by("name"):
        photos = FiledPaper.objects.filter(outlet=one, kind="photo").order_by("sha256")
        row: dict[str, object] = {name: str(getattr(one, name)) for name in columns}
        rows.append(row | {"photos": list(photos.values_list("sha256", flat=True)), "missing": one.missing})
    return rows


def refused(call) -> str:
    """The code of the refusal."""
    try:
        call()
    except Refused as no:
        return no.refusal.code
    return ""
