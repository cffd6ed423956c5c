"""Answers kept under their idempotency keys."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """A write that was asked for under a key, and the answer it got. `status` null: it is under way since `asked_at`.

    `asked` is the hash of the request, so that the same key with another body is noticed. A program's keys are its own.
    """

    actor_id = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="answer_has_one_key")]
        indexes = [models.Index(fields=["asked_at"], name="answer_asked_at")]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.key}"
