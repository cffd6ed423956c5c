"""What an address of the map asks for: the filters, and the mark by which a browser keeps an answer."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from qingyuan.core.access import Actor
from qingyuan.core.lifecycle_words import StageGroup
from qingyuan.core.refusal import NotFound
from qingyuan.core.tiles import TYPE_CODES
from qingyuan.places import queries as places
from qingyuan.places.paths import path_of
from qingyuan.registry.rules import policy_of
from qingyuan.registry.tiles import Wanted

TYPES = (*TYPE_CODES[1:], "none")
MOST_LETTERS = 60
STAGES = tuple(group.value for group in StageGroup if group not in {StageGroup.LEAD, StageGroup.APPLICATION})


def wanted(request: HttpRequest) -> Wanted:
    """The filters of an address. Words that are no type and no stage are passed over, as a list passes over them.

    Raises
    ------
    NotFound
        There is no such unit or water.
    """
    types = frozenset(request.GET.getlist("type")) & frozenset(TYPES)
    stages = frozenset(request.GET.getlist("stage")) & frozenset(STAGES)
    water, text = request.GET.get("water", ""), text_of(request)
    path = _path(request.GET.get("unit", ""))
    return Wanted(
        types=frozenset() if len(types) == len(TYPES) else types,
        stages=frozenset() if len(stages) == len(STAGES) else stages,
        unit_path=path,
        water_path=places.water(water).path if water else "",
        texts=policy_of(path, on=timezone.localdate()).spellings(text) if text else (),
    )


def text_of(request: HttpRequest) -> str:
    """The words looked for in names and codes."""
    return " ".join(request.GET.get("q", "").split())[:MOST_LETTERS]


def _path(code: str) -> str:
    try:
        return path_of(code) if code else ""
    except ValueError:
        raise NotFound("unit", code) from None


def mark(actor: Actor, *parts: object) -> str:
    """An ETag for what an actor of this scope is told: two of different scopes never share one."""
    scope = sorted(
        (
            sorted(grant.reach.unit_paths),
            sorted(grant.reach.water_paths),
            sorted(grant.reach.body_ids),
            sorted(grant.reach.party_ids),
        )
        for grant in actor.grants
    )
    return '"' + sha256(repr((scope, parts)).encode()).hexdigest()[:24] + '"'


def known_already(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 when the browser has it."""
    if etag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return kept_privately(HttpResponseNotModified(), etag)
    return None


def kept_privately(response: HttpResponse, etag: str) -> HttpResponse:
    """May be kept by this browser alone, and must be asked about again before it is shown."""
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Cookie",))
    return response
