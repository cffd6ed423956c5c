"""The register of outlets (排污口名录): the outlet, its chain, its dated facts and milestones.

Every stage room points here; this room points at none of them. How it stood on a day is models_history.py, what is
counted is models_counts.py.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.core.lifecycle import Stage
from qingyuan.places.models import Unit, Water, Zone
from qingyuan.places.paths import within_q
from qingyuan.registry import choices
from qingyuan.registry.models_counts import NameGram, Tally, TileTally
from qingyuan.registry.models_history import MilestoneRecord, Placement, Standing
from qingyuan.registry.models_registers import RegisterVersion
from qingyuan.registry.models_work import ApartPair, BulkRun, CodeList, MainLink, Resolution, SavedView

__all__ = [
    "Alias",
    "ApartPair",
    "BulkRun",
    "Channel",
    "ChannelOutlet",
    "ChannelSource",
    "CodeList",
    "Fact",
    "FiledPaper",
    "MainLink",
    "MilestoneRecord",
    "NameGram",
    "Outlet",
    "Placement",
    "Proposal",
    "RegisterVersion",
    "Resolution",
    "Responsibility",
    "SavedView",
    "Standing",
    "Tally",
    "TileTally",
    "ZoneMembership",
]


PROBLEM_STAGES = (
    Stage.PROBLEM,
    Stage.PLAN_DRAFT,
    Stage.PLAN_APPROVED,
    Stage.REMEDIATING,
    Stage.IN_TRANSITION,
    Stage.AWAITING_ACCEPTANCE,
    Stage.ACCEPTED,
)
"""Where an outlet on the problem list may stand; accepted is on it where a level above has not filed yet."""


class OutletQuerySet(models.QuerySet["Outlet"]):
    """Filters that chain. Whole questions live in queries.py."""

    def within(self, path: str) -> OutletQuerySet:
        """Outlets lying in a unit's subtree, or managed by a zone in it."""
        return self.filter(within_q("managing_path" if "Z" in path else "unit_path", path))

    def standing(self) -> OutletQuerySet:
        """Outlets that are in the register: neither leads nor applications nor withdrawn entries."""
        return self.filter(in_register=True)


