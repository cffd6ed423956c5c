"""What one text of a pack changes against another: values with clause, status and direction, rules, heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qingyuan.core.policy import Pack, Resolved
from qingyuan.core.policy.judging import Rule
from qingyuan.core.policy.ladder import Ladder, declarations
from qingyuan.core.policy.parameters import Declaration, Entry, Kind, Stricter, is_loosening
from qingyuan.core.refusal import gettext_noop as _


class Change(StrEnum):
    """What happens to a value or a rule."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Direction(StrEnum):
    """Whether a value gets stricter. `same`: only clause, status or wording changes."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    SAME = "same"
    UNORDERED = "unordered"


LABELS: dict[StrEnum, str] = {
    Change.ADDED: _("新增"),
    Change.CHANGED: _("修改"),
    Change.REMOVED: _("删除"),
    Direction.TIGHTENED: _("从严"),
    Direction.LOOSENED: _("放宽"),
    Direction.SAME: _("取值不变"),
    Direction.UNORDERED: _("不分宽严"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What applied, or would apply, on the day: from the pack itself or from above."""

    value: object
    clause: str
    status: str
    origin: str


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """One value of one parameter from a day on. `before` and `after` are what applies in the unit, whoever says it."""

    name: str
    title: str
    unit: str
    change: Change
    from_day: date | None
    before: Said
    after: Said
    direction: Direction


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that comes, changes or goes."""

    id: str
    title: str
    change: Change
    before: Rule | None
    after: Rule | None


@dataclass(frozen=True, slots=True)
class HeadChange:
    """Title, document number and the like, before and after."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PackDifference:
    """Everything that one text changes against another."""

    parameters: tuple[ParameterChange, ...]
    rules: tuple[RuleChange, ...]
    head: tuple[HeadChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not (self.parameters or self.rules or self.head)


HEAD = {
    "title": _("名称"),
    "issuer": _("发布机关"),
    "document_no": _("文号"),
    "issued": _("印发日期"),
    "parents": _("上位文件"),
    "glossary": _("用语"),
    "note": _("说明"),
}


def difference(above: Sequence[Pack], before: Pack | None, after: Pack) -> PackDifference:
    """What `after` changes against `before` (None: there was none) on the packs above. Both must fit them."""
    old = Ladder((*above, before)) if before is not None else Ladder(tuple(above))
    new = Ladder((*above, after))
    return PackDifference(
        tuple(_parameters(old, new, before, after)),
        tuple(_rules(before, after)),
        tuple(_head(before, after)),
    )


def _parameters(old: Ladder, new: Ladder, before: Pack | None, after: Pack) -> Iterator[ParameterChange]:
    known = {**declarations(old.packs), **declarations(new.packs)}
    policies: dict[date, tuple[dict, dict]] = {}
    written = before.entries if before is not None else {}
    for name in sorted({*written, *after.entries}):
        one, two = _by_day(written.get(name, ())), _by_day(after.entries.get(name, ()))
        for day in sorted({*one, *two}, key=lambda day: day or date.min):
            if one.get(day) == two.get(day):
                continue
            on = day or date.min
            if on not in policies:
                policies[on] = (dict(old.policy("", on).parameters), dict(new.policy("", on).parameters))
            was, then = _said(policies[on][0].get(name)), _said(policies[on][1].get(name))
            change = Change.ADDED if day not in one else Change.REMOVED if day not in two else Change.CHANGED
            declared = known.get(name) or Declaration(name, name, Kind.TEXT)  # no longer declared above
            direction = _direction(declared, was.value, then.value)
            yield ParameterChange(name, declared.title, declared.unit, change, day, was, then, direction)


def _by_day(entries: Sequence[Entry]) -> dict[date | None, Entry]:
    return {entry.from_day: entry for entry in entries}


def _said(found: Resolved | None) -> Said:
    if found is None or not found.ladder:
        return Said(None, "", "", "")
    return Said(found.value, found.clause, str(found.status), found.origin)


def _direction(declared: Declaration, was: object, then: object) -> Direction:
    if was == then:
        return Direction.SAME
    if declared.stricter is Stricter.NONE:
        return Direction.UNORDERED
    return Direction.LOOSENED if is_loosening(declared.stricter, was, then) else Direction.TIGHTENED


def _rules(before: Pack | None, after: Pack) -> Iterator[RuleChange]:
    one = {rule.id: rule for rule in before.rules} if before is not None else {}
    two = {rule.id: rule for rule in after.rules}
    for name in dict.fromkeys([*one, *two]):
        was, then = one.get(name), two.get(name)
        if was == then:
            continue
        change = Change.ADDED if was is None else Change.REMOVED if then is None else Change.CHANGED
        yield RuleChange(name, (then or was).title, change, was, then)  # type: ignore[union-attr]


def _head(before: Pack | None, after: Pack) -> Iterator[HeadChange]:
    for key in HEAD:
        was = _text(getattr(before, key)) if before is not None else ""
        then = _text(getattr(after, key))
        if was != then:
            yield HeadChange(key, was, then)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "；".join(f"{word}：{meaning}" for word, meaning in value.items())
    return "" if value is None else str(value)
