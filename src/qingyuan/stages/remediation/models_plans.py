"""一口一策: the plan of a round in its versions, its steps and duties, the order to close, the transition period.

Nothing is deleted: an edited plan that was submitted becomes a new version and the old one is history.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.remediation.words_plans import (
    OPEN_STATES,
    FloodAnswer,
    PackageState,
    PlanState,
    TransitionState,
    YearPlanState,
    batches,
    duties,
)


class Plan(models.Model):
    """整治方案 of one outlet, one version of it. `measures` is a list of {key, text, why}.

    `pack` and `pack_hash` say under which packs it was made; it keeps them when the scheme changes. `number` counts
    versions within a round. Money in yuan.
    """

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="plans", db_index=False)
    number = models.PositiveSmallIntegerField(_("版本"))
    key = models.CharField(max_length=64, null=True, unique=True)
    state = models.CharField(_("状态"), max_length=16, choices=PlanState, default=PlanState.DRAFT)
    unit_path = models.CharField(max_length=16)
    batch = models.CharField(_("整治批次"), max_length=16, choices=batches)
    measures = models.JSONField(_("整治措施"), default=list)
    problems = models.CharField(_("问题"), max_length=1000, blank=True)
    category = models.CharField(_("类别"), max_length=200, blank=True)
    territory = models.CharField(_("属地单位"), max_length=200, blank=True)
    departments = models.CharField(_("联动部门"), max_length=500, blank=True)
    due = models.DateField(_("完成期限"), null=True)
    responsible_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("责任主体"))
    cost_yuan = models.DecimalField(_("投资概算（元）"), max_digits=14, decimal_places=2, null=True)
    funding = models.CharField(_("资金来源"), max_length=200, blank=True)
    basis = models.CharField(_("法律或技术依据"), max_length=500, blank=True)
    target_outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="+", verbose_name=_("并入"))
    receiving_works = models.CharField(_("接纳的污水处理设施"), max_length=128, blank=True)
    technology = models.CharField(_("治理技术及理由"), max_length=500, blank=True)
    livelihood_note = models.CharField(_("民生影响说明"), max_length=1000, blank=True)
    safety_note = models.CharField(_("安全有序措施"), max_length=1000, blank=True)
    water_supply_note = models.CharField(_("水生态环境和供水安全评估"), max_length=1000, blank=True)
    flood_answer = models.CharField(_("防洪排涝、堤防安全"), max_length=8, choices=FloodAnswer, blank=True)
    flood_measure = models.CharField(_("消除隐患的措施"), max_length=1000, blank=True)
    water_opinion_sha256 = models.CharField(_("水行政部门意见"), max_length=64, blank=True)
    legacy_case = models.CharField(_("历史遗留情况和处理决定"), max_length=1000, blank=True)
    deviation_reason = models.CharField(_("另作处理的理由"), max_length=1000, blank=True)
    merge_attempt = models.CharField(_("合并的经过和结果"), max_length=1000, blank=True)
    risk_note = models.CharField(_("集中开工风险说明"), max_length=1000, blank=True)
    programmes = models.JSONField(_("统筹结合的工程"), default=list)
    pack = models.CharField(_("所依据的政策包"), max_length=255, blank=True)
    pack_hash = models.CharField(max_length=64, blank=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    drafted_by = models.CharField(max_length=64)
    drafted_on = models.DateField(_("编制日期"))
    submitted_by = models.CharField(max_length=64, blank=True)
    submitted_on = models.DateField(_("提交日期"), null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_on = models.DateField(_("审定日期"), null=True)
    decision_note = models.CharField(_("审定意见"), max_length=500, blank=True)
    paper_sha256 = models.CharField(_("方案文本"), max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    works_started_on = models.DateField(_("开工日期"), null=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("整治方案")
        indexes = [
            models.Index(fields=["state", "unit_path", "due"], name="plan_state_unit"),
            models.Index(fields=["unit_path", "batch"], name="plan_unit_batch"),
        ]
        constraints = [
            models.UniqueConstraint(name="plan_version_once", fields=["round", "number"]),
            models.UniqueConstraint(name="round_drafts_one_plan", fields=["round"], condition=Q(state__in=OPEN_STATES)),
            models.UniqueConstraint(
                name="round_has_one_plan_in_force", fields=["round"], condition=Q(state=PlanState.APPROVED)
            ),
            models.CheckConstraint(name="plan_cost_is_not_negative", condition=Q(cost_yuan=None) | Q(cost_yuan__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} v{self.number}"


class PlanDuty(models.Model):
    """牵头, 执行 or 指导督导 of a plan. `body` None: the scheme names it, nobody registered it yet."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="duties")
    duty = models.CharField(_("职责"), max_length=16, choices=duties)
    name = models.CharField(_("单位"), max_length=128)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    clause = models.CharField(_("条款"), max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.duty} {self.name}"


