"""The declared vocabulary of facts: dated, sourced values about an outlet, a party, a water, a zone or a village.

Rooms learn about each other only through these. A rule may read no other name; a fact that is absent is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.zones import LABELS, ZoneKind, fact_of


@dataclass(frozen=True, slots=True)
class FactType:
    """One word of the vocabulary. `type`: boolean, number, integer or text."""

    name: str
    type: str
    unit: str
    title: str
    meaning: str
    subject: str


class FactError(ValueError):
    """Facts that are not of the vocabulary. Carries (name, reason) of each."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("；".join(f"{name}：{reason}" for name, reason in reasons.items()))
        self.reasons = dict(reasons)


def _facts(subject: str, *rows: tuple[str, str, str, str, str]) -> list[FactType]:
    return [FactType(name, kind, unit, title, meaning, subject) for name, kind, unit, title, meaning in rows]


_OUTLET = _facts(
    "outlet",
    ("type_key", "text", "", _("排污口类型"), _("二级分类的键，如 GY.enterprise")),
    ("special_kind", "text", "", _("特殊种类"), _("文本点名而分类表无其位置的种类，如 inlet_overflow")),
    ("stage", "text", "", _("所处阶段"), _("生命周期阶段名")),
    ("conduit_form", "text", "", _("排污通道形式"), _("管道、沟、渠、涵闸、隧洞或其他")),
    ("direct_to_water", "boolean", "", _("直接入河"), _("污水经此口直接排入水体")),
    ("surveyed_complete", "boolean", "", _("排查信息齐全"), _("排查要求的基本信息已全部填报")),
    ("verified", "boolean", "", _("已核实"), _("排查结果已经第二人核实")),
    ("lead_ended", "boolean", "", _("线索已处置"), _("线索已判为不是排污口或重复，不再提示为疑似重复")),
    ("is_new", "boolean", "", _("新设"), _("拟首次建造或使用的排污口")),
    ("is_changed", "boolean", "", _("改设"), _("拟重大改变排放位置、方式")),
    ("is_enlarged", "boolean", "", _("扩大"), _("拟提高排污能力")),
    ("can_join_sewer", "boolean", "", _("可纳入市政管网"), _("现有管网可以接纳此口污水")),
    ("dry_weather_sewage", "boolean", "", _("旱天污水直排"), _("旱天有水流出且有污水迹象")),
    ("dry_hours", "number", "h", _("连续无雨时长"), _("观察前连续无雨的小时数")),
    ("dry_flow_seen", "boolean", "", _("旱天有水流"), _("旱天观察到有水流出")),
    ("sewage_sign", "text", "", _("污水迹象"), _("快速检测、颜色、气味等污水迹象；没有填“无”")),
    ("mixed_flow", "boolean", "", _("雨污混合"), _("雨水与污水混合经此口排出")),
    ("borrowed_discharge", "boolean", "", _("借道排污"), _("第三方经此口排放而无约定")),
    ("sharing_units", "integer", "家", _("共用单位数"), _("经此口排放的排污单位数")),
    ("permit_names_sharing", "boolean", "", _("许可证载明共用"), _("排污许可证已载明共用排污口及责任")),
    ("zone_finding_illegal", "boolean", "", _("认定违法设置"), _("已认定在保护区域内违反法律法规规定设置")),
    (
        "illegal_setting_found",
        "boolean",
        "",
        _("认定违法设口"),
        _("已认定未经审批或违反法律法规设置（不限于保护区域）"),
    ),
    ("defect_position", "boolean", "", _("位置不合理"), _("排污口设置位置不合理")),
    ("defect_line", "boolean", "", _("线路不合理"), _("排污管线长、走向不合理")),
    ("defect_misconnection", "boolean", "", _("混接错接"), _("雨污管道混接、错接")),
    ("defect_aged", "boolean", "", _("老化"), _("管线老化")),
    ("defect_broken", "boolean", "", _("破损"), _("管线破损")),
    ("defect_no_manhole", "boolean", "", _("缺检查井"), _("未设检查井或检查井不便监管")),
    ("hidden_pipe", "boolean", "", _("私设暗管"), _("发现私设暗管")),
    ("rain_cover_discharge", "boolean", "", _("借雨天偷排"), _("发现借雨天偷排直排")),
    ("livelihood_related", "boolean", "", _("涉及民生"), _("公共企事业单位、住宅小区等与群众生活密切相关")),
    ("approved", "boolean", "", _("已经审批"), _("已取得设置审核（审批）同意")),
    ("registered_filing", "boolean", "", _("已备案登记"), _("已备案（2025年起登记）")),
    ("immediate_fix_possible", "boolean", "", _("能立即整改"), _("问题简单，可以立行立改")),
    ("harm_complaint_open", "boolean", "", _("损害群众利益的投诉未办结"), _("整治损害群众切身利益的投诉尚未办结")),
    ("connected_to_works", "boolean", "", _("已接入集中处理设施"), _("污水已接入园区或城镇污水集中处理设施")),
    ("holds_permit", "boolean", "", _("有排污许可证"), _("排污许可证编号已登记；未登记而有人认定没有的为否")),
    ("has_video", "boolean", "", _("有视频监控"), _("已装视频监控并能调看")),
    ("has_sampling_point", "boolean", "", _("有监测点"), _("已设规范的监测采样点")),
    ("has_gate", "boolean", "", _("有闸阀"), _("出水口装有闸阀")),
    ("has_signboard", "boolean", "", _("有标识牌"), _("标识牌已树立")),
    ("in_flood_season", "boolean", "", _("汛期"), _("当日在本地汛期内")),
    (
        "planned_disposition",
        "text",
        "",
        _("拟定整治方式"),
        _("ban 取缔、merge 清理合并、standardise 规范整治、block 封堵"),
    ),
    ("proposed_type_top", "text", "", _("拟定一级类型"), _("填报的一级类型名称")),
    ("source_control_done", "boolean", "", _("源头治理已落实"), _("责任主体已落实源头治理，有记录")),
    ("maintenance_done", "boolean", "", _("维护管理已落实"), _("责任主体本期已维护管理，有记录")),
    ("party_monitored", "boolean", "", _("责任主体已监测"), _("责任主体本期已对排污口监测，有记录")),
    ("complaint_verified", "boolean", "", _("举报查实"), _("群众举报经核查属实，尚未整改")),
    ("exceedances_last_year", "integer", "次", _("一年内超标次数"), _("近十二个月监测超标次数")),
)

