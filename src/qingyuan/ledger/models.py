"""The ledger's tables. `Entry` is never altered after its first migration: new facts go into its JSON body."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One thing that was done to one subject. The body is canonical JSON and is what the hash covers; the columns
    beside it repeat parts of it for searching and are compared with it when the chain is verified."""

    kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=64)
    occurred = models.CharField(max_length=32)
    recorded_at = models.DateTimeField()
    actor_id = models.CharField(max_length=64)
    clause = models.CharField(max_length=120)
    body = models.TextField()
    algorithm = models.CharField(max_length=16)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "number"], name="ledger_one_entry_per_number"),
        ]
        indexes = [
            models.Index(fields=["recorded_at", "id"], name="ledger_entry_recorded"),
            models.Index(fields=["actor_id", "recorded_at"], name="ledger_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id}#{self.number} {self.act}"


class Head(models.Model):
    """The last entry of each chain, so that a dropped tail shows and the next number is known."""

    kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="ledger_one_head_per_subject")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id}#{self.number}"


class Private(models.Model):
    """A name, phone or complaint text. Entries hold only its key and salted hash; erasing empties the text."""

    key = models.CharField(max_length=64, primary_key=True)
    salt = models.CharField(max_length=32)
    text = models.TextField(null=True)

    def __str__(self) -> str:
        return self.key


class Anchor(models.Model):
    """The Merkle root of all heads at the end of a day. Once published, nothing before it can be dropped unseen."""

    day = models.DateField(unique=True)
    last_entry_id = models.BigIntegerField()
    heads = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=16)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"
