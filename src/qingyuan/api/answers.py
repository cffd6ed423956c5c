"""A write is done once, however often it is sent: the answer is kept under the client's Idempotency-Key.

The key is taken first, in a transaction of its own, so that a second request sees the first one at work (409). The act
and its answer are written in one transaction: there is no act without its answer and no answer without its act. A key
whose request died is free again after a while; should the dead one wake up, it finds its key taken and rolls back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from qingyuan.api.models import KeptAnswer
from qingyuan.api.problems import Problem

LEFT_FOR_DEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, its headers and a JSON text."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


def once(
    actor_id: str, key: str, asked: str, act: Callable[[], Answer], *, at: datetime, in_one: bool = True
) -> Answer:
    """The answer kept under the key, or the act's, kept from now on. A refused act keeps nothing. `in_one` False: the
    act has transactions of its own and doing it twice does no harm (an import taken in batch by batch).

    Raises
    ------
    Problem
        409: the first request is still at work; 422: the key was used for another request.
    """
    kept, mine = _take(actor_id, key, asked, at)
    if not mine:
        return _kept(kept, asked)
    try:
        with transaction.atomic() if in_one else nullcontext():
            answer = act()
            held = KeptAnswer.objects.filter(pk=kept.pk, asked_at=kept.asked_at, status=None)
            if not held.update(status=answer.status, headers=answer.headers, body=answer.body):
                raise Problem(409, "api.key_taken", _("同一幂等键的请求正在办理，请稍后重试。"))
    except BaseException:
        KeptAnswer.objects.filter(pk=kept.pk, asked_at=kept.asked_at, status=None).delete()
        raise
    return answer


def _take(actor_id: str, key: str, asked: str, at: datetime) -> tuple[KeptAnswer, bool]:
    """The row of the key, and whether it is ours to fill."""
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(actor_id=actor_id, key=key, asked=asked, asked_at=at), True
    except IntegrityError:
        found = KeptAnswer.objects.filter(actor_id=actor_id, key=key).first()
    if found is None:  # refused a moment ago
        raise Problem(409, "api.key_taken", _("同一幂等键的请求正在办理，请稍后重试。"))
    dead = KeptAnswer.objects.filter(pk=found.pk, status=None, asked_at=found.asked_at, asked_at__lt=at - LEFT_FOR_DEAD)
    if dead.update(asked_at=at, asked=asked):
        found.asked_at, found.asked = at, asked
        return found, True
    return found, False


def _kept(kept: KeptAnswer, asked: str) -> Answer:
    if kept.asked != asked:
        raise Problem(422, "api.key_reused", _("同一幂等键已用于另一个请求，请换用新的键。"))
    if kept.status is None:
        raise Problem(409, "api.key_taken", _("同一幂等键的请求正在办理，请稍后重试。"))
    return Answer(kept.status, kept.body, kept.headers, replayed=True)


def fingerprint(request: HttpRequest) -> str:
    """What was asked, as a hash: method, address and content. An upload counts by its content, not by its wrapping."""
    said = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        fields = sorted((name, values) for name, values in request.POST.lists())
        said.update(json.dumps(fields, ensure_ascii=False).encode())
        for name, file in sorted(request.FILES.items(), key=lambda item: item[0]):
            assert isinstance(file, UploadedFile)
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            said.update(f"{name} {file.name} {content.hexdigest()}\n".encode())
    else:
        said.update(request.body)
    return said.hexdigest()


def prune(at: datetime) -> int:
    """Forget answers older than the site keeps them; the clock calls it every day. Returns how many."""
    old = KeptAnswer.objects.filter(asked_at__lt=at - timedelta(days=settings.API_KEEP_ANSWERS_DAYS))
    return old.delete()[0]
