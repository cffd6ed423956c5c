"""现场记录: what a phone saved becomes, or mends, an outlet; whatever speaks against it waits for a person.

A revision that came is kept whatever it says. Coming twice it changes nothing, and the order in which revisions come
makes no difference to what the register holds in the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from qingyuan.core.access import Actor
from qingyuan.core.refusal import StaleRecord, require
from qingyuan.ledger import actions as ledger
from qingyuan.stages.survey import guards_field as guards
from qingyuan.stages.survey.actions.settling import settle
from qingyuan.stages.survey.models import Campaign, Segment
from qingyuan.stages.survey.models_field import FieldDevice, FieldRecord, FieldRevision
from qingyuan.stages.survey.models_leads import Lead

PHOTO, ABOUT = "photo/", "about/"
MOST_BASE = 500


@dataclass(frozen=True, slots=True)
class Author:
    """Who filled the record in on the phone, where that is not who sends it (a rescue file)."""

    id: str
    name: str


@transaction.atomic
def enter_record(
    by: Actor,
    *,
    client_id: UUID,
    campaign: Campaign | None,
    segment: Segment | None,
    lead: Lead | None,
    fields: Mapping[str, object],
    photos: Mapping[str, Mapping[str, object]],
    device: FieldDevice | None,
    form_version: str,
    at: datetime,
    occurred_at: datetime,
    revision: str = "",
    base: Collection[str] = (),
    settles: Collection[str] = (),
    offset_s: float = 0.0,
    author: Author | None = None,
) -> FieldRecord:
    """现场记录入库: one saving of one record, idempotent by `client_id` and `revision`. `occurred_at` is the phone's
    time, `offset_s` what the site measured must be added to it. The same revision with other content is another one.

    Raises
    ------
    Refused
        The sender may record nowhere.
    """
    require(guards.send(by=by))
    who = author or Author(by.id, by.name)
    said = {
        **dict(fields),
        **{f"{PHOTO}{sha256}": dict(one) for sha256, one in photos.items()},
        **_about(campaign, segment, lead),
    }
    record = _record(client_id, who, device, at=at, occurred_at=occurred_at)
    content = _content(said, base, settles, form_version, who.id, occurred_at)
    name, known = _name(record, revision or content[:32], content)
    if known:
        return record
    FieldRevision.objects.create(
        record=record,
        revision=name,
        base=sorted(base)[:MOST_BASE],
        settles=sorted(settles),
        fields=said,
        form_version=form_version[:16],
        content=content,
        device=device,
        officer_id=who.id,
        officer_name=who.name,
        sent_by=by.id,
        said_at=occurred_at,
        occurred_at=occurred_at + timedelta(seconds=round(offset_s)),
        recorded_at=at,
    )
    settle(record, by=by, at=at)
    ledger.record(
        ("field_record", str(record.client_id)),
        "field_record.save",
        by=by,
        at=at,
        occurred=min(at, occurred_at + timedelta(seconds=round(offset_s))),
        details={"revision": name, "device": device.uid if device else "", "state": record.state},
    )
    return record


@transaction.atomic
def amend_record(
    record: FieldRecord,
    *,
    fields: Mapping[str, object],
    version: int,
    by: Actor,
    at: datetime,
    settles: Collection[str] = (),
) -> FieldRecord:
    """更正现场记录, 裁定分歧: the office writes a revision that knows all there are. `settles` are the fields it
    decides.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.decide_conflict(record, by=by) if settles else guards.amend_record(record, by=by))
    _lock(record, version)
    heads = list(record.revisions.values_list("revision", flat=True))
    said = dict(fields)
    content = _content(said, heads, settles, record.form_version, by.id, at)
    FieldRevision.objects.create(
        record=record,
        revision=content[:32],
        base=sorted(heads),
        settles=sorted(settles),
        fields=said,
        form_version=record.form_version,
        content=content,
        officer_id=by.id,
        officer_name=by.name,
        sent_by=by.id,
        said_at=at,
        occurred_at=at,
        recorded_at=at,
    )
    settle(record, by=by, at=at)
    _tell(record, "field_record.amend", by=by, at=at, details={"fields": sorted(fields), "settles": sorted(settles)})
    return record


@transaction.atomic
def accept_record(record: FieldRecord, *, version: int, by: Actor, at: datetime) -> FieldRecord:
    """仍然入库: the lead looked at what was found and lets it pass. Pressed again, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    require(guards.accept_record(record, by=by))
    _lock(record, version)
    codes = sorted({str(one["code"]) for one in record.findings if one["severity"] == "error"})
    record.overruled = sorted({*record.overruled, *codes})
    settle(record, by=by, at=at)
    _tell(record, "field_record.accept", by=by, at=at, details={"overruled": codes, "state": record.state})
    return record


def _tell(record: FieldRecord, act: str, *, by: Actor, at: datetime, details: Mapping[str, object]) -> None:
    ledger.record(("field_record", str(record.client_id)), act, by=by, at=at, occurred=at, details=details)


def _lock(record: FieldRecord, version: int) -> None:
    """Take the record as it was read, or say that it is another one by now."""
    now = FieldRecord.objects.select_for_update().get(pk=record.pk)
    if now.version != version:
        raise StaleRecord(str(record.client_id))


def _record(
    client_id: UUID, who: Author, device: FieldDevice | None, *, at: datetime, occurred_at: datetime
) -> FieldRecord:
    found = FieldRecord.objects.select_for_update().filter(client_id=client_id).first()
    if found is not None:
        return found
    made, new = FieldRecord.objects.get_or_create(
        client_id=client_id,
        defaults={
            "device": device,
            "officer_id": who.id,
            "officer_name": who.name,
            "occurred_at": occurred_at,
            "recorded_at": at,
        },
    )
    return made if new else FieldRecord.objects.select_for_update().get(pk=made.pk)


def _about(campaign: Campaign | None, segment: Segment | None, lead: Lead | None) -> dict[str, object]:
    named = {"campaign": campaign, "segment": segment, "lead": lead}
    return {f"{ABOUT}{name}": one.pk for name, one in named.items() if one is not None}


def _content(
    said: Mapping[str, object],
    base: Collection[str],
    settles: Collection[str],
    form_version: str,
    author: str,
    occurred_at: datetime,
) -> str:
    whole: Sequence[object] = [said, sorted(base), sorted(settles), form_version, author, occurred_at.isoformat()]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def _name(record: FieldRecord, asked: str, content: str) -> tuple[str, bool]:
    """The revision's name, and whether it is here already. A name used for another content gets that content's mark."""
    asked = asked[:48]
    found = FieldRevision.objects.filter(revision=asked).first()
    if found is None:
        return asked, False
    if found.record_id == record.pk and found.content == content:
        return asked, True
    marked = f"{asked}~{content[:12]}"
    return marked, FieldRevision.objects.filter(revision=marked).exists()
