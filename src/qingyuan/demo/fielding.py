"""What the phones of a demonstration sent: an outlet that entered with its photo, one that waits for the
office, a record the phone still holds. Everything goes the way of a phone's batch; all of it is
made up and says 演示.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from qingyuan.core.access import Actor
from qingyuan.stages.survey import form, lines
from qingyuan.stages.survey.actions.batches import take_batch
from qingyuan.stages.survey.actions.uploads import take_piece
from qingyuan.stages.survey.models import Segment


def _picture() -> bytes:
    """A picture of a few points of water blue."""

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    side = 64
    rows = zlib.compress((b"\x00" + bytes((31, 95, 153)) * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


PICTURE = _picture()
"""A demonstration shows that a photo is there, not what a camera saw."""
ANSWERED: Mapping[str, object] = {
    "town_text": "演示街道",
    "conduit_form": "管道",
    "is_direct": "是",
    "is_discharging": "是",
    "discharge_pattern": "连续",
    "quick_cod": "38",
    "remark": "演示记录，内容均系虚构。",
}
OUTSIDE_DEGREES = 0.05


def send(segment: Segment, walker: Actor, *, at: datetime) -> int:
    """Two records of a segment and what the phone still holds, by the hand of its team. Returns how many entered."""
    line = lines.as_array(segment.line or b"")
    middle = line[len(line) // 2]
    lon, lat = float(middle[0]), float(middle[1])
    shot = _photo(segment, lon, lat, at)
    items = [
        _record(segment, 1, lon, lat, [shot], at),
        _record(segment, 2, lon + OUTSIDE_DEGREES, lat + OUTSIDE_DEGREES, [], at),
    ]
    held = [
        {"kind": "record", "id": str(_id(segment, 3)), "title": "演示三号口", "state": "draft", "since": at.isoformat()}
    ]
    device = {"id": f"demo-{segment.campaign_id}", "label": "演示手机", "now": at.timestamp(), "keeps": True}
    told = take_batch(walker, {"device": device, "items": items, "holding": held}, at=at)
    content = _content(segment)
    take_piece(walker, sha256=shot["sha256"], size=len(content), offset=0, piece=content, at=at)
    return sum(one.state == "accepted" for one in told.receipts)


def _record(
    segment: Segment, number: int, lon: float, lat: float, photos: Sequence[Mapping[str, object]], at: datetime
) -> dict[str, Any]:
    name = f"{segment.water.name}现场{segment.number}-{number}号口（演示）"
    return {
        "kind": "record",
        "id": str(_id(segment, number)),
        "revision": f"demo-{segment.pk}-{number}",
        "base": [],
        "segment": segment.pk,
        "form_version": form.VERSION,
        "fields": {**ANSWERED, "name": name, "longitude": f"{lon:.6f}", "latitude": f"{lat:.6f}", "datum": "cgcs2000"},
        "photos": list(photos),
        "occurred_at": (at - timedelta(hours=2)).isoformat(),
        "offset_s": 0,
    }


def _id(segment: Segment, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo:field:{segment.campaign.key}:{segment.number}:{number}")


def _content(segment: Segment) -> bytes:
    """The picture with a mark of its own behind its end, so that no two records share a photo."""
    return PICTURE + f"演示 {segment.campaign.key} {segment.number}".encode()


def _photo(segment: Segment, lon: float, lat: float, at: datetime) -> dict[str, Any]:
    return {
        "sha256": hashlib.sha256(_content(segment)).hexdigest(),
        "taken_at": (at - timedelta(hours=2)).isoformat(),
        "longitude": lon,
        "latitude": lat,
        "bearing_deg": 90,
        "subject": "近景",
    }
