"""One plan for one outlet (一口一策), as far as it can be decided without a database.

The three batches and the three duties; whether steps stand in order; whether the words of a measure merge or seal an
outlet; and what the rules of the packs ask of a plan. A rule says so in its `gives`: under `plan` what the plan must
have so that nothing is owed, under `stops` which acts it holds up until then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from qingyuan.core.policy.judging import Verdict
from qingyuan.core.refusal import gettext_noop as _


class Batch(StrEnum):
    """整治批次: what is to become of an outlet. The values are stored and stand in policy packs."""

    BAN = "ban"
    MERGE = "merge"
    STANDARDISE = "standardise"


class Duty(StrEnum):
    """What a scheme charges a body with in remediation (corrections §2, lead_by_type)."""

    LEAD = "lead"
    EXECUTE = "execute"
    GUIDE = "guide"


class Moment(StrEnum):
    """An act that a rule may hold up."""

    SUBMIT = "submit"
    APPROVE = "approve"
    START = "start"
    ACCEPT = "accept"
    RETAIN = "retain"


BATCHES: Mapping[Batch, str] = {Batch.BAN: _("依法取缔"), Batch.MERGE: _("清理合并"), Batch.STANDARDISE: _("规范整治")}
DUTIES: Mapping[Duty, str] = {Duty.LEAD: _("牵头"), Duty.EXECUTE: _("执行"), Duty.GUIDE: _("指导督导")}


def duty_of(words: str) -> Duty:
    """The duty that a pack's words mean: 指导、督导 neither work nor accept, 牵头 leads, else it executes."""
    if "指导" in words or "督导" in words:
        return Duty.GUIDE
    return Duty.LEAD if "牵头" in words else Duty.EXECUTE


# --- steps -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepDates:
    """When a step begins and is due."""

    starts_on: date | None
    due: date | None


class DateFault(StrEnum):
    """What is wrong with the dates of a plan."""

    MISSING = "missing"
    BACKWARD = "backward"
    ORDER = "order"
    LATE = "late"


def date_fault(steps: Sequence[StepDates], *, due: date | None) -> tuple[DateFault, int] | None:
    """The first fault in the dates of a plan's steps, with the number of the step from 1 on.

    Each step has a day it is due; it does not begin after that; no step is due before the one before it; none is due
    after the plan itself.
    """
    earlier: date | None = None
    for number, step in enumerate(steps, start=1):
        if step.due is None:
            return DateFault.MISSING, number
        if step.starts_on is not None and step.starts_on > step.due:
            return DateFault.BACKWARD, number
        if earlier is not None and step.due < earlier:
            return DateFault.ORDER, number
        if due is not None and step.due > due:
            return DateFault.LATE, number
        earlier = step.due
    return None


def is_overdue(due: date | None, *, on: date, done_on: date | None = None) -> bool:
    """Whether something is overdue on a day: the day it is due still is in time."""
    return due is not None and (done_on or on) > due


# --- words -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LockWords:
    """The words by which a text merges or seals an outlet, and those that turn the meaning: `negations` before any of
    them (不、严禁), `removals` before or after a word of sealing (清除堵塞、拆除封堵)."""

    merging: tuple[str, ...]
    sealing: tuple[str, ...]
    negations: tuple[str, ...] = ()
    removals: tuple[str, ...] = ()
    things: tuple[str, ...] = ()

    @staticmethod
    def of(table: Mapping[str, object]) -> LockWords:
        """The words of a pack's table; what is left out is empty."""
        return LockWords(*(tuple(map(str, table.get(name) or ())) for name in LockWords.__dataclass_fields__))  # type: ignore[call-overload]


AND = "、和或及与"
"""What carries a negation on to the next word: 严禁合并、封堵."""
_SILENT = re.compile(r"[\s\u200b-\u200f\u2060\ufeff·•\-_—~～*'\"“”‘’]+")


def locked_word(text: str, words: LockWords) -> str | None:
    """The word by which a text merges or seals an outlet, or None.

    Full-width forms, blanks, dashes and quotation marks within the word do not hide it. “不封堵” and “严禁合并” do not
    do it, “清除堵塞物” removes what seals.
    """
    plain = _SILENT.sub("", unicodedata.normalize("NFKC", text))
    turned: list[range] = []
    meant: list[tuple[range, str]] = []
    for span, word in _spans(plain, (*words.merging, *words.sealing)):
        listed = span.start > 1 and plain[span.start - 1] in AND and any(one.stop == span.start - 1 for one in turned)
        if listed or _is_turned(plain, span, word, words):
            turned.append(span)
        else:
            meant.append((span, word))
    return next((word for span, word in meant if not any(_overlap(span, one) for one in turned)), None)


