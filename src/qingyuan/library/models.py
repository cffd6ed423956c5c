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


class Picture(models.Model):
    """What a filed photograph says of itself, and its print (core.pictures): four words, lowest frequencies first, null
    where it cannot be read or shows nothing. Position as the camera wrote it (WGS 84)."""

    sha256 = models.CharField(max_length=64, unique=True)
    width = models.PositiveIntegerField(_("宽（像素）"), default=0)
    height = models.PositiveIntegerField(_("高（像素）"), default=0)
    print = models.BinaryField(max_length=32, null=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    longitude_deg = models.DecimalField(_("经度（°，WGS 84）"), max_digits=9, decimal_places=6, null=True)
    latitude_deg = models.DecimalField(_("纬度（°，WGS 84）"), max_digits=9, decimal_places=6, null=True)
    bearing_deg = models.DecimalField(_("拍摄方向（°）"), max_digits=4, decimal_places=1, null=True)
    camera = models.CharField(_("相机"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("影像")

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.width}×{self.height}"
