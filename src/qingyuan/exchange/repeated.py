"""What many lines say alike is judged once: the same cells of some columns always give the same values and findings.

Counties, waters, words and dates repeat in a register by the thousand. Only the line's number in a finding differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from qingyuan.exchange.findings import Finding

if TYPE_CHECKING:
    from qingyuan.exchange.gazetteer import UnitFact
    from qingyuan.exchange.judging import Judged

MOST = 20_000  # then it is begun anew, so that a file of nothing but different texts holds no memory


class _Answer(NamedTuple):
    values: dict[str, object]
    findings: list[tuple[Finding, str]]  # with the letters of its cell
    unit: UnitFact | None
    zone: UnitFact | None


def taking(places: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What stands at some places of a sequence, as a tuple."""
    match len(places):
        case 0:
            return lambda _of: ()
        case 1:
            return lambda of: (of[places[0]],)
        case _:
            return itemgetter(*places)


class Repeated:
    """A step of judging that looks at nothing but some fields of a line, and remembers what it said of them.

    `columns` are the fields of a line's texts in their order (`Judged.said`).
    """

    def __init__(
        self, fields: Sequence[str], step: Callable[[Judged], None], scratch: type[Judged], columns: Sequence[str] = ()
    ) -> None:
        self._fields, self._step, self._scratch = tuple(fields), step, scratch
        self._texts = taking([place for place, name in enumerate(columns) if name in fields])
        self._said: dict[tuple[str, ...], _Answer] = {}  # by the texts of the columns
        self._known: dict[tuple[object, ...], _Answer] = {}  # by the cells of all fields

    def __call__(self, judged: Judged) -> None:
        """Do the step for a line, or what it came to the last time."""
        if judged.said is not None:
            texts = self._texts(judged.said)
            if (answer := self._said.get(texts)) is None:
                answer = self._said[texts] = self._ask(judged.raw)
                if len(self._said) > MOST:
                    self._said.clear()
        else:
            answer = self._of_cells(judged.raw)
        if answer.values:
            judged.values |= answer.values
        if answer.unit is not None:
            judged.unit, judged.zone = answer.unit, answer.zone
        row = judged.row
        for item, letters in answer.findings:
            cell = f"{letters}{row}" if letters else ""
            judged.findings.append(
                Finding(row, item.column, item.code, item.severity, item.text, item.suggestion, cell, item.repair)
            )

    def _of_cells(self, raw: dict[str, object]) -> _Answer:
        key: tuple[object, ...] = tuple([raw.get(name) for name in self._fields])
        for value in key:
            if value is not None and value.__class__ is not str:  # 1, 1.0 and True are equal and not the same
                key = (*key, *map(type, key))
                break
        if (answer := self._known.get(key)) is None:
            answer = self._known[key] = self._ask(raw)
            if len(self._known) > MOST:
                self._known.clear()
        return answer

    def _ask(self, raw: dict[str, object]) -> _Answer:
        once = self._scratch(0, raw)
        self._step(once)
        findings = [(item, item.cell.removesuffix("0")) for item in once.findings]
        return _Answer(once.values, findings, once.unit, once.zone)