def _spans(text: str, words: Iterable[str]) -> list[tuple[range, str]]:
    found = [(range(at, at + len(word)), word) for word in words for at in _places(text, word)]
    return sorted(found, key=lambda one: one[0].start)


def _is_turned(text: str, span: range, word: str, words: LockWords) -> bool:
    """Whether what stands around a word turns its meaning."""
    before, after = text[: span.start], text[span.stop :]
    if word in words.merging:
        return _ends_with(before, words.negations)
    return _ends_with(before, (*words.negations, *words.removals)) or bool(
        words.things and after.startswith(words.things)
    )


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _places(text: str, word: str) -> Iterable[int]:
    return (found.start() for found in re.finditer(re.escape(word), text)) if word else ()


def _ends_with(before: str, words: Collection[str]) -> bool:
    return before.endswith(tuple(words)) if words else False


# --- demands ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan says, as far as rules ask: its batch, the keys of its measures, the names of the fields filled in."""

    batch: str
    measures: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Demand:
    """What one rule says of a plan. `met` None: a fact is missing, nobody can tell (`missing`).

    `bears`: the rule asks something of the plan; else it is told only.
    """

    rule: str
    effect: str
    text: str
    clause: str
    origin: str
    met: bool | None
    bears: bool
    batches: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    stops: frozenset[Moment] = frozenset()
    missing: tuple[str, ...] = ()
    gives: Mapping[str, object] = field(default_factory=dict)

    @property
    def forbids(self) -> bool:
        """Whether the plan cannot stand while this is unmet."""
        return self.bears and self.met is False and self.effect in {"block", "require"}

    @property
    def asks_reason(self) -> bool:
        """Whether the plan deviates from what the text recommends (原则上、鼓励除外): a reason is written."""
        return self.bears and self.met is False and self.effect == "recommend" and not self.gives.get("free")

    def holds_up(self, moment: Moment) -> bool:
        """Whether an act waits for this."""
        return self.forbids and moment in self.stops


def demands(verdicts: Iterable[Verdict], planned: Planned) -> tuple[Demand, ...]:
    """What the rules that hold, or may hold, say of a plan; rules that do not apply are left out."""
    return tuple(_demand(one, planned) for one in verdicts if one.verdict is not False and _is_told(one))


def _is_told(verdict: Verdict) -> bool:
    return bool(_asked(verdict) is not None or "stops" in verdict.gives)


def _asked(verdict: Verdict) -> Mapping[str, object] | None:
    asked = verdict.gives.get("plan")
    return asked if isinstance(asked, Mapping) else None


def _demand(verdict: Verdict, planned: Planned) -> Demand:
    asked = _asked(verdict) or {}
    stops = frozenset(Moment(one) for one in _texts(verdict.gives.get("stops")) or (Moment.SUBMIT,))
    batches, measures, fields = (_texts(asked.get(name)) for name in ("batch", "measures", "fields"))
    met: bool | None = None
    if verdict.verdict:
        met = _meets(planned, batches, measures, fields) or _instead(planned, _texts(asked.get("unless")))
    return Demand(
        rule=verdict.rule,
        effect=verdict.effect,
        text=verdict.text,
        clause=verdict.clause,
        origin=verdict.origin,
        met=met,
        bears=verdict.effect in {"block", "require", "recommend"},
        batches=batches,
        measures=measures,
        fields=fields,
        stops=stops,
        missing=verdict.missing,
        gives=verdict.gives,
    )


def _meets(planned: Planned, batches: tuple[str, ...], measures: tuple[str, ...], fields: tuple[str, ...]) -> bool:
    """One of the batches, one of the measures, all of the fields; a rule that asks nothing cannot be met."""
    if not (batches or measures or fields):
        return False
    return (
        (not batches or planned.batch in batches)
        and (not measures or bool(planned.measures & set(measures)))
        and planned.filled >= set(fields)
    )


def _instead(planned: Planned, ways: Iterable[str]) -> bool:
    """Whether one of the other ways is gone: `legacy_case+water_supply_note` are both to be filled in."""
    return any(planned.filled >= set(way.split("+")) for way in ways)


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def proposed(found: Iterable[Demand]) -> tuple[str, tuple[str, ...]]:
    """The batch and the measures that the rules which hold ask for: those that require before those that recommend."""
    held = sorted((one for one in found if one.met is not None), key=lambda one: one.effect == "recommend")
    batch = next((one.batches[0] for one in held if one.batches), "")
    agreeing = [one for one in held if not one.batches or batch in one.batches]
    return batch, tuple(dict.fromkeys(one.measures[0] for one in agreeing if one.measures))
