"""What an official file calls its fields, and what is said of its features. Data and two small functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.waters import LABELS, WaterKind

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "zones": {
        "name": ("名称", "name", "区域名称", "保护区名称", "水源地名称", "红线名称", "园区名称", "mc"),
        "level": ("级别", "level", "保护区级别", "保护级别", "jb"),
    },
    "waters": {
        "code": ("编码", "代码", "水体编码", "水体代码", "河流编码", "河流代码", "code"),
        "name": ("名称", "name", "水体名称", "河流名称", "mc"),
        "kind": ("类别", "kind", "水体类别", "水体类型", "类型"),
        "parent": ("汇入", "汇入水体", "汇入编码", "汇入水体编码", "flowsinto", "干流编码"),
        "other_names": ("别名", "othernames"),
    },
    "units": {
        "code": ("代码", "code", "区划代码", "行政区划代码", "行政区代码", "adcode", "xzqdm", "pac", "区划码"),
        "name": ("名称", "name", "区划名称", "行政区划名称", "行政区名称", "单位名称", "xzqmc"),
        "parent": ("上级代码", "parent", "parentcode", "上级区划代码"),
        "old_code": ("原代码", "oldcode", "原区划代码", "原行政区划代码"),
    },
}
REQUIRED = {"zones": ("name",), "waters": ("name",), "units": ("code", "name")}
TITLES = {"name": _("名称"), "code": _("代码")}
KINDS = {LABELS[kind]: kind.value for kind in WaterKind} | {kind.value: kind.value for kind in WaterKind}

# code → sentence; what keeps the whole file out.
FAULTS: dict[str, str] = {
    "field.name": _("要素缺少名称。"),
    "field.code": _("代码“%(value)s”不是行政区划代码（6、9 或 12 位数字）。"),
    "field.water_code": _("水体编码应为 2 位字母加 4 位数字，文件中为“%(value)s”。"),
    "field.twice": _("与第 %(other)d 个要素重复。"),
    "field.ambiguous": _("名称“%(value)s”对应不止一条水体，请在文件中写明编码。"),
    "field.outside_unit": _("代码 %(value)s 不在%(unit)s范围内。"),
    "field.parent": _("上级“%(value)s”不存在。"),
    "field.parent_other": _("文件写明上级为 %(value)s，与代码本身的上级 %(own)s 不一致。"),
    "field.loop": _("汇入“%(value)s”会使河流首尾相接。"),
    "field.old_code": _("原代码“%(value)s”无人认识。"),
    "geometry.missing": _("要素没有图形。"),
    "geometry.unreadable": _("图形无法读取。"),
    "geometry.kind": _("图形应为%(wanted)s，文件中为%(found)s。"),
    "geometry.invalid": _("图形不合法：%(why)s%(where)s。"),
    "coordinate.outside_china": _("图形不在中国范围内，请核对坐标系。"),
    "outlets.left": _("文件不再列出此区划，但还有 %(count)d 个排污口登记在此，须先办理变更区划。"),
    "outlets.upstream": _("改变汇入关系须先无排污口：此水体及其上游还有 %(count)d 个。"),
}
# what → sentence; what would change, for people.
DETAILS: dict[str, str] = {
    "name": _("名称：%(before)s → %(after)s"),
    "level": _("级别：%(before)s → %(after)s"),
    "kind": _("类别：%(before)s → %(after)s"),
    "parent": _("汇入：%(before)s → %(after)s"),
    "other_names": _("别名：%(before)s → %(after)s"),
    "again": _("恢复已撤销的区划"),
    "drawn": _("面积 %(after)s 平方公里"),
    "outline": _("首次载入界线，面积 %(after)s 平方公里"),
    "area": _("面积：%(before)s → %(after)s 平方公里（增 %(added)s，减 %(removed)s）"),
    "line": _("首次载入河线，长 %(after)s 公里"),
    "length": _("长度：%(before)s → %(after)s 公里"),
    "below": _("连同下级 %(count)d 个区划一并撤除"),
    "becomes": _("按区划变更表改到：%(names)s"),
    "no_successor": _("区划变更表中没有去向，请先补登变更"),
    "outlets": _("涉及：%(names)s"),
    "old_code": _("原代码 %(value)s 自启用日起改为此代码"),
    "repaired": _("图形已按建议修复"),
}
SHAPES = {"Polygon": _("面"), "MultiPolygon": _("面"), "LineString": _("线"), "MultiLineString": _("线")}
SHAPES |= {"Point": _("点"), "MultiPoint": _("点"), "GeometryCollection": _("组合图形"), "LinearRing": _("线")}
WHY = {"Self-intersection": _("自相交"), "Ring Self-intersection": _("环自相交"), "Too few points": _("点数不足")}
WHY_ELSE = _("不闭合或重叠")


def field_of(subject: str, label: str) -> str:
    """The field a label names, "" for none."""
    plain = re.sub(r"[\s_\-]", "", re.sub(r"[（(].*", "", label)).casefold()
    return next((name for name, labels in FIELDS[subject].items() if plain in labels), "")


def columns_of(subject: str, labels: Sequence[str]) -> dict[str, int]:
    """Field → its column, the first of several."""
    found: dict[str, int] = {}
    for column, label in enumerate(labels):
        if name := field_of(subject, label):
            found.setdefault(name, column)
    return found


def said(sentences: Mapping[str, str], one: Mapping[str, object]) -> str:
    """A fault or a detail as its Chinese sentence."""
    return sentences[str(one["what"])] % one
