"""Paths: the significant digits of a division code, so that a subtree is one range of text.

The nation is "", 山西 "14", 大同 "1402", 平城区 "140213", a town nine digits, a village twelve. 济源 "419001" hangs
directly under 河南, because its "city" 4190 is a dummy. A zone without a national code is its parent's path, Z and two
digits ("1402Z01"), which keeps it in its parent's range.
"""

from __future__ import annotations

import re

from django.db.models import Q

NATION = "000000"
_PATH = re.compile(r"^(\d{0,12})(?:(Z\d{2})(\d{3}(?:\d{3})?)?)?$")
_DUMMY_CITY = re.compile(r"^\d\d90$")  # 省（自治区）直辖县级行政区划
# 市辖区 and 县 of the four municipalities.
_DUMMY_CITIES = frozenset({"1101", "1102", "1201", "1202", "3101", "3102", "5001", "5002"})
_STEPS = (2, 4, 6, 9, 12)
_NEXT = {**{str(digit): str(digit + 1) for digit in range(9)}, "Y": "Z"}


def is_dummy_city(path: str) -> bool:
    """Whether four digits name no real city: 4190 of 河南, 1101 市辖区 of 北京 …"""
    return path in _DUMMY_CITIES or bool(_DUMMY_CITY.match(path))


def path_of(code: str) -> str:
    """The path of a code of 6, 9 or 12 digits or of a zone code; ValueError for anything else."""
    if not code.isascii():
        raise ValueError(code)
    if "Z" in code and _PATH.match(code):
        return code
    if not code.isdecimal() or len(code) not in (6, 9, 12):
        raise ValueError(code)
    if len(code) == 12 and code.endswith("000000"):
        code = code[:6]
    elif len(code) == 12 and code.endswith("000"):
        code = code[:9]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    if len(code) > 6:
        return code
    while code.endswith("00"):
        code = code[:-2]
    return code


def code_of(path: str) -> str:
    """The code a path stands for: the inverse of path_of on canonical codes."""
    return path.ljust(6, "0") if (len(path) < 6 and path.isdecimal()) or not path else path


def path_after(path: str) -> str:
    """The first path behind the whole subtree. "" has none: everything is below the nation.

    A last 9 is carried ("1409" → "141"): ":" would be next by code point, but databases with a language's collation
    sort punctuation elsewhere, and no real path lies between the two bounds.
    """
    if not path:
        raise ValueError("nothing lies behind the nation")
    for last in range(len(path) - 1, -1, -1):
        if path[last] in _NEXT:
            return path[:last] + _NEXT[path[last]]
    return path[:-1] + chr(ord(path[-1]) + 1)


def is_within(path: str, ancestor: str) -> bool:
    """Whether a path is the ancestor itself or lies below it."""
    return path.startswith(ancestor)


def within_q(field: str, path: str) -> Q:
    """The filter for a subtree on a path column: a range, so that the index is used; never LIKE."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": path_after(path)}) if path else Q()


def ancestors_of(path: str, *, itself: bool = True) -> tuple[str, ...]:
    """The paths from the nation down to this one; dummy cities are left out."""
    match = _PATH.match(path)
    if match is None:
        raise ValueError(path)
    digits, zone, below = match.group(1), match.group(2) or "", match.group(3) or ""
    found = ["", *(digits[:step] for step in _STEPS if step <= len(digits) and not is_dummy_city(digits[:step]))]
    if zone:
        found += [digits + zone, *(digits + zone + below[:step] for step in (3, 6) if step <= len(below))]
    return tuple(found if itself else [one for one in found if one != path])


def level_of(path: str) -> int:
    """0 nation, 1 province, 2 city, 3 county, 4 town, 5 village; a zone stands one level below its parent."""
    match = _PATH.match(path)
    if match is None:
        raise ValueError(path)
    digits, zone, below = match.group(1), match.group(2) or "", match.group(3) or ""
    level = {0: 0, 2: 1, 4: 2, 6: 3, 9: 4, 12: 5}[len(digits)]
    return level + bool(zone) + len(below) // 3
