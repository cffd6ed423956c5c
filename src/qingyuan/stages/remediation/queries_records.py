"""Asking for 专项台账. What lies outside the asker's scope does not exist for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from qingyuan.core.access import Actor
from qingyuan.core.policy import Verdict
from qingyuan.core.refusal import NotFound
from qingyuan.registry import queries as registry
from qingyuan.registry import rules as registry_rules
from qingyuan.registry.models import Fact, Outlet, OutletQuerySet
from qingyuan.registry.rules import policy_of
from qingyuan.stages.remediation.models_records import TypeRecord
from qingyuan.stages.remediation.rules_records import NUMBER, RecordKind, kind_of


@dataclass(frozen=True, slots=True)
class Line:
    """An outlet that a kind of record is asked of, with what is registered; `barred`: why a permit is not renewed."""

    outlet: Outlet
    records: tuple[TypeRecord, ...]
    barred: Verdict | None = None

    @property
    def is_open(self) -> bool:
        """Nothing is registered, or something is missing."""
        return not self.records or not all(one.is_complete for one in self.records)

    @property
    def leaves(self) -> bool:
        """It must leave the sewer and has not yet."""
        return any(one.due is not None and one.done_on is None for one in self.records)


def asked_of(actor: Actor, kind: RecordKind, *, path: str, on: date) -> OutletQuerySet:
    """The outlets in a place that the record is asked of, by id."""
    found = registry.visible_to(actor).filter(type_key__in=kind.types).within(path)
    if kind.asked_by:
        stated = Fact.objects.filter(name=kind.asked_by, value=True, from_day__lte=on, retracted_at=None)
        ids = list(stated.values_list("subject_kind", "subject_id"))
        about = {name: [int(pk) for word, pk in ids if word == name and pk.isdecimal()] for name in ("outlet", "party")}
        found = found.filter(Q(pk__in=about["outlet"]) | Q(party__in=about["party"]))
    return found.order_by("pk")


def is_asked(kind: RecordKind, outlet: Outlet, *, on: date) -> bool:
    """Whether the record is asked of one outlet: its type, the fact that asks for it, and no basin that is excepted."""
    if outlet.type_key not in kind.types:
        return False
    known = registry.facts_of(outlet, on=on) if kind.asked_by or kind.unless_basin else {}
    if kind.asked_by and known.get(kind.asked_by) is not True:
        return False
    return not kind.unless_basin or known.get("basin_name") not in kind.unless_basin


def page(actor: Actor, kind: RecordKind, *, path: str, on: date, after: int = 0, limit: int = 50) -> list[Line]:
    """A page of them with their records."""
    found = asked_of(actor, kind, path=path, on=on).filter(pk__gt=after).select_related("unit", "party", "water")
    rows = list(found[:limit])
    held: dict[int, list[TypeRecord]] = {}
    for one in TypeRecord.objects.filter(outlet__in=rows, kind=kind.key).order_by("pk"):
        held.setdefault(one.outlet_id, []).append(one)
    lines = [Line(one, tuple(held.get(one.pk, ()))) for one in rows if one.pk in held or is_asked(kind, one, on=on)]
    return [replace(one, barred=renewal_barred(one.outlet, on=on)) if one.leaves else one for one in lines]


def renewal_barred(outlet: Outlet, *, on: date) -> Verdict | None:
    """The rule by which the permit of an outlet's party may not be renewed or reissued now; None for none."""
    policy = policy_of(outlet.unit_path, on=on)
    verdicts = registry_rules.judge(policy, registry.facts_of(outlet, on=on))
    return next((one for one in verdicts if registry_rules.bars_renewal(one)), None)


def totals(actor: Actor, kind: RecordKind, *, path: str, on: date) -> Mapping[str, float]:
    """Field → the sum over the place, of the numbers that are totalled."""
    records = TypeRecord.objects.filter(kind=kind.key, outlet__in=asked_of(actor, kind, path=path, on=on))
    found = dict.fromkeys((one.key for one in kind.fields if one.total and one.kind == NUMBER), 0.0)
    for values in records.values_list("values", flat=True):
        for key in found:
            found[key] += float(values.get(key) or 0)
    return found


def record(actor: Actor, pk: int) -> TypeRecord:
    """One record about an outlet the actor may see.

    Raises
    ------
    NotFound
    """
    found = (
        TypeRecord.objects.filter(registry.seen(actor), pk=pk).select_related("outlet__unit", "outlet__party").first()
    )
    if found is None:
        raise NotFound("record", str(pk))
    return found


def kind_at(path: str, key: str, *, on: date) -> RecordKind:
    """A kind of record of a place.

    Raises
    ------
    NotFound
    """
    found = kind_of(policy_of(path, on=on), key)
    if found is None:
        raise NotFound("record", key)
    return found
