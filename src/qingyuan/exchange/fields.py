"""The columns an outlet workbook may have: what each is called in the forms people really use.

Data only. Synonyms carry 附件1's own misprints (收纳河流名称, 排污责任主任单位名称, 入河单位地理坐标), the headers of
the census and of city platforms, and English. A `required` field enters as 待补充 when it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from qingyuan.core.refusal import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column may hold. `groups` are upper headers that settle a bare word such as 名称 or 坐标."""

    name: str
    title: str
    synonyms: tuple[str, ...]
    groups: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    required: bool = False


OUTLET_GROUPS = ("排污口信息", "入河排污口信息", "排污口", "入河排污口", "基本信息")
PARTY_GROUPS = ("排污单位信息", "排污单位", "责任主体", "责任主体信息", "责任单位", "入河单位")

FIELDS: tuple[Field, ...] = (
    Field("seq", _("序号"), ("序号", "行号", "seq", "index", "序")),
    Field(
        "national_code",
        _("排污口编码（国家）"),
        ("国家编码", "国家统一赋码", "统一编码", "排污口编码国家统一赋码", "outlet_code_national", "national_code"),
    ),
    Field(
        "local_code",
        _("排污口编码（地方）"),
        (
            "地方编码",
            "原编码",
            "旧编码",
            "编号",
            "no",
            "省市编码",
            "本地编码",
            "系统自有编码",
            "outlet_code_local",
            "local_code",
        ),
    ),
    Field(
        "code",
        _("排污口编码"),
        (
            "排污口编码",
            "入河排污口编码",
            "入河（海）排污口编码",
            "排口编码",
            "排污口代码",
            "排污口编号",
            "排口编号",
            "编码",
            "代码",
            "code",
            "outlet_code",
            "outletcode",
        ),
        OUTLET_GROUPS,
        ("编码", "代码"),
    ),
    Field(
        "name",
        _("入河排污口名称"),
        (
            "入河排污口名称",
            "入河（海）排污口名称",
            "排污口名称",
            "排口名称",
            "排放口名称",
            "入河排口名称",
            "口门名称",
            "排污口",
            "入河排污口",
            "name",
            "outlet_name",
            "outfall_name",
            "outlet",
            "outlet name",
        ),
        OUTLET_GROUPS,
        ("名称",),
        required=True,
    ),
    Field("province", _("省份"), ("省", "省份", "省（区、市）", "省级", "所在省", "province")),
    Field(
        "city",
        _("地市"),
        ("地市", "市", "地级市", "市（州）", "市州", "地市州", "所在市", "设区市", "所属地市", "city"),
    ),
    Field(
        "county",
        _("县区"),
        (
            "县区",
            "县（区）",
            "县（市、区）",
            "县市区",
            "县",
            "区县",
            "区（县）",
            "区",
            "所在县",
            "所属区县",
            "行政区",
            "行政区划",
            "所属行政区",
            "district",
            "county",
        ),
        required=True,
    ),
    Field(
        "town",
        _("乡镇（街道）"),
        (
            "乡镇（街道）",
            "乡镇街道",
            "乡镇",
            "街道",
            "镇",
            "镇街",
            "镇（街道）",
            "乡（镇）",
            "乡（镇、街道）",
            "所在乡镇",
            "township",
            "town",
        ),
        required=True,
    ),
    Field(
        "village",
        _("村（社区）"),
        ("村（社区）", "村社区", "村", "社区", "行政村", "村居", "村（居）", "所在村", "village"),
    ),
    Field(
        "division_code",
        _("行政区划代码"),
        ("行政区划代码", "行政区代码", "区划代码", "县区代码", "adcode", "region_code", "division_code"),
    ),
    Field("managing_unit", _("责任区"), ("责任区", "管理单位", "管辖单位", "监管单位", "所属开发区", "managing_unit")),
    Field(
        "water",
        _("受纳水体名称"),
        (
            "收纳河流名称",
            "受纳河流名称",
            "受纳水体名称",
            "收纳水体名称",
            "受纳水体",
            "收纳水体",
            "受纳河流",
            "收纳河流",
            "排入水体名称",
            "排入水体",
            "排入河流",
            "河流名称",
            "水体名称",
            "所在河流",
            "入河名称",
            "receiving_water",
            "receiving_water_name",
            "receiving_river",
            "water_body",
            "water body",
            "river",
            "water",
        ),
        required=True,
    ),
    Field("section_interval", _("断面区间"), ("断面区间", "所在断面区间", "控制断面区间", "section_interval")),
    Field(
        "longitude",
        _("经度"),
        (
            "经度",
            "排污口经度",
            "入河排污口经度",
            "东经",
            "中心经度",
            "口门经度",
            "lon",
            "lng",
            "long",
            "longitude",
            "x",
            "经度°",
        ),
        OUTLET_GROUPS,
        ("经度",),
    ),
    Field(
        "latitude",
        _("纬度"),
        ("纬度", "排污口纬度", "入河排污口纬度", "北纬", "中心纬度", "口门纬度", "lat", "latitude", "y", "纬度°"),
        OUTLET_GROUPS,
        ("纬度",),
    ),
    Field(
        "coordinates",
        _("入河排污口地理坐标"),
        (
            "入河排污口地理坐标",
            "排污口地理坐标",
            "排污口坐标",
            "地理坐标",
            "坐标",
            "经纬度",
            "排污口经纬度",
            "地理位置坐标",
            "coordinates",
            "coordinate",
            "outlet_coord",
            "location",
        ),
        OUTLET_GROUPS,
        ("地理坐标", "坐标", "经纬度"),
        required=True,
    ),
    Field(
        "entry_form",
        _("入河方式"),
        (
            "入河方式",
            "入河（海）方式",
            "污水入河方式",
            "入河形式",
            "排入方式",
            "entry_method",
            "entry_form",
            "outfall_way",
        ),
    ),
    Field(
        "mouth_text",
        _("入河排污口口门及位置"),
        ("入河排污口口门及位置", "口门及位置", "口门位置", "口门情况", "口门形态", "口门", "mouth_position", "mouth"),
    ),
    Field(
        "diversion_mode",
        _("引流方式"),
        ("引流方式", "引流设施", "引流设施方式", "引流", "diversion_method", "diversion_mode"),
    ),
    Field(
        "party_name",
        _("排污责任主体单位名称"),
        (
            "排污责任主任单位名称",
            "排污责任主体单位名称",
            "排污责任主体",
            "责任主体名称",
            "责任主体",
            "责任单位",
            "责任单位名称",
            "排污单位名称",
            "排污单位",
            "设置单位",
            "单位名称",
            "企业名称",
            "入河单位名称",
            "污水厂名称",
            "responsible_party",
            "party",
            "party_name",
            "unit_name",
            "owner",
            "operator",
            "install_unit",
        ),
        PARTY_GROUPS,
        ("名称", "单位名称"),
    ),
    Field(
        "party_longitude",
        _("排污单位经度"),
        ("排污单位经度", "单位经度", "企业经度", "入河单位经度"),
        PARTY_GROUPS,
        ("经度",),
    ),
    Field(
        "party_latitude",
        _("排污单位纬度"),
        ("排污单位纬度", "单位纬度", "企业纬度", "入河单位纬度"),
        PARTY_GROUPS,
        ("纬度",),
    ),
    Field(
        "party_coordinates",
        _("排污单位地理坐标"),
        (
            "入河单位地理坐标",
            "排污单位地理坐标",
            "单位地理坐标",
            "排污单位坐标",
            "企业坐标",
            "unit_coord",
            "party_coordinates",
        ),
        PARTY_GROUPS,
        ("地理坐标", "坐标", "经纬度"),
    ),
    Field(
        "party_type",
        _("排污单位类型"),
        ("排污单位类型", "单位类型", "责任主体类型", "企业类型", "unit_type", "party_type"),
        PARTY_GROUPS,
        ("类型",),
    ),
    Field(
        "party_credit_code",
        _("统一社会信用代码"),
        ("统一社会信用代码", "社会信用代码", "信用代码", "credit_code", "uscc"),
        PARTY_GROUPS,
        ("代码",),
    ),
    Field("type_first", _("一级分类"), ("一级分类", "一级类型", "排污口大类", "outlet_type_main")),
    Field(
        "type",
        _("入河排污口分类"),
        (
            "入河排污口分类",
            "排污口分类",
            "排污口类型",
            "入河排污口类型",
            "排口类型",
            "二级分类",
            "二级类型",
            "排污口类别",
            "分类",
            "类型",
            "category",
            "type",
            "outlet_type",
            "outlet_type_sub",
            "outfall_type",
        ),
        OUTLET_GROUPS,
        ("类型", "分类", "类别"),
    ),
    Field(
        "progress",
        _("整治进展情况"),
        (
            "整治进展情况（已完成/正在整治）",
            "整治进展情况",
            "整治进展",
            "整治情况",
            "整治状态",
            "是否完成整治",
            "remediation_progress",
        ),
    ),
    Field(
        "archived",
        _("是否完成登记建档"),
        ("是否完成登记建档", "登记建档", "是否登记建档", "是否建档", "registered", "archived"),
    ),
    Field(
        "approval_date",
        _("设置审批或排污许可批准时间"),
        (
            "设置审批或排污许可批准时间",
            "设置审批时间",
            "审批时间",
            "批准时间",
            "批准日期",
            "审批日期",
            "许可批准时间",
            "approval_date",
        ),
    ),
    Field(
        "permit_number",
        _("排污许可证编号"),
        (
            "排污许可证编号",
            "排污许可证号",
            "许可证编号",
            "许可证号",
            "permit_no",
            "permit_number",
            "discharge_permit_no",
        ),
    ),
    Field("stage", _("阶段"), ("阶段", "当前阶段", "状态", "stage")),
    Field("found_on", _("排查日期"), ("排查日期", "排查时间", "调查日期", "调查时间", "survey_date")),
    Field("park", _("所在园区"), ("化工园区", "园区", "园区名称", "所在园区", "工业园区", "park")),
    Field("park_area", _("园区片区"), ("片区", "园区片区")),
    Field("park_level", _("园区级别"), ("园区级别", "开发区级别")),
    Field("note", _("备注"), ("备注", "说明", "remark", "remarks", "note")),
)

BY_NAME = {item.name: item for item in FIELDS}
TITLES = {item.name: item.title for item in FIELDS}
REQUIRED = tuple(item.name for item in FIELDS if item.required)

# Kept with the row as the file gave them and not written to the register: they number, claim or describe.
CLAIMS = frozenset({"progress", "archived"})
KEPT_AS_GIVEN = frozenset({"seq", "note", "park", "park_area", "park_level"})

# Our own lists: the annex names none, so another word stays as text with a finding.
ENTRY_FORMS = ("管道", "明渠", "暗渠", "涵闸", "涵洞", "箱涵", "隧洞", "泵站", "其他")
DIVERSION_MODES = ("重力流", "泵送", "明渠", "管网", "无")
PARTY_TYPES = ("工矿企业", "园区管理机构", "污水处理厂", "养殖场", "镇村集体", "政府部门", "个体", "其他")
PROGRESS_WORDS = ("已完成", "正在整治")
