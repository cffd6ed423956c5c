"""The door of the phone: the shell of the app, its service worker, and the four questions it asks the site.

The shell and the worker are the same for everybody and hold no data: they are open, so that the app starts without a
network and without a session. Everything else asks who is signed in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import shapely
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingyuan.core.access import Permission
from qingyuan.core.refusal import Refusal, Refused
from qingyuan.flows import survey_opens_tracing
from qingyuan.stages.survey import form
from qingyuan.stages.survey.actions.batches import Receipt, receipt_of, take_batch
from qingyuan.stages.survey.actions.uploads import how_far, take_piece
from qingyuan.stages.survey.models import Segment
from qingyuan.stages.survey.models_field import FieldRecord
from qingyuan.stages.survey.queries_field import Package, reason
from qingyuan.stages.survey.queries_field import package as taken_along
from qingyuan.stages.survey.words import Bank
from qingyuan.stages.survey.words_leads import LeadSource
from qingyuan.web import lookup
from qingyuan.web.built import DIST
from qingyuan.web.refusals import status_of
from qingyuan.web.templatetags.qingyuan import asset, refusal_sentence

RIVERS = "dist/base/rivers.geojson"
DECIMALS = 6


@login_not_required
@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """The page of the app: no data, no name of anybody."""
    return render(request, "field/app.html", {"base": static("dist/base/")})


@login_not_required
@never_cache
@require_GET
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The service worker, with the files it takes along. Another build, another worker."""
    kept = ["/field/", asset("field.css"), asset("field.js"), static(RIVERS), static("favicon.svg")]
    code = (DIST / "field-sw.js").read_text("utf-8")
    version = hashlib.sha256(f"{kept}{code}{get_language()}".encode()).hexdigest()[:12]
    told = json.dumps({"version": version, "shell": kept})
    return HttpResponse(f"self.FIELD={told};\n{code}", content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What the phone shows once the app stands on its home screen."""
    drawn = [("192", "192x192", "any"), ("512", "512x512", "any"), ("512-maskable", "512x512", "maskable")]
    icons = [
        {"src": asset(f"icons/field-{name}.png"), "sizes": size, "type": "image/png", "purpose": purpose}
        for name, size, purpose in drawn
    ]
    icons.append({"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"})
    said = {
        "name": _("清源现场排查"),
        "short_name": _("现场排查"),
        "lang": get_language(),
        "start_url": "/field/",
        "scope": "/field/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1f5f99",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@never_cache
@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, what the site's clock says, and the mark that a write must carry."""
    who = lookup.actor(request)
    said = {
        "officer": {"id": who.id, "name": who.name},
        "csrf": get_token(request),
        "now": timezone.now().timestamp(),
    }
    return JsonResponse(said)


@never_cache
@require_GET
def package(request: HttpRequest) -> HttpResponse:
    """Everything a walk needs, in one answer."""
    lookup.require(request, Permission.SURVEY_RECORD)
    who = lookup.actor(request)
    found = taken_along(who, on=timezone.localdate())
    said = {
        "made_at": timezone.now().isoformat(),
        "officer": {"id": who.id, "name": who.name},
        "form_version": form.VERSION,
        "steps": _steps(found),
        "types": [
            {"code": code, "name": _(name), "children": [[key, _(child)] for key, child in children]}
            for code, name, children in found.types
        ],
        "subjects": [[one, _(one)] for one in form.SUBJECTS],
        "area": found.area,
        "same_point_m": float(str(found.policy.value("register.duplicate_distance_m", 50))),
        "segments": [_segment(one) for one in found.segments],
        "outlets": [
            {
                "id": one.pk,
                "name": one.name,
                "code": one.national_code,
                "type": one.type_key,
                "stage": one.stage,
                "longitude": float(one.longitude_deg or 0),
                "latitude": float(one.latitude_deg or 0),
            }
            for one in found.outlets
        ],
        "left_off": found.left_off,
        "leads": [
            {
                "id": one.pk,
                "name": one.name,
                "source": str(LeadSource(one.source).label),
                "segment": one.segment_id,
                "longitude": None if one.longitude_deg is None else float(one.longitude_deg),
                "latitude": None if one.latitude_deg is None else float(one.latitude_deg),
            }
            for one in found.leads
        ],
        "records": [_record(one) for one in found.records],
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _steps(found: Package) -> list[dict[str, object]]:
    return [
        {
            "name": step.name,
            "title": _(step.title),
            "questions": [
                {
                    "name": one.question.name,
                    "title": _(one.question.title),
                    "kind": one.question.kind,
                    "unit": one.question.unit,
                    "choices": [[each, _(each)] for each in one.choices],
                    "tops": list(one.question.tops),
                    "most": one.question.most,
                    "low": one.question.low,
                    "high": one.question.high,
                    "hint": _(one.question.hint) if one.question.hint else "",
                }
                for one in asked
            ],
        }
        for step, asked in found.steps
    ]


def _segment(one: Segment) -> dict[str, object]:
    return {
        "id": one.pk,
        "number": one.number,
        "campaign": one.campaign.key,
        "campaign_title": one.campaign.title,
        "water": one.water.name,
        "bank": str(Bank(one.bank).label),
        "unit": one.unit.code,
        "unit_name": one.unit.name,
        "length_m": one.length_m,
        "covered_m": one.covered_m,
        "closed": one.closed_on is not None,
        "starts_on": one.starts_on.isoformat() if one.starts_on else "",
        "ends_on": one.ends_on.isoformat() if one.ends_on else "",
        "lines": _lines(one.line),
    }


def _lines(line: bytes | memoryview | None) -> list[list[list[float]]]:
    if not line:
        return []
    parts = shapely.get_parts(shapely.from_wkb(bytes(line)))
    return [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in shapely.get_coordinates(part)] for part in parts]


def _record(one: FieldRecord) -> dict[str, object]:
    """A record as the phone keeps it, so that another phone of the team can go on with it."""
    receipt = receipt_of(one)
    photos = [{"size": 0, **said, "sha256": sha256} for sha256, said in one.photos.items()]
    return {
        "id": str(one.client_id),
        "officer": one.officer_id,
        "officerName": one.officer_name,
        "segment": one.segment_id,
        "lead": one.lead_id,
        "fields": one.fields,
        "photos": photos,
        "startedAt": one.occurred_at.isoformat(),
        "touchedAt": one.recorded_at.isoformat(),
        "state": receipt.state,
        "known": list(receipt.kept),
        "outbox": [],
        "refused": False,
        "findings": [_finding(each) for each in receipt.findings],
        "conflicts": list(receipt.conflicts),
        "outlet": receipt.outlet,
        "outletName": receipt.outlet_name,
    }


@never_cache
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Items of a phone; the answer is a receipt for each, written after its commit."""
    lookup.require(request, Permission.SURVEY_RECORD)
    given = _json(request)
    if given is None:
        return _no(Refusal("field.not_a_batch", noop("内容不是现场上传的数据。")), 400)
    at = timezone.now()
    try:
        answer = take_batch(lookup.actor(request), given, at=at)
    except Refused as no:
        return _no(no.refusal, status_of(no.refusal))
    entered = [one.outlet for one in answer.receipts if one.outlet]
    survey_opens_tracing.after_acts(entered, on=timezone.localdate(at), at=at)
    said = {
        "now": answer.at.timestamp(),
        "offset_s": answer.offset_s,
        "receipts": [receipt_json(one) for one in answer.receipts],
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def receipt_json(one: Receipt) -> dict[str, object]:
    """A receipt in the reader's language."""
    return {
        "kind": one.kind,
        "id": one.id,
        "revision": one.revision,
        "state": one.state,
        "kept": list(one.kept),
        "findings": [_finding(each) for each in one.findings],
        "conflicts": list(one.conflicts),
        "outlet": one.outlet,
        "outlet_name": one.outlet_name,
        "missing": list(one.missing),
    }


def _finding(found: Mapping[str, object]) -> dict[str, object]:
    return {
        "code": found.get("code", ""),
        "text": refusal_sentence(reason(found)),
        "severity": found.get("severity", "warning"),
        "name": found.get("name", ""),
    }


@never_cache
@require_http_methods(["GET", "POST"])
def photo(request: HttpRequest, sha256: str) -> HttpResponse:
    """How much of a photo is here (GET), or the next piece of it (POST, `?size=…&offset=…`)."""
    lookup.require(request, Permission.SURVEY_RECORD)
    by = lookup.actor(request)
    try:
        if request.method == "GET":
            found = how_far(by, sha256)
        else:
            size, offset = (_number(request.GET.get(name, "")) for name in ("size", "offset"))
            found = take_piece(by, sha256=sha256, size=size, offset=offset, piece=request.body, at=timezone.now())
    except Refused as no:
        return _no(no.refusal, status_of(no.refusal))
    return JsonResponse({"received": found.received, "size": found.size, "whole": found.whole})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _json(request: HttpRequest) -> Mapping[str, object] | None:
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _no(refusal: Refusal, status: int) -> JsonResponse:
    said = {"code": refusal.code, "text": refusal_sentence(refusal)}
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
