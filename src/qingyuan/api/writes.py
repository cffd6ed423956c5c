"""`@write`: what every write of the API has in common: key, version, content type, one transaction, a kept answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from pydantic import BaseModel

from qingyuan.api import answers
from qingyuan.api.answers import Answer
from qingyuan.api.etags import entity_tag, version_in
from qingyuan.api.problems import Problem

KEY = "Idempotency-Key"
MOST_KEY = 200
JSON, FORM = "application/json", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Write:
    """How an operation writes: the status it answers, whether it changes a record that was read, whether it takes a
    file."""

    status: int
    changes: bool
    upload: bool
    in_one: bool


def write(
    *, status: int = 200, changes: bool = False, upload: bool = False, in_one: bool = True
) -> Callable[[Callable[..., Any]], Any]:
    """Make a view a write: the view gives what is answered (a Told), or raises.

    `changes`: the record was read before; If-Match with its ETag is required (428) and `asking.as_read` compares it
    (412). `upload`: the content is a form with files, else JSON (415). `in_one` False: the act has transactions of its
    own (an import).
    """
    kind = Write(status, changes, upload, in_one)

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            key = _key(request)
            _check(request, kind)

            def act() -> Answer:
                told = view(request, *args, **kwargs)
                return _answer(request, told, status)

            who = request.actor.id  # type: ignore[attr-defined]
            answer = answers.once(who, key, answers.fingerprint(request), act, at=timezone.now(), in_one=in_one)
            response = HttpResponse(answer.body, status=answer.status, content_type=f"{JSON}; charset=utf-8")
            for name, value in answer.headers.items():
                response[name] = value
            if answer.replayed:
                response["Idempotent-Replayed"] = "true"
            response["Cache-Control"] = "no-store"
            return response

        # Annotations are read where they were written, not here.
        once.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        once.write = kind  # type: ignore[attr-defined]
        return once

    return decorate


def asks(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a POST that only asks (its question is too long for an address): it writes nothing and needs no key."""
    view.asks = True  # type: ignore[attr-defined]
    return view


def _key(request: HttpRequest) -> str:
    key = request.headers.get(KEY, "").strip()
    if not key or len(key) > MOST_KEY or not key.isprintable():
        raise Problem(400, "api.no_key", _("每次写入须带 Idempotency-Key（不超过200个字符），重发时用同一个键。"))
    return key


def _check(request: HttpRequest, kind: Write) -> None:
    has_body = int(request.META.get("CONTENT_LENGTH") or 0) > 0
    if (has_body or kind.upload) and request.content_type != (FORM if kind.upload else JSON):
        raise Problem(415)
    if kind.changes and version_in(request.headers.get("If-Match", "")) is None:  # nor does * name what was read
        raise Problem(428)


def _answer(request: HttpRequest, told: BaseModel, status: int) -> Answer:
    body = told.model_dump_json()
    headers = {}
    version = getattr(request, "record_version", None)
    if version is not None:
        headers["ETag"] = entity_tag(body.encode(), version)
    if location := getattr(request, "record_location", ""):
        headers["Location"] = location
    return Answer(status, body, headers)
