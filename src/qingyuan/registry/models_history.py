"""How an outlet stood: dated and recorded statements, and the intervals that follow from them.

A statement says that from a day on an aspect has a value (Placement) or a milestone is reached or not
(MilestoneRecord); it was recorded at an instant and, if it was wrong, retracted at another. What held on day D as
known at K is: for each aspect the statement with the latest day not after D among those recorded by K and not
retracted by K. Standing is that answer written out as intervals, so that a figure of any day is one range query.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

END_OF_TIME = datetime(9999, 12, 30, tzinfo=UTC)


class Placement(models.Model):
    """From `day` on the aspect has this value. Aspects: unit, managing, body, water, type, counted."""

    outlet = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="placements", db_index=False)
    aspect = models.CharField(max_length=12)
    value = models.CharField(max_length=64)
    day = models.DateField()
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["outlet", "aspect"], name="placement_outlet")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.aspect}={self.value} from {self.day}"


class MilestoneRecord(models.Model):
    """On `day` the milestone was reached, or (reached false) withdrawn."""

    outlet = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="milestone_records", db_index=False)
    milestone = models.CharField(max_length=24)
    reached = models.BooleanField()
    day = models.DateField()
    move = models.CharField(max_length=24)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["outlet", "milestone"], name="milestone_outlet")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.milestone} {self.day}"


class Standing(models.Model):
    """What is counted of an outlet, for a span of days, as known for a span of time. Half-open: [from, to)."""

    outlet = models.ForeignKey("registry.Outlet", models.PROTECT, related_name="standings", db_index=False)
    valid_from = models.DateField()
    valid_to = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField()
    unit_path = models.CharField(max_length=16)
    managing_path = models.CharField(max_length=16)
    body_id = models.BigIntegerField(null=True)
    water_id = models.BigIntegerField(null=True)
    type_key = models.CharField(max_length=40)
    counted = models.BooleanField()
    milestones = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=[
                    "unit_path",
                    "valid_from",
                    "valid_to",
                    "recorded_from",
                    "recorded_to",
                    "water_id",
                    "milestones",
                    "counted",
                ],
                name="standing_unit",
            ),
            models.Index(fields=["outlet", "recorded_to"], name="standing_outlet"),
            models.Index(fields=["water_id", "valid_from"], name="standing_water"),
            # What a zone manages outside its own path: few rows, asked by zone.
            models.Index(
                fields=["managing_path", "valid_from"],
                name="standing_managing",
                condition=~models.Q(managing_path=models.F("unit_path")),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="standing_span_is_a_span", condition=models.Q(valid_from__lt=models.F("valid_to"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} [{self.valid_from}, {self.valid_to})"
