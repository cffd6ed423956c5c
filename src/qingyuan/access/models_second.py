"""What an officer signs in with besides his password: a shared secret of one-time codes, and codes to fall back on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SecondFactor(models.Model):
    """动态口令 (RFC 6238) of an officer. `secret` is enciphered with the site's key;
    `last_step` is the time step of the last code that was taken: no code is taken twice."""

    officer = models.OneToOneField("access.Officer", models.PROTECT, related_name="second_factor")
    secret = models.TextField()
    confirmed_at = models.DateTimeField(_("启用时间"))
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.officer_id}"


class RecoveryCode(models.Model):
    """恢复码: opens the door once when the telephone is lost. Kept is its hash; the text is shown once."""

    officer = models.ForeignKey("access.Officer", models.PROTECT, related_name="recovery_codes")
    sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField(_("使用时间"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="recovery_code_is_one", fields=["officer", "sha256"])]

    def __str__(self) -> str:
        return f"{self.officer_id}"
