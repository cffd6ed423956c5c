"""The stored words of plans, orders and transition periods, and how they read on screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qingyuan.core.plans import BATCHES, DUTIES


class PlanState(models.TextChoices):
    """Where a plan stands. One version of a round is in force or in the making; the others are history."""

    DRAFT = "draft", _("拟定中")
    SUBMITTED = "submitted", _("待审定")
    APPROVED = "approved", _("已审定")
    RETURNED = "returned", _("已退回")
    SUPERSEDED = "superseded", _("已被替代")


class TransitionState(models.TextChoices):
    """Where a transition period stands."""

    ASKED = "asked", _("待审定")
    APPROVED = "approved", _("过渡期内")
    REFUSED = "refused", _("未同意")
    ENDED = "ended", _("已结束")


class PackageState(models.TextChoices):
    """Where a package of projects stands (新绛 三(六))."""

    COLLECTING = "collecting", _("汇集中")
    APPLIED = "applied", _("已申报")
    ACCEPTED = "accepted", _("已入库")
    REFUSED = "refused", _("未入库")


class YearPlanState(models.TextChoices):
    """Where a unit's plan stands."""

    DRAFT = "draft", _("拟定中")
    APPROVED = "approved", _("已审定")


class FloodAnswer(models.TextChoices):
    """可能影响防洪排涝、堤防安全: empty while nobody has answered."""

    YES = "yes", _("可能影响")
    NO = "no", _("不影响")


OPEN_STATES = (PlanState.DRAFT, PlanState.SUBMITTED, PlanState.RETURNED)
"""States of a version that is in the making."""
LIVE_STATES = (*OPEN_STATES, PlanState.APPROVED)


def batches() -> list[tuple[str, str]]:
    """Labels of the stored batches."""
    return [(key.value, str(_(label))) for key, label in BATCHES.items()]


def duties() -> list[tuple[str, str]]:
    """Labels of the stored duties."""
    return [(key.value, str(_(label))) for key, label in DUTIES.items()]