_TRACING = _facts(
    "outlet",
    ("applicant_known", "boolean", "", _("设置申请单位明确"), _("能查到设置申请单位")),
    ("applicant", "text", "", _("设置申请单位"), _("已批准的设置申请的申请单位：统一社会信用代码或名称")),
    ("responsibility_unclear", "boolean", "", _("责任不清"), _("难以分清责任主体，须开展溯源")),
    ("tracing_concluded", "boolean", "", _("已有溯源结论"), _("溯源案件已得出结论；在办为否")),
    ("tracing_inconclusive", "boolean", "", _("无法确定责任主体"), _("溯源结论为无法确定责任主体")),
    ("in_zone_office_area", "boolean", "", _("在开发区办管辖区"), _("位于开发区管理办公室（管委会）管辖区域")),
    ("in_department_area", "boolean", "", _("在部门责任区"), _("位于市直部门的责任区")),
    ("has_town", "boolean", "", _("有镇（街道）"), _("所在区域有镇政府或街道办")),
)

_ZONES = [
    FactType(
        fact_of(kind), "boolean", "", f"位于{LABELS[kind]}", f"点位落在{LABELS[kind]}图层内；图层未载入则不知", "zone"
    )
    for kind in ZoneKind
]

_PARTY = _facts(
    "party",
    ("party_industry", "text", "", _("责任主体行业"), _("责任主体所属行业，如 畜禽养殖(规模化)")),
    ("discharge_character", "text", "", _("排放特征"), _("所排水的特征，如 养殖废水、雨水")),
    (
        "party_kind",
        "text",
        "",
        _("责任主体性质"),
        _("enterprise 企业、institution 事业单位、government 政府、village 村集体、individual 个人"),
    ),
    ("industry_outlets_of_party", "integer", "个", _("工矿企业排污口数"), _("同一厂区保留的工矿企业排污口数")),
    ("storm_outlets_of_party", "integer", "个", _("雨洪排口数"), _("同一厂区保留的雨洪排口数")),
    ("park_outlets", "integer", "个", _("园区排污口数"), _("园区保留的排污口数")),
    ("park_storm_outlets", "integer", "个", _("园区雨洪排口数"), _("园区保留的雨洪排口数")),
    ("sites_of_party", "integer", "处", _("厂区数"), _("同一企业的厂区数")),
    ("extra_outlet_noted_in_permit", "boolean", "", _("许可证注明多口"), _("两个及以上排污口已在排污许可证注明")),
    ("extra_outlet_reported_to_city", "boolean", "", _("已报地市"), _("两个及以上排污口已上报地市级生态环境部门")),
    ("pretreated_to_industry_standard", "boolean", "", _("达行业标准"), _("废水预处理达到行业排放标准")),
    ("sewer_separated", "boolean", "", _("已雨污分流"), _("厂区已雨污分流")),
    ("reuses_manure", "boolean", "", _("粪污资源化"), _("粪污已资源化利用")),
    ("effluent_meets_standard", "boolean", "", _("达标排放"), _("最近监测达到执行标准")),
    ("is_new_enterprise", "boolean", "", _("新建工业企业"), _("新建的工业企业")),
    ("to_municipal_wwtp", "boolean", "", _("排入城镇污水厂"), _("生产废水排入城镇污水处理厂")),
    ("not_treatable_by_wwtp", "boolean", "", _("不能被有效处理"), _("评估认定不能被城镇污水厂有效处理")),
    ("endangers_wwtp_effluent", "boolean", "", _("影响出水达标"), _("评估认定可能影响城镇污水厂出水稳定达标")),
    ("is_chemical", "boolean", "", _("化工"), _("化工企业或化工园区")),
    ("hard_to_finish_soon", "boolean", "", _("短期难以完成"), _("确有困难、短期内难以完成整治")),
)

