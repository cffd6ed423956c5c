"""What an import finds, in one list: code, severity and the Chinese sentence of each. Data and one dataclass.

An `error` keeps its row out, a `warning` lets it in, an `info` only tells. The code's first word says what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from qingyuan.core.refusal import gettext_noop as _

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = {ERROR: _("退回"), WARNING: _("提醒"), INFO: _("说明")}


_NOTHING: Mapping[str, str] = MappingProxyType({})


class Finding(NamedTuple):
    """One thing found. `row` is the line as the user sees it (0: the file), `column` the header, `cell` its name.

    `suggestion` is for people; `repair` is the same as new texts by field, put in place of the cell's when accepted.
    """

    row: int
    column: str
    code: str
    severity: str
    text: str
    suggestion: str = ""
    cell: str = ""
    repair: Mapping[str, str] = _NOTHING

    def as_json(self) -> dict[str, object]:
        """The fixed form scripts rely on."""
        return {
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "code": self.code,
            "severity": self.severity,
            "text": self.text,
            "suggestion": self.suggestion,
        }


GROUPS: dict[str, str] = {
    "file": _("文件"),
    "field": _("字段"),
    "code": _("编码"),
    "name": _("名称"),
    "identity": _("对应关系"),
    "coordinate": _("坐标"),
    "claim": _("文件所称与记录不符"),
}

# code → (severity, sentence). A few codes are raised with another severity where the case says so.
SENTENCES: dict[str, tuple[str, str]] = {
    "file.no_rows": (WARNING, _("文件里没有数据行，没有可以导入的内容。")),
    "file.total_line": (INFO, _("合计行，不作为记录导入。")),
    "file.note_line": (INFO, _("说明行，不作为记录导入。")),
    "file.repeated_header": (INFO, _("重复的表头，不作为记录导入。")),
    "file.other_sheets": (INFO, _("只读取工作表“%(sheet)s”；其余工作表：%(others)s。")),
    "file.other_layers": (INFO, _("只读取图层“%(layer)s”；其余图层：%(others)s。")),
    "file.unmapped_column": (INFO, _("列“%(label)s”没有对应字段，不导入。")),
    "file.shifted_row": (ERROR, _("这一行比表头多出 %(count)d 列，内容可能错位。")),
    "field.missing_column": (WARNING, _("文件没有“%(title)s”列，各行先按待补充入库。")),
    "field.missing": (WARNING, _("“%(title)s”未填写，先按待补充入库。")),
    "field.uncomputed": (ERROR, _("“%(title)s”是公式，但文件里没有计算结果；请打开文件保存一次再导入。")),
    "field.cell_error": (ERROR, _("“%(title)s”单元格是错误值。")),
    "field.merged_cell": (INFO, _("“%(title)s”取自第 %(from_row)d 行起的合并单元格。")),
    "field.invalid": (ERROR, _("“%(title)s”的值“%(value)s”无效：%(reason)s")),
    "field.future_date": (ERROR, _("“%(title)s”为 %(value)s，晚于今天。")),
    "field.too_long": (ERROR, _("“%(title)s”超过 %(limit)d 个字。")),
    "field.unknown_word": (WARNING, _("“%(title)s”的“%(value)s”不在对照表中，已按原文保留。")),
    "field.unit_from_point": (INFO, _("未写明县（市、区），按坐标所在判为%(unit)s。")),
    "field.unit_from_name": (INFO, _("未写明县（市、区），按名称判为%(unit)s。")),
    "field.type_first_level": (WARNING, _("“%(value)s”只到一级分类，请补充二级分类。")),
    "field.type_mismatch": (ERROR, _("二级分类“%(second)s”不属于一级分类“%(first)s”。")),
    "code.format": (ERROR, _("编码“%(value)s”格式不符：%(reason)s")),
    "code.kept_as_local": (WARNING, _("“%(value)s”不是国家编码，按地方编码保存：%(reason)s")),
    "code.duplicate": (ERROR, _("编码“%(value)s”与第 %(other)d 行重复。")),
    "code.other_county": (WARNING, _("编码中的区划代码与所在%(unit)s不一致。")),
    "code.other_type": (WARNING, _("编码中的类型代码与分类“%(type)s”不一致。")),
    "code.old_division": (WARNING, _("行政区划代码 %(value)s 已撤销，现为%(names)s。")),
    "code.division": (WARNING, _("行政区划代码 %(value)s 不存在，未采用。")),
    "code.credit": (WARNING, _("统一社会信用代码“%(value)s”校验不通过。")),
    "name.suffix": (WARNING, _("%(reason)s")),
    "name.county_part": (WARNING, _("%(reason)s")),
    "name.type_word": (WARNING, _("%(reason)s")),
    "name.ordinal": (WARNING, _("%(reason)s")),
    "name.duplicate": (ERROR, _("与第 %(other)d 行同在%(unit)s且同名“%(value)s”。")),
    "identity.nothing": (ERROR, _("既无编码、名称，也无坐标，无法识别是哪个排污口。")),
    "identity.ambiguous": (ERROR, _("与台账中不止一个排污口对应：%(outlets)s，请先核对。")),
    "identity.duplicate_row": (ERROR, _("与第 %(other)d 行完全相同。")),
    "identity.twice": (ERROR, _("与第 %(other)d 行对应台账中同一个排污口“%(outlet)s”。")),
    "identity.resolved": (INFO, _("登记“%(former)s”已归并到“%(outlet)s”，按后者核对；归并时已定的内容不改。")),
    "identity.old_value": (
        WARNING,
        _("“%(fields)s”在归并重复登记时已改，文件所写是归并前的内容，保留现有内容；确需改回的，请在排污口页更正。"),
    ),
    "identity.outside_scope": (ERROR, _("对应的排污口“%(outlet)s”不在本次导入的%(unit)s范围内。")),
    "coordinate.missing": (WARNING, _("坐标只填了一半，先按待补充入库。")),
    "coordinate.format": (ERROR, _("坐标“%(value)s”无法识别。%(reason)s")),
    "coordinate.order": (ERROR, _("经度、纬度填反：%(value)s。")),
    "coordinate.outside_china": (ERROR, _("坐标 %(value)s 不在中国范围内。")),
    "coordinate.projected": (WARNING, _("坐标 %(value)s 是投影坐标，已按 CGCS2000 %(zone)s带换算为 %(result)s。")),
    "coordinate.projected_zone": (ERROR, _("坐标 %(value)s 是投影坐标但没有带号，无法换算。")),
    "coordinate.not_a_point": (ERROR, _("图形是%(shape)s，不是一个点，不能作为排污口的位置。")),
    "coordinate.crs_missing": (
        WARNING,
        _("文件没有写明坐标系，坐标按 CGCS2000 读取；请向提供文件的单位核实（shapefile 应附 .prj）。"),
    ),
    "coordinate.crs_unknown": (WARNING, _("文件的坐标系“%(name)s”无法识别，坐标按原值、CGCS2000 读取；请核实。")),
    "coordinate.crs_converted": (INFO, _("文件的坐标系为“%(name)s”，已换算为 CGCS2000 经纬度。")),
    "coordinate.crs_shifted": (
        WARNING,
        _("文件的坐标系“%(name)s”与 CGCS2000 基准不同，换算结果可能偏差数十米；请尽量提供 CGCS2000 的成果。"),
    ),
    "coordinate.height": (INFO, _("图形带有高程，高程不导入。")),
    "coordinate.precision": (WARNING, _("坐标只有 %(digits)d 位小数，误差可达百米。")),
    "coordinate.outside_unit": (
        ERROR,
        _("行内写明%(said)s，坐标 %(value)s 却位于%(lies)s，距%(said)s约 %(distance)s。"),
    ),
    "coordinate.near_border": (WARNING, _("坐标 %(value)s 位于%(lies)s，距行内写明的%(said)s界线不足 %(metres)d 米。")),
    "coordinate.datum": (
        WARNING,
        _("坐标可能是%(datum)s坐标系：换算为 CGCS2000 后为 %(result)s，落在%(where)s。"),
    ),
    "coordinate.near_another": (
        WARNING,
        _("与台账中的“%(other)s”相距 %(metres)s 米，在查重距离 %(limit)s 米以内，请核对是否同一个口。"),
    ),
    "coordinate.shared": (WARNING, _("与%(other)s相距仅 %(metres)s 米，请核对是否同一个口。")),
    "coordinate.unchecked": (INFO, _("有 %(count)d 个坐标所在县区没有界线数据，未能核对是否在辖区内。")),
    "claim.progress": (WARNING, _("文件称整治“%(claimed)s”，系统记录为%(recorded)s；阶段不因文件改变。")),
    "claim.archived": (WARNING, _("文件称登记建档“%(claimed)s”，系统记录为%(recorded)s；以系统为准。")),
    "claim.stage": (WARNING, _("文件写明阶段“%(claimed)s”；未指定来源台账，按“已排查待核实”登记。")),
    "claim.type": (WARNING, _("文件分类“%(claimed)s”与系统“%(recorded)s”不同，作为意见保留。")),
    "claim.unit": (WARNING, _("文件写在%(claimed)s，系统记录在%(recorded)s；变更所在区划须另行办理。")),
    "claim.code": (WARNING, _("文件编码“%(claimed)s”与系统“%(recorded)s”不同；编码不由导入更改。")),
    "identity.changed": (ERROR, _("核对之后台账已有变化，请重新核对：%(reason)s")),
    "claim.party": (WARNING, _("文件责任主体“%(claimed)s”与系统“%(recorded)s”不同，作为意见保留。")),
}


def finding(
    code: str,
    row: int,
    *,
    column: str = "",
    cell: str = "",
    severity: str = "",
    suggestion: str = "",
    repair: Mapping[str, str] | None = None,
    **params: object,
) -> Finding:
    """A finding of the list with its sentence filled in."""
    usual, sentence = SENTENCES[code]
    return Finding(row, column, code, severity or usual, sentence % params, suggestion, cell, repair or _NOTHING)
