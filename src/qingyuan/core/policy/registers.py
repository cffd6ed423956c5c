"""The columns a register named by a scheme may have, and what kinds of content there are. Roles and names are data."""

from __future__ import annotations

from collections.abc import Mapping

from qingyuan.core.refusal import gettext_noop as _

COLUMNS: Mapping[str, str] = {
    "code": _("编码"),
    "name": _("入河排污口名称"),
    "county_name": _("县区"),
    "town_name": _("乡镇（街道）"),
    "department": _("责任区部门"),
    "water_name": _("受纳水体"),
    "type": _("类型"),
    "party": _("责任主体"),
    "party_credit_code": _("统一社会信用代码"),
    "basis": _("认定依据"),
    "position": _("经纬度"),
    "stage": _("阶段"),
    "stage_since": _("进入本阶段日期"),
    "permit_number": _("排污许可证编号"),
    "verified_on": _("核实日期"),
    "party_fixed_on": _("明确日期"),
    "listed_on": _("列入日期"),
    "accepted_on": _("销号日期"),
    "retained_on": _("保留日期"),
}
KIND_NAMES: Mapping[str, str] = {
    "directory": _("名录"),
    "problem": _("问题清单"),
    "problems": _("问题清单"),
    "parties": _("责任主体清单"),
    "retained": _("保留清单"),
    "ledger": _("台账"),
    "columns": _("栏目"),
}
