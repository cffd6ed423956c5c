"""Values of packs as people read them: codes by their words, 是 and 否, lists joined, nothing set as 未设."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qingyuan.core.access import LABELS as ROLES
from qingyuan.core.access import Role
from qingyuan.core.functions import FUNCTIONS
from qingyuan.core.lifecycle_words import STAGES
from qingyuan.core.policy.duties import DUTIES
from qingyuan.core.policy.registers import COLUMNS, KIND_NAMES
from qingyuan.core.policy.words_archive import ARCHIVE_WORDS
from qingyuan.core.policy.words_plans import PLAN_WORDS
from qingyuan.core.refusal import gettext_noop as _
from qingyuan.core.zones import LABELS as ZONES

UNSET, YES, NO, NONE = _("未设"), _("是"), _("否"), _("无")

WORDS: Mapping[str, str] = {
    **{str(role): label for role, label in ROLES.items() if isinstance(role, Role)},
    **{str(kind): label for kind, label in ZONES.items() if str(kind)},
    **{str(function): label for function, label in FUNCTIONS.items()},
    **DUTIES,
    **COLUMNS,
    **KIND_NAMES,
    **{str(stage): label for stage, label in STAGES.items()},
    **PLAN_WORDS,
    **ARCHIVE_WORDS,
    # survey
    "coordinates": _("位置坐标"),
    "destination": _("污水去向"),
    "permit": _("排污许可排放口"),
    "sewer_end": _("污水管网末端"),
    "complaint": _("投诉举报"),
    "load_gap": _("断面负荷缺口"),
    "unwalked": _("尚未走到的岸线"),
    # classification
    "GY.enterprise": _("工矿企业排污口"),
    "GY.park_wwtp": _("园区污水处理厂排污口"),
    "GY.enterprise_storm": _("工矿企业雨洪排口"),
    "GY.park_wwtp_storm": _("园区污水处理厂雨洪排口"),
    "SH.municipal_wwtp": _("城镇污水处理厂排污口"),
    "NY.livestock_large": _("规模化畜禽养殖排污口"),
    "NY.aquaculture_large": _("规模化水产养殖排污口"),
    "YH.urban_storm": _("城镇雨洪排口"),
    "QT.irrigation": _("大中型灌区排口"),
    "QT.port": _("港口码头排污口"),
    "QT.livestock_small": _("规模以下畜禽养殖排污口"),
    "QT.aquaculture_small": _("规模以下水产养殖排污口"),
    "QT.urban_domestic": _("城镇生活污水散排口"),
    "QT.rural_facility": _("农村污水处理设施排污口"),
    "QT.rural_domestic": _("农村生活污水散排口"),
    "QT.other": _("其他排污口"),
    "farm_return": _("农田退水口"),
    "road_service": _("公路（服务区）排污口"),
    "mixed_storm_sewage": _("城镇雨污混合排口"),
    "inlet_overflow": _("进水管网溢流口"),
    # levels and scopes
    "city_zone": _("示范区"),
    "city": _("市"),
    "county": _("县"),
    "province": _("省"),
    "all_incl_ditches": _("所有河流及沟渠塘坝"),
    "main_then_all": _("主要河流及重点湖库，后全部"),
    "county_wide_targets_fen_hui": _("全县排查，目标限汾河、浍河"),
    "assessed_rivers": _("国省考断面河流"),
    "songliao_then_all": _("松花江、辽河干流及主要支流，后全省"),
    "unclear_outlets": _("责任不清的排污口"),
    "all_outlets": _("全部排污口"),
    "all_surveyed": _("全部已排查的排污口"),
    # remediation
    "ban": _("依法取缔"),
    "merge": _("清理合并"),
    "standardise": _("规范整治"),
    "per_outlet": _("逐口"),
    "annual_plan": _("年度整治方案"),
    "per_area": _("按辖区（责任区）"),
    "enterprise": _("企业"),
    "institution": _("事业单位"),
    "government": _("政府"),
    "village": _("村集体"),
    "individual": _("个人"),
    "any": _("不限"),
    "ban_or_merge": _("取缔、合并"),
    "principle": _("原则上"),
    "mandatory": _("予以（必须）"),
    "recommended": _("鼓励"),
    "approval": _("经设置审核"),
    "permit_note_and_approval": _("许可证注明并完善审核手续"),
    "approval_after_merge": _("合并后经设置审核"),
    "report_to_city": _("上报地市级生态环境部门"),
    "joint_programmes": _("统筹治理"),
    "led_by_water": _("水利部门牵头"),
    "forbidden": _("禁止"),
    "illegal_discharge_punished": _("查处非法排污"),
    # evidence of works
    "batch": _("批次"),
    "before": _("整治前照片"),
    "after": _("整治后照片"),
    "works": _("施工过程"),
    "closing_record": _("拆除、关闭、封堵记录"),
    "branch_record": _("支管清理记录"),
    # kinds of problem
    "illegal_zone": _("保护区域内违法设置"),
    "illegal_setting": _("违法违规设置"),
    "borrowed": _("借道排污"),
    "shared": _("共用排污口"),
    "defect": _("布局或管线缺陷"),
    "too_many": _("排污口过多"),
    "sewer_separation": _("未雨污分流"),
    "no_approval": _("未经审批或备案"),
    "sewer_area": _("管网覆盖内散排"),
    "rural": _("农村生活污水散排"),
    "dry_flow": _("旱天污水直排"),
    "forbidden_discharge": _("禁止或应退出的排放"),
    "exceedance": _("超标排放"),
    "evasion": _("逃避监管排放"),
    "setting_approval": _("设置审核（审批）"),
    "setting_filing": _("设置备案（登记）"),
    "discharge_permit": _("排污许可"),
    # approval and supervision
    "failing_zone": _("未达标水功能区"),
    "everywhere": _("不分水体"),
    "when_relevant": _("可能影响时"),
    "always": _("一律"),
    "guidance": _("指导"),
    "exceeding_twice_a_year": _("一年超标两次"),
    "monthly": _("每月"),
    "own": _("自建平台"),
    "national": _("全国平台"),
    "chain_and_provincial_feed": _("链条式平台并报省平台"),
    # columns of tables
    "name": _("名称"),
    "function": _("职能"),
    "duties": _("职责"),
    "clause": _("条款"),
    "basin": _("流域"),
    "topic": _("主题"),
    "text": _("内容"),
    "source": _("来源"),
    "responsible": _("责任单位"),
    "supporting": _("配合单位"),
    "implementing": _("落实单位"),
    "each": _("逐个单位的叫法"),
    "open": _("带“等”"),
    "day": _("日期"),
    "what": _("事项"),
    "kind": _("类别"),
    "case": _("情形"),
    "authority": _("机关"),
    "zone": _("区域"),
    "other": _("其他"),
    "types": _("类型"),
    "kinds": _("问题类别"),
    # oversight and plans
    "exceedances_last_year": _("一年内超标次数"),
    "seat": _("所在层级"),
    "functions": _("职能"),
    "codes": _("行业代码"),
    "words": _("行业用词"),
    "lead": _("单位"),
    "duty": _("职责"),
    "key": _("键"),
    "under": _("归入"),
    "counted_in_targets": _("计入目标"),
    "industry": _("行业"),
    "character": _("排放特征"),
    "type": _("类型"),
    "share": _("比例"),
    "due": _("期限"),
    "subjects": _("对象"),
    "level": _("层级"),
    "units": _("单位"),
    "from": _("起"),
    "to": _("止"),
    "issue": _("印发"),
    "target": _("目标"),
    "report": _("报告"),
    "deadline": _("期限"),
    "recurring": _("周期"),
    "seasonal": _("季节"),
    "undated": _("未定日期"),
    # codes and signboards
    "county_and_basin": _("县内各流域水系"),
    "letters": _("字母"),
    "sure": _("可靠程度"),
    "supervisor": _("监督管理单位"),
    "phone": _("监督电话"),
    "receiving": _("受纳水体"),
    "emission_standard": _("执行标准"),
    "qr": _("二维码"),
    "ground": _("底色"),
    "lettering": _("字色"),
    "width": _("宽"),
    "height": _("高"),
}


def said(value: object) -> str:
    """A value as a page, a list or a letter prints it."""
    match value:
        case None:
            return UNSET
        case bool():
            return YES if value else NO
        case date():
            return value.isoformat()
        case tuple() | list():
            return "、".join(map(said, value)) or NONE
        case Mapping():
            return "；".join(f"{WORDS.get(str(key), str(key))}：{said(part)}" for key, part in value.items())
        case _:
            return WORDS.get(str(value), str(value))