class Outlet(models.Model):
    """入河排污口: one discharge point on one bank of one water.

    `stage`, `milestones` and `version` are written by registry.actions alone; unit, managing unit and body, water and
    type only together with a Placement. Positions are CGCS2000 degrees; what was given is kept beside.
    """

    name = models.CharField(_("名称"), max_length=128)
    national_code = models.CharField(_("国家编码"), max_length=24, blank=True)
    local_code = models.CharField(_("地方编码"), max_length=32, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="outlets", db_index=False, verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    managing_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("管理单位")
    )
    managing_path = models.CharField(max_length=16)
    managing_body = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("责任区部门")
    )
    town_text = models.CharField(_("乡镇（街道）"), max_length=64, blank=True)
    village_text = models.CharField(_("村（社区）"), max_length=64, blank=True)
    water = models.ForeignKey(Water, models.PROTECT, null=True, related_name="+", verbose_name=_("受纳水体"))
    water_path = models.CharField(max_length=255, blank=True)
    water_text = models.CharField(_("受纳水体名称（原文）"), max_length=64, blank=True)
    section_interval = models.CharField(_("断面区间"), max_length=128, blank=True)

    stage = models.CharField(_("阶段"), max_length=24, choices=choices.stages)
    stage_since = models.DateField(_("进入本阶段日期"))
    milestones = models.BigIntegerField(default=0)
    round = models.PositiveSmallIntegerField(_("重新整治次数"), default=0)
    in_register = models.BooleanField(default=True)
    type_key = models.CharField(_("类型"), max_length=40, blank=True)
    special_kind = models.CharField(_("特殊情形"), max_length=40, blank=True)
    counted = models.BooleanField(_("计入考核"), default=True)
    water_flags = models.IntegerField(default=0)
    party = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("责任主体")
    )

    longitude_deg = models.DecimalField(_("经度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，CGCS2000）"), max_digits=9, decimal_places=6, null=True)
    position_given = models.CharField(_("坐标原文"), max_length=120, blank=True)
    mkey = models.BigIntegerField(null=True)

    is_direct = models.BooleanField(_("直接入河"), default=True)
    conduit_form = models.CharField(_("入河方式"), max_length=32, blank=True)
    mouth_text = models.CharField(_("口门及位置"), max_length=200, blank=True)
    mouth_shape = models.CharField(_("口门形状"), max_length=32, blank=True)
    mouth_size_mm = models.CharField(_("口门尺寸（mm）"), max_length=64, blank=True)
    bank = models.CharField(_("岸别"), max_length=16, blank=True)
    diversion_mode = models.CharField(_("引流方式"), max_length=32, blank=True)
    discharge_pattern = models.CharField(_("排放方式"), max_length=32, blank=True)
    daily_discharge_m3 = models.DecimalField(_("日排放量（m³/d）"), max_digits=12, decimal_places=2, null=True)
    emission_standard = models.CharField(_("执行排放标准"), max_length=120, blank=True)
    approval_date = models.DateField(_("设置审批日期"), null=True)
    permit_date = models.DateField(_("排污许可批准日期"), null=True)
    permit_number = models.CharField(_("排污许可证编号"), max_length=24, blank=True)
    remark = models.CharField(_("备注"), max_length=500, blank=True)
    missing = models.JSONField(_("待补充"), default=list)

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", db_index=False, verbose_name=_("并入")
    )
    registered_by = models.CharField(max_length=64)
    verified_by = models.CharField(max_length=64, blank=True)
    registered_at = models.DateTimeField(_("登记时间"))
    changed_at = models.DateTimeField(_("最近变更时间"))
    withdrawn_at = models.DateTimeField(_("撤销登记时间"), null=True)
    source = models.CharField(_("来源"), max_length=64, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    objects = OutletQuerySet.as_manager()

    class Meta:
        verbose_name = _("入河排污口")
        indexes = [
            models.Index(fields=["unit_path", "id"], name="outlet_unit", condition=Q(in_register=True)),
            models.Index(fields=["unit_path", "stage", "id"], name="outlet_unit_stage", condition=Q(in_register=True)),
            models.Index(
                fields=["unit_path", "type_key", "id"], name="outlet_unit_type", condition=Q(in_register=True)
            ),
            # What waits: a stage within a subtree by how long it has lasted; what lacks a position or fields.
            models.Index(
                fields=["stage", "unit_path", "stage_since"], name="outlet_duty", condition=Q(in_register=True)
            ),
            # The same over the whole country, the longest waiting first; asked for by saying `stage__gt=""`, so that
            # SQLite, which may have no statistics, does not walk over the country for a county.
            models.Index(
                fields=["stage", "stage_since", "id"],
                name="outlet_waiting",
                condition=Q(in_register=True, stage__gt=""),
            ),
            models.Index(
                fields=["unit_path"], name="outlet_unlocated", condition=Q(in_register=True, longitude_deg__isnull=True)
            ),
            models.Index(fields=["unit_path"], name="outlet_pending", condition=Q(in_register=True) & ~Q(missing=[])),
            # 问题排污口清单 of any unit, page by page.
            models.Index(
                fields=["unit_path", "id"],
                name="outlet_problem",
                condition=Q(in_register=True, stage__in=[one.value for one in PROBLEM_STAGES]),
            ),
            # The few that are not in the register, so that lists of a unit need not run through the country for them.
            models.Index(fields=["unit_path"], name="outlet_out", condition=Q(in_register=False)),
            models.Index(fields=["managing_path", "id"], name="outlet_managing", condition=Q(in_register=True)),
            models.Index(fields=["water_path", "id"], name="outlet_water", condition=Q(in_register=True)),
            models.Index(fields=["mkey", "type_key", "stage", "unit_path", "water_path"], name="outlet_tile"),
            models.Index(fields=["name"], name="outlet_name"),
            models.Index(fields=["local_code"], name="outlet_local_code", condition=~Q(local_code="")),
            # Of the few that have one; an index on every foreign key would cost each new outlet as much as its row.
            models.Index(fields=["managing_body"], name="outlet_body", condition=Q(managing_body__isnull=False)),
            models.Index(fields=["party"], name="outlet_party", condition=Q(party__isnull=False)),
            models.Index(fields=["merged_into"], name="outlet_merged", condition=Q(merged_into__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="outlet_stage_is_known", condition=Q(stage__in=[one.value for one in Stage])),
            models.UniqueConstraint(
                name="outlet_national_code_is_one_outlet", fields=["national_code"], condition=~Q(national_code="")
            ),
            models.CheckConstraint(
                name="outlet_lies_in_china",
                condition=Q(longitude_deg__isnull=True)
                | Q(longitude_deg__gte=73, longitude_deg__lte=136, latitude_deg__gte=3, latitude_deg__lte=54),
            ),
            models.CheckConstraint(
                name="outlet_merged_names_its_target",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.national_code or self.local_code or self.pk} {self.name}"


class Alias(models.Model):
    """A code or name the outlet had or has elsewhere. A retired national code is never given again."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="aliases")
    kind = models.CharField(max_length=16, choices=choices.alias_kinds)
    text = models.CharField(max_length=128)
    from_day = models.DateField(null=True)
    to_day = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["text"], name="alias_text")]

    def __str__(self) -> str:
        return self.text


class Channel(models.Model):
    """排污通道: the pipe, ditch or culvert between a discharger and an outlet."""

    name = models.CharField(_("名称"), max_length=128)
    kind = models.CharField(_("形式"), max_length=32, blank=True)
    length_m = models.DecimalField(_("长度（m）"), max_digits=10, decimal_places=1, null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    note = models.CharField(_("说明"), max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class ChannelOutlet(models.Model):
    """A channel leads to an outlet, from a day to a day."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="outlets")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="channels")
    from_day = models.DateField(null=True)
    to_day = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.channel_id}→{self.outlet_id}"


class ChannelSource(models.Model):
    """A discharger uses a channel, with a share of its flow (0 to 1, null unknown), from a day to a day."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="sources")
    body = models.ForeignKey(Body, models.PROTECT, related_name="channels")
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    from_day = models.DateField(null=True)
    to_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="channel_share_is_a_share", condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1)
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id}→{self.channel_id}"


class Responsibility(models.Model):
    """责任主体: who answers for an outlet, on which basis, from a day to a day. One at a time."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="responsibilities")
    body = models.ForeignKey(Body, models.PROTECT, related_name="responsibilities")
    basis = models.CharField(_("认定依据"), max_length=16, choices=choices.party_bases)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="outlet_has_one_party_at_a_time", fields=["outlet"], condition=Q(to_day__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.body_id}"


class Proposal(models.Model):
    """What somebody, or a table of facts, proposes for an outlet's type or party. A disagreement is kept."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="proposals", db_index=False)
    about = models.CharField(max_length=16, choices=choices.proposal_abouts)
    value = models.CharField(max_length=128)
    text = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=16, choices=choices.proposal_origins)
    clause = models.CharField(max_length=120, blank=True)
    reasons = models.JSONField(default=dict)
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=16, choices=choices.proposal_decisions, default="open")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["outlet", "about"], name="proposal_outlet")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.about}={self.value}"


class FiledPaper(models.Model):
    """A document in an outlet's file. `round` counts reopenings: a second acceptance needs a second record."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="papers", db_index=False)
    kind = models.CharField(_("材料类型"), max_length=32, choices=choices.papers)
    sha256 = models.CharField(max_length=64)
    title = models.CharField(_("名称"), max_length=200)
    day = models.DateField(_("形成日期"))
    round = models.PositiveSmallIntegerField(default=0)
    filed_by = models.CharField(max_length=64)
    filed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["outlet", "kind"], name="paper_outlet_kind")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.kind}"


class Fact(models.Model):
    """A dated, sourced value about an outlet, a party, a water or a zone; its word is declared in
    core/policy/facts.py."""

    subject_kind = models.CharField(max_length=16)
    subject_id = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    value = models.JSONField()
    from_day = models.DateField()
    source = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "name"], name="fact_subject"),
            models.Index(fields=["name", "recorded_at"], name="fact_name_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id} {self.name}"


class ZoneMembership(models.Model):
    """The outlet's point lies in the zone. A lead for a finding, never the finding itself (corrections §2)."""

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="zone_memberships", db_index=False)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outlet", "zone"], name="outlet_lies_in_a_zone_once")]

    def __str__(self) -> str:
        return f"{self.outlet_id} in {self.zone_id}"
