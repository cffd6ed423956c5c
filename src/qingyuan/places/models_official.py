"""Official files that replace zones, waters or divisions: the file, and what each of its features would change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

SUBJECTS = {"zones": _("特殊区域"), "waters": _("水体"), "units": _("行政区划")}
STATES = {"staged": _("待确认"), "taken": _("已采用"), "undone": _("已撤销"), "dropped": _("已放弃")}
CHANGES = {
    "fault": _("有错误"),
    "new": _("新增"),
    "changed": _("变更"),
    "gone": _("撤除"),
    "absent": _("文件未列"),
    "unchanged": _("无变化"),
}


def subjects() -> list[tuple[str, str]]:
    """What a file replaces."""
    return [(key, str(label)) for key, label in SUBJECTS.items()]


def states() -> list[tuple[str, str]]:
    """Where a file stands."""
    return [(key, str(label)) for key, label in STATES.items()]


def changes() -> list[tuple[str, str]]:
    """What a feature would do."""
    return [(key, str(label)) for key, label in CHANGES.items()]


class OfficialFile(models.Model):
    """官方文件. `whole` says it holds everything of its kind in the unit, so that what it leaves out is gone.

    `before` is what undoing needs besides the changes' own; `placed_at` is empty while the outlets of the unit wait to
    be placed in the new zones; how far that is stands in `before` meanwhile.
    """

    subject = models.CharField(_("对象"), max_length=8, choices=subjects)
    zone_kind = models.CharField(_("类别"), max_length=32, blank=True)
    unit = models.ForeignKey("places.Unit", models.PROTECT, related_name="+", verbose_name=_("所在行政区划"))
    filename = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(max_length=64)
    layer = models.CharField(_("图层"), max_length=64, blank=True)
    source = models.CharField(_("来源"), max_length=256)
    map_number = models.CharField(_("审图号"), max_length=64, blank=True)
    day = models.DateField(_("启用日期"))
    whole = models.BooleanField(_("完整"), default=True)
    notes = models.JSONField(default=list)
    state = models.CharField(_("状态"), max_length=8, choices=states, default="staged")
    counts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("经办人"), max_length=64)
    staged_at = models.DateTimeField(_("上传时间"))
    taken_at = models.DateTimeField(_("采用时间"), null=True)
    placed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("官方文件")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.filename}"


class OfficialChange(models.Model):
    """What one feature would change. `number` is the feature's, 0 for what the file leaves out; `target_id` the row it
    is about, `made_id` the row it made; `details` and `faults` are worded by official.words."""

    file = models.ForeignKey(OfficialFile, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField(_("要素"))
    code = models.CharField(_("代码"), max_length=24, blank=True)
    name = models.CharField(_("名称"), max_length=128, blank=True)
    change = models.CharField(_("变化"), max_length=10, choices=changes)
    details = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    target_id = models.BigIntegerField(null=True)
    made_id = models.BigIntegerField(null=True)
    geometry = models.BinaryField(null=True)
    geometry_before = models.BinaryField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("官方文件的变化")
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["file", "change", "number"], name="official_change")]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.number} {self.change}"
