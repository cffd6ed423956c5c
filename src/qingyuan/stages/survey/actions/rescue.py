"""救援文件: what left a phone as one file. Taken in once or ten times, before or after the phone itself sent the same,
the register holds the same: items keep their numbers, photos their hashes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qingyuan.core.access import Actor
from qingyuan.core.refusal import Refusal, Refused, require
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.stages.survey import guards_field as guards
from qingyuan.stages.survey.actions.batches import MOST_ITEMS, Receipt, take_batch
from qingyuan.stages.survey.actions.uploads import file_photo, kind_of
from qingyuan.stages.survey.models_field import FieldDevice

FORMAT = "qingyuan-field-rescue"
MOST_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rescued:
    """What came of a file: a receipt for each item, photos taken, photos whose content is not what their name says."""

    receipts: tuple[Receipt, ...]
    photos: int
    broken: int


def take_rescue(by: Actor, content: bytes, *, at: datetime) -> Rescued:
    """接收救援文件: photos first, then the items in their order.

    Raises
    ------
    Refused
        The file is no rescue file; nothing was taken.
    """
    require(guards.take_rescue(by=by))
    given = _read(content)
    photos, broken = _photos(given.get("photos"), by=by, at=at)
    items = given["items"]
    assert isinstance(items, list)
    said = given.get("device")
    device = said if isinstance(said, Mapping) else {}
    receipts: list[Receipt] = []
    for start in range(0, len(items), MOST_ITEMS):
        part = {"device": device, "items": items[start : start + MOST_ITEMS]}
        receipts += take_batch(by, part, at=at, rescued_from=str(device.get("id") or "file")).receipts
    FieldDevice.objects.filter(uid=str(device.get("id") or "")[:64]).update(rescued_at=at)
    return Rescued(tuple(receipts), photos, broken)


def _read(content: bytes) -> Mapping[str, object]:
    refused = Refused(Refusal("field.not_a_rescue_file", _("这不是现场排查导出的救援文件，没有接收。")))
    if len(content) > MOST_BYTES:
        raise refused
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        raise refused from None
    if not isinstance(given, dict) or given.get("format") != FORMAT or not isinstance(given.get("items"), list):
        raise refused
    return given


def _photos(given: object, *, by: Actor, at: datetime) -> tuple[int, int]:
    whole = broken = 0
    for sha256, text in given.items() if isinstance(given, Mapping) else ():
        try:
            content = base64.b64decode(str(text), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        kind = kind_of(content)
        if kind is None or file_photo(content, kind=kind, by=by, at=at) != sha256:
            broken += 1
        else:
            whole += 1
    return whole, broken
