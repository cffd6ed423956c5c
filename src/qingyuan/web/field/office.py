"""现场设备, 现场记录: what every phone still holds, what a person must decide, and the door for rescue files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET, require_POST

from qingyuan.core.access import Permission
from qingyuan.core.refusal import NotFound, Refusal, Refused
from qingyuan.flows import survey_opens_tracing
from qingyuan.library import queries as library
from qingyuan.library.models import File
from qingyuan.stages.survey import form, guards_field, queries_field
from qingyuan.stages.survey.actions.records import accept_record, amend_record
from qingyuan.stages.survey.actions.rescue import MOST_BYTES, take_rescue
from qingyuan.stages.survey.checking_field import long_time
from qingyuan.stages.survey.models_field import FieldRecord
from qingyuan.web import lookup
from qingyuan.web.refusals import Stale
from qingyuan.web.templatetags.qingyuan import refusal_sentence

AMENDED = ("name", "longitude", "latitude", "datum", "water_text", "unit_code", "same_as", "not_same")
SHOWN = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
MOST_DEVICES = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said of a record, for the page."""

    text: str
    severity: str
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of a record, for the page."""

    sha256: str
    whole: bool
    shown: bool
    subject: str
    taken: str
    where: str
    bearing: object


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Every phone that made contact here: when, what it still holds, how far its clock is off."""
    lookup.require(request, Permission.SURVEY_LEAD)
    at = lookup.here(request)
    who = lookup.actor(request)
    path = at.path if at else ""
    found = list(queries_field.devices(who, path=path)[:MOST_DEVICES])
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "devices": [
            (one, long_time(abs(one.clock_offset_s)) if abs(one.clock_offset_s) > 300 else "") for one in found
        ],
        "waiting": queries_field.records_waiting(who, path=path)[:20],
        "why_not_rescue": guards_field.take_rescue(by=who),
    }
    return render(request, "field/devices.html", context)


@require_GET
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """One phone: what it said it still holds, item by item."""
    lookup.require(request, Permission.SURVEY_LEAD)
    found = queries_field.device(lookup.actor(request), pk)
    context = {
        "device": found,
        "holdings": queries_field.holdings(found),
        "clock": long_time(abs(found.clock_offset_s)) if abs(found.clock_offset_s) > 300 else "",
        "records": found.records.select_related("outlet").order_by("-pk")[:50],
    }
    return render(request, "field/device.html", context)


@require_POST
def rescue(request: HttpRequest) -> HttpResponse:
    """接收救援文件: what came of it is said item by item."""
    lookup.require(request, Permission.SURVEY_LEAD)
    given = request.FILES.get("file")
    if given is None:
        raise Refused(Refusal("file.missing_upload", noop("请选择文件。")))
    if (given.size or 0) > MOST_BYTES:
        raise Refused(Refusal("field.not_a_rescue_file", noop("这不是现场排查导出的救援文件，没有接收。")))
    at = timezone.now()
    told = take_rescue(lookup.actor(request), given.read(), at=at)
    entered = [one.outlet for one in told.receipts if one.outlet]
    survey_opens_tracing.after_acts(entered, on=timezone.localdate(at), at=at)
    words = {
        "items": len(told.receipts),
        "accepted": sum(one.state == "accepted" for one in told.receipts),
        "waiting": sum(one.state == "needs_you" for one in told.receipts),
        "refused": sum(one.state == "refused" for one in told.receipts),
        "photos": told.photos,
    }
    text = _("已接收 %(items)s 项：已入库 %(accepted)s，待处理 %(waiting)s，未收下 %(refused)s；照片 %(photos)s 张。")
    messages.success(request, text % words)
    if told.broken:
        messages.warning(request, _("有 %(broken)s 张照片已损坏，没有收下。") % {"broken": told.broken})
    for one in told.receipts:
        if one.state == "refused":
            messages.warning(request, refusal_sentence(queries_field.reason(one.findings[0])))
    return redirect("web:survey-devices")


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Records a person must decide, the newest first."""
    lookup.require(request, Permission.SURVEY_LEAD)
    at = lookup.here(request)
    after = request.GET.get("after", "")
    found = queries_field.records_waiting(
        lookup.actor(request), path=at.path if at else "", after=int(after) if after.isdecimal() else 0
    )
    more = len(found) > queries_field.PAGE
    found = found[: queries_field.PAGE]
    context = {
        "at": at,
        "trail": lookup.trail(request, at),
        "records": [(one, [each for each in _said(one) if each.severity == "error"]) for one in found],
        "next": found[-1].pk if more else None,
    }
    return render(request, "field/records.html", context)


@require_GET
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what it says, what was found, where two phones disagree, and what one may do."""
    lookup.require(request, Permission.SURVEY_LEAD)
    who = lookup.actor(request)
    found = queries_field.record(who, pk)
    context = {
        "record": found,
        "answers": [(_(queries_field.title_of(name)), value, _unit(name)) for name, value in _ordered(found.fields)],
        "aside": sorted(found.aside.items()),
        "findings": _said(found),
        "photos": _shots(found),
        "conflicts": [
            (one["field"], _(queries_field.title_of(_bare(one["field"]))), [_saying(each) for each in one["sayings"]])
            for one in found.conflicts
        ],
        "revisions": found.revisions.select_related("device").order_by("recorded_at", "pk"),
        "amended": [(name, _(queries_field.title_of(name)), found.fields.get(name, "")) for name in AMENDED],
        "why_not_accept": guards_field.accept_record(found, by=who),
        "why_not_amend": guards_field.amend_record(found, by=who),
        "why_not_decide": guards_field.decide_conflict(found, by=who),
    }
    return render(request, "field/record.html", context)


