"""What a phone sends at once: items, each in a transaction of its own, each with a receipt written after its commit.

The same batch twice, half a batch, or its items in another order leave the same. What cannot be read is refused with a
sentence and stays on the phone; what can be read is kept whatever it says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import NotFound, Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.library.models import File
from qingyuan.stages.survey import guards_field as guards
from qingyuan.stages.survey.actions import devices
from qingyuan.stages.survey.actions.records import Author, enter_record
from qingyuan.stages.survey.actions.tracks import take_track
from qingyuan.stages.survey.checking_field import moment, number
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.models_field import FieldDevice, FieldRecord, RecordState
from qingyuan.stages.survey.models_leads import Lead

MOST_ITEMS = 200
MOST_ANSWERS = 300
MOST_TEXT = 4_000
MOST_OFFSET_S = 50 * 366 * 86_400
UPLOADED, ACCEPTED, NEEDS_YOU, REFUSED = "uploaded", "accepted", "needs_you", "refused"
STATES = {
    RecordState.STORED.value: UPLOADED,
    RecordState.ACCEPTED.value: ACCEPTED,
    RecordState.NEEDS_YOU.value: NEEDS_YOU,
}


class Unreadable(Exception):
    """An item that is not what the protocol says; `args` is the sentence."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one item. `findings` are sentences with their parameters; `kept` the revisions that are
    here; `missing` photos not yet whole."""

    kind: str
    id: str
    state: str
    revision: str = ""
    kept: tuple[str, ...] = ()
    findings: tuple[Mapping[str, object], ...] = ()
    conflicts: tuple[str, ...] = ()
    outlet: int | None = None
    outlet_name: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a batch: the site's time, what it found of the phone's clock, a receipt for each item."""

    at: datetime
    offset_s: float
    receipts: tuple[Receipt, ...] = field(default=())


def take_batch(by: Actor, given: Mapping[str, object], *, at: datetime, rescued_from: str = "") -> Answer:
    """收一批: every item of a phone (or, with `rescued_from`, of a rescue file that the office hands in).

    Raises
    ------
    Refused
        The sender may record nowhere, or the batch is no batch.
    """
    require(guards.send(by=by))
    whole = _clean(given)
    assert isinstance(whole, Mapping)
    said, items, held = whole.get("device"), whole.get("items", []), whole.get("holding")
    if not isinstance(said, Mapping) or not isinstance(items, Sequence) or isinstance(items, str):
        raise Refused(Refusal("field.not_a_batch", _("内容不是现场上传的数据。")))
    if len(items) > MOST_ITEMS:
        raise Refused(Refusal("field.too_many", _("一次最多上传%(most)s项。"), {"most": MOST_ITEMS}))
    sent = moment(said.get("now"))
    offset = (at - sent).total_seconds() if sent and not rescued_from else number(said.get("offset_s")) or 0.0
    device = None if rescued_from else devices.meet_device(by, said=said, offset_s=offset, at=at)
    with on_disk():
        receipts = tuple(_take(one, by, device, offset_s=offset, at=at, rescued=bool(rescued_from)) for one in items)
    if device is not None and isinstance(held, Sequence) and not isinstance(held, str):
        devices.take_holdings(device, held)
    return Answer(at, offset, receipts)


