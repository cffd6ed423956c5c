"""What the packs have registered of outlets of one type (remediation.records)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from qingyuan.bodies.naming import Row
from qingyuan.core.policy import Policy
from qingyuan.stages.remediation.rules_plans import texts_of

NUMBER, BOOLEAN = "number", "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to be registered. `fact`: the fact it states to the rules, turned round where `negated`."""

    key: str
    title: str
    kind: str
    unit: str = ""
    most: float | None = None
    total: bool = False
    fact: str = ""
    negated: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record. `open` is what one is called that lacks something; `leaves`: answers of which any one has the
    water leave within `days` days."""

    key: str
    title: str
    clause: str
    types: tuple[str, ...]
    fields: tuple[Field, ...]
    open: str
    titles: tuple[str, ...] = ()
    asked_by: str = ""
    unless_basin: tuple[str, ...] = ()
    leaves: tuple[tuple[str, object], ...] = ()
    days: int = 0

    def lacks(self, values: Mapping[str, object]) -> tuple[Field, ...]:
        """What must be known and is not."""
        return tuple(one for one in self.fields if not one.optional and values.get(one.key) in (None, ""))

    def must_leave(self, values: Mapping[str, object]) -> bool:
        """Whether any one of the answers asks for the exit."""
        return any(key in values and values[key] == answer for key, answer in self.leaves)


def kinds(policy: Policy) -> tuple[RecordKind, ...]:
    """The kinds of records of a place."""
    return tuple(_kind(row) for row in cast("Iterable[Row]", policy.value("remediation.records", ()) or ()))


def kind_of(policy: Policy, key: str) -> RecordKind | None:
    """One of them by its key."""
    return next((one for one in kinds(policy) if one.key == key), None)


def _kind(row: Row) -> RecordKind:
    return RecordKind(
        key=str(row["key"]),
        title=str(row["title"]),
        clause=str(row.get("clause", "")),
        types=texts_of(row.get("types")),
        fields=tuple(Field(**one) for one in cast("Iterable[dict[str, object]]", row["fields"])),  # type: ignore[arg-type]
        open=str(row.get("open", "")),
        titles=texts_of(row.get("titles")),
        asked_by=str(row.get("asked_by", "")),
        unless_basin=texts_of(row.get("unless_basin")),
        leaves=tuple(
            pair for one in cast("Iterable[dict[str, object]]", row.get("exit") or ()) for pair in one.items()
        ),
        days=int(cast("int", row.get("days") or 0)),
    )
