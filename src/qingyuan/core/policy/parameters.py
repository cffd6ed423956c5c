"""Parameters of a policy: what may be said about one, which of two values is stricter, and a value once resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qingyuan.core.refusal import DomainError


class Status(StrEnum):
    """How a value is known: read in the text, inferred from texts, told by a second source, or proposed by us."""

    READ = "read"
    INFERRED = "inferred"
    SECONDARY = "secondary"
    PROPOSED = "proposed"


class Kind(StrEnum):
    """The type of a parameter's value. Any of them may be null: nothing is set."""

    NUMBER = "number"
    INTEGER = "integer"
    SHARE = "share"
    BOOLEAN = "boolean"
    TEXT = "text"
    DATE = "date"
    LIST = "list"
    MAPPING = "mapping"
    TABLE = "table"


KIND_WORDS = {
    Kind.NUMBER: "数",
    Kind.INTEGER: "整数",
    Kind.SHARE: "比例（0 至 1）",
    Kind.BOOLEAN: "“是”或者“否”",
    Kind.TEXT: "文字或者代号",
    Kind.DATE: "日期",
    Kind.LIST: "列表",
    Kind.MAPPING: "键值",
    Kind.TABLE: "表",
}
"""The types as an officer reads them."""


class Stricter(StrEnum):
    """In which direction a value gets stricter. For booleans `higher` means that true is the stricter one."""

    LOWER = "lower"
    HIGHER = "higher"
    SUBSET = "subset"
    SUPERSET = "superset"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PackFault:
    """One thing wrong with a pack: in which file, at which key, why. `code` is stable and for machines."""

    file: str
    key: str
    reason: str
    code: str = "POLICY_SHAPE"

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason} [{self.code}]"


class PackError(DomainError):
    """Packs are not written as packs are written. Carries every fault found, not the first."""

    def __init__(self, faults: list[PackFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is fixed about a parameter where it is first named: type, unit, and how far a pack below may move it."""

    name: str
    title: str
    kind: Kind
    unit: str = ""
    stricter: Stricter = Stricter.NONE
    locked: bool = False
    overridable: bool = False
    scope: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value from a day on. `from_day` None: in force since before anybody knows."""

    from_day: date | None
    value: object
    clause: str
    status: Status
    quote: str = ""
    waters: str | tuple[str, ...] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """What one pack of the ladder says about a parameter on the day asked."""

    pack: str
    value: object
    from_day: date | None
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A parameter as it applies in a unit on a day, with the rungs it came down.

    `inherited`: the unit's own pack is silent and the value comes from above. `quote`: the text's own vague word.
    """

    name: str
    value: object
    from_day: date | None
    clause: str
    origin: str
    status: str
    locked: bool
    inherited: bool
    quote: str = ""
    waters: str | tuple[str, ...] | None = None
    title: str = ""
    unit: str = ""
    scope: str = ""
    meaning: str = ""
    note: str = ""
    ladder: tuple[Rung, ...] = ()

    @property
    def overtaken_by(self) -> Rung | None:
        """A rung above that began after this value did and says otherwise: the officer should look at it."""
        for rung in reversed(self.ladder):
            newer = rung.from_day is not None and (self.from_day is None or rung.from_day > self.from_day)
            if rung.pack != self.origin and newer and rung.value != self.value:
                return rung
        return None


@dataclass(frozen=True, slots=True)
class Target:
    """A dated aim of a scheme. `required` None: no share is set, progress is shown without 达标/未达标."""

    key: str
    metric: str
    due: date | None
    required: float | None
    clause: str
    waters: str | tuple[str, ...]
    quote: str
    title: str
    scope: str
    status: str
    origin: str


def type_fault(kind: Kind, value: object) -> str | None:
    """Why a value is not of its declared type; None if it is. Null fits every type."""
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        Kind.NUMBER: number,
        Kind.INTEGER: number and isinstance(value, int),
        Kind.SHARE: number and 0 <= value <= 1,  # type: ignore[operator]
        Kind.BOOLEAN: isinstance(value, bool),
        Kind.TEXT: isinstance(value, str),
        Kind.DATE: type(value) is date,
        Kind.LIST: isinstance(value, tuple) and all(isinstance(item, str) for item in value),
        Kind.MAPPING: isinstance(value, Mapping),
        Kind.TABLE: isinstance(value, tuple) and all(isinstance(item, Mapping) for item in value),
    }[kind]
    return None if fits else f"应为{KIND_WORDS[kind]}，而写的是 {value!r}"


def is_loosening(stricter: Stricter, above: object, below: object) -> bool:
    """Whether `below` is not at least as strict as `above`.

    Nothing set above leaves a pack below free; taking a set value away loosens it. Without an order, any other value
    counts as loosening.
    """
    if above is None or above == below:
        return False
    if below is None:
        return True
    match stricter:
        case Stricter.LOWER:
            return below > above  # type: ignore[operator]
        case Stricter.HIGHER:
            return below < above  # type: ignore[operator]
        case Stricter.SUBSET:
            return not set(below) <= set(above)  # type: ignore[call-overload]
        case Stricter.SUPERSET:
            return not set(below) >= set(above)  # type: ignore[call-overload]
        case _:
            return True