@contextmanager
def on_disk() -> Iterator[None]:
    """A receipt is a promise: within, a commit is on disk before it is answered (SQLite else trusts the power)."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")


def _take(
    item: object, by: Actor, device: FieldDevice | None, *, offset_s: float, at: datetime, rescued: bool
) -> Receipt:
    kind = str(item.get("kind") or "") if isinstance(item, Mapping) else ""
    name = str(item.get("id") or "")[:64] if isinstance(item, Mapping) else ""
    revision = str(item.get("revision") or "") if isinstance(item, Mapping) else ""
    try:
        if not isinstance(item, Mapping):
            raise Unreadable(_("这一项不是现场数据。"))
        match kind:
            case "record":
                return _record(item, by, device, offset_s=offset_s, at=at, rescued=rescued)
            case "track":
                return _track(item, by, device, at=at)
            case _:
                raise Unreadable(_("不认识这种数据。"))
    except Unreadable as no:
        said = {"code": "field.unreadable", "text": str(no), "severity": "error", "params": {}, "name": ""}
        return Receipt(kind, name, REFUSED, revision, findings=(said,))
    except Refused as no:
        return Receipt(kind, name, REFUSED, revision, findings=(_said(no.refusal),))
    except NotFound:
        text = _("所指的专项或岸段不存在，或不在您的管辖范围内。")
        return Receipt(kind, name, REFUSED, revision, findings=(_said(Refusal("field.not_found", text)),))


def _said(refusal: Refusal) -> dict[str, object]:
    return {
        "code": refusal.code,
        "text": refusal.text,
        "severity": "error",
        "params": dict(refusal.params),
        "name": "",
    }


def _record(
    item: Mapping[str, object],
    by: Actor,
    device: FieldDevice | None,
    *,
    offset_s: float,
    at: datetime,
    rescued: bool,
) -> Receipt:
    own = number(item.get("offset_s"))
    fields = _answers(item.get("fields"))
    photos = _photos(item.get("photos"))
    segment = _segment(item.get("segment"))
    with transaction.atomic():
        record = enter_record(
            by,
            client_id=_uuid(item.get("id")),
            campaign=segment.campaign
            if segment
            else Campaign.objects.filter(key=str(item.get("campaign") or "")).first(),
            segment=segment,
            lead=_lead(item.get("lead")),
            fields=fields,
            photos=photos,
            device=device,
            form_version=str(item.get("form_version") or ""),
            at=at,
            occurred_at=_moment(item.get("occurred_at")),
            revision=str(item.get("revision") or ""),
            base=_names(item.get("base")),
            settles=_names(item.get("settles")),
            offset_s=_steady(offset_s if own is None else own),
            author=_author(item, by, rescued=rescued),
        )
    return receipt_of(record, revision=str(item.get("revision") or ""))


def receipt_of(record: FieldRecord, *, revision: str = "") -> Receipt:
    """How a record stands, as the phone is told."""
    names = sorted(record.photos)
    whole = set(File.objects.filter(pk__in=names).values_list("pk", flat=True))
    return Receipt(
        "record",
        str(record.client_id),
        STATES[record.state],
        revision=revision,
        kept=tuple(record.revisions.order_by("revision").values_list("revision", flat=True)),
        findings=tuple(record.findings),
        conflicts=tuple(str(one["field"]) for one in record.conflicts),
        outlet=record.outlet_id,
        outlet_name=record.outlet.name if record.outlet else "",
        missing=tuple(name for name in names if name not in whole),
    )


def _track(item: Mapping[str, object], by: Actor, device: FieldDevice | None, *, at: datetime) -> Receipt:
    points = item.get("points")
    if not isinstance(points, list) or not all(isinstance(one, list) and 2 <= len(one) <= 4 for one in points):
        raise Unreadable(_("轨迹的点不能识别。"))
    fixes = [[number(each) for each in (*one, None, None)[:4]] for one in points]
    fixes = [one for one in fixes if one[0] is not None and one[1] is not None]
    segment = _segment(item.get("segment"))
    track = take_track(
        by,
        client_id=_uuid(item.get("id")),
        campaign_key=str(item.get("campaign") or (segment.campaign.key if segment else "")),
        segment_id=segment.pk if segment else None,
        points=fixes,
        device=device.uid if device else str(item.get("device") or "")[:64],
        at=at,
    )
    found = [one for one in track.findings if isinstance(one, dict)]
    return Receipt("track", str(item.get("id")), ACCEPTED, findings=tuple(found))


def _steady(offset_s: float) -> float:
    """Small differences are the way of the message, not the clock's: the same revision sent again says the same. What
    no clock can be off by is not believed."""
    return float(round(offset_s / 60) * 60) if 120 <= abs(offset_s) <= MOST_OFFSET_S else 0.0


def _author(item: Mapping[str, object], by: Actor, *, rescued: bool) -> Author | None:
    said = item.get("officer")
    if not rescued or not isinstance(said, Mapping) or not said.get("id"):
        return None
    return Author(str(said["id"])[:64], str(said.get("name") or by.name)[:64])


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise Unreadable(_("缺少这一项的编号。")) from None


def _moment(value: object) -> datetime:
    found = moment(value)
    if not value:
        raise Unreadable(_("缺少记录时间。"))
    if found is None or not 1990 <= found.year <= 2200:
        raise Unreadable(_("记录时间不能识别，请核对手机的日期和时间；内容仍在手机上。"))
    return found.astimezone(UTC)


def _names(value: object) -> list[str]:
    return [str(one)[:64] for one in value if isinstance(one, str)][:500] if isinstance(value, list) else []


def _answers(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise Unreadable(_("缺少记录内容。"))
    return {_plain(str(name))[:64]: _kept(one) for name, one in list(value.items())[:MOST_ANSWERS]}


def _kept(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return _plain(str(value))[:MOST_TEXT]


def _clean(value: object) -> object:
    """The same without what no database keeps: signs that are none, numbers that are none."""
    match value:
        case str():
            return _plain(value)
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {_plain(str(name)): _clean(one) for name, one in value.items()}
        case list() | tuple():
            return [_clean(one) for one in value]
        case _:
            return value


def _plain(text: str) -> str:
    """Without signs no database keeps."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _photos(value: object) -> dict[str, dict[str, object]]:
    if value is None:
        return {}
    if not isinstance(value, list):
        raise Unreadable(_("照片清单不能识别。"))
    found: dict[str, dict[str, object]] = {}
    for one in value[:100]:
        if not isinstance(one, Mapping):
            raise Unreadable(_("照片清单不能识别。"))
        sha256 = str(one.get("sha256") or "").lower()
        if len(sha256) != 64 or any(sign not in "0123456789abcdef" for sign in sha256):
            raise Unreadable(_("照片的内容校验值不正确。"))
        found[sha256] = {str(name)[:32]: _kept(each) for name, each in one.items() if name != "sha256"}
    return found


def _segment(value: object) -> Segment | None:
    key = _key(value)
    return Segment.objects.select_related("campaign").filter(pk=key).first() if key else None


def _lead(value: object) -> Lead | None:
    key = _key(value)
    return Lead.objects.filter(pk=key).first() if key else None


def _key(value: object) -> int:
    found = number(value)
    return int(found) if found is not None and 0 < found < 2**53 else 0
