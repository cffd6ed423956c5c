"""Names and codes of outlets after HJ 1235-2021, as far as they are known.

DB-140825-0001-SH-00: basin and system letters, county, serial in the county, type, branch (00 the main or only mouth).
No check digit. A code is never given twice; a cancelled one is kept. Older local codes (EB320312001) stay as they are,
beside the national one. The text of the standard was not at hand: basin letters are doubted, not refused, and a name
that is out of the pattern is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from qingyuan.core.refusal import gettext_noop as _

TYPE_LETTERS = ("GY", "SH", "NY", "YH", "QT")
_NATIONAL = re.compile(r"^([A-Z]{2})-?(\d{6})-?(\d{4})-?(GY|SH|NY|YH|QT)-?(\d{2})$", re.ASCII)
_OLD_LOCAL = re.compile(r"^([A-Z]{2})(\d{6})(\d{3})$", re.ASCII)
_CITIES_WITHOUT_COUNTIES = frozenset({"441900", "442000", "460400", "620200"})  # 东莞 中山 儋州 嘉峪关
_WIDE = str.maketrans(
    {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {"—": "-", "–": "-", "－": "-"}
)


@dataclass(frozen=True, slots=True)
class Code:
    """A national code. str() gives the written form with hyphens."""

    basin: str
    county: str
    serial: int
    type: str
    branch: int = 0

    def __str__(self) -> str:
        return f"{self.basin}-{self.county}-{self.serial:04d}-{self.type}-{self.branch:02d}"

    @property
    def main(self) -> Code:
        """The code of the main mouth a branch belongs to."""
        return replace(self, branch=0)


@dataclass(frozen=True, slots=True)
class OldLocalCode:
    """The earlier form of the water sector: system, county, three digits. Kept as a local code."""

    basin: str
    county: str
    serial: int

    def __str__(self) -> str:
        return f"{self.basin}{self.county}{self.serial:03d}"


@dataclass(frozen=True, slots=True)
class CodeFault:
    """Why a text is no national code: a stable code and a Chinese sentence."""

    code: str
    reason: str


def parse_code(text: str) -> Code | CodeFault:
    """Read a national code, hyphens and full-width letters tolerated.

    >>> str(parse_code("db1408250001SH00"))
    'DB-140825-0001-SH-00'
    """
    plain = "".join(text.translate(_WIDE).upper().split())
    if not plain:
        return CodeFault("code.missing", _("未填写编码。"))
    if match := _NATIONAL.match(plain):
        basin, county, serial, letters, branch = match.groups()
        if serial == "0000":
            return CodeFault("code.serial", _("顺序码从 0001 起，不能为 0000。"))
        if county.endswith("00") and county not in _CITIES_WITHOUT_COUNTIES:
            return CodeFault("code.county", _("第二段应为县级行政区划代码。"))
        return Code(basin, county, int(serial), letters, int(branch))
    if _OLD_LOCAL.match(plain):
        return CodeFault("code.old_local", _("这是旧版 11 位地方编码，应作为地方编码保存。"))
    return CodeFault("code.unreadable", _reason(plain))


def parse_old_local(text: str) -> OldLocalCode | None:
    """Read an older local code of 11 characters, or None."""
    match = _OLD_LOCAL.match("".join(text.translate(_WIDE).upper().split()))
    return OldLocalCode(match[1], match[2], int(match[3])) if match else None


def _reason(plain: str) -> str:
    bare = plain.replace("-", "")
    if len(bare) != 16:
        return _("编码应为 16 位（流域 2、区划 6、顺序 4、类型 2、支口 2）。")
    if not re.match(r"[A-Z]{2}", bare):
        return _("第一段应为 2 位流域水系字母。")
    if not bare[2:8].isdecimal():
        return _("第二段应为 6 位行政区划代码。")
    if not bare[8:12].isdecimal():
        return _("第三段应为 4 位顺序码。")
    if bare[12:14] not in TYPE_LETTERS:
        return _("第四段应为类型代码 GY、SH、NY、YH 或 QT。")
    if not bare[14:].isdecimal():
        return _("第五段应为 2 位支口代码。")
    return _("编码中的连字符位置不对。")


def next_serial(taken: Collection[int]) -> int | None:
    """The next serial of a county: one more than the highest ever given, so that none is given twice; None if full."""
    following = max(taken, default=0) + 1
    return following if following <= 9999 else None


def check_code(
    code: Code, *, county: str, type_letters: Collection[str] = (), basins: Collection[str] = ()
) -> list[CodeFault]:
    """What does not fit between a code and its outlet: the county it lies in, its type, the letters of the basin table.

    An empty collection asks nothing. `county` is the 6-digit code, empty when not known.
    """
    faults = []
    if county and code.county != county:
        faults.append(CodeFault("code.other_county", _("编码中的区划代码与所在县（市、区）不一致。")))
    if type_letters and code.type not in type_letters:
        faults.append(CodeFault("code.other_type", _("编码中的类型代码与排污口分类不一致。")))
    if basins and code.basin not in basins:
        faults.append(CodeFault("code.unknown_basin", _("流域水系字母不在代码表中，请核对。")))
    return faults


# --- names ------------------------------------------------------------------------------------------------------------


class NameFault(StrEnum):
    """What may be odd about a name. All are warnings."""

    MISSING = "name.missing"
    NO_SUFFIX = "name.suffix"
    SUFFIX_OF_TYPE = "name.suffix_of_type"
    NO_COUNTY = "name.county"
    NO_TYPE_WORD = "name.type_word"
    ORDINAL = "name.ordinal"


@dataclass(frozen=True, slots=True)
class NameFinding:
    """One thing that does not follow the pattern of names, with a suggested name where one can be made."""

    code: NameFault
    text: str
    suggestion: str = ""


# The words a name may carry for its type; the first is the one a suggested name gets.
TYPE_WORDS: dict[str, tuple[str, ...]] = {
    "GY": ("工业排污口", "工矿企业", "园区污水", "工业污水", "工业废水", "企业", "雨洪", "公司", "厂", "矿"),
    "SH": ("城镇污水处理厂排污口", "污水处理厂", "净水厂", "污水厂", "再生水"),
    "NY": ("农业排口", "养殖", "畜禽", "水产"),
    "YH": ("城镇雨洪排口", "雨洪", "雨水", "雨污"),
    "QT": (
        "其他排口",
        "生活污水",
        "港口",
        "码头",
        "灌区",
        "退水",
        "散排",
        "农村",
        "排涝",
        "沟渠",
        "服务区",
        "规模以下",
    ),
}
# 排口 for rain, irrigation, ports and the like; 排污口 where sewage is discharged.
_PLAIN_MOUTH = ("YH", "NY", "QT")
_SUFFIX = re.compile(r"(入河|入江|入湖|入海)?(排污口|排口|排放口|雨洪口|退水口|溢流口|汇入口)$")
_ORDINAL = re.compile(r"(第?[一二三四五六七八九十\d]+[号#＃]|[#＃]\d+|\d+[#＃])")
_GOOD_ORDINAL = re.compile(r"\d+号")
_ENDINGS = ("市辖区", "自治县", "自治旗", "林区", "特区", "地区", "市", "区", "县", "旗", "盟", "州")


def check_name(name: str, *, city: str = "", county: str = "", type_letters: str = "") -> list[NameFinding]:
    """What does not follow the pattern 市 + 县（市、区）+ owner or small place + N号 + type + 排污口/排口.

    `city` and `county` are names of divisions, empty when not known (济源 has no city part); `type_letters` GY SH NY YH
    QT or empty.
    """
    plain = "".join(name.translate(_WIDE).split())
    if not plain:
        return [NameFinding(NameFault.MISSING, _("未填写名称。"))]
    findings = []
    suffix = _SUFFIX.search(plain)
    if suffix is None:
        proper = "排口" if type_letters == "YH" else "排污口"
        findings.append(NameFinding(NameFault.NO_SUFFIX, _("名称应以“排污口”或“排口”结尾。"), plain + proper))
    elif type_letters == "YH" and suffix[2] == "排污口":
        better = plain[: suffix.start(2)] + "排口"
        findings.append(NameFinding(NameFault.SUFFIX_OF_TYPE, _("雨洪类名称应以“排口”结尾。"), better))
    elif type_letters and type_letters not in _PLAIN_MOUTH and suffix[2] == "排口" and "雨" not in plain:
        better = plain[: suffix.start(2)] + "排污口"
        findings.append(NameFinding(NameFault.SUFFIX_OF_TYPE, _("排放污水的名称应以“排污口”结尾。"), better))
    if county and not any(part in plain for part in (county, short_name(county))):
        front = (city if city and short_name(city) not in plain else "") + county
        rest = plain
        if city and plain.startswith(city):
            front, rest = city + county, plain.removeprefix(city)
        findings.append(NameFinding(NameFault.NO_COUNTY, _("名称中缺少县（市、区）。"), front + rest))
    if type_letters and not any(word in plain for word in TYPE_WORDS.get(type_letters, ())):
        findings.append(NameFinding(NameFault.NO_TYPE_WORD, _("名称中缺少类型用语，或与分类不一致。")))
    if (ordinal := _ORDINAL.search(plain)) and not _GOOD_ORDINAL.fullmatch(ordinal[0]):
        number = _arabic(ordinal[0])
        better = plain.replace(ordinal[0], f"{number}号", 1) if number else ""
        findings.append(NameFinding(NameFault.ORDINAL, _("序号应写作“N号”。"), better))
    return findings


@cache
def short_name(division: str) -> str:
    """A division's name without its ending, where at least two characters stay: 新绛县 → 新绛, but 滑县 → 滑县."""
    for ending in _ENDINGS:
        if division.endswith(ending) and len(division) - len(ending) >= 2:
            return division.removesuffix(ending)
    return division


def _arabic(ordinal: str) -> str:
    if digits := re.search(r"\d+", ordinal):
        return str(int(digits[0]))
    written = ordinal.strip("第号#＃")
    digits_of = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
    if "十" in written:
        tens, _ten, ones = written.partition("十")
        return str(digits_of.get(tens, 1 if not tens else 0) * 10 + digits_of.get(ones, 0))
    return str(digits_of[written]) if written in digits_of else ""


def build_name(*, city: str, county: str, owner: str, type_words: str, number: int | None = None) -> str:
    """A name after the pattern. `number` only where one owner has several; `type_words` end in 排污口 or 排口.

    >>> build_name(city="荆州市", county="洪湖市", owner="新滩镇", type_words="城镇污水处理厂排污口")
    '荆州市洪湖市新滩镇城镇污水处理厂排污口'
    """
    ordinal = f"{number}号" if number is not None else ""
    return f"{city}{county}{owner}{ordinal}{type_words}"
