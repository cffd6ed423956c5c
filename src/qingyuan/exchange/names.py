"""Judge a row's name: is it one, and does it follow the pattern of HJ 1235 where the row says it lies. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingyuan.core import coding
from qingyuan.exchange.gazetteer import COUNTY
from qingyuan.exchange.values import name_of

if TYPE_CHECKING:
    from qingyuan.exchange.judging import Judge, Judged

MAX_NAME = 100
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_NAME_CODES = {
    coding.NameFault.NO_SUFFIX: "name.suffix",
    coding.NameFault.SUFFIX_OF_TYPE: "name.suffix",
    coding.NameFault.NO_COUNTY: "name.county_part",
    coding.NameFault.NO_TYPE_WORD: "name.type_word",
    coding.NameFault.ORDINAL: "name.ordinal",
}


def judge_name(judge: Judge, judged: Judged) -> None:
    """The name as the register keeps it; what is no name keeps the row out."""
    given = judge.text(judged, "name")
    name = name_of(given)
    if not name:
        return
    if len(name) > MAX_NAME:
        judge.tell(judged, "field.too_long", "name", limit=MAX_NAME)
    elif not _HAN.search(name):
        judge.tell(judged, "field.invalid", "name", value=given, reason="名称应为中文。")
    judged.values["name"] = name


def check_name(judge: Judge, judged: Judged) -> None:
    """The pattern of HJ 1235, once the row's county is known."""
    name = judged.name
    if not name or judged.unit is None or not _HAN.search(name):
        return
    county = judge.gazetteer.above(judged.unit, COUNTY)
    city = judge.gazetteer.above(judged.unit, COUNTY - 1)
    letters = str(judged.values.get("type_letters") or _letters_of(name))
    told = coding.check_name(
        name, city=city.name if city else "", county=county.name if county else "", type_letters=letters
    )
    for item in told:
        code = _NAME_CODES.get(item.code)
        if code:
            _tell_name(judge, judged, code, item.text, name_of(item.suggestion))
    if name.endswith("排放口"):
        _tell_name(
            judge,
            judged,
            "name.suffix",
            "结尾应为“排污口”或“排口”，不是“排放口”。",
            name.removesuffix("排放口") + "排污口",
        )
    if not name.endswith(judge.types.endings) or not _says_a_type(name):
        _tell_name(judge, judged, "name.type_word", "结尾的类型用语不是二级分类的名称。", "")


_TYPE_WORDS = tuple(word for words in coding.TYPE_WORDS.values() for word in words)


def _says_a_type(name: str) -> bool:
    for word in _TYPE_WORDS:  # noqa: SIM110  a quarter of what any() and a generator take
        if word in name:
            return True
    return False


def _tell_name(judge: Judge, judged: Judged, code: str, reason: str, better: str) -> None:
    if any(item.code == code for item in judged.findings):
        return
    repair = {"name": better} if better else {}
    judge.tell(judged, code, "name", value=judged.name, reason=reason, suggestion=better, repair=repair)


def _letters_of(name: str) -> str:
    """The type a name speaks of, where the file has no type: enough to know which ending it should have."""
    if re.search("雨洪|雨水", name):
        return "YH"
    if "城镇污水" in name:
        return "SH"
    return "GY" if re.search("污水|废水|化工|公司|工业|企业", name) else ""
