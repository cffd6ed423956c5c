"""Work items, the parts bodies have in them, what they fed back, and the meetings that decided them.

Nothing is deleted. A text an officer wrote stands here; the ledger holds a salted hash of it, so that it can be erased.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.bodies.models import Body
from qingyuan.places.models import Unit
from qingyuan.registry.models import Outlet
from qingyuan.stages.dispatch.words import ItemKind, ItemStatus, PartKind, PartState


class Meeting(models.Model):
    """会议: one sitting of a mechanism (河湖长制, 水污染防治联防联控, a local one) with its decisions."""

    mechanism = models.CharField(_("工作机制"), max_length=64)
    title = models.CharField(_("会议名称"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    held_on = models.DateField(_("召开日期"))
    minutes_sha256 = models.CharField(_("会议纪要"), max_length=64, blank=True)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))
    is_demo = models.BooleanField(_("演示"), default=False)
    key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name = _("会议")
        indexes = [models.Index(fields=["unit_path", "-held_on"], name="dispatch_meeting_unit")]

    def __str__(self) -> str:
        return self.title


class WorkItem(models.Model):
    """交办事项. `clause` is a row of the pack's `responsibilities` (or free text); `key` is the one press that made it.

    `status` is written by this room's actions alone. `due` None: no day was given and the table of working days does
    not reach. `decision` is what the coordinating level said to an issue.
    """

    kind = models.CharField(_("类别"), max_length=16, choices=ItemKind)
    clause = models.CharField(_("条款"), max_length=64, blank=True)
    subject = models.CharField(_("事项"), max_length=200)
    text = models.TextField(_("内容和要求"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    unit_path = models.CharField(max_length=16)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("上级事项"))
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="items", verbose_name=_("会议"))
    status = models.CharField(_("状态"), max_length=16, choices=ItemStatus, default=ItemStatus.OPEN)
    due = models.DateField(_("办理期限"), null=True)
    is_list_open = models.BooleanField(_("名单带“等”"), default=False)
    issued_by = models.CharField(max_length=64)
    issued_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("交办单位"))
    issued_on = models.DateField(_("交办日期"))
    issued_at = models.DateTimeField(_("登记时间"))
    decision = models.TextField(_("协调意见"), blank=True)
    decided_on = models.DateField(_("协调日期"), null=True)
    closed_on = models.DateField(_("办结日期"), null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    key = models.CharField(max_length=64, null=True, unique=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("交办事项")
        indexes = [
            models.Index(fields=["unit_path", "status", "due"], name="dispatch_item_unit"),
            models.Index(fields=["status", "due"], name="dispatch_item_due"),
        ]
        constraints = [
            models.CheckConstraint(
                name="dispatch_closed_has_a_day",
                condition=Q(status=ItemStatus.CLOSED, closed_on__isnull=False)
                | (~Q(status=ItemStatus.CLOSED) & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="dispatch_no_item_above_itself", condition=Q(parent__isnull=True) | ~Q(parent=F("pk"))
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class ItemOutlet(models.Model):
    """An outlet an item is about, from a day to a day."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="outlet_links")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    from_day = models.DateField(_("起"))
    to_day = models.DateField(_("止"), null=True)
    linked_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "outlet"], condition=Q(to_day=None), name="dispatch_outlet_linked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.outlet_id}"


class Part(models.Model):
    """A body's part in an item. `body` None: the scheme names it, but nobody registered it yet (尚未登记该单位).

    `name` is as the scheme says it; `unit_path` where the body sits; `is_added` one the issuer added under 等.
    """

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="parts")
    part = models.CharField(_("角色"), max_length=16, choices=PartKind)
    name = models.CharField(_("单位"), max_length=128)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    unit_path = models.CharField(max_length=16)
    state = models.CharField(_("状态"), max_length=16, choices=PartState, default=PartState.AWAITING)
    state_on = models.DateField(_("日期"), null=True)
    is_added = models.BooleanField(_("按“等”增加"), default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("办理单位")
        indexes = [models.Index(fields=["body", "state"], name="dispatch_part_body")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "body"], condition=Q(body__isnull=False), name="dispatch_body_has_one_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.name}"


class Feedback(models.Model):
    """反馈: what one body reported, with its paper; `returned_reason` when it was sent back."""

    part = models.ForeignKey(Part, models.PROTECT, related_name="feedbacks")
    text = models.TextField(_("反馈内容"))
    sha256 = models.CharField(_("佐证材料"), max_length=64, blank=True)
    day = models.DateField(_("反馈日期"))
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField(_("登记时间"))
    returned_reason = models.TextField(_("退回理由"), blank=True)
    returned_on = models.DateField(_("退回日期"), null=True)
    returned_by = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("反馈")

    def __str__(self) -> str:
        return f"{self.part_id} {self.day}"


class Escalation(models.Model):
    """提级: an item that grew old was put before a body the scheme names. Once for each step and name."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="escalations")
    step = models.PositiveSmallIntegerField(_("第几步"))
    name = models.CharField(_("协调单位"), max_length=128)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("协调单位"))
    clause = models.CharField(_("条款"), max_length=64, blank=True)
    age_days = models.PositiveIntegerField(_("已历天数（d）"))
    day = models.DateField(_("日期"))
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("提级")
        constraints = [
            models.UniqueConstraint(fields=["item", "step", "name"], name="dispatch_escalated_once_a_step"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.step}"


class Urging(models.Model):
    """督促: a coordinating office urged what is overdue. Once a day for each item."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="urgings")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("督促单位"))
    text = models.TextField(_("督促要求"), blank=True)
    overdue_days = models.PositiveIntegerField(_("逾期天数（d）"))
    day = models.DateField(_("日期"))
    urged_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("督促")
        constraints = [models.UniqueConstraint(fields=["item", "day"], name="dispatch_urged_once_a_day")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.day}"


class Decision(models.Model):
    """会议决定: one thing a meeting decided. With an outlet, an owner or a day it is also a work item."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.TextField(_("决定内容"))
    item = models.OneToOneField(
        WorkItem, models.PROTECT, null=True, related_name="from_decision", verbose_name=_("交办事项")
    )

    class Meta:
        verbose_name = _("会议决定")
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="dispatch_decision_number")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.number}"
