"""名录和清单: what a unit published of a register the scheme names, version by version. The rows lie in the library."""

from __future__ import annotations

from django.db import models

from qingyuan.places.models import Unit


class RegisterVersion(models.Model):
    """One published version: rows as a compressed file known by `sha256`, the digest of the rows themselves, and how it
    differs from the version before."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    register = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    snapshot_day = models.DateField()
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    clause = models.CharField(max_length=120, blank=True)
    pack = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    published_by = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="register_version_once", fields=["unit", "register", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} 第{self.number}版"
