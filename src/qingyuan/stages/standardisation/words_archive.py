"""Words of facilities, checks and of what is entered into a file by hand."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FacilityKind(TextChoices):
    """What may be built at an outlet (HJ 1309-2023 第五、六、八章; gates: 新绛 三(五))."""

    SAMPLING_POINT = "sampling_point", _("监测采样点")
    INSPECTION_WELL = "inspection_well", _("检查井")
    VIDEO = "video", _("视频监控")
    FLOW = "flow", _("流量或水质在线监测")
    GATE = "gate", _("出水口闸阀")


class FacilityState(TextChoices):
    """How a facility stands. Only one in use counts."""

    PLANNED = "planned", _("待建")
    IN_USE = "in_use", _("在用")
    BROKEN = "broken", _("故障")
    REMOVED = "removed", _("已拆除")


class EventKind(TextChoices):
    """What may be noted of a facility. 备案 of a gate is neither that of an outlet nor of a closure (C-33)."""

    BUILT = "built", _("登记")
    CHANGED = "changed", _("变更状态")
    OPENED = "opened", _("开启")
    SHUT = "shut", _("关闭")
    FILED = "filed", _("备案")


class CheckResult(TextChoices):
    """What somebody found of an item of the checklist."""

    DONE = "done", _("符合")
    FAILED = "failed", _("不符合")
    WAIVED = "waived", _("豁免")


class EntryKind(TextChoices):
    """What is entered into a section by hand."""

    PAPER = "paper", _("材料")
    NOT_APPLICABLE = "not_applicable", _("不适用")
