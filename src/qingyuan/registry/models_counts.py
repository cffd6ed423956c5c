"""What is counted now, and the bigrams of names: tables that follow from the register and can be proved against it."""

from __future__ import annotations

from django.db import models


class Tally(models.Model):
    """So many outlets (signed) under one ancestor with these marks. A change appends −1 and +1; a folder adds rows up;
    a figure is the sum of all rows. Two cubes: `progress` by water flags, milestones and counted; `register` by type
    and stage. Scopes: unit (territory and zones, by path), body (责任区), water (ancestors by path)."""

    cube = models.CharField(max_length=8)
    scope = models.CharField(max_length=8)
    key = models.CharField(max_length=255)
    type_key = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=24, blank=True)
    flags = models.IntegerField(default=0)
    milestones = models.BigIntegerField(default=0)
    counted = models.BooleanField(default=True)
    n = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["cube", "scope", "key", "type_key", "stage", "flags", "milestones", "counted", "n"],
                name="tally_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cube} {self.scope}:{self.key} {self.n:+d}"


class TileTally(models.Model):
    """So many outlets (signed) of a water and of what flows into it, in one cell of the map, by type and stage: what a
    tile of a basin is drawn from below zoom 8. `cell` is core.tiles.pyramid_cell."""

    key = models.CharField(max_length=255)
    cell = models.BigIntegerField()
    type_key = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=24)
    n = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["key", "cell", "type_key", "stage", "n"], name="tile_tally_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.cell} {self.n:+d}"


class NameGram(models.Model):
    """Two neighbouring characters of an outlet's name: what a name search of two characters and more looks up.

    Nothing but its key, which on SQLite is the table itself (WITHOUT ROWID): there are twenty for an outlet. Written by
    registry.names alone.
    """

    pk = models.CompositePrimaryKey("gram", "unit_path", "outlet_id")
    gram = models.CharField(max_length=2)
    unit_path = models.CharField(max_length=16)
    outlet = models.ForeignKey("registry.Outlet", models.CASCADE, related_name="+", db_constraint=False, db_index=False)

    def __str__(self) -> str:
        return self.gram