def _bare(name: str) -> str:
    return name.partition("/")[2] or name


def _unit(name: str) -> str:
    return form.QUESTIONS[name].unit if name in form.QUESTIONS else ""


def _ordered(fields: Mapping[str, object]) -> list[tuple[str, object]]:
    order = {name: place for place, name in enumerate(form.QUESTIONS)}
    kept = [(name, value) for name, value in fields.items() if value not in (None, "")]
    return sorted(kept, key=lambda one: (order.get(one[0], -1), one[0]))


def _said(found: FieldRecord) -> list[Said]:
    return [
        Said(refusal_sentence(queries_field.reason(one)), one["severity"], one["code"] in found.overruled)
        for one in found.findings
    ]


def _saying(said: Mapping[str, object]) -> dict[str, object]:
    at = float(str(said["at"]))
    return {**said, "at": datetime.fromtimestamp(at, UTC)}


def _shots(found: FieldRecord) -> list[Shot]:
    kept = {one.pk: one for one in File.objects.filter(pk__in=list(found.photos))}
    shots = []
    for sha256, said in sorted(found.photos.items(), key=lambda one: str(one[1].get("taken_at"))):
        file = kept.get(sha256)
        lon, lat = said.get("longitude"), said.get("latitude")
        where = f"{float(lon):.5f}, {float(lat):.5f}" if _is_number(lon) and _is_number(lat) else ""
        shown = file is not None and file.name.rpartition(".")[2] in SHOWN
        taken = str(said.get("taken_at") or "")[:16].replace("T", " ")
        shots.append(
            Shot(sha256, file is not None, shown, str(said.get("subject") or ""), taken, where, said.get("bearing_deg"))
        )
    return shots


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """仍然入库."""
    found = _to_change(request, pk)
    accept_record(found, version=_version(request, found), by=lookup.actor(request), at=timezone.now())
    _tell(request, found)
    return redirect("web:survey-record", pk=pk)


@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """更正, 裁定: fields the office fills in, or one side of a conflict it chooses."""
    found = _to_change(request, pk)
    settles = [one["field"] for one in found.conflicts if f"decide-{one['field']}" in request.POST]
    fields: dict[str, object] = {}
    for one in found.conflicts:
        chosen = request.POST.get(f"decide-{one['field']}", "")
        values = [each["value"] for each in one["sayings"] if each["revision"] == chosen]
        if values:
            fields[one["field"]] = values[0]
    settles = [name for name in settles if name in fields]
    for name in AMENDED:
        value = request.POST.get(name)
        if value is not None and value.strip() != str(found.fields.get(name, "") or ""):
            fields[name] = value.strip()[:200]
    if not fields:
        messages.info(request, _("没有改动。"))
        return redirect("web:survey-record", pk=pk)
    amend_record(
        found,
        fields=fields,
        settles=settles,
        version=_version(request, found),
        by=lookup.actor(request),
        at=timezone.now(),
    )
    _tell(request, found)
    return redirect("web:survey-record", pk=pk)


def _to_change(request: HttpRequest, pk: int) -> FieldRecord:
    lookup.require(request, Permission.SURVEY_LEAD)
    return queries_field.record(lookup.actor(request), pk)


def _version(request: HttpRequest, found: FieldRecord) -> int:
    text = request.POST.get("version", "")
    if text != str(found.version):
        raise Stale(str(found.client_id), back=reverse("web:survey-record", args=[found.pk]))
    return found.version


def _tell(request: HttpRequest, found: FieldRecord) -> None:
    """What became of it; an outlet that entered now gets what its scheme asks for."""
    if found.outlet_id is not None:
        at = timezone.now()
        survey_opens_tracing.after_acts([found.outlet_id], on=timezone.localdate(at), at=at)
    if found.state == "accepted":
        messages.success(request, _("已入库。"))
    else:
        messages.warning(request, _("已保存，仍有待处理的问题。"))


@require_GET
def photo(request: HttpRequest, pk: int, sha256: str) -> HttpResponse:
    """A photo of the record."""
    lookup.require(request, Permission.SURVEY_LEAD)
    found = queries_field.record(lookup.actor(request), pk)
    if sha256 not in found.photos:
        raise NotFound("photo", sha256)
    kept = library.file(sha256)
    kind = SHOWN.get(kept.name.rpartition(".")[2])
    answer = HttpResponse(library.content_of(sha256), content_type=kind or "application/octet-stream")
    if kind is None:
        answer["Content-Disposition"] = f'attachment; filename="{kept.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
