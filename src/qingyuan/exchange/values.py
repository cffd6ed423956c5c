"""What people type in a cell, read as what they mean: full-width digits, dates in many spellings, codes gone floats.

Pure. A value that cannot be read is None, the reason left to the caller; nothing is guessed beyond what is named here.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

EPOCH_1900 = date(1899, 12, 30)  # the spreadsheet's day 0, its false 29 February 1900 included
EPOCH_1904 = date(1904, 1, 1)
REMEMBERED = 20_000  # texts: a register says most of its words thousands of times
_SPACES = re.compile(r"[\s\u3000\u200b\ufeff]+")
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NAME = {full: half for full, half in _HALF.items() if chr(half).isalnum() or chr(half) in "#.-"} | {
    ord("("): "（",
    ord(")"): "）",
    0x20: None,
    0x3000: None,
}
_DATE = re.compile(
    r"(\d{4})\s*[年\-/.．]\s*(\d{1,2})\s*[月\-/.．]\s*(\d{1,2})\s*[日号]?(?:[ T]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
)
_MONTH = re.compile(r"(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")

Cell = str | int | float | bool | date | datetime | None


def text_of(cell: object) -> str:
    """A cell as one line of text: floats that are whole lose their `.0`, blanks around and line breaks inside go."""
    if cell.__class__ is str:
        return _one_line(cell) if cell else ""
    match cell:
        case None:
            return ""
        case str():
            return _one_line(str(cell))
        case bool():
            return "是" if cell else "否"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case _:
            return str(cell)


def _one_line(text: str) -> str:
    if text.isprintable() and " " not in text:  # of all blanks and breaks only the space is printable
        return text
    return _SPACES.sub(" ", text).strip()


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as ordinary ones (１２３．４ → 123.4).

    >>> half_width("１１３．５")
    '113.5'
    """
    return text.translate(_HALF)


@lru_cache(maxsize=REMEMBERED)
def plain(text: str) -> str:
    """A text for comparing: half width, without blanks and brackets of either width, lower case."""
    return re.sub(r"[\s()\[\]{}<>《》“”\"'·•*_:：、,，。.;；/\\-]+", "", half_width(text)).casefold()


_UNUSUAL = re.compile("[" + re.escape("".join(map(chr, _NAME))) + "]")


def name_of(text: str) -> str:
    """A name as the register keeps it: half-width letters and digits, full-width brackets, no blanks inside.

    >>> name_of("某市（１）号 排污口(东)")
    '某市（1）号排污口（东）'
    """
    return text.translate(_NAME) if _UNUSUAL.search(text) else text


@lru_cache(maxsize=REMEMBERED)
def code_of(text: str) -> str:
    """A code as kept: half width, capital letters, no blanks; long dashes become hyphens."""
    return re.sub(r"\s+", "", re.sub(r"[—–－_]+", "-", half_width(text))).upper()


def date_of(cell: object, *, uses_1904: bool = False) -> date | None:
    """A date from a date cell, 2023-05-04, 2023/5/4, 2023.5.4, 20230504, 2023年5月4日, 二〇二三年五月四日 or a serial.

    A month without a day is its first day. None when it is none of these or no such day exists.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _of_serial(float(cell), uses_1904=uses_1904) or _of_text(text_of(cell), uses_1904=uses_1904)
    if isinstance(cell, str):
        return _of_text(half_width(cell).strip(), uses_1904=uses_1904)
    return None


def _of_serial(number: float, *, uses_1904: bool) -> date | None:
    """Serials between 1950 and 2100 only: a smaller number is a count, a larger one a compact date."""
    day = (EPOCH_1904 if uses_1904 else EPOCH_1900) + timedelta(days=int(number)) if 0 < number < 100_000 else None
    return day if day and 1950 <= day.year <= 2100 else None


def _of_text(text: str, *, uses_1904: bool) -> date | None:
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text), uses_1904=uses_1904)
    for pattern in (_DATE, _COMPACT, _MONTH):
        if found := pattern.fullmatch(text):
            return _real_day(*(int(part) for part in found.groups()[: 2 if pattern is _MONTH else 3]))
    if "年" in text and (arabic := _arabic(text)) != text:
        return _of_text(arabic, uses_1904=uses_1904)
    return None


def _arabic(text: str) -> str:
    """二〇二三年十二月三十一日 → 2023年12月31日."""

    def number(match: re.Match[str]) -> str:
        word = match[0]
        if "十" not in word:
            return word.translate(_CHINESE_DIGITS)
        tens, ones = word.split("十", 1)
        return str(int(tens.translate(_CHINESE_DIGITS) or 1) * 10 + int(ones.translate(_CHINESE_DIGITS) or 0))

    return re.sub("[〇零一二三四五六七八九十]+", number, text)


def _real_day(year: int, month: int, day: int = 1) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def digits_after_point(text: str) -> int:
    """How many decimals a number was written with."""
    if text.isascii() and (after := text.partition(".")[2]).isdigit():  # nearly every one
        return len(after)
    found = re.search(r"\.(\d+)", half_width(text))
    return len(found[1]) if found else 0
