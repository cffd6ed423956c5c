"""Judge a row's type, dates, permit and claims: words that must be of a list, and what a file may only claim. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingyuan.core.credit_code import is_credit_code
from qingyuan.exchange.values import code_of, date_of

if TYPE_CHECKING:
    from qingyuan.exchange.judging import Judge, Judged

_PERMIT = re.compile(r"[0-9A-Z]{18}\d{3}[A-Z]")
_PROGRESS = {"已完成": "已完成", "正在整治": "正在整治"}
_PROGRESS_MEANT = (
    (re.compile(r"未|无需|不需|尚"), ""),
    (re.compile(r"完成|销号|验收|是"), "已完成"),
    (re.compile(r"正在|整治中|进行|实施"), "正在整治"),
)
_YES, _NO = (
    frozenset({"是", "已完成", "完成", "已建档", "已登记", "√", "yes", "y", "1"}),
    frozenset({"否", "未完成", "未", "×", "no", "n", "0"}),
)


def judge_type(judge: Judge, judged: Judged) -> None:
    """The type's word must be one of the scheme's; it becomes a proposal."""
    first, text = judge.text(judged, "type_first"), judge.text(judged, "type")
    word = text or first
    if not word:
        return
    found = judge.types.find(word)
    if found is None:
        offered = judge.types.nearest(word)
        repair = {"type": offered} if offered else {}
        judge.tell(
            judged,
            "field.invalid",
            "type" if text else "type_first",
            value=word,
            reason="不在分类表中。",
            suggestion=offered,
            repair=repair,
        )
        return
    if found.second:
        judged.values["type_key"] = found.key
        judged.values["type_letters"] = found.letters
        judged.values["type_text"] = str(judged.raw.get("type") or judged.raw.get("type_first") or "")
        above = judge.types.find(first) if first and text else None
        if above is not None and above.first != found.first:
            judge.tell(judged, "field.type_mismatch", "type", second=text, first=first)
    elif found.first:
        judge.tell(judged, "field.type_first_level", "type" if text else "type_first", value=word)


def judge_papers(judge: Judge, judged: Judged) -> None:
    """Dates and the permit; what is claimed of remediation and archiving is only read."""
    for name in ("approval_date", "found_on"):
        if judge.text(judged, name):
            _date(judge, judged, name)
    if permit := code_of(judge.text(judged, "permit_number")):
        judged.values["permit_number"] = permit
        if not _PERMIT.fullmatch(permit):
            judge.tell(
                judged,
                "field.invalid",
                "permit_number",
                value=permit,
                reason="应为 22 位：18 位统一社会信用代码、3 位数字、1 位字母。",
            )
        elif not is_credit_code(permit[:18]):
            judge.tell(judged, "code.credit", "permit_number", value=permit[:18])
    if progress := judge.text(judged, "progress"):
        _progress(judge, judged, progress)
    if archived := judge.text(judged, "archived"):
        known = archived.lower() in _YES or archived.lower() in _NO
        judged.values["archived"] = archived.lower() in _YES if known else None
        if not known:
            judge.tell(judged, "field.invalid", "archived", value=archived, reason="只能填“是”“否”或留空。")
    if stage := judge.text(judged, "stage"):
        judged.values["stage_text"] = stage


def _date(judge: Judge, judged: Judged, name: str) -> None:
    day = date_of(_cell(judged.raw[name]), uses_1904=judge.uses_1904)
    if day is None:
        judge.tell(judged, "field.invalid", name, value=judge.text(judged, name), reason="不是有效日期。")
    elif day > judge.today:
        judge.tell(judged, "field.future_date", name, value=day.isoformat())
    else:
        judged.values[name] = day.isoformat()


def _progress(judge: Judge, judged: Judged, text: str) -> None:
    if text in _PROGRESS:
        judged.values["progress"] = text
        return
    meant = next((word for pattern, word in _PROGRESS_MEANT if pattern.search(text)), None)
    repair = {"progress": meant} if meant is not None else {}
    judge.tell(
        judged, "field.invalid", "progress", value=text, reason="只能填“已完成”“正在整治”或留空。",
        suggestion="留空" if meant == "" else meant or "", repair=repair,
    )  # fmt: skip


def _cell(kept: object) -> object:
    """A stored cell as date_of wants it: 2023-05-04T00:00:00 was a date cell."""
    if isinstance(kept, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}(T[\d:.]+)?", kept):
        return kept[:10]
    return kept
