"""Findings in the reader's language.

A finding is kept as the Chinese sentence it was told with, words filled in. The sentence of its code gives the words
back; each is said in the reader's language, and the sentence with them. What fits no sentence is shown as it is kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from qingyuan.exchange.findings import SENTENCES

# Words of findings that are put together from parts, and reasons within them.
PHRASES = (
    noop("第 %(line)s 行“%(name)s”"),
    noop("第 %(line)s 行"),
    noop("台账中的“%(name)s”"),
    noop("它属于%(above)s，不在%(unit)s的相应辖区内。"),
    noop("它不在%(unit)s辖区内。"),
    noop("不在%(unit)s范围内。"),
    noop("%(unit)s没有这个名称。"),
    noop("度数可能差 1：%(point)s 位于%(unit)s"),
    noop("岸边（原坐标离河约 %(metres)s 米）"),
    noop("经度 %(longitude)s，纬度 %(latitude)s"),
    noop("%(distance)s 公里"),
    noop("%(distance)s 米"),
    noop("3 度 %(zone)s"),
    noop("6 度 %(zone)s"),
    noop("请核对坐标，或核对行内所写的县（市、区）"),
    noop("已载入界线之外"),
    noop("未知"),
    noop("国测局 GCJ-02"),
    noop("百度 BD-09"),
    noop("应为从 1 起的整数。"),
    noop("应为中文名称。"),
    noop("名称应为中文。"),
    noop("结尾应为“排污口”或“排口”，不是“排放口”。"),
    noop("结尾的类型用语不是二级分类的名称。"),
    noop("不在分类表中。"),
    noop("不是有效日期。"),
    noop("不是台账的阶段名称。"),
    noop("应为 22 位：18 位统一社会信用代码、3 位数字、1 位字母。"),
    noop("只能填“已完成”“正在整治”或留空。"),
    noop("留空"),
    noop("无整治结果"),
    noop("未明确"),
    noop("未赋码"),
)
OURS = {"reason", "title", "lies", "distance", "other", "datum", "recorded", "zone"}  # the rest is what the file says
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")


def finding(code: str, text: str) -> str:
    """The sentence of a finding; as it is kept where Chinese is read."""
    if (get_language() or "").startswith("zh"):
        return text
    sentence = SENTENCES.get(code, ("", ""))[1]
    return _filled(sentence, text) or phrase(text)


def phrase(text: str) -> str:
    """A part of a finding: marked words, or a phrase with its own parts."""
    if (get_language() or "").startswith("zh"):
        return text
    kept = text.strip()
    if (translated := _(kept)) != kept:
        return translated
    return next((said for one in PHRASES if "%(" in one and (said := _filled(one, kept))), text)


def _filled(sentence: str, text: str) -> str:
    """The sentence with the words a text has in its places; empty when the text is not that sentence."""
    found = _pattern(sentence).fullmatch(text) if sentence else None
    if found is None:
        return ""
    numbers = {name for name, kind in PLACEHOLDER.findall(sentence) if kind == "d"}
    words = {
        name: int(word) if name in numbers else phrase(word) if name in OURS else word
        for name, word in found.groupdict().items()
    }
    return _(sentence) % words


@lru_cache(maxsize=128)
def _pattern(sentence: str) -> re.Pattern[str]:
    """The sentence as a pattern: a group for each placeholder, the same words where it stands again."""
    built, end, seen = "", 0, set()
    for place in PLACEHOLDER.finditer(sentence):
        name, kind = place.groups()
        built += re.escape(sentence[end : place.start()].replace("%%", "%"))
        built += f"(?P={name})" if name in seen else f"(?P<{name}>{'[0-9]+' if kind == 'd' else '.+?'})"
        seen.add(name)
        end = place.end()
    return re.compile(built + re.escape(sentence[end:].replace("%%", "%")), re.S)
