"""Cases, their steps, their sources, and the network of pipes that grows with them.

The network is one for the whole site: a sewer that two cases found is the same sewer. Water runs from `upper` to
`lower`. Nothing is deleted: a step is struck, a source or an edge ended, with who and why.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.tracing.words import Conclusion, Confidence, NodeKind, Part, Why


class Case(models.Model):
    """溯源案件 about one outlet; one is open at a time. `key` is the one press, or the one fact, that opened it."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="cases", verbose_name=_("排污口"))
    key = models.CharField(max_length=64, null=True, unique=True)
    why = models.CharField(_("立案原因"), max_length=16, choices=Why)
    why_text = models.CharField(_("说明"), max_length=200, blank=True)
    clause = models.CharField(_("条款"), max_length=120, blank=True)
    lead_reason = models.CharField(_("另定牵头单位的理由"), max_length=200, blank=True)
    opened_on = models.DateField(_("立案日期"))
    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField(_("登记时间"))
    conclusion = models.CharField(_("结论"), max_length=16, choices=Conclusion, blank=True)
    concluded_on = models.DateField(_("结论日期"), null=True)
    concluded_by = models.CharField(max_length=64, blank=True)
    note = models.TextField(_("结论说明"), blank=True)
    paper_sha256 = models.CharField(_("溯源报告"), max_length=64, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("溯源案件")
        indexes = [models.Index(fields=["conclusion", "opened_on"], name="tracing_case_open")]
        constraints = [
            models.UniqueConstraint(name="outlet_has_one_open_case", fields=["outlet"], condition=Q(conclusion="")),
            models.CheckConstraint(
                name="tracing_concluded_has_a_day",
                condition=Q(conclusion="", concluded_on__isnull=True)
                | (~Q(conclusion="") & Q(concluded_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.outlet.name}"

    @property
    def is_open(self) -> bool:
        """Whether no conclusion was drawn yet."""
        return not self.conclusion


class CaseBody(models.Model):
    """A body that leads or supports a case. `body` None: the scheme names it, nobody registered it yet. `clause` names
    it for its part where that is another than the case's."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="bodies")
    part = models.CharField(_("角色"), max_length=16, choices=Part)
    name = models.CharField(_("单位"), max_length=128)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    clause = models.CharField(_("条款"), max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.part} {self.name}"


class Step(models.Model):
    """溯源步骤: by which method, when, where, what came out, how sure."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    key = models.CharField(max_length=64, null=True, unique=True)
    method = models.CharField(_("方法"), max_length=64)
    method_note = models.CharField(_("方法说明"), max_length=200, blank=True)
    day = models.DateField(_("日期"))
    place = models.CharField(_("位置"), max_length=200, blank=True)
    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    result = models.TextField(_("结果"))
    confidence = models.CharField(_("可信程度"), max_length=16, choices=Confidence, default=Confidence.UNKNOWN)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    struck_reason = models.CharField(_("划去的理由"), max_length=200, blank=True)
    struck_by = models.CharField(max_length=64, blank=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("溯源步骤")

    def __str__(self) -> str:
        return f"{self.case_id} {self.method}"


class StepFile(models.Model):
    """A piece of evidence of a step, by its content in the library."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    title = models.CharField(_("名称"), max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="step_file_once", fields=["step", "sha256"])]

    def __str__(self) -> str:
        return self.title or self.sha256[:8]


class Source(models.Model):
    """来源: a unit whose water comes out at the outlet, with its share (0 to 1, null unknown)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sources")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("排污单位"))
    share = models.DecimalField(_("占比"), max_digits=5, decimal_places=4, null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("来源")
        constraints = [
            models.UniqueConstraint(
                name="source_stands_once_in_a_case", fields=["case", "body"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="source_share_is_a_share", condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.body_id}"


class Node(models.Model):
    """A point of the network: a well, a pump, the end of a branch, an outlet, a discharger."""

    kind = models.CharField(_("类别"), max_length=16, choices=NodeKind)
    name = models.CharField(_("名称"), max_length=128)
    outlet = models.OneToOneField(Outlet, models.PROTECT, null=True, related_name="node")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("排污单位"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=16)
    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)

    class Meta:
        indexes = [models.Index(fields=["unit_path", "name"], name="tracing_node_unit")]

    def __str__(self) -> str:
        return self.name


class Edge(models.Model):
    """Water runs from `upper` to `lower`, found by a case, until `ended_at`."""

    upper = models.ForeignKey(Node, models.PROTECT, db_index=False, related_name="down")
    lower = models.ForeignKey(Node, models.PROTECT, db_index=False, related_name="up")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="edges")
    length_m = models.DecimalField(_("长度（m）"), max_digits=10, decimal_places=1, null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        # The other way is the index of edge_stands_once.
        indexes = [models.Index(fields=["lower", "upper"], name="tracing_edge_up", condition=Q(ended_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                name="edge_stands_once", fields=["upper", "lower"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="edge_leads_elsewhere", condition=~Q(upper=F("lower"))),
        ]

    def __str__(self) -> str:
        return f"{self.upper_id}→{self.lower_id}"
