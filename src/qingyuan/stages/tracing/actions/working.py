"""办理: steps with their evidence, and the units the water comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from qingyuan.bodies.models import Body
from qingyuan.core.access import Actor
from qingyuan.core.refusal import require
from qingyuan.registry.actions.moving import check_filed
from qingyuan.stages.tracing import guards
from qingyuan.stages.tracing.actions.writing import change, record
from qingyuan.stages.tracing.models import Case, Source, Step, StepFile
from qingyuan.stages.tracing.words import Confidence


@transaction.atomic
def add_step(
    case: Case,
    *,
    method: str,
    result: str,
    on: date,
    by: Actor,
    at: datetime,
    method_note: str = "",
    place: str = "",
    position: tuple[Decimal, Decimal] | None = None,
    confidence: Confidence = Confidence.UNKNOWN,
    evidence: Mapping[str, str] | None = None,
    key: str = "",
) -> Step:
    """记录溯源步骤. `evidence`: content hash → title of files in the library. The same `key` is the same step.

    Raises
    ------
    Refused, StaleRecord, NotFound
    """
    if key and (made := Step.objects.filter(key=key, case=case).first()):
        return made
    require(guards.add_step(case, method=method, method_note=method_note, result=result, on=on, by=by, at=at))
    files = dict(evidence or {})
    check_filed(set(files))
    longitude, latitude = position or (None, None)
    try:
        with transaction.atomic():
            step = Step.objects.create(
                case=case,
                key=key or None,
                method=method.strip(),
                method_note=method_note.strip(),
                day=on,
                place=place.strip(),
                longitude_deg=longitude,
                latitude_deg=latitude,
                result=result.strip(),
                confidence=confidence,
                recorded_by=by.id,
                recorded_at=at,
            )
    except IntegrityError:
        return Step.objects.get(key=key, case=case)
    StepFile.objects.bulk_create(StepFile(step=step, sha256=sha256, title=title) for sha256, title in files.items())
    change(case)
    record(
        case,
        "case.step",
        on=on,
        by=by,
        at=at,
        details={"step": step.pk, "method": method, "confidence": confidence},
        private={"result": step.result, "place": step.place, "method_note": step.method_note},
        evidence=tuple(files),
    )
    return step


@transaction.atomic
def strike_step(step: Step, *, reason: str, on: date, by: Actor, at: datetime) -> Step:
    """划去步骤: it was wrong; it stays to be read and counts no longer. Struck already, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    if step.struck_at is not None:
        return step
    require(guards.strike_step(step, reason=reason, by=by))
    Step.objects.filter(pk=step.pk, struck_at=None).update(struck_at=at, struck_by=by.id, struck_reason=reason.strip())
    step.refresh_from_db()
    change(step.case)
    details = {"step": step.pk, "method": step.method}
    record(step.case, "case.strike_step", on=on, by=by, at=at, details=details, private={"reason": reason})
    return step


@transaction.atomic
def set_source(
    case: Case, *, body: Body, share: Decimal | None, on: date, by: Actor, at: datetime, note: str = ""
) -> Source:
    """登记来源, or its share anew: a share said later takes the place of the one before. Shares that are known add
    up to 100 % at most; one that nobody knows is null.

    Raises
    ------
    Refused, StaleRecord
    """
    held = case.sources.filter(body=body, ended_at=None).first()
    if held is not None and (held.share, held.note) == (share, note.strip()):
        return held
    require(guards.set_source(case, body=body, share=share, by=by))
    if held is not None:
        Source.objects.filter(pk=held.pk).update(ended_at=at)
    source = Source.objects.create(
        case=case, body=body, share=share, note=note.strip(), recorded_by=by.id, recorded_at=at
    )
    change(case)
    details = {"body": body.pk, "body_name": body.name, "share": share}
    record(case, "case.source", on=on, by=by, at=at, details=details, private={"note": note})
    return source


@transaction.atomic
def end_source(source: Source, *, on: date, by: Actor, at: datetime) -> Source:
    """删去来源: it turned out to be none. Ended already, nothing happens.

    Raises
    ------
    Refused, StaleRecord
    """
    if source.ended_at is not None:
        return source
    require(guards.work(source.case, by=by))
    Source.objects.filter(pk=source.pk, ended_at=None).update(ended_at=at)
    source.ended_at = at
    change(source.case)
    details = {"body": source.body_id, "body_name": source.body.name}
    record(source.case, "case.end_source", on=on, by=by, at=at, details=details)
    return source
