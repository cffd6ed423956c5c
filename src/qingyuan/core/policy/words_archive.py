"""Words of the checklist, the archive and the levels of closing, as a page prints them."""

from __future__ import annotations

from collections.abc import Mapping

from qingyuan.core.refusal import gettext_noop as _

ARCHIVE_WORDS: Mapping[str, str] = {
    "when": _("由哪些参数要求"),
    "only": _("只对"),
    "waived": _("可免的类型"),
    "waivable": _("可以逐口豁免"),
    "values": _("取值"),
    "checked": _("人员核对"),
    "flow": _("流量或水质在线监测"),
    "sampling_point": _("监测采样点"),
    "archive.required": _("须建立一口一档"),
    "signboard.required": _("树立标识牌"),
    "standardisation.require_sampling_point": _("须设监测点"),
    "standardisation.require_video": _("须装视频监控"),
    "standardisation.video_types": _("须装视频或实时监控的类型"),
    "standardisation.video_waiver_types": _("可免视频的类型"),
    "storm_control.gate_required": _("须装闸阀"),
    "storm_control.targets": _("须管控的雨洪排口"),
    "act": _("办理方式"),
    "accept": _("验收"),
    "file": _("备案"),
    "above": _("上一级"),
    "within": _("上一级阶段"),
    "ditch_confluence": _("沟渠支流汇入口"),
    "livelihood": _("公共企事业单位、住宅小区等排污口"),
    "rural_central_facility": _("集中式农村生活污水处理设施"),
}
