"""What bodies do: the functions a scheme names, whatever the local name of the bureau is (requirements §8 C-49)."""

from __future__ import annotations

from enum import StrEnum

from qingyuan.core.refusal import gettext_noop as _


class BodyFunction(StrEnum):
    """A function of a body. The values are stored and stand in policy packs."""

    GOVERNMENT = "government"
    ECOLOGY = "ecology"
    ECOLOGY_ENFORCEMENT = "ecology_enforcement"
    WATER = "water"
    HOUSING = "housing"
    URBAN_MANAGEMENT = "urban_management"
    AGRICULTURE = "agriculture"
    FORESTRY = "forestry"
    TRANSPORT = "transport"
    INDUSTRY = "industry"
    RESOURCES = "resources"
    PUBLIC_SECURITY = "public_security"
    COMMERCE = "commerce"
    FINANCE = "finance"
    DIGITAL_SERVICE = "digital_service"
    ZONE_COMMITTEE = "zone_committee"
    TOWN = "town"
    RIVER_CHIEF_OFFICE = "river_chief_office"
    ENVIRONMENT_COMMITTEE_OFFICE = "environment_committee_office"
    PERMIT_ISSUER = "permit_issuer"
    BASIN_AUTHORITY = "basin_authority"
    BASIN_ECOLOGY_AUTHORITY = "basin_ecology_authority"
    EXPERT = "expert"
    DISCHARGER = "discharger"


FUNCTIONS: dict[BodyFunction, str] = {
    BodyFunction.GOVERNMENT: _("人民政府"),
    BodyFunction.ECOLOGY: _("生态环境"),
    BodyFunction.ECOLOGY_ENFORCEMENT: _("生态环境执法"),
    BodyFunction.WATER: _("水利（水务）"),
    BodyFunction.HOUSING: _("住房城乡建设"),
    BodyFunction.URBAN_MANAGEMENT: _("城市管理"),
    BodyFunction.AGRICULTURE: _("农业农村"),
    BodyFunction.FORESTRY: _("林草"),
    BodyFunction.TRANSPORT: _("交通运输"),
    BodyFunction.INDUSTRY: _("工业和信息化"),
    BodyFunction.RESOURCES: _("自然资源"),
    BodyFunction.PUBLIC_SECURITY: _("公安"),
    BodyFunction.COMMERCE: _("商务"),
    BodyFunction.FINANCE: _("财政"),
    BodyFunction.DIGITAL_SERVICE: _("政务服务和数字化"),
    BodyFunction.ZONE_COMMITTEE: _("开发区管委会"),
    BodyFunction.TOWN: _("镇（街道）"),
    BodyFunction.RIVER_CHIEF_OFFICE: _("河长办"),
    BodyFunction.ENVIRONMENT_COMMITTEE_OFFICE: _("环委办"),
    BodyFunction.PERMIT_ISSUER: _("排污许可证核发"),
    BodyFunction.BASIN_AUTHORITY: _("流域管理机构"),
    BodyFunction.BASIN_ECOLOGY_AUTHORITY: _("流域生态环境监管机构"),
    BodyFunction.EXPERT: _("专家"),
    BodyFunction.DISCHARGER: _("排污单位"),
}


class BodyKind(StrEnum):
    """What sort of organisation a body is."""

    GOVERNMENT = "government"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    VILLAGE = "village"
    INDIVIDUAL = "individual"
    OTHER = "other"


BODY_KINDS: dict[BodyKind, str] = {
    BodyKind.GOVERNMENT: _("政府及部门"),
    BodyKind.ENTERPRISE: _("企业"),
    BodyKind.INSTITUTION: _("事业单位"),
    BodyKind.VILLAGE: _("镇村集体"),
    BodyKind.INDIVIDUAL: _("个体"),
    BodyKind.OTHER: _("其他"),
}
