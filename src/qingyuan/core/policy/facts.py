"""The declared vocabulary of facts: dated, sourced values about an outlet, a party, a water, a zone or a village.

Rooms learn about each other only through these. A rule may read no other name; a fact that is absent is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
    ("type_key", "text", "", "排污口类型", "二级分类的键，如 GY.enterprise"),
    ("special_kind", "text", "", "特殊种类", "文本点名而分类表无其位置的种类，如 inlet_overflow"),
    ("stage", "text", "", "所处阶段", "生命周期阶段名"),
    ("conduit_form", "text", "", "排污通道形式", "管道、沟、渠、涵闸、隧洞或其他"),
    ("direct_to_water", "boolean", "", "直接入河", "污水经此口直接排入水体"),
    ("surveyed_complete", "boolean", "", "排查信息齐全", "排查要求的基本信息已全部填报"),
    ("verified", "boolean", "", "已核实", "排查结果已经第二人核实"),
    ("is_new", "boolean", "", "新设", "拟首次建造或使用的排污口"),
    ("is_changed", "boolean", "", "改设", "拟重大改变排放位置、方式"),
    ("is_enlarged", "boolean", "", "扩大", "拟提高排污能力"),
    ("can_join_sewer", "boolean", "", "可纳入市政管网", "现有管网可以接纳此口污水"),
    ("dry_weather_sewage", "boolean", "", "旱天污水直排", "旱天有水流出且有污水迹象"),
    ("dry_hours", "number", "h", "连续无雨时长", "观察前连续无雨的小时数"),
    ("mixed_flow", "boolean", "", "雨污混合", "雨水与污水混合经此口排出"),
    ("borrowed_discharge", "boolean", "", "借道排污", "第三方经此口排放而无约定"),
    ("sharing_units", "integer", "家", "共用单位数", "经此口排放的排污单位数"),
    ("permit_names_sharing", "boolean", "", "许可证载明共用", "排污许可证已载明共用排污口及责任"),
    ("zone_finding_illegal", "boolean", "", "认定违法设置", "已认定在保护区域内违反法律法规规定设置"),
    ("illegal_setting_found", "boolean", "", "认定违法设口", "已认定未经审批或违反法律法规设置（不限于保护区域）"),
    ("defect_position", "boolean", "", "位置不合理", "排污口设置位置不合理"),
    ("defect_line", "boolean", "", "线路不合理", "排污管线长、走向不合理"),
    ("defect_misconnection", "boolean", "", "混接错接", "雨污管道混接、错接"),
    ("defect_aged", "boolean", "", "老化", "管线老化"),
    ("defect_broken", "boolean", "", "破损", "管线破损"),
    ("defect_no_manhole", "boolean", "", "缺检查井", "未设检查井或检查井不便监管"),
    ("hidden_pipe", "boolean", "", "私设暗管", "发现私设暗管"),
    ("rain_cover_discharge", "boolean", "", "借雨天偷排", "发现借雨天偷排直排"),
    ("livelihood_related", "boolean", "", "涉及民生", "公共企事业单位、住宅小区等与群众生活密切相关"),
    ("approved", "boolean", "", "已经审批", "已取得设置审核（审批）同意"),
    ("registered_filing", "boolean", "", "已备案登记", "已备案（2025年起登记）"),
    ("immediate_fix_possible", "boolean", "", "能立即整改", "问题简单，可以立行立改"),
    ("has_video", "boolean", "", "有视频监控", "已装视频监控并能调看"),
    ("has_sampling_point", "boolean", "", "有监测点", "已设规范的监测采样点"),
    ("has_gate", "boolean", "", "有闸阀", "出水口装有闸阀"),
    ("has_signboard", "boolean", "", "有标识牌", "标识牌已树立"),
    ("in_flood_season", "boolean", "", "汛期", "当日在本地汛期内"),
    ("planned_disposition", "text", "", "拟定整治方式", "ban 取缔、merge 清理合并、standardise 规范整治、block 封堵"),
    ("proposed_type_top", "text", "", "拟定一级类型", "填报的一级类型名称"),
    ("exceedances_last_year", "integer", "次", "一年内超标次数", "近十二个月监测超标次数"),
)

_TRACING = _facts(
    "outlet",
    ("applicant_known", "boolean", "", "设置申请单位明确", "能查到设置申请单位"),
    ("tracing_inconclusive", "boolean", "", "无法确定责任主体", "溯源结论为无法确定责任主体"),
    ("in_zone_office_area", "boolean", "", "在开发区办管辖区", "位于开发区管理办公室（管委会）管辖区域"),
    ("in_department_area", "boolean", "", "在部门责任区", "位于市直部门的责任区"),
    ("has_town", "boolean", "", "有镇（街道）", "所在区域有镇政府或街道办"),
)

_ZONES = [
    FactType(
        fact_of(kind), "boolean", "", f"位于{LABELS[kind]}", f"点位落在{LABELS[kind]}图层内；图层未载入则不知", "zone"
    )
    for kind in ZoneKind
]

_PARTY = _facts(
    "party",
    ("party_industry", "text", "", "责任主体行业", "责任主体所属行业，如 畜禽养殖(规模化)"),
    ("discharge_character", "text", "", "排放特征", "所排水的特征，如 养殖废水、雨水"),
    (
        "party_kind",
        "text",
        "",
        "责任主体性质",
        "enterprise 企业、institution 事业单位、government 政府、village 村集体、individual 个人",
    ),
    ("industry_outlets_of_party", "integer", "个", "工矿企业排污口数", "同一厂区保留的工矿企业排污口数"),
    ("storm_outlets_of_party", "integer", "个", "雨洪排口数", "同一厂区保留的雨洪排口数"),
    ("park_outlets", "integer", "个", "园区排污口数", "园区保留的排污口数"),
    ("park_storm_outlets", "integer", "个", "园区雨洪排口数", "园区保留的雨洪排口数"),
    ("sites_of_party", "integer", "处", "厂区数", "同一企业的厂区数"),
    ("extra_outlet_noted_in_permit", "boolean", "", "许可证注明多口", "两个及以上排污口已在排污许可证注明"),
    ("extra_outlet_reported_to_city", "boolean", "", "已报地市", "两个及以上排污口已上报地市级生态环境部门"),
    ("pretreated_to_industry_standard", "boolean", "", "达行业标准", "废水预处理达到行业排放标准"),
    ("sewer_separated", "boolean", "", "已雨污分流", "厂区已雨污分流"),
    ("reuses_manure", "boolean", "", "粪污资源化", "粪污已资源化利用"),
    ("effluent_meets_standard", "boolean", "", "达标排放", "最近监测达到执行标准"),
    ("is_new_enterprise", "boolean", "", "新建工业企业", "新建的工业企业"),
    ("to_municipal_wwtp", "boolean", "", "排入城镇污水厂", "生产废水排入城镇污水处理厂"),
    ("not_treatable_by_wwtp", "boolean", "", "不能被有效处理", "评估认定不能被城镇污水厂有效处理"),
    ("endangers_wwtp_effluent", "boolean", "", "影响出水达标", "评估认定可能影响城镇污水厂出水稳定达标"),
    ("is_chemical", "boolean", "", "化工", "化工企业或化工园区"),
    ("hard_to_finish_soon", "boolean", "", "短期难以完成", "确有困难、短期内难以完成整治"),
)

_WATER = _facts(
    "water",
    ("water_name", "text", "", "受纳水体", "受纳水体名称"),
    ("basin_name", "text", "", "流域", "所在流域名称，如 桑干河"),
    ("on_main_river", "boolean", "", "主要河流", "受纳水体为主要河流"),
    ("on_key_lake", "boolean", "", "重点湖库", "受纳水体为重点湖库"),
    ("on_assessed_section", "boolean", "", "国省考断面河流", "受纳水体设国省考断面"),
    ("water_quality_failing", "boolean", "", "水功能区未达标", "所在水功能区（水体）未达到水质目标"),
    ("water_quality_poor", "boolean", "", "水质较差", "低于目标类别或劣Ⅴ类"),
    ("affects_flood_or_supply", "boolean", "", "影响防洪供水", "可能影响防洪、供水、堤防安全、河势稳定"),
    ("in_river_works_area", "boolean", "", "河道管理范围内工程", "需在河道管理范围内修建工程"),
)

_APPROVAL = _facts(
    "outlet",
    ("eia_authority", "text", "", "环评审批机关", "national、provincial、city、county；无环评时不填"),
    ("has_eia", "boolean", "", "有环评", "项目环评已由某级审批"),
    ("dispute_level", "text", "", "争议层级", "provincial 省际、city 市际、county 县际、none 无"),
    ("delegated_to_city", "boolean", "", "省已下放到市", "省级审批权限已下放所在省辖市"),
    ("delegated_to_county", "boolean", "", "市已下放到县", "市级审批权限已下放所在县"),
    ("national_authority", "boolean", "", "属国家审批", "由国家（流域机构）审批"),
)

_VILLAGE = _facts(
    "village",
    ("village_sewage_m3_d", "number", "m3/d", "日均污水量", "村庄日均生活污水量"),
    ("village_population_small", "boolean", "", "人口少", "村庄人口少（由填报人判断，界限由政策包设定）"),
    ("village_clustered", "boolean", "", "较为集聚", "村庄居住较为集聚"),
    ("village_outlets", "integer", "个", "村庄排污口数", "村庄集中处理设施的排污口数"),
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
