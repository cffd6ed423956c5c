"""Files known by their content. The bytes lie in the site's library folder under their hash."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class File(models.Model):
    """One content, however often it was filed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.BigIntegerField(_("大小（字节）"))
    media_type = models.CharField(_("类型"), max_length=100)
    name = models.CharField(_("首次归档时的文件名"), max_length=255)
    filed_at = models.DateTimeField(_("归档时间"))
    filed_by = models.CharField(_("归档人"), max_length=64)

    class Meta:
        verbose_name = _("文件")

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.name}"
