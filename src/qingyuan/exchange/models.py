"""An import on its way: the file, its lines as judged, what was found. The register itself is not here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingyuan.exchange.findings import SEVERITIES
from qingyuan.places.models import Unit

STATES = {
    "staged": _("已上传"),
    "judged": _("已核对"),
    "taking": _("入库中"),
    "taken": _("已入库"),
    "undone": _("已撤销"),
}
VERDICTS = {"new": _("新增"), "updated": _("更新"), "unchanged": _("无变化"), "refused": _("退回")}
ROW_STATES = {"waiting": _("待入库"), "taken": _("已入库"), "skipped": _("跳过"), "undone": _("已撤销")}
SETTLEMENTS = {"": _("未处理"), "accepted": _("已接受建议"), "skipped": _("已跳过")}


def states() -> list[tuple[str, str]]:
    """States of an import."""
    return [(key, str(label)) for key, label in STATES.items()]


def verdicts() -> list[tuple[str, str]]:
    """What would become, or became, of a row."""
    return [(key, str(label)) for key, label in VERDICTS.items()]


def row_states() -> list[tuple[str, str]]:
    """Where a row stands."""
    return [(key, str(label)) for key, label in ROW_STATES.items()]


def severities() -> list[tuple[str, str]]:
    """How grave a finding is."""
    return [(key, str(_(label))) for key, label in SEVERITIES.items()]


def settlements() -> list[tuple[str, str]]:
    """What the user did about a finding."""
    return [(key, str(label)) for key, label in SETTLEMENTS.items()]


class Import(models.Model):
    """导入批次. `cursor` is the last line taken in; `judged_to` the last line judged: both only grow."""

    filename = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    sheet = models.CharField(_("工作表"), max_length=64, blank=True)
    sheets = models.JSONField(default=list)
    labels = models.JSONField(_("表头"), default=list)
    groups = models.JSONField(default=list)
    sample = models.JSONField(_("前几行"), default=list)  # [line number, texts], as the file shows them
    header_line = models.PositiveIntegerField(default=1)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField(_("对应列"), default=dict)  # column number as text → field
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("导入单位"))
    stage_stated = models.CharField(_("带入阶段"), max_length=24, blank=True)
    source_sha256 = models.CharField(_("来源台账"), max_length=64, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=states, default="staged")
    judged_to = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    counts = models.JSONField(default=dict)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("导入人"), max_length=64)
    staged_at = models.DateTimeField(_("上传时间"))
    judged_at = models.DateTimeField(_("核对时间"), null=True)
    taken_at = models.DateTimeField(_("入库时间"), null=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入批次")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.filename}"


class ImportRow(models.Model):
    """One line of the file. `raw` is field → cell, `values` what is written; `before` what an update replaced."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField(_("行号"))
    raw = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    repairs = models.JSONField(default=dict)
    verdict = models.CharField(_("结果"), max_length=10, choices=verdicts)
    state = models.CharField(max_length=8, choices=row_states, default="waiting")
    outlet_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    version_after = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入行")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_line_once")]
        indexes = [
            models.Index(fields=["batch", "verdict", "number"], name="import_line_verdict"),
            models.Index(fields=["outlet_id"], name="import_line_outlet", condition=models.Q(outlet_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class FindingRow(models.Model):
    """One thing found in a line; line 0 is the file itself."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="findings", db_index=False)
    number = models.PositiveIntegerField(_("行号"))
    column = models.CharField(_("列"), max_length=128, blank=True)
    cell = models.CharField(_("单元格"), max_length=12, blank=True)
    code = models.CharField(_("代码"), max_length=40)
    severity = models.CharField(_("级别"), max_length=8, choices=severities)
    text = models.TextField(_("说明"))
    suggestion = models.TextField(_("建议"), blank=True)
    repair = models.JSONField(default=dict)
    settled = models.CharField(_("处理"), max_length=8, choices=settlements, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入问题")
        indexes = [
            models.Index(fields=["batch", "code", "number"], name="finding_code"),
            models.Index(fields=["batch", "number"], name="finding_line"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number} {self.code}"


class ColumnMemory(models.Model):
    """How a header was mapped last time, so that the same form is mapped the same way next time."""

    signature = models.CharField(max_length=64)
    unit_path = models.CharField(max_length=16)
    mapping = models.JSONField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["signature", "unit_path"], name="column_memory_once")]

    def __str__(self) -> str:
        return self.signature[:12]
