"""The register at work: duplicates resolved, pairs that are none, branches of a mouth, lists of codes to reconcile,
bulk runs with their receipts, and the filters an officer keeps."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qingyuan.places.models import Unit


class Resolution(models.Model):
    """归并重复登记: `dropped` was the same outlet as `kept`, entered twice. `state` holds what undoing puts back."""

    kept = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="resolutions_kept")
    dropped = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="resolutions_dropped")
    reason = models.CharField(_("理由"), max_length=200)
    day = models.DateField()
    resolved_by = models.CharField(max_length=64)
    resolved_at = models.DateTimeField()
    undone_by = models.CharField(max_length=64, blank=True)
    undone_at = models.DateTimeField(null=True)
    kept_version = models.PositiveIntegerField()
    dropped_version = models.PositiveIntegerField()
    state = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="outlet_is_dropped_once", fields=["dropped"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="outlet_is_no_duplicate_of_itself", condition=~Q(kept=F("dropped"))),
        ]
        indexes = [models.Index(fields=["kept"], name="resolution_kept")]

    def __str__(self) -> str:
        return f"{self.dropped_id}={self.kept_id}"


class ApartPair(models.Model):
    """不是重复: somebody looked at the two and found them to be different outlets. `first` has the lower id."""

    first = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="+")
    second = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    decided_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pair_is_apart_once", fields=["first", "second"]),
            models.CheckConstraint(name="pair_is_in_order", condition=Q(first__lt=F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}≠{self.second_id}"


class MainLink(models.Model):
    """支口: the branch shares the mouth of the main outlet, from a day to a day. One level, one main at a time."""

    branch = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="main_links")
    main = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="branch_links")
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="branch_has_one_main_at_a_time", fields=["branch"], condition=Q(to_day__isnull=True)
            ),
            models.CheckConstraint(name="branch_is_not_its_main", condition=~Q(branch=F("main"))),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id}⊂{self.main_id}"


class CodeList(models.Model):
    """A list of national codes handed in for a unit, to be reconciled with the register. The file is in the library."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("文件名"), max_length=255)
    rows = models.PositiveIntegerField(default=0)
    filed_by = models.CharField(max_length=64)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="code_list_once_in_a_unit", fields=["unit", "sha256"])]

    def __str__(self) -> str:
        return self.name


class BulkRun(models.Model):
    """One errand done upon many outlets. `key` is the operation key of the confirmation page: sent twice it is the same
    run. `results` holds [outlet id, "" or refusal code, sentence, clause] of each row handled so far."""

    key = models.CharField(max_length=64, unique=True)
    act = models.CharField(max_length=32)
    said = models.CharField(max_length=300)
    errand = models.JSONField(default=dict)
    chosen = models.JSONField(default=list)
    results = models.JSONField(default=list)
    run_by = models.CharField(max_length=64)
    run_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class SavedView(models.Model):
    """A filter of the list kept by an officer under a name, with the columns chosen."""

    owner = models.CharField(max_length=64)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="view_has_one_name", fields=["owner", "name"])]

    def __str__(self) -> str:
        return self.name
