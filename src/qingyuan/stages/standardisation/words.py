"""The words of naming, coding and signboards. The values are stored."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeState(models.TextChoices):
    """Whether a code stands. A voided one is kept and never given again."""

    STANDING = "standing", _("有效")
    VOIDED = "voided", _("已注销")


class SegmentState(models.TextChoices):
    """Whether numbers of a reserved range may still be reported back."""

    OPEN = "open", _("在用")
    CLOSED = "closed", _("已收回")


class SignState(models.TextChoices):
    """Where a signboard stands. A void one is replaced by a new one with the next number."""

    DESIGNED = "designed", _("已设计")
    PRINTED = "printed", _("已制作")
    ERECTED = "erected", _("已立牌")
    DAMAGED = "damaged", _("已损坏")
    VOID = "void", _("已作废")