class PlanStep(models.Model):
    """步骤: what is to be done from when until when, and by whom. `done_on` is written as the works proceed. `length_m`
    of sewer rebuilt (新绛 三(五))."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="steps", db_index=False)
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("内容"), max_length=200)
    starts_on = models.DateField(_("开始"), null=True)
    due = models.DateField(_("期限"))
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    length_m = models.DecimalField(_("改造长度（m）"), max_digits=10, decimal_places=1, null=True)
    done_on = models.DateField(_("完成日期"), null=True)

    class Meta:
        verbose_name = _("整治步骤")
        ordering = ["plan", "number"]
        indexes = [models.Index(fields=["due"], name="plan_step_open", condition=Q(done_on=None))]
        constraints = [
            models.UniqueConstraint(name="plan_step_once", fields=["plan", "number"]),
            models.CheckConstraint(name="plan_step_forward", condition=Q(starts_on=None) | Q(starts_on__lte=F("due"))),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.number}"


class Order(models.Model):
    """取缔决定: which measure the competent body ordered, for which kind of zone, on which legal basis."""

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="orders")
    key = models.CharField(max_length=64, null=True, unique=True)
    measure = models.CharField(_("措施"), max_length=32)
    zone_kind = models.CharField(_("区域类别"), max_length=24)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("决定机关"))
    legal_basis = models.CharField(_("法律依据"), max_length=300)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    issued_on = models.DateField(_("决定日期"))
    paper_sha256 = models.CharField(_("决定书"), max_length=64)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("取缔决定")

    def __str__(self) -> str:
        return f"{self.round_id} {self.measure}"


class Transition(models.Model):
    """过渡期: why, what is done meanwhile, until when. The plan's own deadline stays; overdue is counted from here."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="transitions")
    key = models.CharField(max_length=64, null=True, unique=True)
    reason = models.CharField(_("理由"), max_length=1000)
    interim_measure = models.CharField(_("过渡措施"), max_length=1000)
    until = models.DateField(_("截止日期"))
    state = models.CharField(_("状态"), max_length=16, choices=TransitionState, default=TransitionState.ASKED)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    paper_sha256 = models.CharField(_("申请材料"), max_length=64)
    asked_by = models.CharField(max_length=64)
    asked_on = models.DateField(_("申请日期"))
    decided_by = models.CharField(max_length=64, blank=True)
    decided_on = models.DateField(_("审定日期"), null=True)
    decision_note = models.CharField(_("审定意见"), max_length=500, blank=True)
    ended_on = models.DateField(_("结束日期"), null=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("过渡期")
        constraints = [
            models.UniqueConstraint(
                name="plan_has_one_transition", fields=["plan"], condition=Q(state__in=["asked", "approved"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.until}"


class AtOnce(models.Model):
    """立行立改: what was put right at once, by which technical norm, with what it looked like before and after."""

    round = models.OneToOneField("remediation.Round", models.PROTECT, related_name="at_once")
    norm = models.CharField(_("技术规范"), max_length=200)
    text = models.TextField(_("整改情况"))
    before_sha256 = models.CharField(_("整改前照片"), max_length=64)
    after_sha256 = models.CharField(_("整改后照片"), max_length=64)
    done_on = models.DateField(_("完成日期"))
    done_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("立行立改")

    def __str__(self) -> str:
        return f"{self.round_id}"


class YearPlan(models.Model):
    """整治方案 of a unit or of a department's 责任区: of a year where the scheme asks for one (新绛 三(四)); `year` 0:
    as long as it stands."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("责任区部门"))
    year = models.PositiveSmallIntegerField(_("年度"), default=0)
    title = models.CharField(_("名称"), max_length=200)
    text = models.TextField(_("要点"), blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=YearPlanState, default=YearPlanState.DRAFT)
    paper_sha256 = models.CharField(_("方案文本"), max_length=64, blank=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    drafted_by = models.CharField(max_length=64)
    drafted_on = models.DateField(_("编制日期"))
    approved_by = models.CharField(max_length=64, blank=True)
    approved_on = models.DateField(_("审定日期"), null=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("区域整治方案")
        constraints = [
            models.UniqueConstraint(name="unit_plans_a_year_once", fields=["unit", "year"], condition=Q(body=None)),
            models.UniqueConstraint(
                name="body_plans_a_year_once", fields=["body", "year"], condition=Q(body__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class HardCase(models.Model):
    """重点难点: an outlet of which the unit says why it is hard, until it is solved."""

    round = models.ForeignKey("remediation.Round", models.PROTECT, related_name="hard_cases")
    reason = models.CharField(_("难点"), max_length=500)
    since = models.DateField(_("列入日期"))
    listed_by = models.CharField(max_length=64)
    ended_on = models.DateField(_("移出日期"), null=True)
    outcome = models.CharField(_("解决情况"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("重点难点")
        constraints = [
            models.UniqueConstraint(name="round_is_hard_once", fields=["round"], condition=Q(ended_on=None)),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.since}"


class FundingPackage(models.Model):
    """打包申请资金: retained outlets of government parties applied for together (新绛 三(六)). Money in yuan."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    title = models.CharField(_("名称"), max_length=200)
    state = models.CharField(_("状态"), max_length=16, choices=PackageState, default=PackageState.COLLECTING)
    source = models.CharField(_("资金来源"), max_length=16, blank=True)
    amount_yuan = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, null=True)
    clause = models.CharField(_("条款"), max_length=200, blank=True)
    opened_by = models.CharField(max_length=64)
    opened_on = models.DateField(_("建立日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("资金打包")

    def __str__(self) -> str:
        return self.title


class FundedOutlet(models.Model):
    """An outlet in a package."""

    package = models.ForeignKey(FundingPackage, models.PROTECT, related_name="outlets")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    added_by = models.CharField(max_length=64)
    added_on = models.DateField(_("列入日期"))

    class Meta:
        constraints = [models.UniqueConstraint(name="package_holds_an_outlet_once", fields=["package", "outlet"])]

    def __str__(self) -> str:
        return f"{self.package_id} {self.outlet_id}"


class Programme(models.Model):
    """统筹结合的工程: a programme of the scheme's list in a unit, with its own date. It moves no plan's deadline."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    kind = models.CharField(_("类别"), max_length=64)
    title = models.CharField(_("名称"), max_length=200)
    due = models.DateField(_("计划完成"), null=True)
    entered_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("统筹工程")
        constraints = [models.UniqueConstraint(name="programme_once_in_a_unit", fields=["unit", "title"])]

    def __str__(self) -> str:
        return self.title