_WATER = _facts(
    "water",
    ("water_name", "text", "", _("受纳水体"), _("受纳水体名称")),
    ("basin_name", "text", "", _("流域"), _("所在流域名称，如 桑干河")),
    ("on_main_river", "boolean", "", _("主要河流"), _("受纳水体为主要河流")),
    ("on_key_lake", "boolean", "", _("重点湖库"), _("受纳水体为重点湖库")),
    ("on_assessed_section", "boolean", "", _("国省考断面河流"), _("受纳水体设国省考断面")),
    ("water_quality_failing", "boolean", "", _("水功能区未达标"), _("所在水功能区（水体）未达到水质目标")),
    ("water_quality_poor", "boolean", "", _("水质较差"), _("低于目标类别或劣Ⅴ类")),
    ("affects_flood_or_supply", "boolean", "", _("影响防洪供水"), _("可能影响防洪、供水、堤防安全、河势稳定")),
    ("in_river_works_area", "boolean", "", _("河道管理范围内工程"), _("需在河道管理范围内修建工程")),
)

_APPROVAL = _facts(
    "outlet",
    ("eia_authority", "text", "", _("环评审批机关"), _("national、provincial、city、county；无环评时不填")),
    ("has_eia", "boolean", "", _("有环评"), _("项目环评已由某级审批")),
    ("dispute_level", "text", "", _("争议层级"), _("provincial 省际、city 市际、county 县际、none 无")),
    ("delegated_to_city", "boolean", "", _("省已下放到市"), _("省级审批权限已下放所在省辖市")),
    ("delegated_to_county", "boolean", "", _("市已下放到县"), _("市级审批权限已下放所在县")),
    ("national_authority", "boolean", "", _("属国家审批"), _("由国家（流域机构）审批")),
)

_VILLAGE = _facts(
    "village",
    ("village_sewage_m3_d", "number", "m3/d", _("日均污水量"), _("村庄日均生活污水量")),
    ("village_population_small", "boolean", "", _("人口少"), _("村庄人口少（由填报人判断，界限由政策包设定）")),
    ("village_clustered", "boolean", "", _("较为集聚"), _("村庄居住较为集聚")),
    ("village_outlets", "integer", "个", _("村庄排污口数"), _("村庄集中处理设施的排污口数")),
)

FACTS: Mapping[str, FactType] = {
    fact.name: fact for fact in [*_OUTLET, *_TRACING, *_ZONES, *_PARTY, *_WATER, *_APPROVAL, *_VILLAGE]
}


def check_facts(facts: Mapping[str, object]) -> None:
    """Every name declared and every value of its type; None is allowed and means unknown.

    Raises
    ------
    FactError
        With each name that is wrong and why.
    """
    reasons = {name: reason for name, value in facts.items() if (reason := _fault(name, value))}
    if reasons:
        raise FactError(reasons)


def _fault(name: str, value: object) -> str:
    if name not in FACTS:
        return "词表中没有这个事实"
    kind = FACTS[name].type
    return "" if value is None or fits(kind, value) else f"应为 {kind}，而给的是 {value!r}"


def fits(kind: str, value: object) -> bool:
    """Whether a value is of a fact type."""
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)
