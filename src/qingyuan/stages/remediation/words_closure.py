"""The stored words of acceptance, filing and looking back, and how they read on screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What the acceptance of one level came to."""

    PASSED = "passed", _("验收通过")
    RETURNED = "returned", _("退回整改")


class FilingState(models.TextChoices):
    """Where a filing with the next higher bureau stands (吉林 二(六)6)."""

    PENDING = "pending", _("待备案")
    FILED = "filed", _("已备案")
    RETURNED = "returned", _("退回")


class Source(models.TextChoices):
    """What brings an outlet back (新绛 四(九), 大同 四(十)): a fact with a paper, confirmed by the bureau."""

    EXCEEDANCE = "exceedance", _("超标排放")
    COMPLAINT = "complaint", _("群众举报")
    CASE = "case", _("执法案件")
    PATROL = "patrol", _("巡查发现")
    LOOK_BACK = "look_back", _("回头看")


class RelapseState(models.TextChoices):
    """What is thought of a reported relapse."""

    REPORTED = "reported", _("待核实")
    CONFIRMED = "confirmed", _("已确认反弹")
    DISMISSED = "dismissed", _("已排除")


class LookResult(models.TextChoices):
    """What a look back saw; empty while it is due."""

    HOLDS = "holds", _("没有反弹")
    RELAPSE = "relapse", _("有反弹")
