"""May they? 专项台账: one function per action, with the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from qingyuan.core import access
from qingyuan.core.access import Actor, Permission
from qingyuan.core.refusal import Refusal, guard
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.registry.guards import not_yet, withdrawn
from qingyuan.registry.models import Outlet
from qingyuan.registry.places_of import place_of
from qingyuan.stages.remediation.models_records import TypeRecord
from qingyuan.stages.remediation.queries_records import is_asked
from qingyuan.stages.remediation.rules_records import BOOLEAN, NUMBER, Field, RecordKind

LONGEST = 200


@guard
def save_record(
    outlet: Outlet,
    kind: RecordKind,
    *,
    title: str,
    values: Mapping[str, object],
    by: Actor,
    on: date,
    at: datetime,
) -> Iterator[Refusal | None]:
    """登记台账. It may be incomplete: then it waits for the rest."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(outlet))
    yield withdrawn(outlet)
    if not is_asked(kind, outlet, on=on):
        text = _("“%(kind)s”不适用于该排污口。")
        yield Refusal("remediation.record_unfit", text, {"kind": kind.title}, kind.clause)
    if (kind.titles and title not in kind.titles) or (not kind.titles and title):
        names = "、".join(kind.titles)
        yield Refusal("remediation.record_title", _("请选择：%(names)s。"), {"names": names}, kind.clause)
    for one in kind.fields:
        yield _wrong(one, values.get(one.key))
    yield not_yet(on, at)


def _wrong(field: Field, value: object) -> Refusal | None:
    if value is None or value == "":
        return None
    right = {NUMBER: isinstance(value, int | float) and not isinstance(value, bool), BOOLEAN: value in (True, False)}
    fits = right.get(field.kind, isinstance(value, str) and len(value) <= LONGEST)
    if fits and field.kind == NUMBER:
        number = float(value)  # type: ignore[arg-type]
        fits = 0 <= number <= (field.most if field.most is not None else 1e12)
    return None if fits else Refusal("remediation.record_value", _("“%(field)s”的值不对。"), {"field": field.title})


@guard
def mark_exited(record: TypeRecord, *, by: Actor, on: date, at: datetime) -> Iterator[Refusal | None]:
    """登记已退出: where the exit was asked for."""
    yield access.refusal(by, Permission.REMEDIATION_PLAN, place_of(record.outlet))
    if record.due is None:
        yield Refusal("remediation.record_stays", _("没有要求退出。"), {}, record.clause)
    if on < record.saved_on:
        text = _("日期早于评估日期%(day)s。")
        yield Refusal("remediation.record_before", text, {"day": record.saved_on.isoformat()})
    yield not_yet(on, at)
