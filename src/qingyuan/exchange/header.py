"""Where is the header? A sheet begins with a title, a unit line, one header row or two merged ones; or with none of it.

Pure. Which words are column names is told by the caller (`known`); this file only looks at their arrangement. 附件1 is
accepted in both readings of its broken text: 序号 spanning both rows, or at the head of the second row under 区位信息.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qingyuan.exchange.values import text_of

LOOK_AT_ROWS = 40
_TOTAL = re.compile(r"^(合计|总计|小计|共计|总数|汇总)[:：]?(\d.*)?$")
_TOTAL_BEGINS = frozenset("合总小共汇")
_NOTE = re.compile(r"^(注|备注|说明|填表|填报|制表|审核|审批人|负责人|联系|单位负责|报送|日期|备 注)")


@dataclass(frozen=True, slots=True)
class Heading:
    """The header of a table: rows `first` to `last` as the user numbers them, one label and one group per column."""

    first: int
    last: int
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    title: str = ""

    def says_the_same(self, cells: Sequence[object]) -> bool:
        """Is this row the header over again, as long prints repeat it?"""
        texts = [text_of(cell) for cell in cells]
        return any(texts) and all(not text or text == label for text, label in zip(texts, self.labels, strict=False))


def find(rows: Sequence[Sequence[object]], known: Callable[[str], bool]) -> Heading | None:
    """The header among the first rows, or None when no row could be one.

    The row (or pair of rows) with the most known labels wins, the earliest among equals; a pair must know more than its
    lower row alone. Without any known label, the first row of several texts is taken, for the user to map by hand.
    """
    texts = [[text_of(cell) for cell in row] for row in rows[:LOOK_AT_ROWS]]
    best: tuple[int, int, int] | None = None  # known labels, −rows, −first row
    chosen: tuple[int, int] | None = None
    for index, row in enumerate(texts):
        for upper in ([index], [index - 1, index]) if index and _may_be_groups(texts[index - 1]) else ([index],):
            labels = _labels(texts[upper[0]], row) if len(upper) == 2 else row
            score = (len({label for label in labels if label and known(label)}), -len(upper), -index)
            if score[0] and (best is None or score > best):
                best, chosen = score, (upper[0], index)
    if chosen is None:
        first = _first_row_of_texts(texts)
        if first is None:
            return None
        chosen = (first, first)
    return _heading(texts, *chosen)


def _may_be_groups(row: Sequence[str]) -> bool:
    """Could this be the upper of two header rows? Several texts, or one that is not the title over everything."""
    filled = [text for text in row if text]
    return len(filled) >= 2 and not any(re.fullmatch(r"[\d.\-+]+", text) for text in filled)


def _labels(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    return [_at(lower, column) or _at(upper, column) for column in range(width)]


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _first_row_of_texts(texts: Sequence[Sequence[str]]) -> int | None:
    for index, row in enumerate(texts):
        filled = [text for text in row if text]
        if len(filled) >= 2 and not any(re.search(r"^\d+(\.\d+)?$", text) for text in filled):
            return index
    return None


def _heading(texts: Sequence[Sequence[str]], first: int, last: int) -> Heading:
    upper = texts[first] if first != last else []
    labels = _labels(upper, texts[last])
    while labels and not labels[-1]:
        labels.pop()
    groups, running = [], ""
    for column in range(len(labels)):
        above = _at(upper, column)
        running = above or (running if _at(texts[last], column) else "")
        groups.append("" if running == labels[column] else running)
    title = next((text for row in reversed(texts[:first]) for text in row if len(text) > 6), "")
    if _counts_columns(texts[last + 1] if last + 1 < len(texts) else []):
        last += 1
    return Heading(first + 1, last + 1, tuple(labels), tuple(groups), title)


def _counts_columns(row: Sequence[str]) -> bool:
    """A line of 1, 2, 3 … or (1), (2) … under the header numbers the columns; it is no record."""
    numbers = [re.sub(r"[()（）]", "", text) for text in row if text]
    return len(numbers) >= 3 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def reason_to_skip(cells: Sequence[object], heading: Heading) -> str:
    """Why a line under the header is no record: `file.total_line`, `file.note_line`, `file.repeated_header`, or ""."""
    first = list(itertools.islice(filter(None, map(text_of, cells)), 3))
    if any(text[:1] in _TOTAL_BEGINS and _TOTAL.match(text.replace(" ", "")) for text in first[:2]):
        return "file.total_line"
    if len(first) <= 2 and _NOTE.match(first[0]):
        return "file.note_line"
    if len(first) >= 2 and first[0] in heading.labels and heading.says_the_same(cells):
        return "file.repeated_header"
    return ""
