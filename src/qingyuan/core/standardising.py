"""规范化建设 as a rule: which items an outlet's checklist has, and how each stands.

Pure. The items are a table of the packs (standardisation.items): when an item is asked, for which types, for which it
is waived, and whether a register answers it or a person looks. An outlet is standardised when no item that is asked is
open (T19).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from qingyuan.core.refusal import gettext_noop as _


class Answer(StrEnum):
    """Who answers whether an item is done: the register, or somebody who looked."""

    NAME = "name"
    CODE = "code"
    SIGNBOARD = "signboard"
    SAMPLING_POINT = "sampling_point"
    INSPECTION_WELL = "inspection_well"
    VIDEO = "video"
    FLOW = "flow"
    GATE = "gate"
    ARCHIVE = "archive"
    CHECKED = "checked"


class ItemState(StrEnum):
    """How an item stands."""

    DONE = "done"
    OPEN = "open"
    FAILED = "failed"
    WAIVED = "waived"
    NOT_ASKED = "not_asked"


ITEM_STATES: Mapping[ItemState, str] = {
    ItemState.DONE: _("已完成"),
    ItemState.OPEN: _("未完成"),
    ItemState.FAILED: _("不符合"),
    ItemState.WAIVED: _("豁免"),
    ItemState.NOT_ASKED: _("不要求"),
}
BLOCKING = frozenset({ItemState.OPEN, ItemState.FAILED})


class Said(Protocol):
    """A parameter as it was resolved."""

    @property
    def value(self) -> object: ...
    @property
    def clause(self) -> str: ...
    @property
    def status(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an outlet: its type and special kind, which answers of the register are yes, with what is
    missing where they are no; what people found, item → (state, reason)."""

    type_key: str
    special_kind: str = ""
    done: frozenset[Answer] = frozenset()
    lacking: Mapping[Answer, str] | None = None
    checked: Mapping[str, tuple[ItemState, str]] | None = None

    def is_among(self, value: object) -> bool:
        """Whether a list of the packs names the outlet's type or special kind."""
        kinds = {self.type_key, self.special_kind} - {""}
        return isinstance(value, Collection) and not isinstance(value, str) and not kinds.isdisjoint(value)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. `why` is the reason of its state (a source string or what somebody wrote)."""

    key: str
    name: str
    answer: Answer
    state: ItemState
    why: str = ""
    clause: str = ""
    status: str = ""
    waivable: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the outlet cannot be standardised because of it."""
        return self.state in BLOCKING


def checklist(
    table: Iterable[Mapping[str, object]], parameters: Mapping[str, Said], seen: Seen, *, status: str = ""
) -> tuple[Item, ...]:
    """Every item of the table for one outlet, in its order. `status` is how the table itself is known."""
    return tuple(_item(row, parameters, seen, status) for row in table)


def open_items(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that are asked and not done."""
    return tuple(item for item in items if item.blocks)


def _item(row: Mapping[str, object], parameters: Mapping[str, Said], seen: Seen, status: str) -> Item:
    key, answer = str(row["key"]), Answer(str(row.get("kind", Answer.CHECKED)))
    asked_by = _asked_by(row, parameters, seen)
    clause = asked_by.clause if asked_by else str(row.get("clause", ""))
    known = asked_by.status if asked_by else status
    state, why = ItemState.NOT_ASKED, ""
    if asked_by is not None or _is_always(row):
        state, why = _state(key, answer, seen)
        waived = parameters.get(str(row.get("waived", "")))
        if state in BLOCKING and waived is not None and seen.is_among(waived.value):
            state, why, clause, known = ItemState.WAIVED, _("该类排污口可以豁免"), waived.clause, waived.status
    return Item(key, str(row["name"]), answer, state, why, clause, known, bool(row.get("waivable")))


def _is_always(row: Mapping[str, object]) -> bool:
    return row.get("when") is None


def _asked_by(row: Mapping[str, object], parameters: Mapping[str, Said], seen: Seen) -> Said | None:
    """The first parameter that asks for the item: a yes, or a list that names the type. `only` narrows the types."""
    only = row.get("only")
    if only and not ((said := parameters.get(str(only))) and seen.is_among(said.value)):
        return None
    for name in row.get("when") or ():  # type: ignore[attr-defined]
        said = parameters.get(str(name))
        if said is not None and (said.value is True or seen.is_among(said.value)):
            return said
    return None


def _state(key: str, answer: Answer, seen: Seen) -> tuple[ItemState, str]:
    found = (seen.checked or {}).get(key)
    if answer in seen.done:
        return ItemState.DONE, ""
    if found is not None and (answer is Answer.CHECKED or found[0] is ItemState.WAIVED):
        return found
    return ItemState.OPEN, (seen.lacking or {}).get(answer, "")
