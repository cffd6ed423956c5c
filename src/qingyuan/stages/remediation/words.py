"""The stored words of findings and rounds, and how they read on screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FindingState(models.TextChoices):
    """What is thought of a finding: a lead until the competent body has looked at it."""

    LEAD = "lead", _("待核查")
    CONFIRMED = "confirmed", _("已认定")
    DISMISSED = "dismissed", _("已排除")


class Cause(models.TextChoices):
    """Why an outlet came onto the problem list."""

    TRIAGE = "triage", _("研判列入")
    IMMEDIATE = "immediate", _("立行立改")
    REOPENED = "reopened", _("重新整治")
    BROUGHT_IN = "brought_in", _("带入在办台账")


class Outcome(models.TextChoices):
    """How an outlet left the problem list. Empty while it is on it."""

    RETAINED = "retained", _("保留")
    MERGED = "merged", _("合并")
    CLOSED = "closed", _("取缔")
